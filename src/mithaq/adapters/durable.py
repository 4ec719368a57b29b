"""Files that are on stable storage before anybody relies on them.

Every failure of the disk is ``UnavailableError("disk")``. After a failed fsync nobody knows what the
disk holds, and a second try may report success for bytes that are gone; so callers do not retry in
place: they end, start again and verify.

Spec: docs/spec 7.1.4, 7.1.8.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from mithaq.errors import UnavailableError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PUBLIC_FILE = 0o644
PUBLIC_FOLDER = 0o755

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def disk_errors() -> Generator[None]:
    """Turns an ``OSError`` into the one error that callers know.

    Raises:
        UnavailableError: ``disk``.
    """
    try:
        yield
    except OSError as error:
        # The number only: a path may name what nobody should read in a log.
        name = os.strerror(error.errno) if error.errno else type(error).__name__
        raise UnavailableError("disk", f"The disk failed: {name}.") from error


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Writes every byte; a short write is followed by the rest."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write_synced(path: Path, data: bytes, mode: int) -> None:
    """Creates a file that must not exist, with its bytes on stable storage; its name is not yet.

    On failure nothing is left under the name.

    Raises:
        OSError: from the system, ``FileExistsError`` among it; callers wrap it in ``disk_errors``.
    """
    descriptor = os.open(path, _NEW_FILE, mode)
    try:
        try:
            os.fchmod(descriptor, mode)  # The umask must not decide who reads a key.
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable.

    Raises:
        OSError: from the system.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Creates a durable file and its durable name.

    Raises:
        UnavailableError: ``disk``; also when the name exists.
    """
    with disk_errors():
        write_synced(path, data, mode)
        sync_folder(path.parent)


def replace_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Puts new content under a name: after a crash there is the old or the new, whole.

    One writer a name: a leftover of a crash is overwritten.

    Raises:
        UnavailableError: ``disk``; which of the two the disk holds is unknown.
    """
    temporary = path.with_name(f".{path.name}.new")
    with disk_errors():
        temporary.unlink(missing_ok=True)
        write_synced(temporary, data, mode)
        os.rename(temporary, path)
        sync_folder(path.parent)


def make_folder(path: Path, mode: int = PRIVATE_FOLDER) -> None:
    """Creates a folder and its durable name; one that exists keeps its mode.

    Its name is synced in any case: a crash may have fallen between its making and the sync.

    Raises:
        UnavailableError: ``disk``.
    """
    with disk_errors():
        with suppress(FileExistsError):
            os.mkdir(path, mode)
            os.chmod(path, mode)
        sync_folder(path.parent)
