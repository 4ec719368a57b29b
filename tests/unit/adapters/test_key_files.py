"""Key files: private or refused."""

import errno
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.adapters.keystore.key_files import (
    KeyRole,
    RoleKey,
    check_key_folder,
    key_file_name,
    load_key,
    load_keys,
    load_secret,
    make_key_folder,
    parse_role_key,
    store_key,
    store_secret,
)
from mithaq.core.keys import KeyType, SigningKey
from mithaq.errors import ConflictError, MalformedError, MissingError, RefusedError, UnavailableError

SEED = bytes(range(32))
LOG = RoleKey(KeyRole.LOG, "ma-mi.example/log/1", SigningKey.from_seed(SEED))
DESK = RoleKey(KeyRole.POST, "ma-mi.example/post/desk", SigningKey.from_seed(SEED[::-1]), "desk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_key_folder(tmp_path / "keys")
    return tmp_path / "keys"


def code_of(error: pytest.ExceptionInfo[Exception]) -> str:
    return str(error.value.code)  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", [LOG, DESK])
def test_a_key_comes_back_as_it_went(folder: Path, key: RoleKey) -> None:
    path = folder / key_file_name(key.role, key.post)
    store_key(path, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path) == key
    assert load_key(path).verifier.encode() == key.verifier.encode()


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_key_folder(tmp_path / "keys")
        store_key(tmp_path / "keys" / "log.key", LOG)
    finally:
        os.umask(old)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / "log.key").stat().st_mode & 0o777 == 0o600


def test_a_cosigning_key_is_of_type_04() -> None:
    mirror = RoleKey(KeyRole.MIRROR, "ma-mi.example/mirror/1", SigningKey.from_seed(SEED))
    assert mirror.verifier.key_type is KeyType.COSIGNATURE_V1
    assert LOG.verifier.key_type is KeyType.ED25519


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o666, 0o601, 0o620])
def test_a_wider_file_is_refused(folder: Path, mode: int) -> None:
    store_key(folder / "log.key", LOG)
    (folder / "log.key").chmod(mode)
    with pytest.raises(RefusedError) as error:
        load_keys(folder)
    assert code_of(error) == "key_mode"


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711, 0o777])
def test_a_wider_folder_is_refused(folder: Path, mode: int) -> None:
    store_key(folder / "log.key", LOG)
    folder.chmod(mode)
    with pytest.raises(RefusedError) as error:
        load_keys(folder)
    assert code_of(error) == "key_mode"


def test_a_link_or_a_pipe_is_no_key(folder: Path, tmp_path: Path) -> None:
    store_key(tmp_path / "elsewhere", LOG)
    (folder / "log.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnavailableError):
        load_key(folder / "log.key")
    os.mkfifo(folder / "pipe.key", 0o600)
    with pytest.raises(RefusedError) as error:
        load_key(folder / "pipe.key")
    assert code_of(error) == "key_mode"


def test_another_owner_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_key(folder / "log.key", LOG)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(RefusedError) as error:
        load_key(folder / "log.key")
    assert code_of(error) == "key_owner"


def test_what_is_missing_and_what_exists(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        load_key(folder / "log.key")
    with pytest.raises(MissingError):
        check_key_folder(tmp_path / "none")
    store_key(folder / "log.key", LOG)
    with pytest.raises(ConflictError) as error:
        store_key(folder / "log.key", DESK)
    assert code_of(error) == "key_exists"
    assert load_key(folder / "log.key") == LOG


def test_keys_come_by_file_name_and_other_files_stay_out(folder: Path) -> None:
    store_key(folder / "post-desk.key", DESK)
    store_key(folder / "log.key", LOG)
    store_secret(folder / "kek", bytes(32))
    assert load_keys(folder) == [LOG, DESK]


def test_a_secret_has_one_length(folder: Path) -> None:
    store_secret(folder / "kek", SEED)
    assert load_secret(folder / "kek", 32) == SEED
    with pytest.raises(MalformedError):
        load_secret(folder / "kek", 31)


@given(st.binary(max_size=300))
def test_any_bytes_give_one_error(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_role_key(data)


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(place: int, value: int) -> None:
    data = bytearray(DESK.encode())
    data[place % len(data)] = value
    with suppress(MalformedError):
        parse_role_key(bytes(data))


@pytest.mark.parametrize(
    ("role", "name", "post"),
    [
        (KeyRole.POST, "a/post", ""),
        (KeyRole.LOG, "a/log", "desk"),
        (KeyRole.POST, "a/post", "../desk"),
        (KeyRole.POST, "a/post", "Desk"),
        (KeyRole.LOG, "with space", ""),
    ],
)
def test_a_key_that_cannot_be(role: KeyRole, name: str, post: str) -> None:
    with pytest.raises(MalformedError):
        RoleKey(role, name, SigningKey.from_seed(SEED), post)


def test_no_text_shows_the_seed(folder: Path) -> None:
    assert repr(SEED) not in repr(LOG)
    assert SEED.hex() not in repr(LOG)


@pytest.mark.parametrize("call", ["fsync", "write", "open"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failing_disk_leaves_no_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(UnavailableError) as error:
        store_key(folder / "log.key", LOG)
    monkeypatch.undo()
    assert code_of(error) == "disk"
    assert list(folder.iterdir()) == []
