"""When an act of a note counts as done, and spans of time.

Spec: docs/spec 10.3 to 10.5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.placed import PlacedAct
from mithaq.core.types import AdministrationCode

DISPUTE_AFTER: Final = timedelta(seconds=300)
"""How far ``created`` may lie after the delivery before the time of an act is disputed."""

LAST_MINUTE: Final = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
"""End of reckoning. Sums stop here, so that a hostile time in a receipt cannot break a fold."""

OWING_KINDS: Final[frozenset[str]] = frozenset(
    {Kind.NOTE_READ, Kind.NOTE_ACCEPT, Kind.NOTE_CLARIFY, Kind.NOTE_ANSWER, Kind.NOTE_REFUSE}
)
"""Acts of the side that owes a reply: the recipient of the note."""

ASKING_KINDS: Final[frozenset[str]] = frozenset(
    {Kind.NOTE_EXPLAIN, Kind.NOTE_EXTEND, Kind.NOTE_WITHDRAW, Kind.NOTE_CORRECT, Kind.NOTE_CLOSE}
)
"""Acts of the side that asks: the sender of the note. Its first act, ``note.send``, is not a reply."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time, closed on the left and open on the right.

    Attributes:
        from_at: first instant (aware UTC).
        until_at: first instant after it (aware UTC); None while it lasts.
    """

    from_at: datetime
    until_at: datetime | None = None

    @property
    def length(self) -> timedelta | None:
        """How long it lasted; None while it lasts."""
        return None if self.until_at is None else self.until_at - self.from_at

    @property
    def is_empty(self) -> bool:
        """Whether it holds no instant."""
        return self.until_at is not None and self.until_at <= self.from_at


def event_at(act: PlacedAct, reader: AdministrationCode) -> datetime:
    """When an act counts as done (aware UTC).

    For acts of the side that owes: ``min(max(created, floor), delivered_at)``, so an answer made
    while the asker's node is down is in time, and what the asker cosigned bounds backdating. For
    acts of the asker: the delivery.

    Args:
        act: an act of a note.
        reader: the other side, whose ``applied`` receipt delivers the act.

    Returns:
        The time. Without a delivery it is provisional: ``max(created, floor)``.

    Spec: docs/spec 10.4.
    """
    delivered_at = act.deliveries.get(reader)
    if delivered_at is not None and act.kind not in OWING_KINDS:
        return delivered_at
    stated_at = act.created_at
    if act.floor_at is not None and act.floor_at > stated_at:
        stated_at = act.floor_at
    return stated_at if delivered_at is None else min(stated_at, delivered_at)


def is_time_disputed(act: PlacedAct, reader: AdministrationCode) -> bool:
    """Whether the author's clock stood more than 300 s ahead of the receipt that delivers the act.

    Spec: docs/spec 10.4.3.
    """
    delivered_at = act.deliveries.get(reader)
    return delivered_at is not None and act.created_at - delivered_at > DISPUTE_AFTER


def unite(
    intervals: Iterable[Interval], from_at: datetime, until_at: datetime | None
) -> tuple[Interval, ...]:
    """The union of intervals within a window, in order, no two of which touch.

    Args:
        intervals: in any order; empty ones count for nothing.
        from_at: start of the window (aware UTC).
        until_at: its end; None for a window without end.
    """
    united: list[Interval] = []
    for one in sorted(intervals, key=lambda interval: interval.from_at):
        cut = Interval(max(one.from_at, from_at), _earlier(one.until_at, until_at))
        if cut.is_empty:
            continue
        last = united[-1] if united else None
        if last is None or (last.until_at is not None and last.until_at < cut.from_at):
            united.append(cut)
        elif last.until_at is not None:
            end_at = None if cut.until_at is None else max(last.until_at, cut.until_at)
            united[-1] = Interval(last.from_at, end_at)
    return tuple(united)


def add(at: datetime, span: timedelta) -> datetime:
    """Sum that stops at LAST_MINUTE instead of overflowing."""
    if span > LAST_MINUTE - at:
        return LAST_MINUTE
    return at + span


def round_up_to_minute(at: datetime) -> datetime:
    """The same whole minute, or the next one."""
    if at.second == 0 and at.microsecond == 0:
        return at
    return add(at.replace(second=0, microsecond=0), timedelta(minutes=1))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)
