"""Heads of the own log at any size it has had: also those whose checkpoints a restore lost."""

from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import TileReader
from mithaq.core.types import RootHash, TreeSize
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.partner.follow import root_at
from mithaq.node.proof.log_reader import OwnLogReader


class OwnHeads:
    """Texts and roots of own checkpoints, by size."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def text_at(self, tree_size: TreeSize) -> bytes:
        """Text of the checkpoint of that size. A partner may have got one that is not stored here any more.

        Raises:
            MissingError: ``checkpoint_missing``; the log was never that large.
        """
        try:
            return parse_signed_note(self._node.store.own.note_at(tree_size)).text
        except MissingError:
            if not 0 < tree_size <= self._node.store.own.head().tree_size:
                raise
        return Checkpoint(self._node.identity.origin, tree_size, self.root_at(tree_size)).encode()

    def root_at(self, tree_size: TreeSize) -> RootHash:
        """Root of the first ``tree_size`` leaves, from the stored tree; at most the published size."""
        own_size = self._node.store.own.head().tree_size
        read_tile = OwnLogReader(self._node.store.own, self._node.tiles).tile
        return root_at(TileReader(read_tile, own_size), tree_size)
