"""The manifest of a backup is signed by the node that made it, and a restore takes no other."""

import io
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mithaq.adapters.entropy import SystemEntropy
from mithaq.core.keys import SigningKey
from mithaq.errors import MalformedError, MithaqError, RefusedError
from mithaq.main.backup import backup_node, restore_node
from mithaq.main.enrolment import create_node
from mithaq.main.home import Home
from mithaq.node.restore.backup import BackupSet, sign_manifest

from .test_backup_files import FixedClock, make_record


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("node") / "home"
    create_node(folder, "ma-mi", "ma", "https://ma.example", clock=FixedClock(), entropy=SystemEntropy())
    make_record(folder / "record.sqlite3")
    with closing(sqlite3.connect(folder / "record.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE store_rootversion (administration, version, document BLOB)")
        root = (folder / "roots" / "1.json").read_bytes()
        connection.execute("INSERT INTO store_rootversion VALUES ('ma-mi', 1, ?)", (root,))
    return Home(folder)


def make(home: Home, folder: Path, kind: BackupSet) -> Path:
    backup_node(home, folder / kind, kind, FixedClock(), SystemEntropy())
    return folder / kind


@pytest.mark.parametrize("kind", list(BackupSet))
def test_what_a_node_signed_comes_back(home: Home, tmp_path: Path, kind: BackupSet) -> None:
    again = Home(tmp_path / "again")
    assert restore_node(make(home, tmp_path, kind), again).kind is kind
    with tarfile.open(tmp_path / kind) as archive:
        members = archive.getnames()
    assert members[-2:] == ["MANIFEST", "SIGNATURE"]


def rewrite(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with its members changed, as somebody would who has it in his hands."""
    with tarfile.open(source) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    change(files)
    target = source.with_name("changed")
    with tarfile.open(target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target


def sign_by_stranger(files: dict[str, bytes]) -> None:
    files["SIGNATURE"] = sign_manifest(files["MANIFEST"], SigningKey.from_seed(bytes(32)))


def change_manifest(files: dict[str, bytes]) -> None:
    files["MANIFEST"] = files["MANIFEST"].replace(b'"kek_generation":1', b'"kek_generation":2')


CHANGES: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "no signature": (lambda files: files.pop("SIGNATURE") and None, "backup_unsigned"),
    "an empty one": (lambda files: files.update(SIGNATURE=b""), "backup_unsigned"),
    "rubbish": (lambda files: files.update(SIGNATURE=b"{}"), "backup_manifest"),
    "a stranger's": (sign_by_stranger, "signature_missing"),
    "another manifest under it": (change_manifest, "signature_bad"),
}


@pytest.mark.parametrize("kind", list(BackupSet))
@pytest.mark.parametrize("how", sorted(CHANGES))
def test_what_it_did_not_sign_is_refused(home: Home, tmp_path: Path, kind: BackupSet, how: str) -> None:
    change, code = CHANGES[how]
    changed, again = rewrite(make(home, tmp_path, kind), change), Home(tmp_path / "again")
    with pytest.raises((RefusedError, MalformedError)) as caught:
        restore_node(changed, again)
    assert caught.value.code == code
    assert not [path for path in again.folder.rglob("*") if path.is_file()]


def test_a_member_behind_the_signature_is_refused(home: Home, tmp_path: Path) -> None:
    changed = rewrite(make(home, tmp_path, BackupSet.KEYSTORE), lambda files: files.update(SIGNATURE2=b"x"))
    with pytest.raises(MithaqError, match="backup_file"):
        restore_node(changed, Home(tmp_path / "again"))
