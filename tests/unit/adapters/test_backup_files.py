"""Backups: two sets that never mix, of one commit, checked to the last byte, restored into guard."""

import errno
import io
import os
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.adapters.backup_files import BackupRequest, read_heads, restore_backup, write_backup
from mithaq.adapters.blob_files import BlobFiles
from mithaq.adapters.entropy import SystemEntropy
from mithaq.adapters.key_table import KeyTable
from mithaq.adapters.tile_files import TileFiles
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.tiles import entries_path, tile_path
from mithaq.core.types import AdministrationCode, TreeSize
from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    RefusedError,
    UnavailableError,
)
from mithaq.main.enrolment import create_node
from mithaq.node.restore.backup import (
    BackupManifest,
    BackupSet,
    find_set,
    is_covered,
    parse_backup_manifest,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GENERATION = "019b7d2e-0000-7000-8000-000000000001"
SETTINGS = {"mode": "guard", "restored_generation": "{generation}"}
CANARY = b"canary-77ab01"
TREE_SIZE = 600


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic_s(self) -> float:
        return 0.0


def root_of(size: int) -> bytes:
    tree = CompactRange()
    tree.extend([bytes([number % 256]) * 32 for number in range(size)])
    return tree.root()


def make_record(path: Path, size: int = TREE_SIZE) -> None:
    """The two tables of the record that a backup looks into, and some content."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(
            """
            CREATE TABLE store_log (id INTEGER PRIMARY KEY, origin, is_own, tree_size, root_hash);
            CREATE TABLE store_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE act (leaf_index INTEGER PRIMARY KEY, envelope BLOB);
            """
        )
        rows = [("fr-mi.example/log/1", 0, 5, root_of(5)), ("ma-mi.example/log/1", 1, size, root_of(size))]
        connection.executemany(
            "INSERT INTO store_log (origin, is_own, tree_size, root_hash) VALUES (?, ?, ?, ?)", rows
        )
        connection.executemany("INSERT INTO act VALUES (?, ?)", [(n, CANARY) for n in range(size)])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node") / "home"
    create_node(folder, "ma-mi", "ma", "https://ma.example", clock=FixedClock(), entropy=SystemEntropy())
    make_record(folder / "record.sqlite3")
    tiles = TileFiles(folder / "log")
    for number in range(4):
        tiles.write_full(tile_path(0, number), bytes([number]) * 8192)
        tiles.write_full(entries_path(number), bytes([number]) * 8960)
    keys = KeyTable(folder / "keytable.sqlite3", (folder / "keys" / "kek").read_bytes())
    BlobFiles(folder / "blobs", keys, (folder / "keys" / "blob-index").read_bytes(), SystemEntropy()).add(
        iter([b"attachment"])
    )
    keys.close()
    (folder / "blobs" / "ab").mkdir(exist_ok=True)
    (folder / "blobs" / "ab" / ("ab" * 32 + ".part")).write_bytes(b"half")
    (folder / "ephemeral.sqlite3").write_bytes(b"nonces")
    (folder / "run" / "sequencer.lock").touch()
    return folder


def request_of(kind: BackupSet) -> BackupRequest:
    return BackupRequest(kind, AdministrationCode("ma-mi"), GENERATION, NOW)


@pytest.fixture(scope="module")
def archives(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[BackupSet, Path]:
    folder = tmp_path_factory.mktemp("backups")
    made = {kind: folder / f"{kind}.tar" for kind in BackupSet}
    for kind, path in made.items():
        write_backup(home, path, request_of(kind))
    return made


@pytest.fixture
def data_set(archives: dict[BackupSet, Path]) -> Path:
    return archives[BackupSet.DATA]


@pytest.fixture
def keystore_set(archives: dict[BackupSet, Path]) -> Path:
    return archives[BackupSet.KEYSTORE]


def names_in(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return set(archive.getnames())


def files_of(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


# --- what is in a set ----------------------------------------------------------------------------------


def test_the_sets_never_mix(data_set: Path, keystore_set: Path, home: Path) -> None:
    data, keystore = names_in(data_set) - {"MANIFEST"}, names_in(keystore_set) - {"MANIFEST"}
    assert {find_set(name) for name in data} == {BackupSet.DATA}
    assert {find_set(name) for name in keystore} == {BackupSet.KEYSTORE}
    assert {"node.toml", "record.sqlite3", "keytable.sqlite3", "roots/1.json"} <= data
    assert {"keys/kek", "keys/log.key", "tls/server.key", "tls/ca.pem", "signer/head"} <= keystore
    assert not [name for name in data | keystore if name.startswith(("offline", "run", "ephemeral"))]
    assert not [name for name in data if name.endswith(".part")]
    secrets = [path.read_bytes() for path in (home / "keys").iterdir()] + [
        path.read_bytes() for path in (home / "tls").glob("*.key")
    ]
    assert not [secret for secret in secrets if secret in data_set.read_bytes()]
    assert CANARY in data_set.read_bytes()
    assert CANARY not in keystore_set.read_bytes()
    for path in (home / "offline").iterdir():
        assert path.read_bytes() not in keystore_set.read_bytes()


def test_tiles_beyond_the_copied_head_stay_out(data_set: Path) -> None:
    names = names_in(data_set)
    for number, is_in in ((0, True), (1, True), (2, False), (3, False)):
        assert (f"log/tile/0/00{number}" in names) is is_in
        assert (f"log/tile/entries/00{number}" in names) is is_in


@pytest.mark.parametrize(
    ("name", "size", "covered"),
    [
        ("log/tile/0/000", 255, False),
        ("log/tile/0/000", 256, True),
        ("log/tile/1/000", 65_535, False),
        ("log/tile/1/000", 65_536, True),
        ("log/tile/entries/x001/000", 256 * 1001 - 1, False),
        ("log/tile/entries/x001/000", 256 * 1001, True),
        ("log/tile/junk", 10**9, False),
        ("node.toml", 0, True),
    ],
)
def test_what_a_size_covers(name: str, size: int, covered: bool) -> None:
    assert is_covered(name, TreeSize(size)) is covered


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "../keys/kek",
        "keys/../kek",
        "offline/root-1.key",
        "keys/kek\n",
        "blobs/ab/" + "ab" * 32 + ".part",
        "log/.new/1",
        "log/tile/../../keys/kek",
        "run/sequencer.lock",
        "MANIFEST",
    ],
)
def test_names_that_no_backup_takes(name: str) -> None:
    assert find_set(name) is None


def test_a_backup_is_private_and_its_hash_is_told(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.tar"
    manifest, digest = write_backup(home, target, request_of(BackupSet.DATA))
    assert target.stat().st_mode & 0o777 == 0o600
    assert digest == sha256(target.read_bytes()).hexdigest()
    assert (manifest.tree_size, manifest.heads[0].root_hash) == (TREE_SIZE, root_of(TREE_SIZE))
    assert [head.origin for head in manifest.heads] == ["ma-mi.example/log/1", "fr-mi.example/log/1"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]
    with pytest.raises(ConflictError) as error:
        write_backup(home, target, request_of(BackupSet.DATA))
    assert error.value.code == "backup_exists"


def test_without_a_record_there_is_no_data_set(tmp_path: Path) -> None:
    create_node(
        tmp_path / "a", "ma-mi", "ma", "https://ma.example", clock=FixedClock(), entropy=SystemEntropy()
    )
    with pytest.raises(MissingError) as error:
        write_backup(tmp_path / "a", tmp_path / "x.tar", request_of(BackupSet.DATA))
    assert error.value.code == "backup_record"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_copy_under_writes_is_of_one_commit(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    make_record(home / "record.sqlite3", 1)
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(home / "record.sqlite3", timeout=20)) as connection:
            size = 1
            while not stop.is_set():
                with connection:
                    connection.execute("INSERT INTO act VALUES (?, ?)", (size, CANARY))
                    size += 1
                    query = "UPDATE store_log SET tree_size = ?, root_hash = ? WHERE is_own"
                    connection.execute(query, (size, root_of(size % 300)))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(8):
            target, back = tmp_path / f"{number}.tar", tmp_path / f"back{number}"
            write_backup(home, target, request_of(BackupSet.DATA))
            restore_backup(target, back, SETTINGS)
            with closing(sqlite3.connect(back / "record.sqlite3")) as connection:
                (count,) = connection.execute("SELECT count(*) FROM act").fetchone()
            (own, _) = read_heads(back / "record.sqlite3")
            assert (own.tree_size, own.root_hash) == (count, root_of(count % 300))
    finally:
        stop.set()
        thread.join()


# --- the way back --------------------------------------------------------------------------------------


def test_both_sets_make_the_node_again_in_guard(
    data_set: Path, keystore_set: Path, home: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back"
    manifest = restore_backup(data_set, back, SETTINGS)
    assert manifest.generation == GENERATION
    restore_backup(keystore_set, back, SETTINGS)
    old, new = files_of(home), files_of(back)
    for name in ("node.toml", "keys/kek", "keys/log.key", "signer/head", "roots/1.json", "log/tile/0/001"):
        assert new[name] == old[name]
    assert not [name for name in new if name.startswith((".restore", "MANIFEST"))]
    assert (back / "keys" / "kek").stat().st_mode & 0o777 == 0o600
    assert (back / "keys").stat().st_mode & 0o777 == 0o700
    assert (back / "log" / "tile" / "0" / "001").stat().st_mode & 0o777 == 0o644
    with closing(sqlite3.connect(back / "record.sqlite3")) as connection:
        settings = dict(connection.execute("SELECT name, value FROM store_setting").fetchall())
        assert settings == {"mode": "guard", "restored_generation": GENERATION}
        assert connection.execute("SELECT count(*) FROM act").fetchone() == (TREE_SIZE,)
    keys = KeyTable(back / "keytable.sqlite3", new["keys/kek"])
    blobs = BlobFiles(back / "blobs", keys, new["keys/blob-index"], SystemEntropy())
    assert blobs.read_chunk(sha256(b"attachment").hexdigest(), 0) == b"attachment"


def test_the_order_of_the_sets_is_free(data_set: Path, keystore_set: Path, tmp_path: Path) -> None:
    restore_backup(keystore_set, tmp_path / "back", SETTINGS)
    restore_backup(data_set, tmp_path / "back", SETTINGS)
    for again in (data_set, keystore_set):
        with pytest.raises(ConflictError) as error:
            restore_backup(again, tmp_path / "back", SETTINGS)
        assert error.value.code == "home_not_empty"


@pytest.mark.parametrize("name", ["file", "run/control.sock", "ephemeral.sqlite3", ".restore/x"])
def test_a_home_with_anything_else_is_refused(data_set: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "back" / name).parent.mkdir(parents=True)
    (tmp_path / "back" / name).touch()
    before = files_of(tmp_path)
    with pytest.raises(ConflictError):
        restore_backup(data_set, tmp_path / "back", SETTINGS)
    assert files_of(tmp_path) == before


def test_the_same_set_twice_is_refused(data_set: Path, tmp_path: Path) -> None:
    restore_backup(data_set, tmp_path / "back", SETTINGS)
    before = files_of(tmp_path)
    with pytest.raises(ConflictError):
        restore_backup(data_set, tmp_path / "back", SETTINGS)
    assert files_of(tmp_path) == before


def test_what_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        restore_backup(tmp_path / "none", tmp_path / "back", SETTINGS)
    (tmp_path / "junk").write_bytes(b"junk" * 1000)
    with pytest.raises(MalformedError):
        restore_backup(tmp_path / "junk", tmp_path / "back", SETTINGS)
    (tmp_path / "empty").touch()
    with pytest.raises(MalformedError):
        restore_backup(tmp_path / "empty", tmp_path / "back", SETTINGS)


def test_every_damage_is_refused_and_leaves_an_empty_home(keystore_set: Path, tmp_path: Path) -> None:
    good = keystore_set.read_bytes()
    broken, back = tmp_path / "broken.tar", tmp_path / "back"
    restore_backup(keystore_set, tmp_path / "good", SETTINGS)
    wanted = files_of(tmp_path / "good")
    refused = 0
    for place in range(0, len(good), 97):
        broken.write_bytes(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])
        try:
            restore_backup(broken, back, SETTINGS)
        except (MalformedError, RefusedError):
            refused += 1
            assert files_of(back) == {}
        else:
            # Padding and owners in the headers of tar say nothing about a file.
            assert files_of(back) == wanted
        shutil.rmtree(back, ignore_errors=True)
    assert refused > 50


def test_every_cut_is_refused(keystore_set: Path, tmp_path: Path) -> None:
    good = keystore_set.read_bytes()
    end = good.rindex(b"MANIFEST")
    for length in [*range(0, end + 700, 1009), end, end + 512]:
        (tmp_path / "cut.tar").write_bytes(good[:length])
        with pytest.raises((MalformedError, RefusedError)):
            restore_backup(tmp_path / "cut.tar", tmp_path / "back", SETTINGS)
        assert files_of(tmp_path / "back") == {}


def rewrite(
    source: Path, target: Path, edit: Callable[[str, bytes], Iterator[tuple[tarfile.TarInfo, bytes]]]
) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            for changed, data in edit(member.name, file.read()):
                changed.size = len(data)
                new.addfile(changed, io.BytesIO(data))


@pytest.mark.parametrize(
    "added", ["../evil", "/evil", "keys/evil.key", "offline/root-1.key", "node.toml", "keys/kek"]
)
def test_a_file_beside_the_manifest_is_refused(keystore_set: Path, tmp_path: Path, added: str) -> None:
    def edit(name: str, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if name == "MANIFEST":
            yield tarfile.TarInfo(added), b"evil"
        yield tarfile.TarInfo(name), data

    rewrite(keystore_set, tmp_path / "evil.tar", edit)
    with pytest.raises((MalformedError, RefusedError)):
        restore_backup(tmp_path / "evil.tar", tmp_path / "back", SETTINGS)
    assert set(files_of(tmp_path)) == {"evil.tar"}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_only_plain_files_are_taken(keystore_set: Path, tmp_path: Path, kind: bytes) -> None:
    def edit(name: str, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        member = tarfile.TarInfo(name)
        if name == "keys/kek":
            member.type, member.linkname = kind, "/etc/passwd"
        yield member, b"" if name == "keys/kek" else data

    rewrite(keystore_set, tmp_path / "evil.tar", edit)
    with pytest.raises(MalformedError):
        restore_backup(tmp_path / "evil.tar", tmp_path / "back", SETTINGS)
    assert set(files_of(tmp_path)) == {"evil.tar"}


def test_a_manifest_that_lies_about_the_heads_is_refused(data_set: Path, tmp_path: Path) -> None:
    def edit(name: str, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        changed = data.replace(b'"size":"600"', b'"size":"601"') if name == "MANIFEST" else data
        yield tarfile.TarInfo(name), changed

    rewrite(data_set, tmp_path / "lie.tar", edit)
    with pytest.raises(RefusedError) as error:
        restore_backup(tmp_path / "lie.tar", tmp_path / "back", SETTINGS)
    assert error.value.code == "backup_damaged"
    assert files_of(tmp_path / "back") == {}


def test_a_database_that_does_not_open_is_refused(data_set: Path, tmp_path: Path) -> None:
    junk = b"not a database" * 100
    sums: dict[bytes, bytes] = {}

    def edit(name: str, data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        if name == "record.sqlite3":
            old, new = (f"{sha256(text).hexdigest()} {len(text)} " for text in (data, junk))
            sums[old.encode()] = new.encode()
            data = junk
        for old_sum, new_sum in sums.items():
            data = data.replace(old_sum, new_sum) if name == "MANIFEST" else data
        yield tarfile.TarInfo(name), data

    rewrite(data_set, tmp_path / "bad.tar", edit)
    with pytest.raises(RefusedError) as error:
        restore_backup(tmp_path / "bad.tar", tmp_path / "back", SETTINGS)
    assert error.value.code == "backup_damaged"
    assert files_of(tmp_path / "back") == {}


# --- failing disks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failing_disk_leaves_no_backup(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(UnavailableError) as error:
        write_backup(home, tmp_path / "a.tar", request_of(BackupSet.DATA))
    monkeypatch.undo()
    assert error.value.code == "disk"
    assert list(tmp_path.iterdir()) == []
    write_backup(home, tmp_path / "a.tar", request_of(BackupSet.DATA))


@pytest.mark.parametrize("call", ["fsync", "rename"])
@pytest.mark.parametrize("nth", [1, 2, 3, 5])
def test_a_restore_that_fails_leaves_no_node(
    data_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    real: Callable[..., object] = getattr(os, call)
    left = nth

    def fail(*arguments: object, **options: object) -> object:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.EIO, "EIO")
        return real(*arguments, **options)

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(UnavailableError):
        restore_backup(data_set, tmp_path / "back", SETTINGS)
    monkeypatch.undo()
    assert not (tmp_path / "back" / "node.toml").exists()
    assert not (tmp_path / "back" / ".restore").exists()


# --- the manifest --------------------------------------------------------------------------------------


def test_a_manifest_comes_back_as_it_went(data_set: Path) -> None:
    with tarfile.open(data_set) as archive:
        file = archive.extractfile("MANIFEST")
        assert file is not None
        data = file.read()
    manifest = parse_backup_manifest(data)
    assert isinstance(manifest, BackupManifest)
    assert manifest.encode() == data
    for place in range(0, len(data), 7):
        damaged = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        with suppress(MalformedError):
            assert parse_backup_manifest(damaged) != manifest


@given(st.binary(max_size=300))
def test_any_bytes_give_one_error(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_backup_manifest(data)
