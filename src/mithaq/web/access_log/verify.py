"""The chain computed again: whether a row was changed, taken out, put in or cut off."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mithaq.node.node import Node
from mithaq.web.access_log.chain import START, hash_row
from mithaq.web.access_log.heads import find_other_head
from mithaq.web.access_log.models import AccessLane, AccessRow, AccessSegment
from mithaq.web.access_log.writer import say

BATCH_ROWS: Final = 2_000
KEPT_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What was found.

    Attributes:
        rows: that were computed again and are as they were written.
        lane, seq: of the first row that is not; -1 where none is wrong.
        problem: ``changed``, ``missing``, ``cut`` (the last are gone), ``not_chained`` or ``other_head`` (the
            log of acts tells another hash of that row); empty for none.
    """

    rows: int = 0
    lane: str = ""
    seq: int = -1
    problem: str = ""
    at: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


def check_chains(node: Node) -> ChainCheck:
    """Every lane from first row to head, and the heads told in the log of acts; ends at what is wrong."""
    rows, now = 0, node.clock.now()
    for lane in AccessLane.objects.order_by("name"):
        found = _check_lane(lane)
        rows += found.rows
        if not found.ok:
            return ChainCheck(rows, lane.name, found.seq, found.problem, now)
    other = find_other_head(node)
    if other is not None:
        return ChainCheck(rows, *other, "other_head", now)
    return ChainCheck(rows, at=now)


class ChainWatch:
    """The check of the last minutes, for pages that are looked at often. One a node."""

    def __init__(self) -> None:
        self._found: ChainCheck | None = None

    def get(self, node: Node) -> ChainCheck:
        """What was found at most ten minutes ago."""
        now, found = node.clock.now(), self._found
        if found is None or found.at is None or not timedelta(0) <= now - found.at < KEPT_FOR:
            found = self._found = check_chains(node)
        return found


def _check_lane(lane: AccessLane) -> ChainCheck:
    gone = AccessSegment.objects.filter(lane=lane.name).order_by("-stop").first()
    first, head = (0, START) if gone is None else (gone.stop, gone.last_hash)
    found = _check_rows(lane, first, head)
    return replace(found, rows=max(0, found.rows - first))


def _check_rows(lane: AccessLane, expected: int, head: str) -> ChainCheck:
    for row in _rows_of(lane, expected - 1):
        if row.seq != expected:
            return ChainCheck(expected, lane.name, expected, "missing")
        if row.prev_hash != head:
            return ChainCheck(expected, lane.name, row.seq, "not_chained")
        if row.row_hash != hash_row(row.prev_hash, say(row)):
            return ChainCheck(expected, lane.name, row.seq, "changed")
        expected, head = expected + 1, row.row_hash
    if expected < lane.size:
        return ChainCheck(expected, lane.name, expected, "cut")
    if head != lane.head_hash:
        return ChainCheck(expected, lane.name, lane.size, "not_chained")
    return ChainCheck(expected)


def _rows_of(lane: AccessLane, after: int) -> Iterator[AccessRow]:
    """Rows up to the head as it was read; what is written meanwhile is for the next check."""
    while True:
        rest = AccessRow.objects.filter(lane=lane.name, seq__gt=after, seq__lt=lane.size)
        rows = list(rest.order_by("seq")[:BATCH_ROWS])
        if not rows:
            break
        yield from rows
        after = rows[-1].seq
