"""Checks an exported log alone: a folder, one vkey, and nothing else. No node, no database, no network.

Every byte of the folder is accounted for: each file is one that the size implies, each tile follows
from the entries, each line of the checkpoint from a key, each released act from its entry. The files
are read once, in order, so memory stays the same whatever the size.

Spec: docs/spec 2.6; c2sp.org/tlog-tiles.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from mithaq.core.acts.commitment import ENTRY_BYTES, commit_act, entry_of
from mithaq.core.keys import KeyType, VerifierKey, parse_vkey
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint
from mithaq.core.log.cosignature import good_cosignatures
from mithaq.core.log.merkle import hash_leaves
from mithaq.core.log.signed_note import MAX_NOTE_BYTES, SignedNote, parse_signed_note
from mithaq.core.log.tiles import (
    MAX_TILE_BYTES,
    TILE_WIDTH,
    entries_path,
    parse_bundle,
    parse_tile_path,
    tile_path,
    tile_widths,
)
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, MithaqError, RefusedError
from mithaq.node.proof.released_lines import MAX_LINE_BYTES, ReleasedLine, parse_released_line
from mithaq.node.proof.tile_stream import TileStream

CHECKPOINT = "checkpoint"
VKEY = "vkey"
COSIGNERS = "cosigners"
RELEASED = "released.jsonl"
PLAIN_FILES = frozenset({CHECKPOINT, VKEY, COSIGNERS, RELEASED})
"""The files beside ``tile/``. ``cosigners`` holds the vkeys of those whose lines the checkpoint carries."""

MAX_KEYS_BYTES = 65_536
_LENGTH_BYTES = 2

Progress = Callable[[int, int], None]
"""Called now and then with (entries done, tree size)."""


@dataclass(frozen=True, slots=True)
class TreeSummary:
    """What an exported log turned out to be.

    Attributes:
        released: acts in ``released.jsonl``, each equal to what its entry commits to.
        cosigners: names of the keys, other than the one given, whose lines are good.
    """

    origin: Origin
    tree_size: TreeSize
    root_hash: RootHash
    released: int
    cosigners: tuple[str, ...]


def verify_tree(folder: Path, vkey: VerifierKey, on_progress: Progress | None = None) -> TreeSummary:
    """Verify a whole exported log. Stops at the first thing that is wrong.

    Args:
        folder: as ``mithaq log export`` writes it.
        vkey: of the log, from elsewhere; what the folder says of itself is never trusted.
        on_progress: see ``Progress``.

    Raises:
        RefusedError: the code says what kind of damage, the message which file: ``file_missing``,
            ``file_extra``, ``file_kind``, ``file_size``, ``vkey_differs``, ``vkey_type``,
            ``checkpoint_damaged``, ``bundle_damaged``, ``tile_altered``, ``root_differs``,
            ``released_damaged``.
    """
    if vkey.key_type is not KeyType.ED25519:
        raise RefusedError("vkey_type", "the vkey is not that of a log")
    cosigners = _read_keys(folder, vkey)
    checkpoint = _open_checkpoint(folder, vkey, cosigners)
    _refuse_extra_files(folder, checkpoint.tree_size)
    tree = TileStream(_TileCheck(folder).check)
    acts = _ReleasedActs(folder)
    _check_entries(folder, checkpoint.tree_size, tree, acts, on_progress)
    if tree.finish() != checkpoint.root_hash:
        raise RefusedError("root_differs", f"{CHECKPOINT}: its root is not that of the entries")
    released = acts.finish()
    names = tuple(sorted({key.name for key in cosigners}))
    return TreeSummary(checkpoint.origin, checkpoint.tree_size, checkpoint.root_hash, released, names)


def read_file(folder: Path, path: str, max_bytes: int) -> bytes:
    """A plain file of the folder, never more than ``max_bytes + 1`` of it.

    Raises:
        RefusedError: ``file_missing``, ``file_kind``.
    """
    try:
        with _open_plain(folder / path, path) as file:
            return file.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RefusedError("file_missing", f"{path}: there is no such file") from error
    except OSError as error:
        raise RefusedError("file_missing", f"{path}: cannot be read ({error.strerror})") from error


def _open_plain(place: Path, path: str) -> BufferedReader:
    # A link could lead out of the folder, a pipe could hold us up for ever.
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RefusedError("file_kind", f"{path}: is not a plain file")
    return os.fdopen(descriptor, "rb")


def _read_exactly(folder: Path, path: str, size_bytes: int) -> bytes:
    data = read_file(folder, path, size_bytes)
    if len(data) != size_bytes:
        told = f"more than {size_bytes}" if len(data) > size_bytes else str(len(data))
        raise RefusedError("file_size", f"{path}: has {told} bytes, and must have {size_bytes}")
    return data


# Keys and checkpoint


def _read_keys(folder: Path, vkey: VerifierKey) -> list[VerifierKey]:
    """The keys that explain the other lines of the checkpoint; damage to their file is found by their ids."""
    first, *others = _read_key_lines(folder, VKEY)
    if first != vkey:
        raise RefusedError("vkey_differs", f"{VKEY}: is not the vkey that was given")
    if (folder / COSIGNERS).exists() or (folder / COSIGNERS).is_symlink():
        others += _read_key_lines(folder, COSIGNERS)
    if len({key.encode() for key in (first, *others)}) != len(others) + 1:
        raise RefusedError("vkey_differs", f"{COSIGNERS}: holds a key twice")
    return others


def _read_key_lines(folder: Path, path: str) -> list[VerifierKey]:
    data = read_file(folder, path, MAX_KEYS_BYTES)
    try:
        if not data.endswith(b"\n"):
            raise MalformedError("vkey", "the last line does not end")
        return [parse_vkey(line) for line in data[:-1].decode().split("\n")]
    except (UnicodeDecodeError, MalformedError) as error:
        raise RefusedError("vkey_differs", f"{path}: is no list of vkeys ({_reason(error)})") from error


def _open_checkpoint(folder: Path, vkey: VerifierKey, others: list[VerifierKey]) -> Checkpoint:
    try:
        note = parse_signed_note(read_file(folder, CHECKPOINT, MAX_NOTE_BYTES))
        _demand_explained(note, [vkey, *others])
        good_cosignatures(note, others, None)
        logs = [key for key in others if key.key_type is KeyType.ED25519]
        return open_checkpoint(note, Origin(vkey.name), [vkey, *logs])
    except MithaqError as error:
        if error.code in ("file_missing", "file_kind"):
            raise
        raise RefusedError("checkpoint_damaged", f"{CHECKPOINT}: {_reason(error)}") from error


def _demand_explained(note: SignedNote, keys: list[VerifierKey]) -> None:
    """Every line has a key, every key a line: else a changed line would pass for one of a stranger."""
    places = {(line.name, line.key_id) for line in note.lines}
    known = {(key.name, key.key_id) for key in keys}
    for name, key_id in places - known:
        raise RefusedError(
            "line_unknown", f"a line of {name} ({key_id.hex()}) is of no key in {VKEY} or {COSIGNERS}"
        )
    for name, _ in known - places:
        raise RefusedError("line_missing", f"the key {name} has not signed")


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, MithaqError) else "not UTF-8"


# Files


def _refuse_extra_files(folder: Path, tree_size: TreeSize) -> None:
    for place, folders, files in os.walk(folder, onerror=_refuse_folder):
        base = Path(place)
        for name in files:
            path = (base / name).relative_to(folder).as_posix()
            if path not in PLAIN_FILES and not _is_implied(path, tree_size):
                raise RefusedError("file_extra", f"{path}: a log of this size has no such file")
        for name in folders:
            if (base / name).is_symlink():
                raise RefusedError("file_kind", f"{(base / name).relative_to(folder).as_posix()}: is a link")


def _refuse_folder(error: OSError) -> None:
    raise RefusedError("file_missing", f"{error.filename}: cannot be read ({error.strerror})") from error


def _is_implied(path: str, tree_size: TreeSize) -> bool:
    try:
        tile = parse_tile_path(path)
    except MalformedError:
        return False
    full_count, width = tile_widths(tile.level or 0, tree_size)
    return tile.number < full_count if tile.is_full else (tile.number, tile.width) == (full_count, width)


# Entries, tiles, acts


def _check_entries(
    folder: Path, tree_size: TreeSize, tree: TileStream, acts: "_ReleasedActs", on_progress: Progress | None
) -> None:
    for start in range(0, tree_size, TILE_WIDTH):
        width = min(TILE_WIDTH, tree_size - start)
        path = entries_path(start // TILE_WIDTH, width)
        data = _read_exactly(folder, path, width * (_LENGTH_BYTES + ENTRY_BYTES))
        try:
            entries = parse_bundle(data, width)
        except MalformedError as error:
            raise RefusedError("bundle_damaged", f"{path}: {error.message}") from error
        tree.add_bundle(hash_leaves(entries))
        acts.check(start, entries)
        if on_progress is not None:
            on_progress(start + width, tree_size)


class _TileCheck:
    """Compares each tile that the entries give with its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self, level: int, number: int, hashes: Sequence[bytes]) -> None:
        """One tile."""
        path = tile_path(level, number, len(hashes))
        if read_file(self._folder, path, MAX_TILE_BYTES) != b"".join(hashes):
            raise RefusedError("tile_altered", f"{path}: does not follow from the entries")


class _ReleasedActs:
    """Reads ``released.jsonl`` beside the bundles: its lines are in the order of their index.

    Its damage is told at the end: where an entry was changed, the act is not to blame.
    """

    def __init__(self, folder: Path) -> None:
        self._lines = _read_released(folder)
        self._next = next(self._lines, None)
        self._count = 0
        self._damage: RefusedError | None = None

    def check(self, start: int, entries: list[bytes]) -> None:
        """Compare the acts of one bundle with its entries."""
        if self._damage is None:
            try:
                self._compare(start, entries)
            except RefusedError as error:
                self._damage = error

    def _compare(self, start: int, entries: list[bytes]) -> None:
        act, end = self._next, start + len(entries)
        while act is not None and act.index < end:
            if entry_of(commit_act(act.salt, act.envelope)) != entries[act.index - start]:
                raise RefusedError(
                    "released_damaged", f"{RELEASED}: act {act.index} is not the one its entry commits to"
                )
            self._count += 1
            act = next(self._lines, None)
        self._next = act

    def finish(self) -> int:
        """How many acts there were; none may be left.

        Raises:
            RefusedError: ``released_damaged``.
        """
        if self._damage is not None:
            raise self._damage
        if self._next is not None:
            raise RefusedError("released_damaged", f"{RELEASED}: the log has no entry {self._next.index}")
        return self._count


def _read_released(folder: Path) -> Iterator[ReleasedLine]:
    try:
        file = _open_plain(folder / RELEASED, RELEASED)
    except OSError as error:
        raise RefusedError("file_missing", f"{RELEASED}: there is no such file") from error
    with file:
        last, number = -1, 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            try:
                act = parse_released_line(line)
            except MalformedError as error:
                raise RefusedError(
                    "released_damaged", f"{RELEASED}: line {number}: {error.message}"
                ) from error
            if act.index <= last:
                raise RefusedError("released_damaged", f"{RELEASED}: line {number}: is out of order")
            last = act.index
            yield act
