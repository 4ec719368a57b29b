"""Grows a tree bundle by bundle in constant memory and hands out each tile as soon as it is whole.

Spec: docs/spec 2.4; c2sp.org/tlog-tiles, Merkle Tree.
"""

from collections.abc import Callable, Sequence

from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange, fold_right, hash_tree
from mithaq.core.log.tiles import TILE_WIDTH
from mithaq.core.types import RootHash

TakeTile = Callable[[int, int, Sequence[bytes]], None]
"""``(level, number, hashes)``: a full tile, or at the end a partial one."""


class TileStream:
    """Feed it leaf hashes from the first one on.

    Args:
        take_tile: called once for each tile of the tree; what it raises passes through.
    """

    def __init__(self, take_tile: TakeTile) -> None:
        self._take = take_tile
        self._rows: list[list[bytes]] = [[]]
        self._counts = [0]

    def add_bundle(self, leaves: list[bytes]) -> None:
        """Leaf hashes of the next bundle: 256 of them, or fewer in the last."""
        self._rows[0] = leaves
        level = 0
        while len(self._rows[level]) == TILE_WIDTH:
            self._take(level, self._counts[level], self._rows[level])
            node = hash_tree(self._rows[level])
            self._rows[level] = []
            self._counts[level] += 1
            level += 1
            if level == len(self._rows):
                self._rows.append([])
                self._counts.append(0)
            self._rows[level].append(node)

    def finish(self) -> RootHash:
        """Hand out the partial tiles; answers the root."""
        peaks: list[bytes] = []
        for level in reversed(range(len(self._rows))):
            if self._rows[level]:
                self._take(level, self._counts[level], self._rows[level])
                part = CompactRange()
                part.extend(self._rows[level])
                peaks += part.hashes
        return RootHash(fold_right(peaks)) if peaks else EMPTY_ROOT
