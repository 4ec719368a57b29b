"""The steps before and after a meeting, from T-30 to T+30, and whether each was in time.

Days are counted from the written date of the meeting and end at 24:00 UTC, so that no table of zones enters
a mark. The limits are defaults of this schema; the mandate of the body may set others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from mithaq.core.fields import Fields
from mithaq.errors import MalformedError

DEFAULT_DAYS: Final[Mapping[str, int]] = {
    "invitation": -30,
    "agenda_items": -14,
    "agenda_agreed": -7,
    "minutes_draft": 5,
    "comments": 15,
    "signing": 30,
}
MOST_DAYS: Final = 365


class StepMark(StrEnum):
    """Whether a step was taken in time."""

    OPEN = "open"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the programme.

    Attributes:
        days: from the date of the meeting; negative before it.
        due_on: the day at whose end it is due.
        done_at: when it was taken; None while it was not.
        is_agreed: whether a mandate in force set the limit; else it is the default.
    """

    name: str
    days: int
    due_on: date
    done_at: datetime | None
    mark: StepMark
    is_agreed: bool


def check_deadlines(fields: Fields) -> None:
    """``deadlines{}`` of a mandate: name of a step -> days.

    Raises:
        MalformedError: ``meeting_deadline``.
    """
    deadlines = fields.get("deadlines", {})
    if not isinstance(deadlines, Mapping):
        raise MalformedError("meeting_deadline", "deadlines names steps and their days")
    for name, days in deadlines.items():
        if name not in DEFAULT_DAYS or type(days) is not int or abs(days) > MOST_DAYS:
            raise MalformedError("meeting_deadline", "a deadline is a known step and a number of days")
        if (days < 0) != (DEFAULT_DAYS[name] < 0):
            raise MalformedError("meeting_deadline", "a step stays on its side of the meeting")


def make_programme(
    held_on: date,
    done: Mapping[str, datetime | None],
    now: datetime,
    agreed: Mapping[str, Any] | None = None,
) -> list[Step]:
    """The six steps with their marks.

    Args:
        held_on: the written date.
        done: step -> when it was taken (aware).
        now: aware.
        agreed: ``deadlines`` of the mandate in force.
    """
    return [
        _make_step(name, days, held_on, done.get(name), now, agreed or {})
        for name, days in DEFAULT_DAYS.items()
    ]


def _make_step(
    name: str, default: int, held_on: date, done_at: datetime | None, now: datetime, agreed: Mapping[str, Any]
) -> Step:
    days = agreed.get(name, default)
    due_on = held_on + timedelta(days=days)
    due_at = end_of_day(due_on)
    if done_at is not None:
        mark = StepMark.MET if done_at <= due_at else StepMark.LATE
    else:
        mark = StepMark.OVERDUE if now > due_at else StepMark.OPEN
    return Step(name, days, due_on, done_at, mark, name in agreed)


def end_of_day(day: date) -> datetime:
    """24:00 UTC of a day."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)
