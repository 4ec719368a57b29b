"""Checks the logs that this node holds: the own one and those it follows, every entry and every act.

Spec: docs/spec 7.3.2, 8.3.2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mithaq.core.acts.commitment import commit_act, entry_of
from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.cosignature import good_cosignatures
from mithaq.core.log.merkle import hash_leaves
from mithaq.core.log.tiles import TILE_WIDTH, encode_bundle, encode_tile, entries_path, tile_path
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import MissingError, MithaqError, RefusedError
from mithaq.node.node import Node
from mithaq.node.proof.export import Block, LogSource, find_source
from mithaq.node.proof.roster_keys import RosterKeys
from mithaq.node.proof.tile_stream import TileStream
from mithaq.node.proof.verify import Progress


@dataclass(frozen=True, slots=True)
class LogReport:
    """What became of one log.

    Attributes:
        problem: the first thing that is wrong; None when all is well.
    """

    origin: Origin
    tree_size: TreeSize
    root_hash: RootHash
    problem: MithaqError | None


def check_logs(
    node: Node, origin: Origin | None = None, on_progress: Progress | None = None
) -> Iterator[LogReport]:
    """One report a log: of ``origin`` alone, else the own log first and then each followed one.

    Raises:
        MissingError: ``origin``; no such log is held here.
    """
    origins = [node.identity.origin, *(head.origin for head in node.store.followed.heads())]
    if origin is not None and origin not in origins:
        raise MissingError("origin", "this node neither writes nor follows that log")
    keys = RosterKeys(node)
    for each in origins if origin is None else [origin]:
        yield _check_log(node, each, keys, on_progress)


def _check_log(node: Node, origin: Origin, keys: RosterKeys, on_progress: Progress | None) -> LogReport:
    size, root = _head(node, origin)
    try:
        _verify_log(node, find_source(node, origin), size, root, keys, on_progress)
    except MithaqError as problem:
        return LogReport(origin, size, root, problem)
    return LogReport(origin, size, root, None)


def _head(node: Node, origin: Origin) -> tuple[TreeSize, RootHash]:
    if origin == node.identity.origin:
        own = node.store.own.head()
        return own.tree_size, own.root_hash
    followed = node.store.followed.head(origin)
    return followed.verified_size, followed.root_hash


def _verify_log(
    node: Node,
    source: LogSource,
    size: TreeSize,
    root: RootHash,
    keys: RosterKeys,
    on_progress: Progress | None,
) -> None:
    if size == 0:
        return
    note = source.checkpoint()
    checkpoint = open_checkpoint(note, source.origin, keys.log_keys(source.origin))
    good_cosignatures(note, keys.cosigner_keys(), None)
    if (checkpoint.tree_size, checkpoint.root_hash) != (size, root):
        raise RefusedError("head_differs", "the head in the database is not the one that was signed")
    files = _OwnFiles(node) if source.origin == node.identity.origin else None
    stream = TileStream(files.check_tile if files else _pass_over)
    for start in range(0, size, TILE_WIDTH):
        block = source.block(start, min(TILE_WIDTH, size - start))
        if files is None:
            _check_acts(start, block)
        else:
            # The entries were recomputed from the acts when they were read.
            files.check_bundle(start // TILE_WIDTH, block.entries)
        stream.add_bundle(hash_leaves(block.entries))
        if on_progress is not None:
            on_progress(start + len(block.entries), size)
    if stream.finish() != root:
        raise RefusedError("root_differs", "the stored entries do not make up the signed root")


def _pass_over(level: int, number: int, hashes: Sequence[bytes]) -> None:
    """Tiles of a followed log are not kept."""


def _check_acts(start: int, block: Block) -> None:
    for act in block.released:
        if entry_of(commit_act(act.salt, act.envelope)) != block.entries[act.index - start]:
            raise RefusedError("act_differs", f"act {act.index} is not the one its entry commits to")


class _OwnFiles:
    """The served files of the own log: full tiles and bundles."""

    def __init__(self, node: Node) -> None:
        self._files = node.tiles

    def check_bundle(self, number: int, entries: Sequence[bytes]) -> None:
        """The file of a full bundle against the stored acts."""
        if len(entries) == TILE_WIDTH:
            self._compare(entries_path(number), encode_bundle(entries))

    def check_tile(self, level: int, number: int, hashes: Sequence[bytes]) -> None:
        """The file of a full tile against the entries."""
        if len(hashes) == TILE_WIDTH:
            self._compare(tile_path(level, number), encode_tile(hashes))

    def _compare(self, path: str, expected: bytes) -> None:
        try:
            found = self._files.read(path)
        except MissingError as error:
            raise RefusedError("file_missing", f"{path}: there is no such file") from error
        if found != expected:
            raise RefusedError("tile_altered", f"{path}: does not follow from the entries")
