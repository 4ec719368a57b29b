"""Writes a log as a static server would serve it, with the library's own code. Tests hand it to judges."""

import json
from collections.abc import Sequence
from pathlib import Path

from mithaq.core.acts.commitment import commit_act, entry_of
from mithaq.core.encoding import encode_base64, encode_canonical
from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import CompactRange, hash_leaf
from mithaq.core.log.signed_note import SignedNote, sign_note
from mithaq.core.log.tiles import TILE_WIDTH, encode_bundle, encode_tile, entries_path, grow_tiles
from mithaq.core.types import Origin

ORIGIN = Origin("ma-mi.example/log/1")
MIRROR_NAME = "fr-mi.example/mirror/1"
LOG = SigningKey.from_seed(bytes(range(0x20)))
MIRROR = SigningKey.from_seed(bytes(range(0x20, 0x40)))
AT_S = 1_800_000_000


def make_act(index: int) -> tuple[bytes, bytes]:
    """(salt, envelope); a hash example, as its fields are not those of a valid act."""
    return index.to_bytes(32, "big"), encode_canonical({"kind": "noop", "n": index, "v": 1})


def write_log(directory: Path, size: int) -> None:
    """A log of ``size`` acts, all of them released, cosigned by one mirror."""
    acts = [make_act(index) for index in range(size)]
    entries = [entry_of(commit_act(salt, envelope)) for salt, envelope in acts]
    leaves = [hash_leaf(entry) for entry in entries]
    write_tiles(directory, entries, leaves)
    write_checkpoint(directory, leaves)
    lines = [
        json.dumps({"index": index, "salt": encode_base64(salt), "envelope": encode_base64(envelope)})
        for index, (salt, envelope) in enumerate(acts)
    ]
    put(directory, "released.jsonl", "".join(f"{line}\n" for line in lines).encode())


def write_tiles(directory: Path, entries: Sequence[bytes], leaves: Sequence[bytes]) -> None:
    for tile, hashes in grow_tiles(0, leaves, lambda level, number, width: []):
        put(directory, tile.encode(), encode_tile(hashes))
    for start in range(0, len(entries), TILE_WIDTH):
        part = entries[start : start + TILE_WIDTH]
        put(directory, entries_path(start // TILE_WIDTH, len(part)), encode_bundle(part))


def write_checkpoint(directory: Path, leaves: Sequence[bytes]) -> None:
    tree = CompactRange()
    tree.extend(leaves)
    text = Checkpoint(ORIGIN, tree.size, tree.root()).encode()
    note = SignedNote(text, (sign_note(text, ORIGIN, LOG), cosign(text, MIRROR_NAME, MIRROR, AT_S)))
    put(directory, "checkpoint", note.encode())
    keys = (
        VerifierKey(ORIGIN, KeyType.ED25519, LOG.public),
        VerifierKey(MIRROR_NAME, KeyType.COSIGNATURE_V1, MIRROR.public),
    )
    put(directory, "vkey", "".join(f"{key.encode()}\n" for key in keys).encode())


def put(directory: Path, path: str, data: bytes) -> None:
    target = directory / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
