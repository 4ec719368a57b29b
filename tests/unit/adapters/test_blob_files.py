"""Attachments: sealed by chunks, resumed by chunks, refused when they are not what was promised."""

import errno
import os
import random
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.adapters import blob_files, durable
from mithaq.adapters.blob_files import BlobFiles
from mithaq.adapters.blob_manifest import (
    CHUNK_BYTES,
    MAX_BLOB_BYTES,
    MAX_CHUNKS,
    BlobManifest,
    parse_blob_manifest,
)
from mithaq.adapters.key_table import BlobRow, KeyTable
from mithaq.errors import MalformedError, MissingError, RefusedError, UnavailableError
from mithaq.node.blobs import Blobs

KEK = bytes(range(32))
INDEX_KEY = bytes(range(32, 64))
CANARY = b"canary-1f0b4c"
NOT_THERE = "00" * 32


class SeededEntropy:
    """The same bytes each run."""

    def __init__(self) -> None:
        self._random = random.Random(7)

    def random_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def random_fraction(self) -> float:
        return self._random.random()


def open_blobs(home: Path, quota_bytes: int = 2**40) -> BlobFiles:
    keys = KeyTable(home / "keytable.sqlite3", KEK)
    return BlobFiles(home / "blobs", keys, INDEX_KEY, SeededEntropy(), quota_bytes)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFiles:
    return open_blobs(tmp_path)


def make_data(size: int) -> bytes:
    return random.Random(size).randbytes(max(0, size - len(CANARY))) + CANARY[: min(size, len(CANARY))]


def cut(data: bytes, length: int = CHUNK_BYTES) -> Iterator[bytes]:
    return (data[at : at + length] for at in range(0, len(data), length))


def manifest_of(data: bytes) -> BlobManifest:
    hashes = tuple(sha256(chunk).hexdigest() for chunk in cut(data))
    return BlobManifest(sha256(data).hexdigest(), len(data), hashes)


def read_all(blobs: Blobs, name: str) -> bytes:
    count = len(parse_blob_manifest(blobs.manifest(name)).chunks)
    return b"".join(blobs.read_chunk(name, number) for number in range(count))


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [1000, CHUNK_BYTES, 3_000_000])
def test_a_file_comes_back_as_it_went(blobs: Blobs, size: int, piece: int) -> None:
    data = make_data(size)
    name, stored = blobs.add(cut(data, piece))
    assert (name, stored) == (sha256(data).hexdigest(), size)
    assert blobs.is_whole(name)
    assert read_all(blobs, name) == data
    assert parse_blob_manifest(blobs.manifest(name)) == manifest_of(data)


def test_nothing_on_disk_tells_content_or_hash(blobs: Blobs, tmp_path: Path) -> None:
    data = make_data(CHUNK_BYTES + 100)
    name, _ = blobs.add(cut(data))
    stored = all_bytes(tmp_path) + "\n".join(str(path) for path in tmp_path.rglob("*")).encode()
    for secret in (CANARY, data[:64], name.encode(), bytes.fromhex(name), KEK, INDEX_KEY):
        assert secret not in stored
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert len(files) == 2
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in [*files, tmp_path / "keytable.sqlite3"])


def test_the_same_file_twice_is_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    data = make_data(100)
    blobs.add(cut(data))
    before = all_bytes(tmp_path / "blobs")
    blobs.add(cut(data))
    assert all_bytes(tmp_path / "blobs") == before
    assert blobs.begin(manifest_of(data).encode()) == []


def test_receiving_goes_on_after_a_restart(tmp_path: Path) -> None:
    data = make_data(5 * CHUNK_BYTES + 7)
    chunks, manifest = list(cut(data)), manifest_of(data)
    blobs: Blobs = open_blobs(tmp_path)
    assert blobs.begin(manifest.encode()) == [0, 1, 2, 3, 4, 5]
    for number in (5, 2, 0):
        blobs.write_chunk(manifest.sha256, number, chunks[number])
    assert not blobs.is_whole(manifest.sha256)
    for read in (lambda: blobs.manifest(manifest.sha256), lambda: blobs.read_chunk(manifest.sha256, 0)):
        with pytest.raises(MissingError):
            read()
    again = open_blobs(tmp_path)
    assert again.begin(manifest.encode()) == [1, 3, 4]
    for number in (1, 1, 3, 4):
        again.write_chunk(manifest.sha256, number, chunks[number])
    assert again.is_whole(manifest.sha256)
    assert read_all(again, manifest.sha256) == data
    again.write_chunk(manifest.sha256, 1, chunks[1])


def test_a_new_process_may_write_without_begin(tmp_path: Path) -> None:
    data = make_data(2 * CHUNK_BYTES)
    chunks, manifest = list(cut(data)), manifest_of(data)
    first = open_blobs(tmp_path)
    first.begin(manifest.encode())
    first.write_chunk(manifest.sha256, 0, chunks[0])
    again = open_blobs(tmp_path)
    again.write_chunk(manifest.sha256, 1, chunks[1])
    assert again.is_whole(manifest.sha256)


def test_a_torn_chunk_is_asked_for_again(tmp_path: Path) -> None:
    data = make_data(3 * CHUNK_BYTES)
    chunks, manifest = list(cut(data)), manifest_of(data)
    blobs = open_blobs(tmp_path)
    blobs.begin(manifest.encode())
    for number in (0, 2):
        blobs.write_chunk(manifest.sha256, number, chunks[number])
    part = next((tmp_path / "blobs").rglob("*.part"))
    os.truncate(part, part.stat().st_size - 1)
    with part.open("r+b") as file:
        file.seek(100)
        file.write(b"\0\0")
    assert open_blobs(tmp_path).begin(manifest.encode()) == [0, 1, 2]


@pytest.mark.parametrize("bad", [b"", b"x", make_data(CHUNK_BYTES)[::-1], make_data(CHUNK_BYTES) + b"x"])
def test_a_wrong_chunk_is_refused_and_the_right_one_taken(blobs: Blobs, bad: bytes) -> None:
    data = make_data(CHUNK_BYTES)
    manifest = manifest_of(data)
    blobs.begin(manifest.encode())
    with pytest.raises(MalformedError) as error:
        blobs.write_chunk(manifest.sha256, 0, bad)
    assert error.value.code == "blob_chunk"
    for number in (-1, 1, 2**32):
        with pytest.raises(MalformedError):
            blobs.write_chunk(manifest.sha256, number, data)
    assert not blobs.is_whole(manifest.sha256)
    blobs.write_chunk(manifest.sha256, 0, data)
    assert read_all(blobs, manifest.sha256) == data


def test_good_chunks_of_another_file_are_refused_and_gone(blobs: BlobFiles, tmp_path: Path) -> None:
    data, other = make_data(CHUNK_BYTES + 1), make_data(CHUNK_BYTES + 2)
    lie = BlobManifest(manifest_of(other).sha256, len(data), manifest_of(data).chunks)
    chunks = list(cut(data))
    blobs.begin(lie.encode())
    blobs.write_chunk(lie.sha256, 0, chunks[0])
    with pytest.raises(RefusedError) as error:
        blobs.write_chunk(lie.sha256, 1, chunks[1])
    assert error.value.code == "blob_hash"
    assert not blobs.is_whole(lie.sha256)
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []
    # And the true manifest still gets its chance.
    blobs.begin(manifest_of(other).encode())
    for number, chunk in enumerate(cut(other)):
        blobs.write_chunk(lie.sha256, number, chunk)
    assert read_all(blobs, lie.sha256) == other


def test_a_second_manifest_takes_the_place_of_a_false_one(blobs: Blobs) -> None:
    data = make_data(2 * CHUNK_BYTES)
    true = manifest_of(data)
    false = BlobManifest(true.sha256, true.size, (true.chunks[0], NOT_THERE))
    blobs.begin(false.encode())
    chunks = list(cut(data))
    blobs.write_chunk(true.sha256, 0, chunks[0])
    assert blobs.begin(true.encode()) == [1]
    blobs.write_chunk(true.sha256, 1, chunks[1])
    assert read_all(blobs, true.sha256) == data


def test_what_is_not_here(blobs: Blobs) -> None:
    for name in (NOT_THERE, "", "xyz", "../../etc/passwd", "AB" * 32):
        assert not blobs.is_whole(name)
        for read in (blobs.manifest, lambda name: blobs.read_chunk(name, 0)):
            with pytest.raises(MissingError) as error:
                read(name)
            assert error.value.code == "blob"
        with pytest.raises(MissingError):
            blobs.write_chunk(name, 0, b"x")
    name, _ = blobs.add(cut(b"abc"))
    for number in (-1, 1, 5000):
        with pytest.raises(MissingError):
            blobs.read_chunk(name, number)


def test_every_damage_of_a_stored_file_is_noticed(blobs: BlobFiles, tmp_path: Path) -> None:
    data = make_data(CHUNK_BYTES + 50)
    name, _ = blobs.add(cut(data))
    path = next(path for path in (tmp_path / "blobs").rglob("*") if path.is_file() and not path.suffix)
    good = path.read_bytes()
    second = 12 + CHUNK_BYTES + 16
    for place in (0, 5, 11, 12, 5000, second - 1):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(MissingError) as error:
            blobs.read_chunk(name, 0)
        assert error.value.code == "blob_damaged"
        assert blobs.read_chunk(name, 1) == data[CHUNK_BYTES:]
    path.write_bytes(good[second:] + good[:second])
    for number in (0, 1):
        with pytest.raises(MissingError):
            blobs.read_chunk(name, number)
    path.write_bytes(good[:-1])
    with pytest.raises(MissingError):
        blobs.read_chunk(name, 1)


def test_swapped_files_do_not_open(blobs: BlobFiles, tmp_path: Path) -> None:
    one, _ = blobs.add(cut(make_data(100)))
    other, _ = blobs.add(cut(make_data(101)[:100]))
    first, second = (path for path in (tmp_path / "blobs").rglob("*") if path.is_file() and not path.suffix)
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])
    for name in (one, other):
        with pytest.raises(MissingError):
            blobs.read_chunk(name, 0)


def test_delete_destroys_the_key(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path)
    data = make_data(100)
    name, _ = blobs.add(cut(data))
    kept = {path: path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()}
    with sqlite3.connect(tmp_path / "keytable.sqlite3") as connection:
        (wrapped,) = connection.execute("SELECT wrapped FROM data_key").fetchone()
    blobs.delete(name)
    blobs.delete(name)
    blobs.delete(NOT_THERE)
    assert not blobs.is_whole(name)
    assert wrapped not in (tmp_path / "keytable.sqlite3").read_bytes()
    # A copy of the files, brought back, stays shut.
    for path, content in kept.items():
        path.write_bytes(content)
    with pytest.raises(MissingError):
        blobs.read_chunk(name, 0)
    assert not list(tmp_path.glob("keytable.sqlite3-*"))


def test_a_file_may_come_again_after_delete(blobs: Blobs) -> None:
    data = make_data(100)
    name, _ = blobs.add(cut(data))
    blobs.delete(name)
    blobs.add(cut(data))
    assert read_all(blobs, name) == data


def test_a_partner_has_a_quota(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path, quota_bytes=250)
    one, other = manifest_of(make_data(150)), manifest_of(make_data(101))
    blobs.begin(one.encode(), "fr-mi")
    with pytest.raises(RefusedError) as error:
        blobs.begin(other.encode(), "fr-mi")
    assert error.value.code == "blob_quota"
    assert blobs.begin(other.encode(), "es-mi") == [0]
    assert blobs.begin(one.encode(), "fr-mi") == [0]
    # A second manifest of the same file cannot claim more than the first was let in for.
    more = BlobManifest(one.sha256, 251, one.chunks)
    with pytest.raises(RefusedError):
        blobs.begin(more.encode(), "fr-mi")
    blobs.delete(one.sha256)
    assert blobs.begin(manifest_of(make_data(250)).encode(), "fr-mi") == [0]


def test_what_is_added_here_has_a_quota_too_and_leaves_nothing(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path, quota_bytes=10)
    with pytest.raises(RefusedError):
        blobs.add(cut(make_data(11)))
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_a_file_over_four_gib_is_refused(
    blobs: BlobFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mithaq.adapters.blob_files.MAX_BLOB_BYTES", 3 * CHUNK_BYTES)
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(CHUNK_BYTES)

    with pytest.raises(RefusedError) as error:
        blobs.add(endless())
    assert error.value.code == "blob_too_large"
    assert taken == 4
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


def test_a_large_file_takes_little_memory(blobs: Blobs) -> None:
    pieces = (bytes([number]) * CHUNK_BYTES for number in range(64))
    tracemalloc.start()
    name, size = blobs.add(pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 64 * CHUNK_BYTES
    assert peak < 12 * CHUNK_BYTES
    assert blobs.read_chunk(name, 63) == bytes([63]) * CHUNK_BYTES


@pytest.mark.parametrize("call", ["pwrite", "pread", "fsync", "rename", "open"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failing_disk_is_one_error_and_the_next_try_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    data = make_data(2 * CHUNK_BYTES)
    open_blobs(tmp_path).add(cut(b"first"))

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    blobs = open_blobs(tmp_path)
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(UnavailableError) as error:
        blobs.add(cut(data))
    monkeypatch.undo()
    assert error.value.code == "disk"
    assert not blobs.is_whole(sha256(data).hexdigest())
    again = open_blobs(tmp_path)
    name, _ = again.add(cut(data))
    assert read_all(again, name) == data


def test_a_name_that_a_kill_left_is_synced_before_it_is_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kill falls between a file's new name and the sync of its folder: no disk may have the name yet."""
    data = make_data(100)
    manifest = manifest_of(data)

    def be_killed(folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(blob_files, "sync_folder", be_killed)
        open_blobs(tmp_path).add(cut(data))
    synced: list[Path] = []
    monkeypatch.setattr(blob_files, "sync_folder", synced.append)
    promises: list[Callable[[BlobFiles], object]] = [
        lambda blobs: blobs.is_whole(manifest.sha256),
        lambda blobs: blobs.add(cut(data)),
        lambda blobs: blobs.begin(manifest.encode()),
        lambda blobs: blobs.write_chunk(manifest.sha256, 0, data),
    ]
    for promise in promises:
        blobs = open_blobs(tmp_path)
        promise(blobs)
        assert [folder.parent for folder in synced] == [tmp_path / "blobs"]
        promise(blobs)
        assert len(synced) == 1, "one sync of a name is enough"
        synced.clear()


def test_a_folder_that_a_kill_left_is_synced_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_data(100)
    name = open_blobs(tmp_path).add(cut(data))[0]
    open_blobs(tmp_path).delete(name)
    synced: list[Path] = []
    real = durable.sync_folder
    monkeypatch.setattr(durable, "sync_folder", lambda folder: (synced.append(folder), real(folder)))
    open_blobs(tmp_path).add(cut(data))
    assert synced[:2] == [tmp_path, tmp_path / "blobs"]


def test_short_writes_are_completed(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda descriptor, data, at: real(descriptor, data[:65_537], at))
    data = make_data(CHUNK_BYTES + 9)
    name, _ = blobs.add(cut(data))
    assert read_all(blobs, name) == data


# --- the manifest --------------------------------------------------------------------------------------


def test_the_manifest_of_the_largest_file_is_canonical_and_comes_back() -> None:
    largest = BlobManifest("ab" * 32, MAX_BLOB_BYTES, ("cd" * 32,) * MAX_CHUNKS)
    assert parse_blob_manifest(largest.encode()) == largest
    assert orjson.loads(largest.encode())["chunk_bytes"] == CHUNK_BYTES


@pytest.mark.parametrize(
    "change",
    [
        {"size": -1},
        {"size": MAX_BLOB_BYTES + 1},
        {"size": CHUNK_BYTES + 1},
        {"size": 0},
        {"size": True},
        {"size": "100"},
        {"chunks": []},
        {"chunks": ["00"]},
        {"chunks": [1]},
        {"chunks": "00"},
        {"chunk_bytes": 1},
        {"sha256": "AB" * 32},
        {"sha256": 5},
        {"size": None},
    ],
)
def test_manifests_that_are_refused(blobs: Blobs, change: dict[str, object]) -> None:
    fields = {**orjson.loads(manifest_of(make_data(100)).encode()), **change}
    kept = {name: value for name, value in fields.items() if value is not None}
    with pytest.raises(MalformedError) as error:
        blobs.begin(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS))
    assert error.value.code == "blob_manifest"


@given(st.binary(max_size=200))
def test_any_bytes_give_one_error(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_blob_manifest(data)


# --- the table of keys ---------------------------------------------------------------------------------


def test_the_key_table_has_the_strict_settings(tmp_path: Path) -> None:
    table = KeyTable(tmp_path / "keytable.sqlite3", KEK)
    connection = table._connection
    settings = ("journal_mode", "synchronous", "secure_delete")
    values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings]
    assert values == ["delete", 3, 1]
    assert (tmp_path / "keytable.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_key_opens_under_its_kek_alone(tmp_path: Path) -> None:
    path = tmp_path / "keytable.sqlite3"
    key = bytes(range(100, 132))
    KeyTable(path, KEK).add_blob("a", key, BlobRow("", 1), 10)
    assert KeyTable(path, KEK).data_key("a") == key
    with pytest.raises(RefusedError) as error:
        KeyTable(path, bytes(32)).data_key("a")
    assert error.value.code == "data_key_wrapped"
    assert key not in path.read_bytes()
    with pytest.raises(MissingError):
        KeyTable(path, KEK).data_key("b")


def test_a_kept_key_is_not_replaced(tmp_path: Path) -> None:
    table = KeyTable(tmp_path / "keytable.sqlite3", KEK)
    assert table.add_blob("a", bytes(32), BlobRow("", 1), 10) == bytes(32)
    assert table.add_blob("a", KEK, BlobRow("", 2), 10) == bytes(32)
    assert table.used_bytes("") == 2


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough" * 100, b"SQLite format 3\0" + bytes(200)]
)
def test_a_damaged_key_table_is_one_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keytable.sqlite3").write_bytes(content)
    with pytest.raises(UnavailableError):
        KeyTable(tmp_path / "keytable.sqlite3", KEK).data_key("a")
