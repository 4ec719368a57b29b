"""The immutable files of the own log: full tiles and full entry bundles in a folder.

A file gets its name only once its bytes are on stable storage, by a link that never replaces one; so
whatever stands under a name is whole, and any static server may serve the folder.

Spec: docs/spec 7.1.4; c2sp.org/tlog-tiles.
"""

import os
from itertools import count
from pathlib import Path

from mithaq.adapters.durable import (
    PRIVATE_FOLDER,
    PUBLIC_FILE,
    PUBLIC_FOLDER,
    disk_errors,
    sync_folder,
    write_synced,
)
from mithaq.core.log.tiles import parse_tile_path
from mithaq.errors import ConflictError, MalformedError, MissingError

_TEMPORARY = ".new"


class TileFiles:
    """Implements ``node.ports.TileFiles``. Any number may read; one process at a time writes.

    Args:
        folder: holds ``tile/…``; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._temporary = folder / _TEMPORARY
        self._numbers = count()
        self._known_folders: set[Path] = set()
        self._unsynced: set[Path] = set()
        self._is_ready = False

    def write_full(self, path: str, data: bytes) -> None:
        """Create a file durably without ever replacing one; equal content is accepted.

        Args:
            path: of a full tile or bundle, as ``tile/0/x001/234``.
            data: the whole content.

        Raises:
            MalformedError: ``tile_path``; no path of a full tile or bundle.
            ConflictError: ``tile_differs``; the name exists with other content.
            UnavailableError: ``disk``; the bytes are not on stable storage.
        """
        if not parse_tile_path(path).is_full:
            raise MalformedError("tile_path", "Only full tiles become files.")
        target = self._folder / path
        with disk_errors():
            self._prepare()
            self._make_folders(target.parent)
            temporary = self._temporary / f"{os.getpid()}-{next(self._numbers)}"
            write_synced(temporary, data, PUBLIC_FILE)
            try:
                os.link(temporary, target, follow_symlinks=False)
            except FileExistsError:
                _demand_equal(target, data)
            finally:
                temporary.unlink(missing_ok=True)
        # Also when it was there: a crash may have fallen between its link and the sync.
        self._unsynced.add(target.parent)

    def _prepare(self) -> None:
        """Makes the folders and removes what a crash left, once, by the writer alone."""
        if self._is_ready:
            return
        self._folder.mkdir(PUBLIC_FOLDER, exist_ok=True)
        self._temporary.mkdir(PRIVATE_FOLDER, exist_ok=True)
        for leftover in self._temporary.iterdir():
            leftover.unlink()
        self._unsynced.update((self._folder.parent, self._folder))
        self._is_ready = True

    def _make_folders(self, folder: Path) -> None:
        if folder in self._known_folders:
            return
        if folder != self._folder:
            self._make_folders(folder.parent)
            folder.mkdir(PUBLIC_FOLDER, exist_ok=True)
            # One that exists may be as new, left by a crash before its sync.
            self._unsynced.add(folder.parent)
        self._known_folders.add(folder)

    def sync(self) -> None:
        """Make the names written since the last call durable (directory fsync).

        Raises:
            UnavailableError: ``disk``.
        """
        with disk_errors():
            for folder in sorted(self._unsynced):
                sync_folder(folder)
        self._unsynced.clear()

    def read(self, path: str) -> bytes:
        """Whole file.

        Raises:
            MissingError: ``tile_missing``; also for a path that none can have.
            UnavailableError: ``disk``.
        """
        try:
            if not parse_tile_path(path).is_full:
                raise MissingError("tile_missing", "Only full tiles are files.")
            with disk_errors():
                return self._read(path)
        except MalformedError as error:
            raise MissingError("tile_missing", "There is no such path.") from error

    def _read(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise MissingError("tile_missing", "There is no such file yet.") from error


def _demand_equal(target: Path, data: bytes) -> None:
    if target.read_bytes() != data:
        raise ConflictError("tile_differs", "A full tile exists with other content; it is never replaced.")
