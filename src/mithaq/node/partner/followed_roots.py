"""Roots of followed logs at any size that is verified here, for comparing with what others say they saw."""

from mithaq.core.log.merkle import CompactRange, hash_leaves, hash_tree
from mithaq.core.log.tiles import TILE_WIDTH, parse_bundle
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.node.partner.leaves import ENTRY_BYTES
from mithaq.node.ports import FollowedStore


class FollowedRoots:
    """Roots by size. It keeps one hash for each full bundle that it has read: 32 bytes for 256 leaves."""

    def __init__(self, followed: FollowedStore) -> None:
        self._followed = followed
        self._full: dict[Origin, list[bytes]] = {}

    def root_at(self, origin: Origin, tree_size: TreeSize) -> RootHash:
        """Root of the first leaves of a followed log; the size is at most the verified one.

        Raises:
            MalformedError: a stored bundle is not one.
        """
        known = self._followed.root_at(origin, tree_size)
        if known is not None:
            return known
        full, rest = divmod(tree_size, TILE_WIDTH)
        upper, lower = CompactRange(), CompactRange()
        upper.extend(self._read_full(origin, full))
        lower.extend(self._read_leaves(origin, full, rest) if rest else [])
        return CompactRange.from_hashes(tree_size, [*upper.hashes, *lower.hashes]).root()

    def _read_full(self, origin: Origin, count: int) -> list[bytes]:
        hashes = self._full.setdefault(origin, [])
        for number in range(len(hashes), count):
            hashes.append(hash_tree(self._read_leaves(origin, number, TILE_WIDTH)))
        return hashes[:count]

    def _read_leaves(self, origin: Origin, number: int, width: int) -> list[bytes]:
        stored = self._followed.bundle(origin, number)[: width * ENTRY_BYTES]
        return hash_leaves(parse_bundle(stored, width))
