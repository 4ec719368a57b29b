"""What a backup is: two sets that never mix, and the list of what is in one.

The data set holds the record and sealed content, without any key that opens it; the keystore set
holds keys, without content. So a stolen one is of little use, and content whose key was destroyed
cannot come back from an old copy of the other.

Manifest: one line of canonical JSON, then a line ``<sha256> <size> <name>`` for each file, by name. Its
signature by the ``node`` key is the last member.

Spec: docs/spec 7.4.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mithaq.core.acts.dsse import ActSignature, sign_payload, verify_signatures
from mithaq.core.encoding import (
    JsonObject,
    JsonValue,
    check_administration_code,
    encode_base64,
    encode_canonical,
    format_time,
    parse_base64,
    parse_canonical,
    parse_decimal,
    parse_hex,
    parse_time,
)
from mithaq.core.keys import SigningKey, hash_public_key
from mithaq.core.log.tiles import TILE_HEIGHT, TILE_WIDTH, parse_tile_path
from mithaq.core.types import AdministrationCode, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, RefusedError

RECORD_FILE = "record.sqlite3"
KEY_TABLE_FILE = "keytable.sqlite3"
CHOICES_FILE = "node.toml"
MANIFEST_FILE = "MANIFEST"
SIGNATURE_FILE = "SIGNATURE"
BACKUP_TYPE = "application/vnd.mithaq.backup.v1"
"""Binds a signature of the ``node`` key to the manifest of a backup."""
_VERSION = 1


class BackupSet(StrEnum):
    """Which half."""

    DATA = "data"
    KEYSTORE = "keystore"


_NAMES = {
    BackupSet.DATA: re.compile(
        r"node\.toml|record\.sqlite3|keytable\.sqlite3|roots/[1-9][0-9]{0,5}\.json|log/tile/[0-9a-z/]{1,80}"
        r"|blobs/[0-9a-f]{2}/[0-9a-f]{64}(?:\.manifest)?",
        re.ASCII,
    ),
    BackupSet.KEYSTORE: re.compile(
        r"keys/(?:kek|blob-index|[a-z0-9][a-z0-9_.-]{0,80}\.key)|tls/[a-z]{1,16}\.(?:pem|key)|signer/head",
        re.ASCII,
    ),
}


def find_set(name: str) -> BackupSet | None:
    """The set that a file of a home belongs to, by its path there; None for what no backup takes."""
    for kind, pattern in _NAMES.items():
        if pattern.fullmatch(name):
            return kind
    return None


def is_covered(name: str, tree_size: TreeSize) -> bool:
    """Whether a file of a data set belongs to a copy whose own log has that size.

    A tile that was written after the database was copied must stay out: its entries are not in the
    copy, and a restored log may never come to hold them.
    """
    if not name.startswith("log/"):
        return True
    try:
        tile = parse_tile_path(name.removeprefix("log/"))
    except MalformedError:
        return False  # Not a file that the log serves.
    leaves = TILE_WIDTH << (TILE_HEIGHT * (tile.level or 0))
    return (tile.number + 1) * leaves <= tree_size


@dataclass(frozen=True, slots=True)
class BackupHead:
    """Head of a log as the copy holds it; the own log comes first."""

    origin: Origin
    tree_size: TreeSize
    root_hash: RootHash


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One file: path in the home, size in bytes, hex SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup holds.

    Attributes:
        kind: the set.
        code: of the administration.
        generation: UUIDv7 of this backup; a node restored from it starts in guard under that name.
        created_at: aware UTC.
        kek_generation: of the key that wraps the data keys.
        heads: of the own log and the followed ones; none in a keystore set.
        files: by name, none twice.
    """

    kind: BackupSet
    code: AdministrationCode
    generation: str
    created_at: datetime
    kek_generation: int
    heads: Sequence[BackupHead]
    files: Sequence[BackupFile]

    @property
    def tree_size(self) -> TreeSize:
        """Of the own log; 0 in a keystore set."""
        return self.heads[0].tree_size if self.heads else TreeSize(0)

    def encode(self) -> bytes:
        """The bytes of the manifest.

        Raises:
            MalformedError: a value that ``parse_backup_manifest`` would refuse.
        """
        header = {
            "v": _VERSION,
            "set": self.kind,
            "code": self.code,
            "generation": self.generation,
            "created": format_time(self.created_at),
            "kek_generation": self.kek_generation,
            "heads": [
                {"origin": head.origin, "size": str(head.tree_size), "root": encode_base64(head.root_hash)}
                for head in self.heads
            ],
        }
        lines = [f"{file.sha256} {file.size} {file.name}\n" for file in self.files]
        return encode_canonical(header) + b"\n" + "".join(lines).encode()


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest as it was read.

    Attributes:
        data: its exact bytes.
        signature: as ``sign_manifest`` makes it; b"" where the backup has none.
    """

    manifest: BackupManifest
    data: bytes
    signature: bytes


def sign_manifest(data: bytes, key: SigningKey) -> bytes:
    """The signature that follows a manifest, by the ``node`` key."""
    made = sign_payload(BACKUP_TYPE, data, key)
    return encode_canonical({"keyid": made.keyid, "sig": encode_base64(made.sig)})


def verify_manifest(signed: SignedManifest, publics: Iterable[bytes]) -> None:
    """Verify that one of these keys signed a manifest.

    Raises:
        RefusedError: ``backup_unsigned``, ``signature_missing``, ``signature_bad``.
        MalformedError: ``backup_manifest``; the signature cannot be read.
    """
    if not signed.signature:
        raise RefusedError("backup_unsigned", "The manifest of the backup is not signed.")
    try:
        read = parse_canonical(signed.signature)
        given = ActSignature(str(read["keyid"]), parse_base64(str(read["sig"])))
    except (KeyError, MalformedError) as error:
        raise MalformedError("backup_manifest", "The signature of the backup cannot be read.") from error
    verify_signatures(BACKUP_TYPE, signed.data, [given], {hash_public_key(one): one for one in publics})


def parse_backup_manifest(data: bytes) -> BackupManifest:
    """Reads a manifest and checks that each of its files belongs to its set.

    Raises:
        MalformedError: ``backup_manifest``.
    """
    try:
        header_line, *lines = data.split(b"\n")
        header = parse_canonical(header_line)
        if header["v"] != _VERSION or lines.pop() != b"":
            raise MalformedError("backup_manifest")
        kind = BackupSet(str(header["set"]))
        files = tuple(_parse_file(line.decode("ascii"), kind) for line in lines)
        if [file.name for file in files] != sorted({file.name for file in files}):
            raise MalformedError("backup_manifest")
        return _parse_header(header, kind, files)
    except (ValueError, KeyError, IndexError, TypeError, MalformedError) as error:
        raise MalformedError("backup_manifest", "The manifest of the backup cannot be read.") from error


def _parse_header(header: JsonObject, kind: BackupSet, files: tuple[BackupFile, ...]) -> BackupManifest:
    code, generation, kek_generation, heads = (
        header[key] for key in ("code", "generation", "kek_generation", "heads")
    )
    if not isinstance(kek_generation, int) or not isinstance(heads, list):
        raise MalformedError("backup_manifest")
    check_administration_code(str(code))
    return BackupManifest(
        kind,
        AdministrationCode(str(code)),
        str(generation),
        parse_time(str(header["created"])),
        kek_generation,
        tuple(_parse_head(head) for head in heads),
        files,
    )


def _parse_head(head: JsonValue) -> BackupHead:
    if not isinstance(head, dict):
        raise MalformedError("backup_manifest")
    root = parse_base64(str(head["root"]))
    return BackupHead(Origin(str(head["origin"])), TreeSize(parse_decimal(str(head["size"]))), RootHash(root))


def _parse_file(line: str, kind: BackupSet) -> BackupFile:
    sha256, size, name = line.split(" ")
    parse_hex(sha256, 32)
    if find_set(name) is not kind:
        raise MalformedError("backup_manifest")
    return BackupFile(name, parse_decimal(size), sha256)


def check_files(manifest: BackupManifest, found: Iterable[BackupFile]) -> None:
    """Checks that what came out of a backup is what its manifest lists, no more and no less.

    Raises:
        RefusedError: ``backup_damaged``.
    """
    listed: Mapping[str, BackupFile] = {file.name: file for file in manifest.files}
    if {file.name: file for file in found} != listed:
        raise RefusedError("backup_damaged", "The files of the backup are not those of its manifest.")


def check_heads(manifest: BackupManifest, found: Sequence[BackupHead]) -> None:
    """Checks that a restored database stands where the manifest says.

    Raises:
        RefusedError: ``backup_damaged``.
    """
    if tuple(found) != tuple(manifest.heads):
        raise RefusedError("backup_damaged", "The heads of the copy are not those of its manifest.")
