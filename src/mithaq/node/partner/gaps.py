"""Acts that a partner's numbers say we are owed and its log has not shown: retry, then alarm.

Spec: docs/spec 8.5.6, 8.5.7.
"""

from datetime import datetime, timedelta

from mithaq.core.acts.commitment import commit_act
from mithaq.core.acts.release_head import ReleaseHead
from mithaq.core.federation.page import ActLine, ErasedLine
from mithaq.core.types import LeafIndex, Origin, TreeSize
from mithaq.node.node import Node
from mithaq.node.partner.apply import MOST_GAPS, PageApplier, claimed_seq
from mithaq.node.partner.leaves import LeafLookup
from mithaq.node.partner.page_reader import BadLine, Line, read_page
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm, FollowedHead

POLLS_BEFORE_ALARM = 3
HEAD_MISSING_BEFORE_ALARM = timedelta(minutes=10)
MOST_PAGES_A_POLL = 16
"""Pages read at one poll for what is missing: many holes, or a long log, cost no more."""
WITHHELD = "withheld_act"
NO_HEAD = "release_head_missing"


class GapWatch:
    """Watches the numbers of one partner's log."""

    def __init__(self, node: Node, origin: Origin) -> None:
        self._node = node
        self._origin = origin
        self._head_missing_since: datetime | None = None
        self._next_number = 0

    def retry(self, head: FollowedHead, client: PeerClient, applier: PageApplier) -> FollowedHead:
        """Ask once more for what is missing, where it must be; alarm after the third poll.

        Answers the head, which moves when the missing ones were the last.
        """
        gaps = self._node.store.followed.gaps(self._origin)
        if not gaps or head.next_index < head.verified_size:
            return head
        late = self._find(client, set(gaps), head)
        head = applier.apply(head, late, head.next_index)  # counts the poll too when nothing came
        left = self._node.store.followed.gaps(self._origin)
        if any(polls >= POLLS_BEFORE_ALARM for polls in left.values()):
            self._alarm(WITHHELD, f"{len(left)} acts are missing, the first is number {min(left)}")
        elif not left:
            self._node.store.alarms.clear(WITHHELD, self._origin)
        return head

    def check_tail(self, head: FollowedHead, statement: ReleaseHead | None) -> None:
        """Compare our last number with the release head of the same size."""
        if statement is None:
            self._note_missing_head()
            return
        self._head_missing_since = None
        self._node.store.alarms.clear(NO_HEAD, self._origin)
        if statement.last_seq > head.last_seq:
            self._note_tail(head.last_seq, statement.last_seq)
            self._alarm(WITHHELD, f"the tail is missing: {head.last_seq} seen, {statement.last_seq} stated")

    def _note_tail(self, seen: int, stated: int) -> None:
        """From now on the tail is a gap like any other, and asked for again."""
        followed = self._node.store.followed
        gaps = followed.gaps(self._origin)
        room = max(0, MOST_GAPS - len(gaps))
        tail = set(range(seen + 1, min(stated, seen + room) + 1))
        if not tail <= gaps.keys():
            with self._node.store.transaction():
                followed.set_gaps(self._origin, gaps.keys() | tail)

    def _note_missing_head(self) -> None:
        now = self._node.clock.now()
        self._head_missing_since = self._head_missing_since or now
        if now - self._head_missing_since >= HEAD_MISSING_BEFORE_ALARM:
            self._alarm(NO_HEAD, "the partner serves no release head for its checkpoint")

    def _find(self, client: PeerClient, missing: set[int], head: FollowedHead) -> list[Line]:
        """Lines of missing numbers, each looked for between its neighbours; some a poll, in turn."""
        found: dict[int, tuple[LeafIndex, Line]] = {}
        leaves, pages = LeafLookup(self._node.store.followed, head.origin), MOST_PAGES_A_POLL
        for number in sorted(missing, key=lambda number: (number < self._next_number, number)):
            if not pages:
                break
            if number in found:
                continue
            first, below = self._find_neighbours(number, head)
            while first < below and pages and number not in found:
                pages, page = pages - 1, read_page(client, first, below)
                first = page.next_index
                for line, raw in page.lines:
                    seq = self._read_seq(line, leaves)
                    if seq in missing:
                        found.setdefault(seq, (line.leaf_index, (line, raw)))
            self._next_number = number + 1
        return [line for _, line in sorted(found.values(), key=lambda place: place[0])]

    def _find_neighbours(self, number: int, head: FollowedHead) -> tuple[LeafIndex, TreeSize]:
        """Leaves ``first .. below`` between the acts of the numbers before and after it."""
        first, end, below = 0, int(head.next_index), int(head.next_index)
        while first < end:
            middle = (first + end) // 2
            place, seq = self._next_numbered(LeafIndex(middle), head)
            if seq is not None and seq < number:
                first = place + 1
            else:
                end, below = middle, place
        return LeafIndex(first), TreeSize(below)

    def _next_numbered(self, first: LeafIndex, head: FollowedHead) -> tuple[LeafIndex, int | None]:
        """Place and number of the first act held from a leaf on; the cursor and None where there is none."""
        code = self._node.identity.code
        while acts := self._node.store.followed.acts_from(self._origin, first, 1):
            act = acts[0]
            if act.leaf_index >= head.next_index:
                break
            seq = act.read().parsed.find_seq(code) if act.envelope else None
            if seq is not None:
                return act.leaf_index, seq
            first = LeafIndex(act.leaf_index + 1)  # disclosed later, or erased: it has no number to us
        return head.next_index, None

    def _read_seq(self, line: ActLine | ErasedLine | BadLine, leaves: LeafLookup) -> int | None:
        """The number of a line that is what its leaf commits to."""
        if isinstance(line, ErasedLine):
            return line.seq
        if isinstance(line, BadLine):
            return None
        if commit_act(line.salt, line.envelope) != leaves.commitment(line.leaf_index):
            return None
        return claimed_seq(line, self._node.identity.code)

    def _alarm(self, code: str, detail: str) -> None:
        self._node.store.alarms.raise_alarm(Alarm(code, self._origin, self._node.clock.now(), detail))
