"""Working days, and the values of procedures and calendars."""

from datetime import date, timedelta

import pytest

from mithaq.core.notes.clock import ClockMark
from mithaq.core.notes.procedure import (
    ClockEntry,
    LimitUnit,
    StartsOn,
    StopCause,
    WorkingCalendar,
    parse_clock_entry,
    parse_working_calendar,
)
from mithaq.core.notes.times import LAST_MINUTE
from mithaq.errors import MalformedError
from tests.unit.core.note_world import ASKER, HOURS_8, World, at, clarified, clock_of, note

HOUR = 3_600
CLARIFICATION, SUSPENSION = frozenset({StopCause.CLARIFICATION}), frozenset({StopCause.SUSPENSION})
WEEKEND = frozenset({6, 7})
YEAR = WorkingCalendar(timedelta(0), WEEKEND, frozenset(), date(2026, 1, 1), date(2026, 12, 31))


def days(limit: int) -> ClockEntry:
    return ClockEntry(f"wd{limit}", limit, LimitUnit.WORKING_DAYS, "ma-2026")


def calendar(
    offset_h: float = 0, off: tuple[str, ...] = (), rest: frozenset[int] = WEEKEND
) -> WorkingCalendar:
    days_off = frozenset(at(day).date() for day in off)
    return WorkingCalendar(timedelta(hours=offset_h), rest, days_off, date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("delivered", "limit", "agreed", "due"),
    [
        ("02T08:00", 1, calendar(), "04T00:00"),  # Monday -> end of Tuesday
        ("02T08:00", 3, calendar(), "06T00:00"),
        ("02T08:00", 5, calendar(), "10T00:00"),  # over a week-end
        ("06T23:59", 1, calendar(), "10T00:00"),  # Friday -> end of Monday
        ("07T12:00", 1, calendar(), "10T00:00"),  # Saturday
        ("02T08:00", 1, calendar(1), "03T23:00"),  # 24:00 at +01:00
        ("02T23:30", 1, calendar(1), "04T23:00"),  # Tuesday there already
        ("02T08:00", 1, calendar(-3.5), "04T03:30"),
        ("02T08:00", 2, calendar(off=("03", "04")), "07T00:00"),
        ("02T08:00", 5, calendar(rest=frozenset({5})), "09T00:00"),  # Friday only
        ("02T08:00", 1, calendar(rest=frozenset({1, 2, 3, 4, 5, 6})), "09T00:00"),
    ],
)
def test_the_end_of_the_nth_working_day(
    delivered: str, limit: int, agreed: WorkingCalendar, due: str
) -> None:
    world = World()
    world.send()
    world.now = at(delivered)
    world.sync()
    clock = clock_of(world, days(limit), calendar=agreed)
    assert clock.due_at == at(due)
    assert clock.limit_s is None
    assert clock.marks == frozenset()


@pytest.mark.parametrize(
    ("add_s", "due"),
    [
        (1, "05T00:00"),  # Tuesday 24:00 and a second -> Wednesday 24:00
        (86_400, "05T00:00"),  # the end of a working day stays
        (3 * 86_400, "07T00:00"),
        (3 * 86_400 + 60, "10T00:00"),  # Saturday -> Monday 24:00
        (4 * 86_400, "10T00:00"),  # the end of a Saturday is not the end of a working day
    ],
)
def test_what_is_added_moves_to_the_next_end_of_a_working_day(add_s: int, due: str) -> None:
    world = note()
    world.say(ASKER, "extend", {"add_s": add_s})
    assert clock_of(world, days(1), calendar=calendar()).due_at == at(due)


def test_working_days_stopped() -> None:
    agreed = calendar(off=("05",))
    stopped = clock_of(clarified("03T12:00", None), days(1), calendar=agreed)
    assert (stopped.due_at, stopped.remaining_s) == (None, 12 * HOUR)
    # Thursday 5 is off; 24:00 of Tuesday and 36 h is Thursday noon -> end of Friday.
    resumed = clock_of(clarified("03T12:00", "05T00:00"), days(1), calendar=agreed)
    assert resumed.due_at == at("07T00:00")


def test_after_the_last_date_only_rest_days_are_left_out() -> None:
    short = WorkingCalendar(
        timedelta(0),
        WEEKEND,
        frozenset({at("04").date(), at("09").date()}),
        date(2026, 1, 1),
        at("06").date(),
    )
    within = clock_of(note(), days(3), calendar=short)
    assert (within.due_at, within.marks) == (at("07T00:00"), frozenset())
    beyond = clock_of(note(), days(4), calendar=short)
    assert beyond.due_at == at("10T00:00")  # the 9th is listed, but past the last date
    assert beyond.marks == {ClockMark.CALENDAR_SHORT}


def test_no_calendar_no_due_time() -> None:
    clock = clock_of(note(), days(3))
    assert clock.due_at is None
    assert clock.marks == {ClockMark.NO_CALENDAR}
    assert not clock.is_overdue(LAST_MINUTE)


# --- values ---


def test_a_clock_entry_is_read() -> None:
    entry = parse_clock_entry({"code": "urgent_8h", "limit": 8, "unit": "hours", "kind": "requests.request"})
    assert entry == HOURS_8
    assert entry.limit_s == 8 * HOUR
    entry = parse_clock_entry(
        {"code": "w", "limit": 3, "unit": "working_days", "calendar": "ma", "starts_on": "step_done",
         "stops_on": ["suspension"]}
    )  # fmt: skip
    assert entry == ClockEntry("w", 3, LimitUnit.WORKING_DAYS, "ma", StartsOn.STEP_DONE, SUSPENSION)
    assert entry.limit_s is None
    assert (
        parse_clock_entry({"code": "x", "limit": 1, "unit": "hours", "stops_on": []}).stops_on == frozenset()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"code": 1},
        {"limit": 0},
        {"limit": True},
        {"limit": "8"},
        {"limit": 876_001},
        {"unit": "weeks"},
        {"unit": ["hours"]},
        {"calendar": 1},
        {"starts_on": "created"},
        {"stops_on": "clarification"},
        {"stops_on": ["night"]},
    ],
)
def test_a_bad_clock_entry_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError, match="bad_clock"):
        parse_clock_entry({"code": "h", "limit": 8, "unit": "hours"} | change)


CALENDAR: dict[str, object] = {
    "offset": "+01:00",
    "rest_weekdays": [6, 7],
    "days_off": ["2026-03-20"],
    "from_on": "2026-01-01",
    "until_on": "2026-12-31",
}


def test_a_calendar_is_read() -> None:
    assert parse_working_calendar(CALENDAR) == WorkingCalendar(
        timedelta(hours=1), WEEKEND, frozenset({date(2026, 3, 20)}), date(2026, 1, 1), date(2026, 12, 31)
    )
    assert parse_working_calendar(CALENDAR | {"offset": "-03:30"}).offset == -timedelta(hours=3, minutes=30)


@pytest.mark.parametrize(
    "change",
    [
        {"offset": "Africa/Casablanca"},
        {"offset": "+15:00"},
        {"offset": "+14:01"},
        {"rest_weekdays": [1, 2, 3, 4, 5, 6, 7]},
        {"rest_weekdays": [0]},
        {"rest_weekdays": [True]},
        {"rest_weekdays": "67"},
        {"days_off": ["2026-W10-1"]},
        {"days_off": ["2026-02-30"]},
        {"days_off": [20260320]},
        {"from_on": "2027-01-01"},
        {"until_on": None},
    ],
)
def test_a_bad_calendar_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError, match="bad_calendar"):
        parse_working_calendar(CALENDAR | change)
