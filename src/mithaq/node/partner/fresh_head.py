"""A head whose leaves come from the acts themselves, where one page holds every new act.

The commitments are computed from the lines as received, and the root over them must be the one that the
partner signed; so nothing is believed that a bundle of entries would have to tell. Head, leaves and acts
are then stored together, by one commit.

Spec: docs/spec 8.3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mithaq.core.acts.commitment import commit_act, entry_of, leaf_of
from mithaq.core.federation.page import ActLine
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.merkle import parse_compact_range
from mithaq.core.log.tiles import TILE_WIDTH, encode_bundle
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.node.partner.leaves import ENTRY_BYTES, LeafLookup
from mithaq.node.partner.page_reader import Line
from mithaq.node.ports import FollowedStore
from mithaq.node.records import FollowedHead


@dataclass(frozen=True, slots=True)
class FreshHead:
    """A verified head that is not stored yet.

    Attributes:
        head: with size, root and note of the new checkpoint; its cursor has not moved.
        bundles: what is to be stored of the leaves, by number.
        commitments: of the new leaves, by index.
    """

    head: FollowedHead
    bundles: Mapping[int, bytes]
    commitments: Mapping[LeafIndex, bytes]

    def store(self, followed: FollowedStore) -> None:
        """Store leaves and checkpoint; the head goes with the cursor, in the same transaction."""
        head = self.head
        followed.save_bundles(head.origin, self.bundles)
        followed.add_head(head.origin, head.verified_size, head.root_hash, head.note)


class FreshLeaves(LeafLookup):
    """Leaves of which the newest are not stored yet: they were made from the lines that are judged."""

    def __init__(self, followed: FollowedStore, fresh: FreshHead) -> None:
        super().__init__(followed, fresh.head.origin)
        self._fresh = fresh.commitments

    def commitment(self, leaf_index: LeafIndex) -> bytes:
        """As ``LeafLookup.commitment``."""
        return self._fresh.get(leaf_index) or super().commitment(leaf_index)

    def commit(self, line: ActLine) -> bytes:
        """As ``LeafLookup.commit``; a line of this page is the one that its leaf was computed from."""
        return self._fresh.get(line.leaf_index) or super().commit(line)


def make_fresh_head(
    followed: FollowedStore, head: FollowedHead, received: Checkpoint, note: bytes, lines: Sequence[Line]
) -> FreshHead | None:
    """The head that a checkpoint and the acts under it make; None when they do not make it.

    Args:
        followed: holds the leaves below ``head``.
        head: where the log stands here, with every act below applied.
        received: a larger checkpoint, its signatures verified.
        note: the bytes of it.
        lines: of a page from ``head`` on.
    """
    commitments = _commit_lines(lines, head.verified_size, received.tree_size)
    if commitments is None:
        return None
    tree = parse_compact_range(head.compact_range)
    tree.extend([leaf_of(commitment) for commitment in commitments.values()])
    bundles = _make_bundles(followed, head, list(commitments.values()))
    if tree.root() != received.root_hash or bundles is None:
        return None
    new = replace(
        head,
        verified_size=received.tree_size,
        root_hash=received.root_hash,
        compact_range=tree.encode(),
        note=note,
    )
    return FreshHead(new, bundles, commitments)


def _commit_lines(
    lines: Sequence[Line], first: TreeSize, tree_size: TreeSize
) -> dict[LeafIndex, bytes] | None:
    """Commitments of all leaves from ``first`` on; None unless there is an act for each."""
    if len(lines) != tree_size - first:
        return None
    commitments: dict[LeafIndex, bytes] = {}
    for index, (line, _) in enumerate(lines, first):
        if not isinstance(line, ActLine) or line.index != index:
            return None
        commitments[LeafIndex(index)] = commit_act(line.salt, line.envelope)
    return commitments


def _make_bundles(
    followed: FollowedStore, head: FollowedHead, commitments: Sequence[bytes]
) -> dict[int, bytes] | None:
    """Bundles with the new entries behind the stored ones; None when those are not all there."""
    number, width = divmod(head.verified_size, TILE_WIDTH)
    stored = followed.bundle(head.origin, number)[: width * ENTRY_BYTES] if width else b""
    if len(stored) != width * ENTRY_BYTES:
        return None
    fresh = [entry_of(commitment) for commitment in commitments]
    encoded = [encode_bundle(fresh[at : at + TILE_WIDTH]) for at in range(0, len(fresh), TILE_WIDTH)]
    entries, size = b"".join([stored, *encoded]), TILE_WIDTH * ENTRY_BYTES
    return {number + at // size: entries[at : at + size] for at in range(0, len(entries), size)}
