"""Append: from a batch of drafts to a published checkpoint.

Spec: docs/spec 7.1.3 to 7.1.7. Nothing is acknowledged before the last step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mithaq.core.acts.commitment import commit_act, entry_of, leaf_of
from mithaq.core.acts.dsse import ActSignature
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.merkle import CompactRange, parse_compact_range
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import (
    TILE_WIDTH,
    encode_bundle,
    encode_tile,
    entries_path,
    grow_tiles,
    tile_path,
    tile_widths,
)
from mithaq.core.types import AdministrationCode, LeafIndex, TreeSize
from mithaq.errors import ConflictError, MalformedError, MissingError, MithaqError, RefusedError
from mithaq.node.append.release_heads import make_release_heads
from mithaq.node.draft import Draft, SealingContext, make_context, seal_draft
from mithaq.node.node import Appended, Node
from mithaq.node.proof.log_reader import OwnLogReader, recompute
from mithaq.node.read.projection import Projector
from mithaq.node.records import OwnHead, Release, SealedAct

BATCH_ACTS = 256
"""Most acts under one checkpoint (spec 7.1.2)."""


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """Drafts after transaction A: stored for good, and under no checkpoint yet.

    Attributes:
        acts: those that were sealed, in order.
        before: places of drafts that were sealed earlier already (``Draft.is_once``).
        refused: act id -> why a draft was not sealed.
    """

    drafts: Sequence[Draft]
    acts: Sequence[SealedAct]
    before: Mapping[str, LeafIndex]
    refused: Mapping[str, MithaqError]


class Sequencer:
    """The one writer of the own log.

    One thread may ``seal`` while another one publishes what was sealed before; nothing else goes at once.
    """

    def __init__(self, node: Node, projector: Projector) -> None:
        self._node = node
        self._projector = projector
        self._reader = OwnLogReader(node.store.own, node.tiles)
        # Right edge of the tree, by tile level: spares a lone act the reading of up to 255 rows.
        self._edge: dict[int, tuple[int, list[bytes]]] = {}  # level -> (tile number, its hashes so far)
        self._tail: tuple[int, list[bytes]] = (0, [])  # bundle number, its commitments so far

    def append(self, drafts: Sequence[Draft]) -> list[Appended | MithaqError]:
        """Seal, store, sign and publish up to 256 drafts; one answer for each, in order.

        A draft that cannot be signed is refused alone. Anything else that fails here fails the batch and
        leaves the writer unusable: end it and start again (spec 7.1.8).
        """
        return self.publish(self.seal(drafts))

    def seal(self, drafts: Sequence[Draft]) -> SealedBatch:
        """Give drafts their places and store them durably (step 3). Acknowledges nothing.

        Raises:
            ConflictError: ``head_moved``; another sequencer wrote.
        """
        once = {draft.act_id for draft in drafts if draft.is_once}
        before = self._places_of(once) if once else {}
        acts, refused = self._store(_without(drafts, before))
        return SealedBatch(drafts, acts, before, refused)

    def publish(self, batch: SealedBatch) -> list[Appended | MithaqError]:
        """Cover the rows of a batch by a checkpoint (steps 4 to 6); one answer for each draft, in order.

        Batches are published in the order in which they were sealed.

        Raises:
            ConflictError: ``head_moved``; the rows do not begin where the checkpoint ends.
        """
        if batch.acts:
            head = self._node.store.own.head()
            if head.tree_size != int(batch.acts[0].leaf_index):
                raise ConflictError("head_moved", "the stored rows do not begin where the checkpoint ends")
            head = self._publish_next(head, len(batch.acts), batch.acts)
            self._node.announcer.announce(head.tree_size)
        size = self._node.announcer.tree_size
        places = {**batch.before, **{act.parsed.id: act.leaf_index for act in batch.acts}}
        return [
            batch.refused.get(draft.act_id) or Appended(draft.act_id, places[draft.act_id], size)
            for draft in batch.drafts
        ]

    def _places_of(self, act_ids: set[str]) -> dict[str, LeafIndex]:
        """Own acts with ids that were reserved before: asked for again after a crash or a time-out."""
        own = self._node.identity.origin
        places = self._node.store.acts.places_of(act_ids)
        return {act_id: leaf_index for act_id, (log, leaf_index) in places.items() if log == own}

    def catch_up(self) -> None:
        """Cover every stored row above the head: after a crash, or after a restore brought rows back.

        The signer may be ahead of the database by what it signed and the crash kept from being stored.

        Raises:
            RefusedError: ``signed_other_head``; the rows are not those that the signer signed.
            ConflictError: ``signer_ahead``; rows that it signed are missing here.
        """
        own = self._node.store.own
        head = own.head()
        signed_size, _ = self._node.signer.head()
        if signed_size > head.next_index:
            raise ConflictError("signer_ahead", "this database is older than what this node has signed")
        while head.next_index > head.tree_size:
            first = LeafIndex(head.tree_size)
            # Up to what the signer signed last, in one step: in between it signs nothing any more.
            count = signed_size - first if signed_size > first else min(BATCH_ACTS, head.next_index - first)
            head = self._publish_next(head, count, own.acts_from(first, count))
        self._node.announcer.announce(head.tree_size)

    def read_edge(self) -> None:
        """Read now what the next batch stands beside; of a large log that is up to 255 tiles."""
        size, level = self._node.store.own.head().tree_size, 0
        while any(tile_widths(level, size)):
            number, width = tile_widths(level, size)
            self._edge[level] = (number, self._reader.tile(level, number, width) if width else [])
            level += 1

    # Step 3, transaction A

    def _store(self, drafts: Sequence[Draft]) -> tuple[list[SealedAct], dict[str, MithaqError]]:
        store = self._node.store
        refused: dict[str, MithaqError] = {}
        if not drafts:
            return [], refused
        head, now, heads = store.own.head(), self._node.clock.now(), store.followed.heads()
        context = make_context(head.origin, self._node.identity.code, now, heads)
        seqs = store.own.next_seqs({code for draft in drafts for code in draft.recipients})
        sealed, releases = self._seal_all(drafts, context, head.next_index, seqs, refused)
        if sealed:
            with store.transaction():
                if store.own.head(lock=True).next_index != head.next_index:
                    raise ConflictError("head_moved", "another sequencer has appended")
                store.own.add_acts(sealed, releases)
        return sealed, refused

    def _seal_all(
        self,
        drafts: Sequence[Draft],
        context: SealingContext,
        next_index: LeafIndex,
        seqs: dict[AdministrationCode, int],
        refused: dict[str, MithaqError],
    ) -> tuple[list[SealedAct], list[Release]]:
        salts = self._node.entropy.random_bytes(32 * len(drafts))
        sealed: list[SealedAct] = []
        releases: list[Release] = []
        for number, draft in enumerate(drafts):
            leaf_index = LeafIndex(next_index + len(sealed))
            try:
                envelope, parsed = seal_draft(draft, context, seqs)
                signatures = self._sign(draft, envelope)
            except (MalformedError, MissingError, RefusedError) as error:
                refused[draft.act_id] = error
                continue
            salt = salts[32 * number : 32 * number + 32]
            sealed.append(
                SealedAct(
                    context.log,
                    leaf_index,
                    commit_act(salt, envelope),
                    salt,
                    envelope,
                    signatures,
                    tuple(draft.sections),
                    parsed=parsed,
                )
            )
            for code in draft.recipients:
                releases.append(Release(code, leaf_index, seqs[code]))
                seqs[code] += 1
        return sealed, releases

    def _sign(self, draft: Draft, envelope: bytes) -> tuple[ActSignature, ...]:
        if draft.post is None:
            return ()
        keyid, signature = self._node.signer.sign_act(draft.post, envelope)
        return (ActSignature(keyid, signature),)

    # Steps 4 to 6

    def _publish_next(self, head: OwnHead, count: int, acts: Sequence[SealedAct]) -> OwnHead:
        """One checkpoint over the next ``count`` rows, from the bytes that the database gives back."""
        stored = self._node.store.own.read_committed(LeafIndex(head.tree_size), count)
        if len(stored) != count:
            raise RefusedError("row_missing", "a stored act is gone before it was signed")
        commitments = [recompute(*row) for row in stored]
        leaf_hashes = [leaf_of(commitment) for commitment in commitments]
        tree = parse_compact_range(head.compact_range)
        tree.extend(leaf_hashes)
        self._write_tiles(head.tree_size, commitments, leaf_hashes)
        note = self._sign_head(head, leaf_hashes)
        self._check_signed(note, tree)
        new = replace(
            head, tree_size=tree.size, root_hash=tree.root(), compact_range=tree.encode(), note=note
        )
        with self._node.store.transaction():
            self._node.store.own.publish(head, new, make_release_heads(self._node, new))
            self._projector.project(acts)
        return new

    def _sign_head(self, head: OwnHead, leaf_hashes: Sequence[bytes]) -> bytes:
        try:
            return self._node.signer.sign_checkpoint(head.tree_size, leaf_hashes)
        except ConflictError:
            signed_size, _ = self._node.signer.head()
            if signed_size == head.tree_size + len(leaf_hashes):
                return self._node.signer.sign_checkpoint(
                    signed_size, []
                )  # signed before; its root is compared
            if signed_size < head.tree_size:
                between = self._reader.leaf_hashes(signed_size, head.tree_size - signed_size)
                return self._node.signer.sign_checkpoint(signed_size, [*between, *leaf_hashes])
            raise

    def _write_tiles(
        self, old_size: TreeSize, commitments: Sequence[bytes], leaf_hashes: Sequence[bytes]
    ) -> None:
        """Write what became full: bundles of entries first, then the tiles that hash them."""
        wrote = self._write_bundles(old_size, commitments)
        for tile, hashes in grow_tiles(old_size, leaf_hashes, self._edge_tile):
            level = tile.level or 0
            self._edge[level] = (tile.number, hashes)
            if tile.is_full:
                self._node.tiles.write_full(tile_path(level, tile.number), encode_tile(hashes))
        if wrote:
            self._node.tiles.sync()

    def _write_bundles(self, old_size: TreeSize, commitments: Sequence[bytes]) -> bool:
        number, width = divmod(old_size, TILE_WIDTH)
        kept_number, kept = self._tail
        if kept_number != number or len(kept) != width:
            kept = self._reader.commitments(old_size - width, width)
        entries = [*kept, *commitments]
        full = len(entries) // TILE_WIDTH
        for place in range(full):
            part = entries[place * TILE_WIDTH : (place + 1) * TILE_WIDTH]
            bundle = encode_bundle([entry_of(commitment) for commitment in part])
            self._node.tiles.write_full(entries_path(number + place), bundle)
        self._tail = (number + full, entries[full * TILE_WIDTH :])
        return full > 0

    def _edge_tile(self, level: int, number: int, width: int) -> list[bytes]:
        kept_number, kept = self._edge.get(level, (-1, []))
        is_kept = kept_number == number and len(kept) == width
        return kept if is_kept else self._reader.tile(level, number, width)

    def _check_signed(self, note: bytes, tree: CompactRange) -> None:
        """The signer computed its own root; a row that rotted between storing and signing shows here."""
        checkpoint = parse_checkpoint(parse_signed_note(note).text)
        if (checkpoint.tree_size, checkpoint.root_hash) != (tree.size, tree.root()):
            raise RefusedError("signed_other_head", "the signer signed another head than the one computed")


def _without(drafts: Sequence[Draft], before: Mapping[str, LeafIndex]) -> list[Draft]:
    """The drafts that have no act yet, each reserved id once."""
    taken = set(before)
    left = []
    for draft in drafts:
        if draft.is_once and draft.act_id in taken:
            continue
        if draft.is_once:
            taken.add(draft.act_id)
        left.append(draft)
    return left
