"""Tiles, bundles and proofs of the own log: full ones from files, partial ones from the database."""

from mithaq.core.acts.commitment import commit_act, entry_of, leaf_of
from mithaq.core.log.merkle import consistency_path, hash_tree, inclusion_path
from mithaq.core.log.tiles import (
    TILE_WIDTH,
    TileReader,
    encode_bundle,
    entries_path,
    parse_tile,
    tile_path,
    tile_widths,
)
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import MissingError, RefusedError
from mithaq.node.ports import OwnLogStore, TileFiles


class OwnLogReader:
    """Reads the own log as the world sees it. Keeps no state; every answer comes from durable bytes.

    Args:
        own: the entries.
        files: full tiles.
        tree_size: of a published checkpoint, where nothing beyond it is asked for; else the head is
            looked up for each tile.
    """

    def __init__(self, own: OwnLogStore, files: TileFiles, tree_size: TreeSize | None = None) -> None:
        self._own = own
        self._files = files
        self._tree_size = tree_size

    def leaf_hashes(self, first: int, count: int) -> list[bytes]:
        """Leaf hashes recomputed from the stored salts and envelopes.

        Raises:
            MissingError: ``entry``; a row is not there.
        """
        return [leaf_of(commitment) for commitment in self.commitments(first, count)]

    def tile(self, level: int, number: int, width: int) -> list[bytes]:
        """Hashes of a tile, ``width`` of them; any width that a checkpoint may have implied.

        Raises:
            MissingError: ``tile_missing``; the log has not grown to it.
        """
        size = self._own.head().tree_size if self._tree_size is None else self._tree_size
        if number < tile_widths(level, size)[0]:
            return parse_tile(self._files.read(tile_path(level, number)), TILE_WIDTH)[:width]
        if level == 0:
            return self.leaf_hashes(number * TILE_WIDTH, width)
        return [
            hash_tree(self.tile(level - 1, number * TILE_WIDTH + child, TILE_WIDTH)) for child in range(width)
        ]

    def bundle(self, number: int, width: int) -> bytes:
        """An encoded entry bundle of ``width`` entries.

        Raises:
            MissingError: ``tile_missing`` or ``entry``.
        """
        if width == TILE_WIDTH:
            return self._files.read(entries_path(number))
        return encode_bundle([entry_of(c) for c in self.commitments(number * TILE_WIDTH, width)])

    def inclusion(self, leaf_index: LeafIndex, tree_size: TreeSize) -> tuple[bytes, ...]:
        """Inclusion path of a leaf under the tree of that size."""
        return inclusion_path(leaf_index, tree_size, TileReader(self.tile, tree_size).node)

    def consistency(self, old_size: TreeSize, new_size: TreeSize) -> tuple[bytes, ...]:
        """Consistency path between two sizes of the own log."""
        if old_size == 0:
            return ()
        return consistency_path(old_size, new_size, TileReader(self.tile, new_size).node)

    def commitments(self, first: int, count: int) -> list[bytes]:
        """Commitments of own entries, each computed anew from its act.

        Raises:
            MissingError: ``entry``; a row is not there. RefusedError: ``row_rotten``.
        """
        stored = self._own.read_committed(LeafIndex(first), count)
        if len(stored) != count:
            raise MissingError("entry", "the log holds no entry there")
        return [recompute(*row) for row in stored]


def recompute(commitment: bytes, salt: bytes, envelope: bytes) -> bytes:
    """The commitment of stored bytes, computed anew; of lost content (no salt) only itself is left.

    Raises:
        RefusedError: ``row_rotten``; the bytes are no longer those that were committed to.
    """
    if salt and commit_act(salt, envelope) != commitment:
        raise RefusedError("row_rotten", "a stored act no longer matches its commitment")
    return commitment
