"""What a procedure says of a limit, and the working calendar it names: values of co-signed texts.

Which version is in force at a delivery is for the caller to find; here it is only read and counted.

Spec: docs/spec 10.3 to 10.5.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from mithaq.core.notes.times import LAST_MINUTE
from mithaq.errors import MalformedError

MAX_LIMIT: Final[Mapping[str, int]] = {"hours": 876_000, "calendar_days": 36_500, "working_days": 3_650}
"""Largest limit per unit: far beyond any text, small enough that no sum and no count runs away."""

_OFFSET: Final = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])", re.ASCII)
_DAY_TEXT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DAY: Final = timedelta(days=1)


class LimitUnit(StrEnum):
    """What a limit counts."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


class StartsOn(StrEnum):
    """What starts a clock."""

    DELIVERY = "delivery"
    STEP_DONE = "step_done"


class StopCause(StrEnum):
    """What stops a clock."""

    CLARIFICATION = "clarification"
    SUSPENSION = "suspension"


ALL_CAUSES: Final = frozenset(StopCause)
"""What stops a clock that does not say."""


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One entry of ``clocks[]`` of a procedure.

    Attributes:
        code: its name in ``clock`` of an envelope.
        limit: a count of ``unit``, from 1 to MAX_LIMIT of the unit.
        unit: an hour is 3,600 s, a calendar day 86,400 s; a working day needs the calendar.
        calendar: code or hash of the calendar instrument; None unless the unit is working days.
        starts_on: the delivery of the note, or the end of the step before.
        stops_on: what stops the clock; both causes where the text does not say.

    Raises:
        MalformedError: ``bad_clock``, a limit out of range.
    """

    code: str
    limit: int
    unit: LimitUnit
    calendar: str | None = None
    starts_on: StartsOn = StartsOn.DELIVERY
    stops_on: frozenset[StopCause] = ALL_CAUSES

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT[self.unit]:
            raise MalformedError("bad_clock", f"a limit in {self.unit} is outside 1..{MAX_LIMIT[self.unit]}")

    @property
    def limit_s(self) -> int | None:
        """Seconds; None for working days, which have no fixed length."""
        match self.unit:
            case LimitUnit.HOURS:
                return self.limit * 3_600
            case LimitUnit.CALENDAR_DAYS:
                return self.limit * 86_400
            case LimitUnit.WORKING_DAYS:
                return None


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """A co-signed calendar: no holiday table and no time zone of a node enters a count.

    Attributes:
        offset: local time minus UTC, whole minutes, -14 h to +14 h.
        rest_weekdays: weekly rest days by ISO number, 1 Monday to 7 Sunday; at most six.
        days_off: single days off.
        from_on, until_on: first and last day that ``days_off`` speaks for. Outside them only the
            weekly rest days are left out.

    Raises:
        MalformedError: ``bad_calendar``.
    """

    offset: timedelta
    rest_weekdays: frozenset[int]
    days_off: frozenset[date]
    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if abs(self.offset) > timedelta(hours=14) or self.offset % timedelta(minutes=1):
            raise MalformedError("bad_calendar", "the offset is not whole minutes within 14 hours")
        # With seven rest days no count would ever end.
        if not self.rest_weekdays <= set(range(1, 8)) or len(self.rest_weekdays) > 6:
            raise MalformedError("bad_calendar", "the rest days are not at most six ISO weekdays")
        if self.from_on > self.until_on:
            raise MalformedError("bad_calendar", "the calendar ends before it begins")

    def find_local_day(self, at: datetime) -> date:
        """The day of an instant (aware UTC) in the offset of the calendar."""
        try:
            return (at + self.offset).date()
        except OverflowError:
            return at.date()

    def is_covered(self, day: date) -> bool:
        """Whether ``days_off`` speaks for this day."""
        return self.from_on <= day <= self.until_on

    def is_working(self, day: date) -> bool:
        """Whether it is neither a weekly rest day nor, where covered, a day off."""
        if day.isoweekday() in self.rest_weekdays:
            return False
        return not (day in self.days_off and self.is_covered(day))

    def find_end(self, day: date) -> datetime:
        """The end of a day, 24:00 in the offset, as aware UTC."""
        try:
            return datetime.combine(day + _DAY, time.min, tzinfo=UTC) - self.offset
        except OverflowError:
            return LAST_MINUTE

    def count_on(self, day: date, working_days: int) -> date:
        """The n-th working day after ``day``, which itself is not counted."""
        while working_days and day < LAST_MINUTE.date():
            day += _DAY
            working_days -= self.is_working(day)
        return day

    def find_day_to_end(self, at: datetime) -> date:
        """The working day whose end is the first at or after an instant (aware UTC)."""
        day = self.find_local_day(at)
        # Midnight is the end of the day before, not the beginning of a day to be worked.
        if day > date.min and self.find_end(day - _DAY) == at:
            day -= _DAY
        return day if self.is_working(day) else self.count_on(day, 1)


def parse_clock_entry(fields: Mapping[str, object]) -> ClockEntry:
    """Read an entry of ``clocks[]``; fields of other meaning (kind, class) are left alone.

    Raises:
        MalformedError: ``bad_clock``.
    """
    code, limit, calendar = fields.get("code"), fields.get("limit"), fields.get("calendar")
    causes = fields.get("stops_on", list(ALL_CAUSES))
    if not isinstance(code, str) or type(limit) is not int or not isinstance(causes, list):
        raise MalformedError("bad_clock", "a clock has no code, no integer limit or no list of causes")
    if calendar is not None and not isinstance(calendar, str):
        raise MalformedError("bad_clock", "the calendar of a clock is not a string")
    try:
        unit = LimitUnit(str(fields.get("unit")))
        starts_on = StartsOn(str(fields.get("starts_on", StartsOn.DELIVERY)))
        stops_on = frozenset(StopCause(str(cause)) for cause in causes)
    except ValueError as error:
        raise MalformedError("bad_clock", "a clock names an unknown unit, start or cause") from error
    return ClockEntry(code, limit, unit, calendar, starts_on, stops_on)


def parse_working_calendar(fields: Mapping[str, object]) -> WorkingCalendar:
    """Read ``data`` of a calendar instrument: offset, rest_weekdays, days_off, from_on, until_on.

    Raises:
        MalformedError: ``bad_calendar``.
    """
    offset = _OFFSET.fullmatch(str(fields.get("offset")))
    rest, off = fields.get("rest_weekdays"), fields.get("days_off")
    if offset is None or not isinstance(rest, list) or not isinstance(off, list):
        raise MalformedError("bad_calendar", "offset, rest_weekdays or days_off is missing or malformed")
    if any(type(weekday) is not int for weekday in rest):
        raise MalformedError("bad_calendar", "a weekday is not an integer")
    span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
    return WorkingCalendar(
        offset=-span if offset[1] == "-" else span,
        rest_weekdays=frozenset(rest),
        days_off=frozenset(_parse_day(day) for day in off),
        from_on=_parse_day(fields.get("from_on")),
        until_on=_parse_day(fields.get("until_on")),
    )


def _parse_day(value: object) -> date:
    # The pattern first: fromisoformat also takes week dates.
    if isinstance(value, str) and _DAY_TEXT.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise MalformedError("bad_calendar", "a day is not of the form YYYY-MM-DD")
