"""Start, stops, due minute, working days, late and overdue."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.clock import ClockMark, LimitBasis, NoteClock, compute_clock
from mithaq.core.notes.procedure import (
    ClockEntry,
    LimitUnit,
    StartsOn,
    StopCause,
    WorkingCalendar,
    parse_clock_entry,
    parse_working_calendar,
)
from mithaq.core.notes.times import LAST_MINUTE, Interval, add, round_up_to_minute, unite
from mithaq.errors import MalformedError
from tests.unit.core.note_world import ASKER, OWER, START, World, answer, note, questions

HOUR = 3_600
HOURS_8 = ClockEntry("urgent_8h", 8, LimitUnit.HOURS)
CLARIFICATION, SUSPENSION = frozenset({StopCause.CLARIFICATION}), frozenset({StopCause.SUSPENSION})
WEEKEND = frozenset({6, 7})
YEAR = WorkingCalendar(timedelta(0), WEEKEND, frozenset(), date(2026, 1, 1), date(2026, 12, 31))


def at(text: str) -> datetime:
    """``02T16:00`` of March 2026; the 2nd is a Monday."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=UTC)


def clock_of(world: World, entry: ClockEntry | None = HOURS_8, **more: Any) -> NoteClock:
    """The clock, which must be the same at both nodes."""
    clock = compute_clock(world.state(ASKER), entry=entry, **more)
    assert compute_clock(world.state(OWER), entry=entry, **more) == clock
    return clock


# --- limit and start ---


@pytest.mark.parametrize(
    ("entry", "due_at"),
    [
        (HOURS_8, at("02T16:00")),
        (ClockEntry("d", 3, LimitUnit.CALENDAR_DAYS), at("05T08:00")),
        (ClockEntry("d", 7, LimitUnit.CALENDAR_DAYS), at("09T08:00")),
    ],
)
def test_hours_and_days_are_elapsed_time(entry: ClockEntry, due_at: datetime) -> None:
    clock = clock_of(note(), entry)
    assert clock.due_at == due_at
    assert clock.basis is LimitBasis.AGREED
    assert clock.start_at == START
    assert clock.marks == frozenset()


def test_the_clock_starts_at_delivery_not_at_created() -> None:
    world = World()
    world.send()
    assert compute_clock(world.state(ASKER), entry=HOURS_8) == NoteClock()
    world.go(hours=36).sync()
    assert clock_of(world).due_at == START + timedelta(hours=44)


def test_without_a_procedure_the_default_holds() -> None:
    state = note().state(default_limit_s=7 * 86_400)
    clock = compute_clock(state)
    assert (clock.basis, clock.due_at) == (LimitBasis.DEFAULT, at("09T08:00"))
    assert clock.marks == {ClockMark.NO_PROCEDURE}
    agreed = compute_clock(state, entry=HOURS_8)
    assert (agreed.basis, agreed.due_at) == (LimitBasis.AGREED, at("02T16:00"))


def test_a_kind_without_a_default_has_no_due_time() -> None:
    clock = compute_clock(note().state())
    assert (clock.basis, clock.limit_s, clock.due_at) == (LimitBasis.NONE, None, None)
    assert not clock.is_overdue(LAST_MINUTE)


def test_a_note_that_expects_nothing_has_no_clock() -> None:
    assert clock_of(note(Expects.NONE)) == NoteClock()


def test_a_step_starts_when_the_step_before_is_done() -> None:
    entry = ClockEntry("s2", 2, LimitUnit.HOURS, starts_on=StartsOn.STEP_DONE)
    assert clock_of(note(), entry).due_at is None
    assert clock_of(note(), entry).start_at is None
    assert clock_of(note(), entry, step_done_at=at("03T10:00")).due_at == at("03T12:00")


@pytest.mark.parametrize(
    ("delivered", "due"),
    [
        ("02T08:00:00.000", "02T09:00"),
        ("02T08:00:00.001", "02T09:01"),
        ("02T08:00:30.000", "02T09:01"),
        ("02T08:00:59.999", "02T09:01"),
    ],
)
def test_the_due_time_is_rounded_up_to_the_whole_minute(delivered: str, due: str) -> None:
    world = World()
    world.send()
    world.now = at(delivered)
    world.sync()
    assert clock_of(world, ClockEntry("h", 1, LimitUnit.HOURS)).due_at == at(due)


# --- stops and extensions ---


def clarified(asked: str, explained: str | None) -> World:
    world = note()
    world.now = at(asked)
    world.say(OWER, "clarify")
    if explained is not None:
        world.now = at(explained)
        world.say(ASKER, "explain")
    return world


def test_stopped_during_clarification() -> None:
    stopped = clock_of(clarified("02T10:00:30", None))
    assert stopped.due_at is None
    assert stopped.stopped_since == at("02T10:00:30")
    assert stopped.remaining_s == 6 * HOUR - 30
    assert stopped.marks == {ClockMark.STOPPED}
    assert not stopped.is_overdue(LAST_MINUTE)
    resumed = clock_of(clarified("02T10:00:30", "04T09:00:15"))
    assert resumed.due_at == at("04T15:00")
    assert resumed.stopped_s == 46 * HOUR + 3_585
    assert resumed.remaining_s is None
    assert resumed.stopped_since is None


def test_a_clarification_counts_from_its_event_to_the_delivery_of_the_explanation() -> None:
    world = note()
    world.now = at("02T09:00")
    world.act(OWER, "clarify")
    world.now = at("02T11:00")
    world.sync()
    world.act(ASKER, "explain")
    world.now = at("02T12:00")
    world.sync()
    assert clock_of(world).stops == (Interval(at("02T09:00"), at("02T12:00")),)
    assert clock_of(world).due_at == at("02T19:00")


def test_what_stops_the_clock_is_said_by_the_entry() -> None:
    world = clarified("02T09:00", "02T10:00")
    suspensions = [Interval(at("02T11:00"), at("02T13:00"))]
    expected = {
        frozenset(StopCause): at("02T19:00"),
        CLARIFICATION: at("02T17:00"),
        SUSPENSION: at("02T18:00"),
        frozenset[StopCause](): at("02T16:00"),
    }
    for causes, due_at in expected.items():
        entry = ClockEntry("h", 8, LimitUnit.HOURS, stops_on=causes)
        assert clock_of(world, entry, suspensions=suspensions).due_at == due_at
    assert compute_clock(
        world.state(default_limit_s=8 * HOUR), suspensions=suspensions
    ).due_at == at("02T19:00")  # fmt: skip


@pytest.mark.parametrize(
    ("suspensions", "due"),
    [
        ([("02T09:30", "02T10:30")], "02T17:30"),
        ([("02T09:00", "02T10:00")], "02T17:00"),
        ([("02T10:00", "02T11:00")], "02T18:00"),
        ([("02T09:15", "02T09:45")], "02T17:00"),
        ([("02T08:30", "02T12:00"), ("02T11:00", "02T13:00")], "02T20:30"),
        ([("01T00:00", "02T08:30")], "02T17:30"),
        ([("01T00:00", "01T12:00")], "02T17:00"),
        ([("02T12:00", "02T12:00")], "02T17:00"),
        ([("02T16:59", "02T18:59")], "02T19:00"),
        ([("02T17:00", "02T18:00")], "02T17:00"),
        ([("05T00:00", None)], "02T17:00"),
    ],
)
def test_stops_are_a_union_of_intervals(suspensions: list[tuple[str, str | None]], due: str) -> None:
    """With a clarification from 09:00 to 10:00; the limit alone would end at 16:00."""
    spans = [Interval(at(one), None if end is None else at(end)) for one, end in suspensions]
    clock = clock_of(clarified("02T09:00", "02T10:00"), suspensions=spans)
    assert clock.due_at == at(due)
    assert clock_of(clarified("02T09:00", "02T10:00"), suspensions=spans[::-1]) == clock


def test_an_open_suspension_stops_the_clock_though_the_clarification_ended() -> None:
    world = clarified("02T09:00", "02T12:00")
    clock = clock_of(world, suspensions=[Interval(at("02T10:00"))])
    assert clock.due_at is None
    assert clock.remaining_s == 7 * HOUR
    assert clock.stopped_since == at("02T09:00")


def test_suspended_before_delivery_the_whole_limit_remains() -> None:
    clock = clock_of(note(), suspensions=[Interval(at("01T00:00"))])
    assert clock.remaining_s == 8 * HOUR
    assert clock.stopped_since == START


def test_a_question_after_the_due_minute_hides_nothing() -> None:
    clock = clock_of(clarified("02T16:00", None))
    assert clock.due_at == at("02T16:00")
    assert clock.is_overdue(at("02T16:01"))
    world = clarified("02T17:00", "02T20:00")
    assert clock_of(world).due_at == at("02T16:00")
    world.say(ASKER, "extend", {"add_s": 2 * HOUR})
    assert clock_of(world).due_at == at("02T21:00")


def test_extensions_add_up_with_stops() -> None:
    world = clarified("02T09:00", "02T10:30")
    world.say(ASKER, "extend", {"add_s": HOUR})
    world.say(ASKER, "extend", {"add_s": 90})
    clock = clock_of(world)
    assert clock.extended_s == HOUR + 90
    assert clock.due_at == at("02T18:32")
    assert world.state().status == "delivered"


def test_extensions_without_end_stop_at_the_last_minute() -> None:
    world = note()
    for _ in range(900):
        world.act(ASKER, "extend", {"add_s": 315_360_000})
    world.sync()
    clock = clock_of(world)
    assert clock.due_at is not None
    assert clock.due_at <= LAST_MINUTE
    assert (
        clock_of(world, ClockEntry("w", 3_650, LimitUnit.WORKING_DAYS, "x"), calendar=YEAR).due_at is not None
    )


# --- event_at, late, overdue ---


def answered(created: str, delivered: str, *, limit_h: int = 8) -> NoteClock:
    """The asker's node is down from the answer to its delivery."""
    world = note()
    world.now = at(created)
    world.act(OWER, "answer")
    world.now = at(delivered)
    world.sync()
    return clock_of(world, ClockEntry("h", limit_h, LimitUnit.HOURS))


def test_an_answer_made_while_the_askers_node_is_down_is_in_time() -> None:
    clock = answered("02T15:59", "04T12:00")
    assert clock.met_at == at("02T15:59")
    assert clock.marks == frozenset()
    assert not clock.is_overdue(at("05T00:00"))


@pytest.mark.parametrize(
    ("created", "late"), [("02T16:00", False), ("02T16:00:00.001", True), ("03T08:00", True)]
)
def test_late_is_after_the_due_minute(created: str, late: bool) -> None:
    clock = answered(created, "04T12:00")
    assert (ClockMark.LATE in clock.marks) is late
    assert ClockMark.OVERDUE not in clock.marks_at(LAST_MINUTE)


def test_backdating_is_bounded_by_what_the_asker_cosigned() -> None:
    world = note()
    world.now = at("02T20:00")
    world.say(OWER, "read")  # the asker's receipt of 20:00 covers the log up to here
    world.now = at("02T21:00")
    world.say(OWER, "answer", created_at=at("02T09:00"))
    clock = clock_of(world)
    assert clock.met_at == at("02T20:00")
    assert ClockMark.LATE in clock.marks


def test_postdating_is_bounded_by_the_delivery() -> None:
    world = note()
    world.go(hours=1)
    world.say(OWER, "answer", created_at=at("09T00:00"))
    assert clock_of(world).met_at == at("02T09:00")


def test_overdue_is_a_live_mark_and_changes_no_state() -> None:
    world = note()
    clock = clock_of(world)
    assert clock.marks_at(at("02T16:00")) == frozenset()
    assert clock.marks_at(at("02T16:00:00.001")) == {ClockMark.OVERDUE}
    assert world.go(days=4_000).state() == note().state()


@pytest.mark.parametrize("verb", ["withdraw", "refuse", "answer"])
def test_a_note_that_is_over_is_not_overdue(verb: str) -> None:
    world = note()
    world.say(ASKER if verb == "withdraw" else OWER, verb)
    assert not clock_of(world).is_overdue(LAST_MINUTE)
    assert clock_of(world).is_ended


def test_an_acknowledgement_meets_ack_and_stops_the_waiting() -> None:
    world = note(Expects.ACK)
    world.go(hours=2)
    world.say(OWER, "read")
    assert clock_of(world).is_overdue(at("03T00:00"))
    world.say(OWER, "accept")
    clock = clock_of(world)
    assert clock.met_at == at("02T10:00")
    assert not clock.is_overdue(at("03T00:00"))
    world.go(hours=1)
    world.say(OWER, "clarify")
    assert clock_of(world).stops == ()
    late = note(Expects.ACK)
    late.go(hours=9)
    late.say(OWER, "accept")
    assert clock_of(late).marks == {ClockMark.LATE}


def test_the_answer_that_ends_the_note_counts_not_the_first() -> None:
    world = note(questions=questions(1, 2))
    world.go(hours=1)
    world.say(OWER, "answer", answer(1))
    assert clock_of(world).is_overdue(at("02T16:01"))
    world.go(hours=9)
    world.say(OWER, "answer", answer(2))
    assert clock_of(world).marks == {ClockMark.LATE}


def test_answered_during_a_clarification_the_clock_stood_still_to_the_end() -> None:
    world = clarified("02T15:00", None)
    world.now = at("05T15:00")
    world.say(OWER, "answer")
    clock = clock_of(world)
    assert clock.stops == (Interval(at("02T15:00"), at("05T15:00")),)
    assert clock.due_at == at("05T16:00")
    assert clock.marks == frozenset()


def test_an_extension_that_crosses_a_late_answer_still_gives_time() -> None:
    world = note()
    world.now = at("02T16:30")
    world.act(OWER, "answer")
    world.act(ASKER, "extend", {"add_s": HOUR})
    world.sync()
    assert clock_of(world).due_at == at("02T17:00")
    assert clock_of(world).marks == frozenset()


# --- working days ---


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


def test_sums_stop_at_the_last_minute() -> None:
    assert add(LAST_MINUTE, timedelta(seconds=1)) == LAST_MINUTE
    assert round_up_to_minute(LAST_MINUTE + timedelta(seconds=30)) == LAST_MINUTE
    late = datetime(9999, 12, 31, tzinfo=UTC)
    assert YEAR.count_on(late.date(), 5) == late.date()
    assert YEAR.find_end(late.date()) == LAST_MINUTE
    east = WorkingCalendar(timedelta(hours=14), WEEKEND, frozenset(), date(2026, 1, 1), date(2026, 1, 2))
    assert east.find_local_day(late + timedelta(hours=12)) == late.date()


def test_unite_cuts_to_the_window() -> None:
    spans = [Interval(at("03T00:00"), None), Interval(at("02T00:00"), at("02T12:00"))]
    assert unite(spans, at("02T06:00"), at("04T00:00")) == (
        Interval(at("02T06:00"), at("02T12:00")),
        Interval(at("03T00:00"), at("04T00:00")),
    )
    assert unite(spans, at("05T00:00"), None) == (Interval(at("05T00:00")),)
    assert unite([*spans, Interval(at("03T06:00"), at("03T07:00"))], at("03T00:00"), None) == (
        Interval(at("03T00:00")),
    )
