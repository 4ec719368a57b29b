"""The six rules, the calendar, terms, denunciations and suspensions: every row and edge."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from mithaq.core.instruments.duration import (
    Suspension,
    find_dissolution,
    find_expiry,
    join_suspensions,
)
from mithaq.core.instruments.effect import Effect, Rule, Term
from mithaq.core.instruments.entry_into_force import (
    add_days,
    add_months,
    compute_entry_into_force,
    cut_to_date,
    find_first_of_month,
)

BOTH = ("fr-mi", "ma-mi")
SIGNED = date(2025, 3, 10)


def day(text: str) -> date:
    return date.fromisoformat(text)


def compute(rule: Rule, signed: date | None = SIGNED, received=None, other: date | None = None, **fields):
    effect = Effect(rule=rule, notifications=BOTH, **fields)
    return compute_entry_into_force(effect, signed_on=signed, received_on=received or {}, other_on=other)


@pytest.mark.parametrize("rule", list(Rule))
def test_nothing_enters_unsigned(rule: Rule) -> None:
    received = dict.fromkeys(BOTH, SIGNED)
    assert compute(rule, None, received, SIGNED, n=1, on_date=SIGNED) is None


def test_on_signature() -> None:
    assert compute(Rule.ON_SIGNATURE) == SIGNED


@pytest.mark.parametrize(
    ("on_date", "expected"), [("2025-03-09", "2025-03-10"), ("2025-03-10", "2025-03-10"), ("2026-01-01",) * 2]
)
def test_on_date_is_the_later(on_date: str, expected: str) -> None:
    assert compute(Rule.ON_DATE, on_date=day(on_date)) == day(expected)


RECEIVED = {"fr-mi": day("2025-04-02"), "ma-mi": day("2025-03-12")}


@pytest.mark.parametrize(
    ("rule", "n", "expected"),
    [
        (Rule.ON_EXCHANGE_OF_INSTRUMENTS, None, "2025-04-02"),
        (Rule.N_DAYS_AFTER_LAST_NOTIFICATION, 30, "2025-05-02"),
        (Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION, 2, "2025-06-01"),
    ],
)
def test_rules_that_count_from_the_last_notification(rule: Rule, n, expected: str) -> None:
    assert compute(rule, received=RECEIVED, n=n) == day(expected)
    assert compute(rule, received={"fr-mi": day("2025-04-02")}, n=n) is None
    assert compute(rule, received={}, n=n) is None


@pytest.mark.parametrize(
    ("receipt", "n", "expected"),
    [
        ("2025-03-12", 2, "2025-05-01"),
        ("2025-03-01", 2, "2025-05-01"),
        ("2025-03-31", 2, "2025-05-01"),
        ("2025-03-12", 1, "2025-04-01"),
        ("2025-11-30", 2, "2026-01-01"),
        ("2025-12-31", 1, "2026-01-01"),
        ("2024-01-31", 1, "2024-02-01"),
        ("2025-03-12", 22, "2027-01-01"),
    ],
)
def test_first_day_of_the_nth_month(receipt: str, n: int, expected: str) -> None:
    assert find_first_of_month(day(receipt), n) == day(expected)
    received = dict.fromkeys(BOTH, day(receipt))
    rule = Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION
    assert compute(rule, received=received, n=n) == day(expected)


def test_same_as() -> None:
    assert compute(Rule.SAME_AS) is None
    assert compute(Rule.SAME_AS, other=day("2025-05-01")) == day("2025-05-01")
    # A text signed after the other entered does not reach back before its own signature.
    assert compute(Rule.SAME_AS, other=day("2001-05-01")) == SIGNED


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-01-15", -1, "2024-12-15"),
        ("2025-01-31", 0, "2025-01-31"),
        ("9999-06-30", 12, "9999-12-31"),
        ("0001-01-31", -1, "0001-01-01"),
    ],
)
def test_add_months(start: str, months: int, expected: str) -> None:
    assert add_months(day(start), months) == day(expected)


def test_add_days_stops_at_the_end_of_the_calendar() -> None:
    assert add_days(day("9999-12-30"), 1) == date.max
    assert add_days(day("9999-12-30"), 2) == date.max
    assert add_days(day("2024-02-28"), 2) == day("2024-03-01")


@pytest.mark.parametrize(
    ("offset_minutes", "expected"),
    [(0, "2025-03-11"), (60, "2025-03-12"), (-330, "2025-03-11"), (14 * 60, "2025-03-12")],
)
def test_an_instant_is_cut_to_a_date_in_the_offset(offset_minutes: int, expected: str) -> None:
    at = datetime(2025, 3, 11, 23, 30, tzinfo=UTC)
    assert cut_to_date(at, timezone(timedelta(minutes=offset_minutes))) == day(expected)


@pytest.mark.parametrize(
    ("term", "objections", "expected"),
    [
        (None, [], None),
        (Term(12), [], "2026-01-31"),
        (Term(12), ["2025-06-01"], "2026-01-31"),
        (Term(1), [], "2025-02-28"),
        (Term(12, 12, 3), [], None),
        (Term(12, 12, 3), ["2025-10-31"], "2026-01-31"),
        (Term(12, 12, 3), ["2025-11-01"], "2027-01-31"),
        (Term(12, 12, 3), ["2025-11-01", "2025-10-31"], "2026-01-31"),
        (Term(12, 12), ["2026-01-31"], "2026-01-31"),
        (Term(12, 12), ["2026-02-01"], "2027-01-31"),
        (Term(1, 1), ["2025-03-31"], "2025-03-31"),
        (Term(1, 1), ["2025-04-01"], "2025-04-30"),
        (Term(60, 24, 6), ["2100-01-01"], "2102-01-31"),
        (Term(12, 12, 3), ["2020-01-01"], "2026-01-31"),
    ],
)
def test_terms(term: Term | None, objections: list[str], expected: str | None) -> None:
    found = find_expiry(term, day("2025-01-31"), [day(each) for each in objections])
    assert found == (day(expected) if expected else None)
    assert find_expiry(term, None, []) is None


def test_the_end_found_is_the_first_that_the_objection_still_meets() -> None:
    entered = day("2025-01-31")
    for months, renewal, notice in [(12, 12, 3), (1, 1, 0), (7, 5, 6), (3, 1, 12), (24, 36, 12)]:
        term = Term(months, renewal, notice)
        for offset in range(-400, 3_000, 7):
            objection = entered + timedelta(days=offset)
            ends = [add_months(entered, months + rounds * renewal) for rounds in range(200)]
            expected = next(end for end in ends if objection <= add_months(end, -notice))
            assert find_expiry(term, entered, [objection]) == expected


def test_dissolution_is_when_under_two_are_left() -> None:
    first, second = day("2025-05-01"), day("2025-07-01")
    assert find_dissolution({}, 2) is None
    assert find_dissolution({"fr-mi": first}, 2) == first
    assert find_dissolution({"fr-mi": first}, 3) is None
    assert find_dissolution({"fr-mi": second, "ma-mi": first}, 3) == second


def spell(by: str, begins: int, ends: int | None, *scope: str) -> Suspension:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    until = at + timedelta(hours=ends) if ends is not None else None
    return Suspension((by,), at + timedelta(hours=begins), until, scope)


@pytest.mark.parametrize(
    ("fr", "ma", "expected"),
    [
        ([(1, None)], [], []),
        ([(1, None)], [(3, None)], [(3, None)]),
        ([(1, 2)], [(3, 4)], []),
        ([(1, 3)], [(3, 4)], []),
        ([(1, 5)], [(3, 8)], [(3, 8)]),
        ([(1, 5)], [(3, None)], [(3, None)]),
        ([(1, 2), (4, 6)], [(3, 5)], [(4, 6)]),
        ([(1, 3), (5, 7)], [(2, 4), (6, 8)], [(2, 4), (6, 8)]),
        ([(1, 3), (5, 7)], [(2, 6)], [(2, 7)]),
    ],
)
def test_joint_suspension_begins_with_all_and_ends_with_all(fr, ma, expected) -> None:
    spells = {
        "fr-mi": [spell("fr-mi", *each) for each in fr],
        "ma-mi": [spell("ma-mi", *each) for each in ma],
    }
    joined = join_suspensions(spells, BOTH)
    begin = datetime(2025, 1, 1, tzinfo=UTC)

    def hours(at: datetime | None) -> int | None:
        return int((at - begin).total_seconds() // 3600) if at else None

    assert [(hours(each.from_at), hours(each.until_at)) for each in joined] == expected
    assert all(each.by == BOTH for each in joined)


def test_joint_suspensions_of_other_parts_do_not_meet() -> None:
    spells = {"fr-mi": [spell("fr-mi", 1, None, "a")], "ma-mi": [spell("ma-mi", 1, None, "b")]}
    assert join_suspensions(spells, BOTH) == []
