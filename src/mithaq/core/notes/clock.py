"""The clock of a note: its start, what stops it, its due minute, and whether it was met in time.

Everything comes from signed times and co-signed texts, so both nodes show the same minute. ``now``
enters only the live marks.

Spec: docs/spec 10.3 to 10.5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.procedure import (
    ALL_CAUSES,
    ClockEntry,
    LimitUnit,
    StartsOn,
    StopCause,
    WorkingCalendar,
)
from mithaq.core.notes.standing import NoteState
from mithaq.core.notes.times import Interval, add, round_up_to_minute, unite

_SECOND: Final = timedelta(seconds=1)
_NONE: Final = timedelta(0)
# Ten-year extensions add up; beyond this the sum stays where it is.
_MOST: Final = timedelta(days=365_000)


class ClockMark(StrEnum):
    """Computed marks of time. None of them is a state."""

    NO_PROCEDURE = "no_procedure"
    NO_CALENDAR = "no_calendar"
    CALENDAR_SHORT = "calendar_short"
    STOPPED = "stopped"
    LATE = "late"
    OVERDUE = "overdue"


class LimitBasis(StrEnum):
    """Where the limit comes from, as pages show it."""

    NONE = "none"
    DEFAULT = "default"
    """Of the kind, not agreed."""
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class NoteClock:
    """The clock of one note with one recipient.

    Attributes:
        basis: whether the limit is agreed, the default of the kind, or absent.
        limit_s: the limit in seconds; None for working days and where there is none.
        start_at: when it started (aware UTC); None before.
        extended_s: seconds given by the asker.
        stops: when it stood still: the union of clarifications and suspensions, from the start to the
            act that ended the waiting; the last is open while it stands still. A stop that begins
            at or after the due minute is left out: no time is left that could go on.
        due_at: the due minute (aware UTC, whole minute); None without a limit and while stopped.
        remaining_s: seconds left, from 0; only while stopped.
        met_at: event_at of the act that meets what the note expects; None while none does.
        is_ended: whether nothing is waited for any more: met, or the note is final.
        marks: marks that hold at any time: no_procedure, no_calendar, calendar_short, stopped, late.
    """

    basis: LimitBasis = LimitBasis.NONE
    limit_s: int | None = None
    start_at: datetime | None = None
    extended_s: int = 0
    stops: tuple[Interval, ...] = ()
    due_at: datetime | None = None
    remaining_s: int | None = None
    met_at: datetime | None = None
    is_ended: bool = False
    marks: frozenset[ClockMark] = frozenset()

    @property
    def stopped_since(self) -> datetime | None:
        """Since when it stands still (aware UTC); None while it runs."""
        return self.stops[-1].from_at if self.stops and self.stops[-1].until_at is None else None

    @property
    def stopped_s(self) -> int:
        """Whole seconds it stood still, without a stop that lasts."""
        return sum((one.length or _NONE for one in self.stops), _NONE) // _SECOND

    def is_overdue(self, now: datetime) -> bool:
        """Whether the due minute is past and nothing meets what the note expects.

        Args:
            now: aware UTC.
        """
        return not self.is_ended and self.due_at is not None and now > self.due_at

    def marks_at(self, now: datetime) -> frozenset[ClockMark]:
        """All marks at an instant (aware UTC), ``overdue`` among them."""
        return self.marks | {ClockMark.OVERDUE} if self.is_overdue(now) else self.marks


def compute_clock(
    state: NoteState,
    *,
    entry: ClockEntry | None = None,
    calendar: WorkingCalendar | None = None,
    suspensions: Iterable[Interval] = (),
    step_done_at: datetime | None = None,
) -> NoteClock:
    """The clock of a note.

    Args:
        state: the note, folded.
        entry: the entry that ``clock`` of the note names, in the procedure's version in force at
            delivery; None when none is in force: the default limit of the kind holds.
        calendar: the calendar that the entry names, in its version in force at delivery; None when
            none is in force.
        suspensions: of the basis, from delivery of ``suspend`` (or its ``start_on``) to delivery of
            ``resume``; only those that have begun. They may overlap.
        step_done_at: event_at of the act that ends the step before (aware UTC), for an entry that
            starts on ``step_done``; None while it has not ended.

    Returns:
        An empty clock for a note that expects nothing or is not delivered.

    Spec: docs/spec 10.3 to 10.5.
    """
    if state.terms.expects is Expects.NONE or state.delivered_at is None:
        return NoteClock()
    limit_s = state.terms.default_limit_s if entry is None else entry.limit_s
    marks: set[ClockMark] = set()
    basis = LimitBasis.AGREED
    if entry is None:
        marks.add(ClockMark.NO_PROCEDURE)
        basis = LimitBasis.NONE if limit_s is None else LimitBasis.DEFAULT
    start_at = state.delivered_at
    if entry is not None and entry.starts_on is StartsOn.STEP_DONE:
        if step_done_at is None:
            return NoteClock(basis, limit_s, extended_s=state.extended_s)
        start_at = step_done_at
    span = _find_span(entry, limit_s, calendar, start_at)
    if span is None and basis is LimitBasis.AGREED:
        marks.add(ClockMark.NO_CALENDAR)
    stops = _find_stops(state, entry, suspensions, start_at)
    return _run(state, (basis, limit_s, start_at), span, stops, marks)


@dataclass(frozen=True, slots=True)
class _Span:
    """Start plus limit, and how what is added to it moves.

    Attributes:
        end_at: ``start + limit_s``, or the end of the last working day (aware UTC).
        first_on: first day counted.
        calendar: for working days; None for elapsed time.
    """

    end_at: datetime
    first_on: date
    calendar: WorkingCalendar | None

    def find_due(self, added: timedelta) -> datetime:
        """The due minute, with extensions and stopped time added."""
        due_at = add(self.end_at, added)
        if self.calendar is not None:
            due_at = self.calendar.find_end(self.calendar.find_day_to_end(due_at))
        return round_up_to_minute(due_at)

    def is_short(self, added: timedelta) -> bool:
        """Whether a day was counted that the calendar does not speak for."""
        if self.calendar is None:
            return False
        last_on = self.calendar.find_day_to_end(add(self.end_at, added))
        return not (self.calendar.is_covered(self.first_on) and self.calendar.is_covered(last_on))


def _find_span(
    entry: ClockEntry | None, limit_s: int | None, calendar: WorkingCalendar | None, start_at: datetime
) -> _Span | None:
    if limit_s is not None:
        return _Span(add(start_at, timedelta(seconds=limit_s)), start_at.date(), None)
    if entry is None or calendar is None or entry.unit is not LimitUnit.WORKING_DAYS:
        return None
    day = calendar.find_local_day(start_at)
    last_on = calendar.count_on(day, entry.limit)
    return _Span(calendar.find_end(last_on), calendar.count_on(day, 1), calendar)


def _find_stops(
    state: NoteState, entry: ClockEntry | None, suspensions: Iterable[Interval], start_at: datetime
) -> tuple[Interval, ...]:
    causes = ALL_CAUSES if entry is None else entry.stops_on
    spans: list[Interval] = []
    if StopCause.CLARIFICATION in causes:
        spans += [clarification.span for clarification in state.clarifications]
    if StopCause.SUSPENSION in causes:
        spans += suspensions
    return unite(spans, start_at, _find_end(state)) if spans else ()


def _find_end(state: NoteState) -> datetime | None:
    """When the waiting ended: what was expected came, or the note is over without it."""
    return state.ended_at if state.met_at is None else state.met_at


def _run(
    state: NoteState,
    head: tuple[LimitBasis, int | None, datetime],
    span: _Span | None,
    stops: tuple[Interval, ...],
    marks: set[ClockMark],
) -> NoteClock:
    """Let the clock run from stop to stop."""
    added = min(timedelta(seconds=state.extended_s), _MOST)
    due_at = None if span is None else span.find_due(added)
    remaining_s: int | None = None
    counted: list[Interval] = []
    for stop in stops:
        if due_at is not None and stop.from_at >= due_at:
            break
        counted.append(stop)
        if stop.length is None:
            marks.add(ClockMark.STOPPED)
            if span is not None:
                remaining_s = max(0, -((stop.from_at - add(span.end_at, added)) // _SECOND))
            due_at = None
            break
        added += stop.length
        due_at = None if span is None else span.find_due(added)
    if span is not None and span.is_short(added):
        marks.add(ClockMark.CALENDAR_SHORT)
    if state.met_at is not None and due_at is not None and state.met_at > due_at:
        marks.add(ClockMark.LATE)
    return NoteClock(
        *head,
        extended_s=state.extended_s,
        stops=tuple(counted),
        due_at=due_at,
        remaining_s=remaining_s,
        met_at=state.met_at,
        is_ended=_find_end(state) is not None,
        marks=frozenset(marks),
    )
