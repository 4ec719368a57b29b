"""Follow a partner's log: verify its checkpoint, fetch and check its leaves, notice two histories.

Spec: docs/spec 8.3, 8.8.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mithaq.core.federation.decision import KnownHead, Step, decide
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from mithaq.core.log.merkle import CompactRange, hash_leaves, parse_compact_range
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import (
    MITHAQ_ENTRY_BYTES,
    TILE_WIDTH,
    TileReader,
    encode_bundle,
    parse_bundle,
    parse_tile,
)
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, MithaqError, RefusedError, UnavailableError
from mithaq.node.node import Node
from mithaq.node.partner.equivocation import Equivocation
from mithaq.node.partner.fresh_head import FreshHead, make_fresh_head
from mithaq.node.partner.page_reader import PAGE_ACTS, FetchedPage, read_page
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm, FollowedHead

BUNDLES_A_STEP = 64
"""Bundles verified and stored at a time: bounds memory to about a megabyte of leaves."""

STORED_ENTRY_BYTES = 2 + MITHAQ_ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class Followed:
    """What following came to.

    Attributes:
        head: the verified head; stored already, but for one that is ``fresh``.
        step: that was taken.
        page: of the acts above the cursor, when one was read on the way.
        fresh: of a head whose leaves are those of ``page``: to be stored with its acts.
    """

    head: FollowedHead
    step: Step
    page: FetchedPage | None = None
    fresh: FreshHead | None = None


class Follower:
    """Keeps the leaves of one partner's log, verified byte by byte."""

    def __init__(self, node: Node, client: PeerClient, keys: PartnerKeys) -> None:
        self._node = node
        self._client = client
        self._keys = keys
        self._equivocation = Equivocation(node)

    def receive(self, head: FollowedHead, data: bytes) -> Followed:
        """Take a checkpoint as it came and do what the decision function says.

        Raises:
            MalformedError, RefusedError: the note is not a good checkpoint of this log; ``too_far``.
            UnavailableError: ``inconsistent``; what was served does not make up the signed root.
        """
        note = parse_signed_note(data)
        claimed = parse_checkpoint(note.text)
        received = open_checkpoint(note, head.origin, self._keys.log_keys(claimed.tree_size))
        step = decide(self._known(head), received, int(self._node.clock.now().timestamp()))
        match step:
            case Step.FETCH:
                return self._advance(head, received, data)
            case Step.EQUIVOCATION:
                self._equivocation.report(head, [head.note, data])
                return Followed(replace(head, frozen=True), step)
            case Step.ROLLBACK:
                return self._judge_rollback(head, received, data)
            case Step.TOO_FAR:
                self._report("too_far", head, [data])
                raise RefusedError("too_far", "the checkpoint is too far ahead of what is verified")
            case Step.NOTHING | Step.RECOSIGN:
                pass
        return Followed(head, step)

    def tell_alarm(self, head: FollowedHead) -> None:
        """Of a frozen log: make sure that the others hear of it."""
        self._equivocation.tell(head)

    def rest(self, head: FollowedHead) -> Step:
        """What to do when the partner has nothing larger: cosign again once the last one is old."""
        if not head.note:
            return Step.NOTHING
        held = parse_checkpoint(parse_signed_note(head.note).text)
        return decide(self._known(head), held, int(self._node.clock.now().timestamp()))

    def _known(self, head: FollowedHead) -> KnownHead:
        size, cosigned = self._node.store.followed.cosigned(head.origin)
        at_s = newest_cosignature_s(cosigned) if size == head.verified_size else None
        return KnownHead(head.verified_size, head.root_hash, at_s, head.next_index >= head.verified_size)

    def _report(self, code: str, head: FollowedHead, notes: list[bytes]) -> None:
        self._node.store.alarms.keep_evidence(head.origin, code, notes)
        self._node.store.alarms.raise_alarm(Alarm(code, head.origin, self._node.clock.now()))

    # Leaves

    def _advance(self, head: FollowedHead, received: Checkpoint, data: bytes) -> Followed:
        """To a larger checkpoint: by the acts under it where they are all for us, else by its bundles."""
        page = self._read_ahead(head, received.tree_size)
        if page is not None:
            fresh = make_fresh_head(self._node.store.followed, head, received, data, page.lines)
            if fresh is not None:
                return Followed(fresh.head, Step.FETCH, page, fresh)
        return Followed(self._fetch(head, received, data), Step.FETCH, page)

    def _read_ahead(self, head: FollowedHead, tree_size: TreeSize) -> FetchedPage | None:
        """The page that may hold every new act.

        What it lacks or hides the bundles tell, so no failure here keeps a checkpoint from being judged.
        """
        if head.next_index < head.verified_size or tree_size - head.verified_size > PAGE_ACTS:
            return None
        try:
            return read_page(self._client, head.next_index, tree_size)
        except MithaqError:
            return None

    def _fetch(self, head: FollowedHead, received: Checkpoint, data: bytes) -> FollowedHead:
        """Extend to the received checkpoint; refetch once when the root does not come out."""
        failure: MithaqError = UnavailableError(
            "inconsistent", "the partner's entries do not make up the root it signed"
        )
        for _ in range(2):
            try:
                tree, pending = self._fetch_leaves(head, received.tree_size)
            except (MalformedError, RefusedError) as error:
                failure = error
                continue
            if tree.root() == received.root_hash:
                return self._store_head(head, received, data, tree, pending)
        self._judge_inconsistency(head, received, data)
        raise failure

    def _fetch_leaves(self, head: FollowedHead, tree_size: TreeSize) -> tuple[CompactRange, dict[int, bytes]]:
        """Fetch bundles and check them against what is stored; the last ones are stored with the head.

        Of a long way the first ones are stored at once: leaves above the head are not yet believed, and a
        later fetch may replace them.
        """
        tree = parse_compact_range(head.compact_range)
        pending: dict[int, bytes] = {}
        for number, entries in self._bundles(head, tree_size):
            known = max(0, head.verified_size - number * TILE_WIDTH)
            self._check_known(head, number, entries[:known])
            tree.extend(hash_leaves(entries[known:]))
            pending[number] = encode_bundle(entries)
            if len(pending) >= BUNDLES_A_STEP:
                self._save(head, pending)
        return tree, pending

    def _bundles(self, head: FollowedHead, tree_size: TreeSize) -> Iterator[tuple[int, list[bytes]]]:
        for number in range(head.verified_size // TILE_WIDTH, -(-tree_size // TILE_WIDTH)):
            width = min(TILE_WIDTH, tree_size - number * TILE_WIDTH)
            yield number, parse_bundle(self._client.entries(number, width), width)

    def _check_known(self, head: FollowedHead, number: int, entries: list[bytes]) -> None:
        if not entries:
            return
        stored = self._node.store.followed.bundle(head.origin, number)
        if stored[: len(entries) * STORED_ENTRY_BYTES] != encode_bundle(entries):
            raise RefusedError(
                "entries_changed", "the partner serves other entries than those verified before"
            )

    def _save(self, head: FollowedHead, pending: dict[int, bytes]) -> None:
        with self._node.store.transaction():
            self._node.store.followed.save_bundles(head.origin, pending)
        pending.clear()

    def _store_head(
        self,
        head: FollowedHead,
        received: Checkpoint,
        data: bytes,
        tree: CompactRange,
        pending: dict[int, bytes],
    ) -> FollowedHead:
        new = replace(
            head,
            verified_size=received.tree_size,
            root_hash=received.root_hash,
            compact_range=tree.encode(),
            note=data,
        )
        with self._node.store.transaction():
            followed = self._node.store.followed
            followed.save_bundles(head.origin, pending)
            followed.save(new)
            followed.add_head(head.origin, new.verified_size, new.root_hash, data)
        return new

    # Two histories

    def _judge_rollback(self, head: FollowedHead, received: Checkpoint, data: bytes) -> Followed:
        """A smaller checkpoint: an old one of ours, or one of another history. Both are kept."""
        notes = [head.note, data]
        if ("rollback", notes) not in self._node.store.alarms.evidence(head.origin):
            self._report("rollback", head, notes)
            if self._stored_root_at(head.origin, received.tree_size) != received.root_hash:
                self._equivocation.report(head, notes)
                return Followed(replace(head, frozen=True), Step.EQUIVOCATION)
        return Followed(head, Step.ROLLBACK)

    def _stored_root_at(self, origin: Origin, tree_size: TreeSize) -> RootHash:
        """Root of the first leaves as they are stored here. Reads them all."""
        tree = CompactRange()
        for start in range(0, tree_size, TILE_WIDTH):
            width = min(TILE_WIDTH, tree_size - start)
            stored = self._node.store.followed.bundle(origin, start // TILE_WIDTH)
            tree.extend(hash_leaves(parse_bundle(stored[: width * STORED_ENTRY_BYTES], width)))
        return tree.root()

    def _judge_inconsistency(self, head: FollowedHead, received: Checkpoint, data: bytes) -> None:
        """Tell a broken server from a lying one: do its own tiles prove another tree at our size?"""
        try:
            is_fork = head.verified_size > 0 and self._proves_other_tree(head, received)
        except MithaqError:
            is_fork = False
        if is_fork:
            self._equivocation.report(head, [head.note, data])
            raise RefusedError("equivocation", "the partner signed two histories")
        self._report("inconsistent", head, [data])

    def _proves_other_tree(self, head: FollowedHead, received: Checkpoint) -> bool:
        reader = TileReader(self._read_tile, received.tree_size)
        if root_at(reader, received.tree_size) != received.root_hash:
            return False
        return root_at(reader, head.verified_size) != head.root_hash

    def _read_tile(self, level: int, number: int, width: int) -> list[bytes]:
        return parse_tile(self._client.tile(level, number, width), width)


def root_at(reader: TileReader, tree_size: TreeSize) -> RootHash:
    """Root of the first ``tree_size`` leaves, from tiles."""
    hashes, start = [], 0
    for level in reversed(range(tree_size.bit_length())):
        if tree_size >> level & 1:
            hashes.append(reader.node(level, start >> level))
            start += 1 << level
    return CompactRange.from_hashes(tree_size, hashes).root()


def newest_cosignature_s(note: bytes) -> int | None:
    """POSIX seconds of the newest cosignature line of a note of our own; None without one."""
    if not note:
        return None
    times = [_time_of(line.signature) for line in parse_signed_note(note).lines if len(line.signature) == 72]
    return max(times, default=None)


def _time_of(payload: bytes) -> int:
    return int.from_bytes(payload[:8], "big")
