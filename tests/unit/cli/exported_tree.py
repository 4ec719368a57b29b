"""Writes an exported log with the parts of the library that ``log export`` uses, and runs commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mithaq.core.acts.commitment import commit_act, entry_of
from mithaq.core.encoding import encode_canonical
from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import hash_leaves
from mithaq.core.log.signed_note import SignedNote, sign_note
from mithaq.core.log.tiles import TILE_WIDTH, encode_bundle, encode_tile, entries_path, tile_path
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.main.cli import main
from mithaq.node.proof.released_lines import ReleasedLine
from mithaq.node.proof.tile_stream import TileStream

ORIGIN = Origin("ma-mi.example/log/1")
MIRROR = "fr-mi.example/mirror/1"
LOG_KEY = SigningKey.from_seed(bytes(range(0x20)))
MIRROR_KEY = SigningKey.from_seed(bytes(range(0x20, 0x40)))
VKEY = VerifierKey(ORIGIN, KeyType.ED25519, LOG_KEY.public)
MIRROR_VKEY = VerifierKey(MIRROR, KeyType.COSIGNATURE_V1, MIRROR_KEY.public)
AT_S = 1_700_000_000


def make_act(index: int) -> tuple[bytes, bytes]:
    """(salt, envelope); a hash example, as its fields are not those of a valid act."""
    return index.to_bytes(32, "big"), encode_canonical({"kind": "noop", "n": index, "v": 1})


def write_tree(folder: Path, size: int) -> None:
    """A log of ``size`` acts; every third is not released to the exporting node."""
    stream = TileStream(
        lambda level, number, hashes: put(folder, tile_path(level, number, len(hashes)), encode_tile(hashes))
    )
    lines = []
    for start in range(0, size, TILE_WIDTH):
        acts = [make_act(index) for index in range(start, min(size, start + TILE_WIDTH))]
        entries = [entry_of(commit_act(salt, envelope)) for salt, envelope in acts]
        put(folder, entries_path(start // TILE_WIDTH, len(entries)), encode_bundle(entries))
        stream.add_bundle(hash_leaves(entries))
        lines += [ReleasedLine(start + at, *act).encode() for at, act in enumerate(acts) if at % 3 != 2]
    write_head(folder, TreeSize(size), stream.finish())
    put(folder, "released.jsonl", b"".join(lines))


def write_head(folder: Path, size: TreeSize, root: RootHash) -> None:
    text = Checkpoint(ORIGIN, size, root).encode()
    note = SignedNote(text, (sign_note(text, ORIGIN, LOG_KEY), cosign(text, MIRROR, MIRROR_KEY, AT_S)))
    put(folder, "checkpoint", note.encode())
    put(folder, "vkey", f"{VKEY.encode()}\n".encode())
    put(folder, "cosigners", f"{MIRROR_VKEY.encode()}\n".encode())


def put(folder: Path, path: str, data: bytes) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@dataclass(frozen=True)
class Ran:
    """What a command said."""

    code: int
    out: str
    err: str


def run(capfd: object, *arguments: str) -> Ran:
    """A command in this process; ``capfd`` is pytest's."""
    code = main(list(arguments))
    said = capfd.readouterr()  # type: ignore[attr-defined]
    return Ran(code, said.out, said.err)


def verify_arguments(folder: Path, *further: str) -> Sequence[str]:
    return ("log", "verify", "--dir", str(folder), "--vkey", VKEY.encode(), *further)
