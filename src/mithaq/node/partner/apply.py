"""A page of a partner's acts: check each against its leaf and the rules, then store them with the cursor.

Nothing in an act can stop the sync: what cannot be used is parked with its reason, and the next goes on.

Spec: docs/spec 8.5.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mithaq.core.acts.act_ids import rank_place
from mithaq.core.acts.envelope import Envelope, parse_envelope
from mithaq.core.acts.kinds import ERASURE_NOTICE, Kind, is_post_signed
from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.federation.page import ActLine, ErasedLine
from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.errors import MalformedError, MissingError, MithaqError, RefusedError, UnavailableError
from mithaq.node.node import Node
from mithaq.node.object_room import check_object_room
from mithaq.node.partner.causal import CausalHold, HoldRoom, SeenOtherRoot
from mithaq.node.partner.disclosure import read_disclosed
from mithaq.node.partner.displaced import displace, refold
from mithaq.node.partner.followed_roots import FollowedRoots
from mithaq.node.partner.fresh_head import FreshHead, FreshLeaves
from mithaq.node.partner.leaves import LeafLookup, LeafMismatch, check_sections
from mithaq.node.partner.page_reader import BadLine, Line
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.partner.partner_receipts import PartnerReceipts
from mithaq.node.partner.third_logs import SEEN_OTHER_ROOT
from mithaq.node.read.projection import Projector
from mithaq.node.records import (
    Alarm,
    FollowedHead,
    Outcome,
    ParkedAct,
    SealedAct,
    WaitingAct,
    WantedBlob,
)
from mithaq.node.registry import Primitive

MOST_ACT_S = 2.0
"""An act whose checks take longer is parked: time is a resource that a partner must not take."""

MOST_GAPS = 4_096
"""Numbers remembered as missing at once: a lying partner must not fill the disk with them."""

NEVER_HELD = frozenset({Kind.ALARM_EQUIVOCATION, Kind.ALARM_CLOCK, Kind.KEY_REVOKE, Kind.KEY_ROOT})
"""Warnings wait for nobody's log: the one they warn of could hold them up."""

_ID = re.compile(rb'"id":"([0-9a-f-]{36})"')
"""Finds the id of a canonical envelope, and now and then one more."""

Place: TypeAlias = tuple[Origin, LeafIndex]

OPENING_KINDS: Mapping[str, Primitive] = {
    Kind.NOTE_SEND: Primitive.NOTE,
    Kind.INSTRUMENT_PROPOSE: Primitive.INSTRUMENT,
}
"""Kinds whose act is the first of its object, and the primitive that this must be."""

MOST_BAD_BYTES = 65_536
"""Bytes kept of a line that is no act."""


@dataclass(slots=True)
class Page:
    """What one page came to, before it is stored."""

    accepted: list[SealedAct] = field(default_factory=list)
    parked: list[ParkedAct] = field(default_factory=list)
    waiting: list[WaitingAct] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    receipts: list[SealedAct] = field(default_factory=list)
    disclosed: list[SealedAct] = field(default_factory=list)
    missing: set[int] = field(default_factory=set)
    displaced: list[Place] = field(default_factory=list)
    """Acts held so far whose id belongs to one of this page."""
    doubted: set[Origin] = field(default_factory=set)
    """Logs of others of which the author has seen another tree."""
    stopped_at: LeafIndex | None = None
    """First act of which nothing was taken, because no room is left to hold it."""

    def note(self, leaf_index: LeafIndex, result: ReceiptResult, reason: str = "", also_to: str = "") -> None:
        """Keep a result; neighbours of one result join. A range never spans an act that is not ours."""
        last = self.outcomes[-1] if self.outcomes else None
        is_next = last and last.last + 1 == leaf_index and not reason
        if last and is_next and (last.result, last.also_to) == (result, also_to):
            self.outcomes[-1] = Outcome(last.first, leaf_index, result, also_to=also_to)
        else:
            self.outcomes.append(Outcome(leaf_index, leaf_index, result, reason, also_to))


class PageApplier:
    """Applies pages of one partner's log."""

    def __init__(self, node: Node, projector: Projector, keys: PartnerKeys) -> None:
        self._node = node
        self._projector = projector
        self._keys = keys
        self._roots = FollowedRoots(node.store.followed)
        self._hold = CausalHold(node, self._roots)
        self._ids: dict[str, Place] = {}
        self._object_acts: dict[str, int] = {}
        self._receipts = PartnerReceipts(node, keys)

    def apply(
        self,
        head: FollowedHead,
        lines: Sequence[Line],
        next_index: LeafIndex,
        *,
        park_mismatch: bool = False,
        fresh: FreshHead | None = None,
    ) -> FollowedHead:
        """Check the lines, then store acts, outcomes, projection and cursor in one transaction.

        Args:
            head: where this log stands here.
            lines: parsed lines with their bytes, in index order. A line below the cursor is one that
                was withheld or held before.
            next_index: the leaf that the cursor moves to, unless held acts fill the room before.
            park_mismatch: whether an act that does not match its leaf is parked.
            fresh: of a head that is to be stored in the same transaction; then ``head`` is the one in it.

        Raises:
            LeafMismatch: one does not match and ``park_mismatch`` is False; nothing was stored.
        """
        page = Page(missing=set(self._node.store.followed.gaps(head.origin)))
        self._hold = CausalHold(self._node, self._roots)
        self._ids = self._find_ids(lines)
        self._object_acts = {}
        self._room: HoldRoom | None = None
        self._keys.begin_page()
        leaves = self._leaves(head, fresh)
        last_seq = head.last_seq
        for line, raw in lines:
            seq = self._take(line, raw, head, leaves, page, park_mismatch)
            if page.stopped_at is not None:
                next_index = page.stopped_at
                break
            last_seq = _count(seq, last_seq, page)
        new = self._moved(head, next_index, last_seq, page)
        with self._node.store.transaction():
            if fresh is not None:
                fresh.store(self._node.store.followed)
            self._store(new, page)
        return new

    def _leaves(self, head: FollowedHead, fresh: FreshHead | None) -> LeafLookup:
        followed = self._node.store.followed
        return LeafLookup(followed, head.origin) if fresh is None else FreshLeaves(followed, fresh)

    def _take(
        self,
        line: ActLine | ErasedLine | BadLine,
        raw: bytes,
        head: FollowedHead,
        leaves: LeafLookup,
        page: Page,
        park_mismatch: bool,
    ) -> int | None:
        """One line into the page; answers its number to this node."""
        if isinstance(line, ErasedLine):
            return line.seq if self._is_asked_for(line, head) else None
        if isinstance(line, BadLine):
            bad = ParkedAct(head.origin, line.leaf_index, line.code, raw[:MOST_BAD_BYTES])
            self._park_mismatch(bad, page, park_mismatch)
            return None
        started_s = self._node.clock.monotonic_s()
        index, code = line.leaf_index, self._node.identity.code
        try:
            act = self._check(line, head, leaves)
            disclosed = read_disclosed(line, act.parsed, head, leaves, self._keys)
            if disclosed is not None:
                self._check_id(disclosed.parsed, (disclosed.log, disclosed.leaf_index))
            if self._node.clock.monotonic_s() - started_s > MOST_ACT_S:
                raise RefusedError("too_slow", "the act took over two seconds to check")
            blocked = self._hold.blocking(act.parsed)
            if act.parsed.kind in NEVER_HELD:
                blocked = None
        except UnavailableError:
            raise  # our own disk, not the act
        except LeafMismatch as error:
            self._park_mismatch(ParkedAct(head.origin, index, error.code, raw), page, park_mismatch)
            return None
        except MithaqError as error:
            if isinstance(error, SeenOtherRoot) and error.log != self._node.identity.origin:
                page.doubted.add(error.log)
            page.parked.append(ParkedAct(head.origin, index, error.code, raw))
            page.note(index, ReceiptResult.UNUSABLE, error.code)
            return claimed_seq(line, code)
        if blocked is not None:
            if not self._has_room(head.origin, len(raw)):
                page.stopped_at = index if index >= head.next_index else None
                return None
            page.waiting.append(WaitingAct(head.origin, index, *blocked, raw))
        else:
            self._accept(act, page)
            if disclosed is not None:
                page.disclosed.append(disclosed)
                self._take_id(disclosed, page)
        return act.parsed.find_seq(code)

    def _has_room(self, origin: Origin, size: int) -> bool:
        if self._room is None:
            self._room = HoldRoom(self._node.store.followed, origin)
        return self._room.take(size)

    def _is_asked_for(self, line: ErasedLine, head: FollowedHead) -> bool:
        """Whether a notice that is held here asks to erase this very act; else its number stays missing.

        The notice stands behind the act, so it is found when the number is looked for again.
        """
        store, log, index = self._node.store, Origin(line.notice.log), LeafIndex(line.notice.index)
        try:
            is_own = log == self._node.identity.origin
            below = store.own.head().next_index if is_own else store.followed.head(log).verified_size
            if index >= below:
                return False
            notice = store.acts.at(log, index).parsed
        except MissingError:
            return False
        is_notice = (notice.kind, notice.object_kind) == (Kind.NOTE_SEND, ERASURE_NOTICE)
        return is_notice and notice.body.get("act") == {"log": head.origin, "index": line.leaf_index}

    def _park_mismatch(self, act: ParkedAct, page: Page, park_mismatch: bool) -> None:
        """Not what the leaf commits to. Its number is not believed: the true act is still missing."""
        if not park_mismatch:
            raise LeafMismatch(act.reason, "a line is not the act that its leaf commits to")
        page.parked.append(act)
        page.note(act.leaf_index, ReceiptResult.UNUSABLE, act.reason)

    def _accept(self, act: SealedAct, page: Page) -> None:
        page.accepted.append(act)
        self._take_id(act, page)
        if act.parsed.object is not None:
            self._object_acts[act.parsed.object] += 1
        self._keys.note_revocation(act.parsed)
        if act.parsed.kind == Kind.RECEIPT:
            page.receipts.append(act)  # a receipt gets no receipt
        else:
            page.note(act.leaf_index, self._result(act.parsed), also_to=self._others(act.parsed))

    def _others(self, envelope: Envelope) -> str:
        """Recipients beside this node."""
        if len(envelope.to) == 1:
            return ""
        codes = [one.administration for one in envelope.to]
        return " ".join(code for code in codes if code != self._node.identity.code)

    def _result(self, envelope: Envelope) -> ReceiptResult:
        if not envelope.is_known or not self._is_known_object(envelope):
            return ReceiptResult.UNKNOWN
        if self._missing_blobs(envelope):
            return ReceiptResult.PENDING
        return ReceiptResult.APPLIED

    def _missing_blobs(self, envelope: Envelope) -> list[str]:
        return [blob.sha256 for blob in envelope.blobs if not self._node.blobs.is_whole(blob.sha256)]

    def _is_known_object(self, envelope: Envelope) -> bool:
        if envelope.object_kind is None:
            return True
        return self._node.registry.find(envelope.object_kind, envelope.object_v) is not None

    # Checks, in the order of the specification

    def _check(self, line: ActLine, head: FollowedHead, leaves: LeafLookup) -> SealedAct:
        if line.leaf_index >= head.verified_size:
            raise RefusedError("leaf_index", "the act lies above what is verified")
        commitment = leaves.commit(line)
        envelope = parse_envelope(line.envelope)
        self._check_binding(envelope, head)
        self._check_id(envelope, (head.origin, line.leaf_index))
        signatures = line.signatures
        if is_post_signed(envelope.kind, envelope.object_kind):
            self._keys.check_post_signature(envelope, line.envelope, signatures, line.leaf_index)
        if envelope.kind == Kind.KEY_REVOKE:
            self._keys.check_revocation(envelope, line.envelope, signatures, line.leaf_index)
        self._check_rules(envelope)
        self._check_object_room(envelope)
        sections = check_sections(envelope, line.sections) if line.sections else ()
        return SealedAct(
            head.origin,
            line.leaf_index,
            commitment,
            line.salt,
            line.envelope,
            signatures,
            sections,
            parsed=envelope,
        )

    def _find_ids(self, lines: Sequence[Line]) -> dict[str, Place]:
        """Where acts with the ids of this page are held already: two objects of one id would be one."""
        acts = [line for line, _ in lines if isinstance(line, ActLine)]
        envelopes = [act.envelope for act in acts]
        envelopes += [act.disclosed.envelope for act in acts if act.disclosed is not None]
        wanted = {each.decode() for envelope in envelopes for each in _ID.findall(envelope)}
        return self._node.store.acts.places_of(wanted) if wanted else {}

    def _check_id(self, envelope: Envelope, place: Place) -> None:
        """Of two acts of one id one counts, and which does not hang on which came first (spec 5.3.12)."""
        held = self._ids.get(envelope.id, place)
        is_ours = held[0] == self._node.identity.origin
        if held != place and (is_ours or rank_place(envelope.id, *held) < rank_place(envelope.id, *place)):
            raise RefusedError("id_taken", "another act has this id")

    def _take_id(self, act: SealedAct, page: Page) -> None:
        place = (act.log, act.leaf_index)
        held = self._ids.get(act.parsed.id, place)
        if held != place:
            page.displaced.append(held)
        self._ids[act.parsed.id] = place

    def _check_binding(self, envelope: Envelope, head: FollowedHead) -> None:
        """The roster binds log and author (spec 5.3.8)."""
        if envelope.log != head.origin or envelope.author != head.administration:
            raise RefusedError(
                "wrong_author", "the act names another log or author than the log it stands in"
            )
        if envelope.find_seq(self._node.identity.code) is None:
            raise RefusedError("not_addressed", "the act is not addressed to this node")

    def _check_rules(self, envelope: Envelope) -> None:
        if envelope.kind == Kind.RECEIPT:
            self._receipts.check(envelope)
        if (envelope.object is None) != (envelope.kind in OPENING_KINDS) and envelope.object_kind is not None:
            raise RefusedError(
                "object_place", "an act opens an object or belongs to one, not both and not neither"
            )
        kind = self._node.registry.find(envelope.object_kind, envelope.object_v)
        if kind is None or envelope.kind not in OPENING_KINDS:
            return
        if OPENING_KINDS[envelope.kind] is not kind.primitive:
            raise RefusedError("other_primitive", "the act opens an object of the other primitive")
        if envelope.kind == Kind.NOTE_SEND:
            kind.check(envelope.body)

    def _check_object_room(self, envelope: Envelope) -> None:
        object_id, counts = envelope.object, self._object_acts
        if object_id is None:
            return
        if object_id not in counts:
            counts.update(self._node.store.acts.count_of_objects([object_id], envelope.log))
        check_object_room(counts[object_id])

    # Storing

    def _moved(self, head: FollowedHead, next_index: LeafIndex, last_seq: int, page: Page) -> FollowedHead:
        moved = replace(head, next_index=next_index, last_seq=last_seq)
        is_waiting = bool(page.waiting) or self._node.store.followed.first_waiting(head.origin) is not None
        if next_index >= head.verified_size and not is_waiting:
            moved = replace(moved, applied_size=head.verified_size, applied_root=head.root_hash)
        return moved

    def _store(self, head: FollowedHead, page: Page) -> None:
        followed = self._node.store.followed
        touched = displace(self._node, page.displaced)
        if page.accepted:
            cursor = followed.head(head.origin).next_index
            late = [act for act in page.accepted if act.leaf_index < cursor]
            followed.add_acts(self._not_held(page.accepted, late))
            followed.unpark(head.origin, [act.leaf_index for act in late])
            followed.want_blobs(head.origin, self._wanted_blobs(page.accepted))
        for act in page.disclosed:
            followed.add_disclosed(act)
        if page.parked:
            followed.park(page.parked)
        for log in sorted(page.doubted):
            detail = f"{head.administration} has seen another tree of it"
            self._node.store.alarms.raise_alarm(Alarm(SEEN_OTHER_ROOT, log, self._node.clock.now(), detail))
        if page.waiting:
            followed.hold(page.waiting)
        for act in page.accepted:
            self._keys.keep_revocation(act.parsed)
        for receipt in page.receipts:
            self._receipts.keep_cosignature(receipt.parsed)
        followed.set_gaps(head.origin, page.missing)
        self._node.store.receipts.owe(head.origin, page.outcomes)
        self._projector.project([act for act in page.accepted if self._is_known_object(act.parsed)])
        refold(self._projector, touched)
        followed.save(self._keep_newer(head))

    def _not_held(self, acts: Sequence[SealedAct], late: Sequence[SealedAct]) -> list[SealedAct]:
        """Without those that were disclosed to us while they waited or were withheld."""
        held = {act.leaf_index for act in late if self._is_held(act)}
        return [act for act in acts if act.leaf_index not in held]

    def _is_held(self, act: SealedAct) -> bool:
        try:
            return bool(self._node.store.acts.at(act.log, act.leaf_index))
        except MissingError:
            return False

    def _keep_newer(self, head: FollowedHead) -> FollowedHead:
        """What another thread has moved meanwhile stays: a log frozen by an alarm, acts that wait no more."""
        now = self._node.store.followed.head(head.origin, lock=True)
        if now.applied_size > head.applied_size:
            head = replace(head, applied_size=now.applied_size, applied_root=now.applied_root)
        return replace(head, frozen=True) if now.frozen else head

    def _wanted_blobs(self, acts: Sequence[SealedAct]) -> list[WantedBlob]:
        return [
            WantedBlob(act.leaf_index, sha256)
            for act in acts
            if act.parsed.blobs
            for sha256 in self._missing_blobs(act.parsed)
        ]


def _count(seq: int | None, last_seq: int, page: Page) -> int:
    """Keep the numbers that this log still owes us; answers the highest number seen."""
    if seq is None:
        return last_seq
    page.missing.discard(seq)
    if seq <= last_seq:
        return last_seq
    if seq > last_seq + 1:
        room = max(0, MOST_GAPS - len(page.missing))
        page.missing.update(range(last_seq + 1, min(seq, last_seq + 1 + room)))
    return seq


def claimed_seq(line: ActLine, code: AdministrationCode) -> int | None:
    """The number that an unusable act claims, if it can be read: so that its place shows no gap."""
    try:
        return parse_envelope(line.envelope).find_seq(code)
    except MalformedError:
        return None
