"""What happens next to a version and on which date: the dates, the step at an instant, the reminders."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.next_step import (
    DatedStep,
    Reminder,
    Series,
    Step,
    find_reminder,
    list_dates,
    list_fixed,
    list_series,
    next_step,
    read_review_months,
    standing_version,
)
from mithaq.core.instruments.state import State, Version, state_at
from tests.unit.core.instrument_world import BEGIN, Story, make_manifest

FR, MA, SN = "fr-mi", "ma-mi", "sn-mi"
SECOND_MONTH = {"rule": "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION", "n": 2}
RENEWED = {"rule": "ON_SIGNATURE", "term": {"months": 12, "renewal_months": 12, "objection_months": 3}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T09:00:00+00:00")


def day(text: str) -> date:
    return date.fromisoformat(text)


def told(*codes: str, **effect) -> tuple[Story, Manifest]:
    codes = codes or (FR, MA)
    story, manifest = Story(*codes), make_manifest(*codes, effect=effect)
    story.propose(codes[0], manifest)
    return story, manifest


def signed(*codes: str, **effect) -> tuple[Story, Manifest]:
    story, manifest = told(*codes, **effect)
    story.sign_all(manifest)
    return story, manifest


def only(story: Story) -> Version:
    (version,) = fold_instrument(story.acts).versions
    return version


def step(version: Version, on: str, review_months: int | None = None) -> tuple[str, str, tuple[str, ...]]:
    found = next_step(version, at(on), review_months)
    return (found.step, str(found.on), found.who) if found else ("", "", ())


def test_who_has_yet_to_sign() -> None:
    story, manifest = told(rule="ON_SIGNATURE")
    assert step(only(story), "2025-03-02") == ("signing", "None", (FR, MA))
    story.on(FR, "sign", manifest)
    assert step(only(story), "2025-03-02") == ("signing", "None", (MA,))
    assert list_dates(only(story), 60) == list_series(only(story), 60) == []
    story.on(MA, "decline", manifest)
    assert next_step(only(story), at("2025-03-02")) is None


def test_last_notification_of_12_march_gives_1_may() -> None:
    story, manifest = signed(**SECOND_MONTH)
    assert step(only(story), "2025-03-02") == ("notification", "2026-03-01", (FR, MA))
    story.notice(FR, "notify", manifest, at=at("2025-03-05"))
    assert step(only(story), "2025-03-06") == ("notification", "2026-03-01", (MA,))
    story.notice(MA, "notify", manifest, at=at("2025-03-12"))
    assert step(only(story), "2025-03-13") == ("entry_into_force", "2025-05-01", ())
    assert step(only(story), "2025-05-01") == ("", "", ())
    assert step(only(story), "2025-05-01", 24) == ("review", "2027-05-01", ())


def test_provisional_application_comes_before_the_notifications() -> None:
    story, _ = signed(**SECOND_MONTH, provisional_from="2025-04-01")
    assert step(only(story), "2025-03-02") == ("provisional", "2025-04-01", ())
    assert step(only(story), "2025-04-02") == ("notification", "2026-03-01", (FR, MA))


def test_a_text_that_waits_for_another() -> None:
    story, _ = signed(rule="SAME_AS", other="0" * 64)
    assert step(only(story), "2025-03-02") == ("other_text", "None", ())


def test_tacit_renewal_until_somebody_objects() -> None:
    story, manifest = signed(**RENEWED)
    assert step(only(story), "2025-03-02") == ("objection", "2025-12-01", ())
    assert step(only(story), "2025-12-01") == ("renewal", "2026-03-01", ())
    assert step(only(story), "2030-01-15") == ("renewal", "2030-03-01", ())
    story.notice(MA, "denounce", manifest, body={"objection": True}, at=at("2026-10-02"))
    assert step(only(story), "2026-11-26") == ("objection", "2026-12-01", ())
    assert step(only(story), "2026-12-01") == ("end", "2027-03-01", ())
    assert next_step(only(story), at("2027-03-01")) is None
    assert (
        list_fixed(only(story))[-1] == list_dates(only(story))[-1] == DatedStep(Step.END, day("2027-03-01"))
    )


def test_suspension_and_resumption() -> None:
    story, manifest = signed(rule="ON_SIGNATURE")
    story.notice(
        MA, "suspend", manifest, body={"ground": "art. 60", "start_on": "2025-06-01"}, at=at("2025-05-01")
    )
    assert step(only(story), "2025-05-02") == ("suspension", "2025-06-01", (MA,))
    assert step(only(story), "2025-07-01", 12) == ("resumption", "None", (MA,))


def test_denunciation_among_three() -> None:
    story, manifest = signed(FR, MA, SN, rule="ON_SIGNATURE", denunciation_months=6)
    story.notice(SN, "denounce", manifest, at=at("2025-04-10"))
    assert step(only(story), "2025-04-11") == ("leaving", "2025-10-10", (SN,))
    story.notice(FR, "denounce", manifest, at=at("2025-05-10"))
    assert step(only(story), "2025-10-11") == ("end", "2025-11-10", ())


def test_a_newer_version_ends_all_that_was_foreseen() -> None:
    story, manifest = signed(**RENEWED)
    newer = make_manifest(FR, MA, previous=manifest, effect={"rule": "ON_DATE", "date": "2025-08-01"})
    story.counter(FR, newer)
    state = fold_instrument(story.acts)
    assert standing_version(state, at("2025-03-02")).number == 2
    story.sign_all(newer)
    state = fold_instrument(story.acts)
    older = state.versions[0]
    assert standing_version(state, at("2025-03-02")) is older
    assert standing_version(state, at("2025-08-02")).number == 2
    assert step(older, "2025-03-02", 1) == ("review", "2025-04-01", ())
    assert list_dates(older)[-1] == DatedStep(Step.REPLACEMENT, day("2025-08-01"))
    assert next_step(older, at("2025-08-02")) is None


def test_a_text_of_long_ago_tells_the_days_ahead() -> None:
    """In force since 1 May 2001, taken over in 2025: the reviews of before are not listed again."""
    past = {"signed_on": "2000-05-30", "received_on": {FR: "2000-12-18", MA: "2001-03-12"}}
    story, _ = signed(**SECOND_MONTH, past=past)
    version = only(story)
    assert version.entry_into_force_on == day("2001-05-01")
    (series,) = list_series(version, 1)
    assert list(series.between(day("2026-10-15"), day("2026-12-15"))) == [
        day("2026-11-01"),
        day("2026-12-01"),
    ]
    assert step(version, "2026-11-26", 60) == ("review", "2031-05-01", ())


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (91, None),
        (90, Reminder(90, 90)),
        (31, Reminder(31, 90)),
        (30, Reminder(30, 30)),
        (8, Reminder(8, 30)),
        (7, Reminder(7, 7)),
        (0, Reminder(0, 7)),
        (-1, Reminder(-1, 0)),
    ],
)
def test_reminders_90_30_and_7_days_before(days: int, expected: Reminder | None) -> None:
    today = day("2026-11-26")
    assert find_reminder(today + timedelta(days=days), today) == expected


def test_months_between_reviews() -> None:
    assert read_review_months({"review_every_months": 24}, 60) == 24
    assert read_review_months({"review_every_months": True}, 60) == 60
    assert read_review_months(None) is None


@given(st.integers(0, 20_000), st.sampled_from([None, 1, 12, 60]))
def test_the_next_step_is_ahead_while_a_text_is_in_force(days: int, months: int | None) -> None:
    version, when = only(signed(**RENEWED)[0]), BEGIN + timedelta(days=days)
    found = next_step(version, when, months)
    if state_at(version, when) is State.IN_FORCE and found is not None and found.on is not None:
        assert found.on > when.date()
        for series in list_series(version, months):
            assert not list(series.between(when.date() + timedelta(days=1), found.on))


def test_months_are_counted_from_the_entry_each_time() -> None:
    series = Series(Step.OBJECTION, day("2025-01-31"), 1, 1, back_months=0, until_on=day("2025-06-01"))
    expected = ["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"]
    assert [str(on) for on in series.between(date.min, date.max)] == expected
    assert series.next_after(day("2025-03-31")) == day("2025-04-30")
    assert series.next_after(day("2025-05-31")) is None
    assert Series(Step.REVIEW, day("9998-06-01"), 12, 12).next_after(day("9999-07-01")) is None


@given(
    st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(1, 60), st.integers(1, 60), st.integers(0, 24),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 400),
)  # fmt: skip
def test_a_series_misses_nothing(
    anchor: date, first: int, every: int, back: int, begin: date, days: int
) -> None:
    series = Series(Step.RENEWAL, anchor, first, every, back)
    end = begin + timedelta(days=days)
    slow = [on for number in range(1300) if begin <= (on := series._at(number)) < end]
    found = list(series.between(begin, end))
    assert found == slow
    months = {on.year * 12 + on.month - 1 for on in found}
    assert all((month - series.first_month) % every == 0 for month in months)
