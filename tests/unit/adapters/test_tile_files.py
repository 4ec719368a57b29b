"""Tile files: whole and durable under their name, or not there."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mithaq.adapters.tile_files import TileFiles
from mithaq.errors import ConflictError, MalformedError, MissingError, UnavailableError

TILE = "tile/0/x001/234"
BUNDLE = "tile/entries/x001/234"
DATA = bytes(range(256)) * 32


class Fault(BaseException):
    """A kill: nothing may catch it."""


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def tiles(folder: Path) -> TileFiles:
    return TileFiles(folder)


def test_a_file_comes_back_as_it_went(tiles: TileFiles, folder: Path) -> None:
    tiles.write_full(TILE, DATA)
    tiles.write_full(BUNDLE, b"x")
    tiles.sync()
    assert tiles.read(TILE) == DATA
    assert TileFiles(folder).read(BUNDLE) == b"x"
    assert files_of(folder) == {TILE, BUNDLE}
    assert (folder / TILE).stat().st_mode & 0o777 == 0o644


def test_equal_content_is_accepted_and_other_content_never(tiles: TileFiles, folder: Path) -> None:
    tiles.write_full(TILE, DATA)
    tiles.write_full(TILE, DATA)
    for other in (b"", DATA[:-1], DATA + b"\0", bytes(len(DATA))):
        with pytest.raises(ConflictError) as error:
            tiles.write_full(TILE, other)
        assert error.value.code == "tile_differs"
    assert tiles.read(TILE) == DATA
    assert files_of(folder) == {TILE}


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/001.p/5", "tile/0/1", "../tile/0/001", "tile/64/000", "tile/0/x001", "checkpoint", "/etc/x"],
)
def test_only_full_tiles_have_a_name(tiles: TileFiles, path: str) -> None:
    with pytest.raises(MalformedError):
        tiles.write_full(path, DATA)
    with pytest.raises(MissingError):
        tiles.read(path)


def test_what_is_not_there(tiles: TileFiles) -> None:
    with pytest.raises(MissingError) as error:
        tiles.read(TILE)
    assert error.value.code == "tile_missing"
    tiles.write_full("tile/0/000", DATA)
    with pytest.raises(MissingError):
        tiles.read(TILE)


def test_each_new_folder_is_synced(tiles: TileFiles, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles.write_full(TILE, DATA)
    synced: set[str] = set()
    real_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        synced.add(os.readlink(f"/proc/self/fd/{descriptor}"))
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    tiles.sync()
    wanted = [folder.parent, folder, folder / "tile", folder / "tile/0", folder / "tile/0/x001"]
    assert synced == {str(path) for path in wanted}
    synced.clear()
    tiles.sync()
    assert synced == set()
    # Found again by a new writer, a name may be as fresh as a crash: it is synced once more.
    again = TileFiles(folder)
    again.write_full(TILE, DATA)
    again.sync()
    assert str(folder / "tile/0/x001") in synced


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("call", ["open", "write", "fsync", "link", "close"])
def test_each_failing_call_is_one_error_and_leaves_no_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    tiles = TileFiles(folder)
    tiles.write_full("tile/0/000", DATA)
    real: Callable[..., object] = getattr(os, call)

    def fail(*arguments: object, **options: object) -> object:
        if call == "close":
            real(*arguments, **options)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(UnavailableError) as error:
        tiles.write_full(TILE, DATA)
    monkeypatch.undo()
    assert error.value.code == "disk"
    assert files_of(folder) == {"tile/0/000"}
    tiles.write_full(TILE, DATA)
    assert tiles.read(TILE) == DATA


def test_a_failing_folder_sync_is_told(tiles: TileFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles.write_full(TILE, DATA)

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "EIO")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnavailableError):
        tiles.sync()


def test_short_writes_are_completed(tiles: TileFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real_write(descriptor, bytes(data)[:100]))
    tiles.write_full(TILE, DATA)
    assert tiles.read(TILE) == DATA


@pytest.mark.parametrize("call", ["open", "write", "fsync", "close", "link", "unlink"])
def test_a_kill_at_any_call_leaves_the_whole_file_or_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    tiles = TileFiles(folder)
    tiles.write_full("tile/0/000", DATA)

    def die(*_: object, **__: object) -> None:
        raise Fault

    monkeypatch.setattr(os, call, die)
    with pytest.raises(Fault):
        tiles.write_full(TILE, DATA)
    monkeypatch.undo()
    after = TileFiles(folder)
    assert (folder / TILE).exists() is (call == "unlink")
    after.write_full(TILE, DATA)
    after.sync()
    assert after.read(TILE) == DATA
    assert files_of(folder) == {"tile/0/000", TILE}
