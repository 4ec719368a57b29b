"""What was found: a date, its precision, and what it leaves open."""

from dataclasses import dataclass
from enum import StrEnum


class Precision(StrEnum):
    """How much of a date is written. ``OPEN``: it has no value until somebody says more."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    OPEN = "open"


class Calendar(StrEnum):
    """The calendar that the words are of. Hijri dates are kept as written, never converted."""

    GREGORIAN = "gregorian"
    HIJRI = "hijri"


class Warn(StrEnum):
    """Why a date has no value, or a doubtful one."""

    NONE = ""
    NEEDS_PUBLICATION = "needs_publication"
    YEAR_MISSING = "year_missing"
    WEEKDAY_DIFFERS = "weekday_differs"
    NO_SUCH_DAY = "no_such_day"
    AMBIGUOUS = "ambiguous"


class Unit(StrEnum):
    """What a relative expression counts in. ``DATE`` is a day of a named month without its year."""

    DAY = "day"
    WEEKDAY = "weekday"
    WEEK = "week"
    MONTH = "month"
    NAMED_MONTH = "named_month"
    DATE = "date"
    YEAR = "year"
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class Relative:
    """The meaning of a relative expression, before a day is given that it counts from.

    Attributes:
        step: -1 last, 0 this, +1 next; None when the words do not say. For ``DAY`` the count of days.
        weekday: 0 Monday to 6 Sunday; None without one.
        season: 0 spring, 1 summer, 2 autumn, 3 winter.
    """

    unit: Unit
    step: int | None
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    season: int | None = None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text.

    Attributes:
        start, end: code points of the raw text, end exclusive.
        text: the raw text between them.
        edtf: ISO 8601 or EDTF at exactly the written precision; empty when open, and for Hijri dates.
        relative: whether the words count from the day of publication; stays true once resolved.
        meaning: of a relative expression.
        warning: why there is no value, or what contradicts it.
        weekday: that is written beside the date.
    """

    start: int
    end: int
    text: str
    edtf: str
    precision: Precision
    calendar: Calendar = Calendar.GREGORIAN
    relative: bool = False
    meaning: Relative | None = None
    warning: Warn = Warn.NONE
    weekday: int | None = None
