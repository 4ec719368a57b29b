"""Backups as tar files: a consistent copy of a running node, and its way back into an empty home.

Spec: docs/spec 7.4.4.
"""

import io
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, cast

from mithaq.adapters.durable import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    PUBLIC_FILE,
    PUBLIC_FOLDER,
    disk_errors,
    make_folder,
    sync_folder,
)
from mithaq.core.types import AdministrationCode, Origin, RootHash, TreeSize
from mithaq.errors import ConflictError, MalformedError, MissingError, RefusedError, UnavailableError
from mithaq.node.restore.backup import (
    CHOICES_FILE,
    KEY_TABLE_FILE,
    MANIFEST_FILE,
    RECORD_FILE,
    SIGNATURE_FILE,
    BackupFile,
    BackupHead,
    BackupManifest,
    BackupSet,
    SignedManifest,
    check_files,
    check_heads,
    find_set,
    is_covered,
    parse_backup_manifest,
)

MAX_SIGNATURE_BYTES = 4_096
Verify = Callable[[SignedManifest, Path], None]
"""Judges a manifest that was read, by the files beside it; raises what is wrong."""

MAX_MANIFEST_BYTES = 256 * 2**20
"""A million files and more."""

_DATABASES = (RECORD_FILE, KEY_TABLE_FILE)
_COPY_BYTES = 1_048_576
_STAGING = ".restore"
_PUBLIC = ("log/", "roots/")


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """What to write down about a backup.

    Attributes:
        kind: the set.
        code: of the administration.
        generation: a fresh UUIDv7.
        created_at: aware UTC.
        kek_generation: of the key that wraps the data keys now.
        sign: gives the signature over the bytes of the manifest, which then follows it.
    """

    kind: BackupSet
    code: AdministrationCode
    generation: str
    created_at: datetime
    kek_generation: int = 1
    sign: Callable[[bytes], bytes] | None = None


# Writing


def write_backup(home: Path, target: Path, request: BackupRequest) -> tuple[BackupManifest, str]:
    """Copies one set of a home, which may be in use, into a new tar file 0600.

    Returns:
        The manifest, and the hex SHA-256 of the tar file.

    Raises:
        ConflictError: ``backup_exists``; there is a file of that name.
        MissingError: ``backup_record``; the record is not a SQLite file of this home.
        UnavailableError: ``disk``; nothing is left under the name.
    """
    if target.exists():
        raise ConflictError("backup_exists", "There is already a file of that name.")
    part = target.with_name(f".{target.name}.new")
    scratch = target.with_name(f".{target.name}.copy")
    try:
        with disk_errors(), _database_errors():
            make_folder(scratch, PRIVATE_FOLDER)
            with _HashedFile(part) as file:
                manifest = _write_archive(home, scratch, file, request)
            os.rename(part, target)
            sync_folder(target.parent)
        return manifest, file.hexdigest()
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


class _HashedFile(io.RawIOBase):
    """A new file that hashes what is written to it, and is durable when closed in good order."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
        self._hash = sha256()
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        view = memoryview(cast(bytes, data)).cast("B")
        rest = view
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(view)
        self._length += len(view)
        return len(view)

    def tell(self) -> int:
        return self._length

    def hexdigest(self) -> str:
        return self._hash.hexdigest()

    def __exit__(self, kind: object, *rest: object) -> None:
        try:
            if kind is None:
                os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)


def _write_archive(home: Path, scratch: Path, file: _HashedFile, request: BackupRequest) -> BackupManifest:
    # The database first: files only grow, so they hold at least what the copy of it speaks of.
    copies = _copy_databases(home, scratch) if request.kind is BackupSet.DATA else {}
    heads = read_heads(copies[RECORD_FILE]) if copies else ()
    size = heads[0].tree_size if heads else TreeSize(0)
    files: list[BackupFile] = []
    with tarfile.open(fileobj=cast(IO[bytes], file), mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in _list_files(home, request.kind, copies):
            if is_covered(name, size):
                files.append(_add_file(archive, name, path, request.created_at))
        manifest = BackupManifest(
            request.kind,
            request.code,
            request.generation,
            request.created_at,
            request.kek_generation,
            heads,
            files,
        )
        data = manifest.encode()
        archive.addfile(_describe(MANIFEST_FILE, len(data), request.created_at), io.BytesIO(data))
        if request.sign is not None:
            signature = request.sign(data)
            archive.addfile(
                _describe(SIGNATURE_FILE, len(signature), request.created_at), io.BytesIO(signature)
            )
    return manifest


def _copy_databases(home: Path, scratch: Path) -> dict[str, Path]:
    copies = {}
    for name in _DATABASES:
        if not (home / name).is_file():
            if name == RECORD_FILE:
                raise MissingError(
                    "backup_record", "The record is in no file here; use the server's own tools."
                )
            continue
        copy_database(home / name, scratch / name)
        copies[name] = scratch / name
    return copies


def copy_database(source: Path, target: Path) -> None:
    """Copies a SQLite file that others may be writing, as of one commit.

    Raises:
        UnavailableError: ``disk``.
    """
    with _database_errors(), closing(_connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # One file that needs nothing beside it.
        new.execute("PRAGMA journal_mode=DELETE")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=20)


def read_heads(record: Path) -> tuple[BackupHead, ...]:
    """Heads of all logs in a copy of the record: the own one, then the followed ones by origin.

    Raises:
        UnavailableError: ``disk``; the file is no record.
    """
    query = "SELECT origin, tree_size, root_hash FROM store_log ORDER BY is_own DESC, origin"
    with _database_errors(), closing(_connect(record)) as connection:
        rows = connection.execute(query).fetchall()
    return tuple(BackupHead(Origin(row[0]), TreeSize(row[1]), RootHash(row[2])) for row in rows)


def read_roots(record: Path, code: AdministrationCode) -> list[bytes]:
    """Root files of an administration in a copy of the record, version 1 first.

    Raises:
        UnavailableError: ``disk``; the file is no record.
    """
    query = "SELECT document FROM store_rootversion WHERE administration = ? ORDER BY version"
    with _database_errors(), closing(_connect(record)) as connection:
        return [bytes(row[0]) for row in connection.execute(query, (code,)).fetchall()]


def _list_files(home: Path, kind: BackupSet, copies: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    found = dict(copies)
    for path in home.rglob("*"):
        name = path.relative_to(home).as_posix()
        # A database is taken as a copy or not at all.
        if name not in _DATABASES and find_set(name) is kind and path.is_file() and not path.is_symlink():
            found[name] = path
    yield from sorted(found.items())


def _describe(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, int(at.timestamp()), PRIVATE_FILE
    return member


def _add_file(archive: tarfile.TarFile, name: str, path: Path, at: datetime) -> BackupFile:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        reader = _HashingReader(file)
        archive.addfile(_describe(name, size, at), cast(IO[bytes], reader))
    return BackupFile(name, size, reader.hexdigest())


class _HashingReader:
    """Hashes what is read through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


# Restoring


def restore_backup(
    source: Path, home: Path, settings: Mapping[str, str], verify: Verify | None = None
) -> BackupManifest:
    """Brings a set back into a home that holds nothing, or nothing but the other set.

    Every byte is checked before anything gets its name; ``node.toml`` comes last, so a restore that was
    cut off leaves no node behind.

    Args:
        source: the tar file.
        home: made when missing.
        settings: written into the restored record before it has its name; ``{generation}`` in a value
            stands for the generation of the backup. They are what makes the node start in guard.
        verify: judges the signature of the manifest, before anything has its name.

    Raises:
        ConflictError: ``home_not_empty``.
        MalformedError: ``backup_file``, ``backup_manifest``.
        RefusedError: ``backup_damaged``; a file, a head or a database is not as the manifest says.
        MissingError: ``backup_missing``; there is no such file.
        UnavailableError: ``disk``.
    """
    if not source.is_file():
        raise MissingError("backup_missing", "There is no such backup.")
    taken = _find_taken(home)
    make_folder(home, PRIVATE_FOLDER)
    staging = home / _STAGING
    try:
        with disk_errors(), _archive_errors():
            staging.mkdir(PRIVATE_FOLDER)
            manifest = _extract(source, staging, verify)
        if manifest.kind in taken:
            raise _not_empty()
        with disk_errors():
            if manifest.kind is BackupSet.DATA:
                _prepare_databases(staging, manifest, settings)
            _sync_all(staging)
            _move_in(staging, home)
        return manifest
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _find_taken(home: Path) -> set[BackupSet]:
    """The sets that a home holds files of.

    Raises:
        ConflictError: ``home_not_empty``; it holds anything else.
    """
    taken = set()
    for path in home.rglob("*") if home.exists() else ():
        if path.is_dir() and not path.is_symlink():
            continue
        kind = find_set(path.relative_to(home).as_posix())
        if kind is None:
            raise _not_empty()
        taken.add(kind)
    if len(taken) == len(BackupSet):
        raise _not_empty()
    return taken


def _not_empty() -> ConflictError:
    return ConflictError("home_not_empty", "A backup is restored into an empty home only.")


def _extract(source: Path, staging: Path, verify: Verify | None) -> BackupManifest:
    manifest: BackupManifest | None = None
    signed, signature = b"", b""
    found: dict[str, BackupFile] = {}
    with tarfile.open(source, mode="r:") as archive:
        for member in archive:
            is_behind = manifest is not None and (signature != b"" or member.name != SIGNATURE_FILE)
            if is_behind or member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
                raise MalformedError("backup_file", "The backup holds what no backup holds.")
            content = cast(IO[bytes], archive.extractfile(member))
            if manifest is not None:
                signature = content.read(MAX_SIGNATURE_BYTES)
            elif member.name == MANIFEST_FILE:
                signed = _read_manifest(content)
                manifest = parse_backup_manifest(signed)
            elif find_set(member.name) is None or member.name in found:
                raise MalformedError("backup_file", "The backup holds a file that no backup holds.")
            else:
                found[member.name] = _extract_file(content, staging, member.name)
    if manifest is None:
        raise MalformedError("backup_file", "The backup is cut off: it has no manifest.")
    check_files(manifest, found.values())
    if verify is not None:
        verify(SignedManifest(manifest, signed, signature), staging)
    return manifest


def _read_manifest(content: IO[bytes]) -> bytes:
    data = content.read(MAX_MANIFEST_BYTES + 1)
    if len(data) > MAX_MANIFEST_BYTES:
        raise MalformedError("backup_manifest", "The manifest of the backup is too long.")
    return data


def _extract_file(content: IO[bytes], staging: Path, name: str) -> BackupFile:
    is_public = name.startswith(_PUBLIC)
    target = staging / name
    folders = [folder for folder in target.relative_to(staging).parents if folder.name]
    for folder in reversed(folders):
        (staging / folder).mkdir(PUBLIC_FOLDER if is_public else PRIVATE_FOLDER, exist_ok=True)
    digest, size = sha256(), 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(target, flags, PUBLIC_FILE if is_public else PRIVATE_FILE), "wb") as file:
        while data := content.read(_COPY_BYTES):
            file.write(data)
            digest.update(data)
            size += len(data)
    return BackupFile(name, size, digest.hexdigest())


def _prepare_databases(staging: Path, manifest: BackupManifest, settings: Mapping[str, str]) -> None:
    try:
        with _database_errors():
            for name in _DATABASES:
                if (staging / name).exists():
                    _check_database(staging / name)
            check_heads(manifest, read_heads(staging / RECORD_FILE))
            _write_settings(staging / RECORD_FILE, manifest, settings)
    except UnavailableError as error:
        raise RefusedError("backup_damaged", "A database of the backup cannot be used.") from error


def _check_database(path: Path) -> None:
    with closing(_connect(path)) as connection:
        if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise RefusedError("backup_damaged", "A database of the backup is damaged.")


def _write_settings(record: Path, manifest: BackupManifest, settings: Mapping[str, str]) -> None:
    rows = [(name, value.replace("{generation}", manifest.generation)) for name, value in settings.items()]
    with closing(_connect(record)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        with connection:
            connection.executemany("INSERT OR REPLACE INTO store_setting (name, value) VALUES (?, ?)", rows)


def _sync_all(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    sync_folder(folder)


def _move_in(staging: Path, home: Path) -> None:
    names = sorted((path.name for path in staging.iterdir()), key=lambda name: (name == CHOICES_FILE, name))
    for name in names:
        if name == CHOICES_FILE:
            sync_folder(home)
        os.rename(staging / name, home / name)
    sync_folder(home)


@contextmanager
def _database_errors() -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError("disk", "A database cannot be copied or read.") from error


@contextmanager
def _archive_errors() -> Generator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, UnicodeError) as error:
        raise MalformedError("backup_file", "The file is not a whole backup.") from error
