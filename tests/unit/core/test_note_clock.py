"""Start, stops, due minute, working days, late and overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.clock import ClockMark, LimitBasis, NoteClock, compute_clock
from mithaq.core.notes.procedure import (
    ClockEntry,
    LimitUnit,
    StartsOn,
    StopCause,
    WorkingCalendar,
)
from mithaq.core.notes.times import LAST_MINUTE, Interval, add, round_up_to_minute, unite
from tests.unit.core.note_world import (
    ASKER,
    HOURS_8,
    OWER,
    START,
    World,
    answer,
    at,
    clarified,
    clock_of,
    note,
    questions,
)

HOUR = 3_600
CLARIFICATION, SUSPENSION = frozenset({StopCause.CLARIFICATION}), frozenset({StopCause.SUSPENSION})
WEEKEND = frozenset({6, 7})
YEAR = WorkingCalendar(timedelta(0), WEEKEND, frozenset(), date(2026, 1, 1), date(2026, 12, 31))


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


# --- spans ---


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
