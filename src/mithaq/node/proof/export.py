"""Writes a log, the own one or a partner's, as a folder that anyone can verify without this node.

The tree is computed anew from the stored entries and compared with the signed root before the
checkpoint is written, last of all: a folder that holds one is whole.

Spec: docs/spec 2.6; c2sp.org/tlog-tiles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mithaq.core.acts.commitment import entry_of
from mithaq.core.keys import KeyType, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint
from mithaq.core.log.merkle import hash_leaves
from mithaq.core.log.signed_note import SignedNote, parse_signed_note
from mithaq.core.log.tiles import (
    MITHAQ_ENTRY_BYTES,
    TILE_WIDTH,
    encode_bundle,
    encode_tile,
    entries_path,
    parse_bundle,
    tile_path,
)
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.errors import ConflictError, MissingError, RefusedError, UnavailableError
from mithaq.node.node import Node
from mithaq.node.proof.log_reader import recompute
from mithaq.node.proof.released_lines import ReleasedLine
from mithaq.node.proof.roster_keys import RosterKeys
from mithaq.node.proof.tile_stream import TileStream
from mithaq.node.proof.verify import CHECKPOINT, COSIGNERS, RELEASED, VKEY, Progress

_STORED_ENTRY_BYTES = 2 + MITHAQ_ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class Block:
    """Entries of one bundle, and those of their acts that this node may read."""

    entries: list[bytes]
    released: list[ReleasedLine]


class LogSource(Protocol):
    """A log as this node holds it."""

    @property
    def origin(self) -> Origin:
        """Of the log."""
        ...

    def checkpoint(self) -> SignedNote:
        """The newest one, with every cosignature known.

        Raises:
            MissingError: ``checkpoint_missing``; there is none yet.
        """
        ...

    def block(self, start: int, count: int) -> Block:
        """Up to 256 entries from ``start`` on.

        Raises:
            MissingError: ``entry``. RefusedError: ``row_rotten``.
        """
        ...


class OwnLogSource:
    """The own log."""

    def __init__(self, node: Node) -> None:
        self._own = node.store.own
        self.origin = node.identity.origin

    def checkpoint(self) -> SignedNote:
        """The last published one."""
        _, note = self._own.latest_checkpoint()
        if not note:
            raise MissingError("checkpoint_missing", "this log has published no checkpoint yet")
        return parse_signed_note(note)

    def block(self, start: int, count: int) -> Block:
        """From the stored acts, each recomputed."""
        rows = self._own.read_committed(LeafIndex(start), count)
        if len(rows) != count:
            raise MissingError("entry", f"the record lacks an entry between {start} and {start + count}")
        entries = [entry_of(recompute(*row)) for row in rows]
        released = [
            ReleasedLine(start + place, salt, envelope)
            for place, (_, salt, envelope) in enumerate(rows)
            if salt
        ]
        return Block(entries, released)


class FollowedLogSource:
    """A partner's log, as pulled and verified."""

    def __init__(self, node: Node, origin: Origin) -> None:
        self._followed = node.store.followed
        self._head = self._followed.head(origin)
        self.origin = origin

    def checkpoint(self) -> SignedNote:
        """The last verified one; with our own lines where we have cosigned it."""
        size, cosigned = self._followed.cosigned(self.origin)
        note = cosigned if size == self._head.verified_size and cosigned else self._head.note
        if not note:
            raise MissingError("checkpoint_missing", "nothing of this log has been verified yet")
        return parse_signed_note(note)

    def block(self, start: int, count: int) -> Block:
        """From the stored bundle, and the acts that were released to us."""
        stored = self._followed.bundle(self.origin, start // TILE_WIDTH)[: count * _STORED_ENTRY_BYTES]
        acts = self._followed.acts_from(self.origin, LeafIndex(start), count)
        released = [
            ReleasedLine(act.leaf_index, act.salt, act.envelope)
            for act in acts
            if act.salt and act.leaf_index < start + count
        ]
        return Block(parse_bundle(stored, count), released)


def find_source(node: Node, origin: Origin | None = None) -> LogSource:
    """The log of that origin; the own one by default.

    Raises:
        MissingError: ``origin``; this node neither writes nor follows it.
    """
    if origin is None or origin == node.identity.origin:
        return OwnLogSource(node)
    return FollowedLogSource(node, origin)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many files, of which log, up to which size, cosigned by which keys."""

    origin: Origin
    tree_size: TreeSize
    files: int
    vkey: str
    cosigners: tuple[str, ...]


def export_log(
    source: LogSource, keys: RosterKeys, folder: Path, on_progress: Progress | None = None
) -> Exported:
    """Write a whole log into an empty or new folder.

    Raises:
        MissingError: ``checkpoint_missing``, ``entry``, ``origin``.
        ConflictError: ``folder_not_empty``.
        RefusedError: ``log_damaged``; what is stored does not make up the signed root. The folder
            then holds no checkpoint. Or as ``open_checkpoint``.
        UnavailableError: ``disk``.
    """
    note, checkpoint, log_keys, cosigners = _settle_note(source, keys)
    tree = _TreeFolder(folder)
    size = checkpoint.tree_size
    try:
        tree.open()
        for start in range(0, size, TILE_WIDTH):
            tree.add(start // TILE_WIDTH, source.block(start, min(TILE_WIDTH, size - start)))
            if on_progress is not None:
                on_progress(min(size, start + TILE_WIDTH), size)
        if tree.close() != checkpoint.root_hash:
            raise RefusedError("log_damaged", "the stored entries do not make up the signed root")
        tree.write(VKEY, f"{log_keys[0].encode()}\n".encode())
        others = [*log_keys[1:], *cosigners]
        if others:
            tree.write(COSIGNERS, "".join(f"{key.encode()}\n" for key in others).encode())
        tree.write(CHECKPOINT, note.encode())
    except OSError as error:
        raise UnavailableError("disk", f"the folder cannot be written: {error.strerror}") from error
    names = tuple(key.name for key in cosigners)
    return Exported(checkpoint.origin, size, tree.files, log_keys[0].encode(), names)


def _settle_note(
    source: LogSource, keys: RosterKeys
) -> tuple[SignedNote, Checkpoint, list[VerifierKey], list[VerifierKey]]:
    """The checkpoint with the lines that can be explained, and the keys that explain them."""
    note = source.checkpoint()
    known = (*keys.log_keys(source.origin), *keys.cosigner_keys())
    checkpoint = open_checkpoint(note, source.origin, keys.log_keys(source.origin))
    places = {(key.name, key.key_id) for key in known}
    lines = [line for line in note.lines if (line.name, line.key_id) in places]
    used = {(line.name, line.key_id) for line in lines}
    found = [key for key in known if (key.name, key.key_id) in used]
    logs = [key for key in found if key.key_type is KeyType.ED25519]
    cosigners = [key for key in found if key.key_type is KeyType.COSIGNATURE_V1]
    return SignedNote(note.text, tuple(lines)), checkpoint, logs, cosigners


class _TreeFolder:
    """A folder being filled. What it raises as ``OSError`` the caller translates."""

    def __init__(self, folder: Path) -> None:
        self.files = 0
        self._folder = folder
        self._made: set[Path] = set()
        self._stream = TileStream(self._write_tile)

    def open(self) -> None:
        """Make the folder; it must be empty."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if any(self._folder.iterdir()):
            raise ConflictError("folder_not_empty", f"the folder {self._folder} is not empty")
        self._released = (self._folder / RELEASED).open("xb")
        self.files += 1

    def add(self, number: int, block: Block) -> None:
        """Bundle ``number`` with its acts."""
        self.write(entries_path(number, len(block.entries)), encode_bundle(block.entries))
        self._stream.add_bundle(hash_leaves(block.entries))
        self._released.writelines(act.encode() for act in block.released)

    def close(self) -> bytes:
        """The partial tiles; answers the root."""
        self._released.close()
        return self._stream.finish()

    def write(self, path: str, data: bytes) -> None:
        """One file, never over another."""
        target = self._folder / path
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        with target.open("xb") as file:
            file.write(data)
        self.files += 1

    def _write_tile(self, level: int, number: int, hashes: Sequence[bytes]) -> None:
        self.write(tile_path(level, number, len(hashes)), encode_tile(hashes))
