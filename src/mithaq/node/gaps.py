"""Acts that a partner's numbers say we are owed and its log has not shown: retry, then alarm.

Spec: docs/spec, Apply (design: record §6.4, "gap" and "withheld tail").
"""

from datetime import datetime, timedelta

from mithaq.core.acts.release_head import ReleaseHead
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.types import LeafIndex, Origin
from mithaq.node.apply import Line, PageApplier, claimed_seq
from mithaq.node.node import Node
from mithaq.node.ports import PeerClient
from mithaq.node.records import Alarm, FollowedHead

POLLS_BEFORE_ALARM = 3
HEAD_MISSING_BEFORE_ALARM = timedelta(minutes=10)
WITHHELD = "withheld_act"
NO_HEAD = "release_head_missing"
RETRY_ACTS = 1_024


class GapWatch:
    """Watches the numbers of one partner's log."""

    def __init__(self, node: Node, origin: Origin) -> None:
        self._node = node
        self._origin = origin
        self._head_missing_since: datetime | None = None

    def retry(self, head: FollowedHead, client: PeerClient, applier: PageApplier) -> None:
        """Ask once more for what is missing, from the first leaf; alarm after the third poll."""
        gaps = self._node.store.followed.gaps(self._origin)
        if not gaps or head.next_index < head.verified_size:
            return
        late = self._find(client, set(gaps), head)
        applier.apply(head, late, head.next_index)  # counts the poll too when nothing came
        left = self._node.store.followed.gaps(self._origin)
        if any(polls >= POLLS_BEFORE_ALARM for polls in left.values()):
            self._alarm(WITHHELD, f"{len(left)} acts are missing, the first is number {min(left)}")
        elif not left:
            self._node.store.alarms.clear(WITHHELD, self._origin)

    def check_tail(self, head: FollowedHead, statement: ReleaseHead | None) -> None:
        """Compare our last number with the release head of the same size."""
        if statement is None:
            self._note_missing_head()
            return
        self._head_missing_since = None
        self._node.store.alarms.clear(NO_HEAD, self._origin)
        if statement.last_seq > head.last_seq:
            self._alarm(WITHHELD, f"the tail is missing: {head.last_seq} seen, {statement.last_seq} stated")

    def _note_missing_head(self) -> None:
        now = self._node.clock.now()
        self._head_missing_since = self._head_missing_since or now
        if now - self._head_missing_since >= HEAD_MISSING_BEFORE_ALARM:
            self._alarm(NO_HEAD, "the partner serves no release head for its checkpoint")

    def _find(self, client: PeerClient, missing: set[int], head: FollowedHead) -> list[Line]:
        """Lines of missing numbers, looked for page by page below the cursor."""
        found: list[Line] = []
        first = LeafIndex(0)
        while first < head.next_index:
            lines = [(parse_line(raw), raw) for raw in client.acts(first, RETRY_ACTS)]
            acts = [
                (line, raw)
                for line, raw in lines
                if isinstance(line, ActLine) and line.leaf_index < head.next_index
            ]
            found += [
                (line, raw) for line, raw in acts if claimed_seq(line, self._node.identity.code) in missing
            ]
            if not acts or len(found) >= len(missing):
                break
            first = LeafIndex(acts[-1][0].leaf_index + 1)
        return found

    def _alarm(self, code: str, detail: str) -> None:
        self._node.store.alarms.raise_alarm(Alarm(code, self._origin, self._node.clock.now(), detail))
