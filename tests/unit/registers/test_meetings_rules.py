"""Rules of the meetings register: what is refused, what stands, what is due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import ConflictError, MalformedError
from mithaq.main.demo.texts import read_text
from mithaq.registers.meetings.rules import REGISTER
from mithaq.registers.meetings.rules.addresses import is_line, iterate_lines
from mithaq.registers.meetings.rules.alignment import find_gaps, marks_of, tick_line, with_line, write_line
from mithaq.registers.meetings.rules.appointment import find_instant, write_appointment
from mithaq.registers.meetings.rules.invitation import (
    Answer,
    apply_correction,
    check_invitation,
    moves,
    write_answer,
)
from mithaq.registers.meetings.rules.notes import write_initialling
from mithaq.registers.meetings.rules.programme import make_programme
from mithaq.registers.meetings.rules.signing import check_signable
from mithaq.registers.meetings.rules.standing import Facts, MeetingState, state_of

CHECKS = {kind.name.removeprefix("meetings."): kind.check for kind in REGISTER.kinds}
ID = "01900000-0000-7000-8000-000000000001"
HASH = "a" * 64
BOTH = {"ar": "نص", "fr": "texte"}
PARIS, RABAT = ZoneInfo("Europe/Paris"), ZoneInfo("Africa/Casablanca")


def make_invitation(**changes: Any) -> dict[str, Any]:
    starts, ends = datetime(2026, 3, 10, 10), datetime(2026, 3, 10, 12)  # noqa: DTZ001 local
    fields = {"level": "technical", "host": "fr-mi", "place": "Paris", "no": 8}
    return {**fields, **write_appointment(starts, ends, "Europe/Paris", PARIS), **changes}


MANDATE: dict[str, Any] = {
    "name": BOTH,
    "basis": [f"{ID}@1#art_3", {"text": BOTH}],
    "co_chairs": [{"administration": code, "post": "minister"} for code in ("ma-mi", "fr-mi")],
}
GOOD: dict[str, dict[str, Any]] = {
    "mandate": MANDATE,
    "agenda": {"title": BOTH, "invitation": ID, "items": [{"no": 1, "title": BOTH, "proposed_by": "ma-mi"}]},
    "minutes": {
        "title": BOTH,
        "invitation": ID,
        "decisions": [{"no": 1, "text": BOTH}],
        "actions": [{"no": 1, "text": BOTH, "owner": "fr-mi", "due_on": "2026-06-30"}],
    },
    "communique": {"title": BOTH, "text": BOTH, "embargo_until_at": "2026-03-11T16:00:00.000Z"},
    "invitation": make_invitation(),
    "paper": {"meeting": ID, "item": 1},
    "comment": {"instrument": ID, "version": 1, "lines": ["decision_1"], "text": {"fr": "x"}},
    "initialling": write_initialling(ID, 1, HASH, "translator", ["title"]),
    "statement": {"meeting": ID, "by": "fr-mi", "text": {"fr": "x"}},
    "issue": {
        "body": ID, "no": 1, "text": {"ar": "x"}, "raised_by": "ma-mi", "owner": "fr-mi",
        "due_on": "2026-05-01",
    },
    "action_report": {"line": f"{ID}@1#action_1", "percent": 50},
    "own_communique": {"meeting": ID, "text": {"ar": "x"}},
}  # fmt: skip
BAD = [
    ("mandate", {"co_chairs": MANDATE["co_chairs"][:1]}, "meeting_chairs"),
    ("mandate", {"basis": []}, "meeting_basis"),
    ("mandate", {"basis": ["the declaration"]}, "line_address"),
    ("mandate", {"deadlines": {"signing": -3}}, "meeting_deadline"),
    ("mandate", {"name": {"ar": "x"}}, "meeting_text"),
    ("agenda", {"items": []}, "meeting_list"),
    ("agenda", {"invitation": "٣"}, "meeting_reference"),
    ("minutes", {"decisions": [{"no": 1, "text": BOTH}] * 2}, "meeting_number"),
    (
        "minutes",
        {"actions": [{"no": 1, "text": BOTH, "owner": "fr-mi", "due_on": "2026-02-30"}]},
        "meeting_date",
    ),
    ("minutes", {"decisions": {"no": 1}}, "meeting_list"),
    ("minutes", {"title": {"ar": "x" * 301, "fr": "x"}}, "meeting_text"),
    ("communique", {"embargo_until_at": "demain"}, "meeting_date"),
    ("invitation", {"level": "king"}, "meeting_choice"),
    ("invitation", {"tzid": "+01:00"}, "meeting_zone"),
    ("invitation", {"starts_at": "2026-03-11T09:00:00.000Z"}, "meeting_span"),
    ("invitation", {"starts_local": "2026-03-10 10:00"}, "meeting_local"),
    ("invitation", {"host": "France"}, "meeting_party"),
    ("invitation", {"sessions": [{"no": 1, "form": "party"}]}, "meeting_choice"),
    ("invitation", {"programme": [{"text": "x"}]}, "meeting_local"),
    ("comment", {"lines": ["decision_1\n"]}, "meeting_reference"),
    ("initialling", {"concordance": {"post": "x", "lines": "title"}}, "meeting_reference"),
    ("issue", {"no": True}, "meeting_number"),
    ("action_report", {"line": f"{ID}@1#decision_1"}, "meeting_reference"),
    ("action_report", {"line": "x"}, "line_address"),
    ("action_report", {"percent": 101}, "meeting_number"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_takes_its_fields(kind: str) -> None:
    CHECKS[kind](GOOD[kind])


@pytest.mark.parametrize(("kind", "changes", "code"), BAD)
def test_what_is_refused(kind: str, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as raised:
        CHECKS[kind]({**GOOD[kind], **changes})
    assert raised.value.code == code


@given(
    st.sampled_from(sorted(GOOD)),
    st.data(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
)
def test_any_value_anywhere_is_taken_or_refused(kind: str, data: Any, value: Any) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD[kind])))
    try:
        CHECKS[kind]({**GOOD[kind], name: value})
    except MalformedError:
        pass


@pytest.mark.parametrize("name", ["minutes-2024", "minutes-2025"])
def test_the_demonstration_keeps_the_rules(name: str) -> None:
    text = read_text(name)
    CHECKS["invitation"](text["invitation"]["body"])
    CHECKS["minutes"](text["minutes"]["data"])


def test_lines_have_addresses() -> None:
    data = {**GOOD["minutes"], "paragraphs": [{"no": 2, "text": BOTH}]}
    assert [line.name for line in iterate_lines(data)] == ["title", "par_2", "decision_1", "action_1"]
    assert [is_line(name) for name in ("par_1", "par_0", "decision_٢", "x", None)] == [True, *[False] * 4]


def test_a_change_of_one_language_leaves_the_other_stale() -> None:
    line = write_line({"no": 1}, {"fr": "Un.", "ar": ""}, "secretary", "fr")
    assert (line["original"], marks_of(line)) == ("fr", {"ar": "missing"})
    line = write_line(line, {"fr": "Un.", "ar": "واحد."}, "translator", "ar")
    assert (marks_of(line), line["by_post"]) == ({}, "translator")
    line = write_line(line, {"fr": "Un, deux.", "ar": "واحد."}, "secretary", "fr")
    assert marks_of(line) == {"ar": "stale"}
    assert marks_of(tick_line(line, "translator")) == {}
    line = write_line(line, {"fr": "Un, deux.", "ar": "واحد، اثنان."}, "translator", "ar")
    assert marks_of(line) == {}


def test_no_signature_while_a_language_or_a_translator_is_missing() -> None:
    data = {"title": BOTH, "decisions": [{"no": 1, **write_line({}, {"fr": "Un."}, "secretary", "fr")}]}
    sides = ["fr-mi", "ma-mi"]
    with pytest.raises(ConflictError, match="translation_missing"):
        check_signable(data, HASH, sides, [])
    [_, line] = iterate_lines(data)
    data = with_line(data, line, write_line(line.fields, {"fr": "Un.", "ar": "واحد."}, "translator", "ar"))
    [_, line] = iterate_lines(data)
    stale = with_line(data, line, write_line(line.fields, {"fr": "Deux.", "ar": "واحد."}, "secretary", "fr"))
    assert [(gap.line, gap.lang) for gap in find_gaps(stale)] == [("decision_1", "ar")]
    with pytest.raises(ConflictError, match="translation_stale"):
        check_signable(stale, HASH, sides, [])
    whole = write_initialling(ID, 1, HASH, "translator", ["title", "decision_1"])
    part = {**whole, "concordance": {"post": "translator", "lines": ["title"]}}
    other = {**whole, "content_hash": "b" * 64}
    for initiallings in ([], [("fr-mi", whole)], [("fr-mi", whole), ("ma-mi", part)], [("ma-mi", other)] * 2):
        with pytest.raises(ConflictError, match="concordance_missing"):
            check_signable(data, HASH, sides, initiallings)
    check_signable(data, HASH, sides, [("fr-mi", whole), ("ma-mi", whole)])


def test_rabat_is_one_hour_behind_paris_in_ramadan() -> None:
    body = make_invitation()
    assert body["starts_at"] == "2026-03-10T09:00:00.000Z"
    local = datetime(2026, 3, 10, 9)  # noqa: DTZ001 local
    assert find_instant(local, RABAT) == datetime(2026, 3, 10, 9, tzinfo=UTC)
    with pytest.raises(MalformedError, match="meeting_gap"):
        find_instant(datetime(2026, 3, 29, 2, 30), PARIS)  # noqa: DTZ001 local


def test_a_correction_moves_a_meeting_or_changes_nothing() -> None:
    body = make_invitation()
    starts, ends = datetime(2026, 3, 17, 10), datetime(2026, 3, 17, 12)  # noqa: DTZ001 local
    later = write_appointment(starts, ends, "Europe/Paris", PARIS)
    assert apply_correction(body, later)["starts_local"] == "2026-03-17T10:00"
    assert moves(body, later)
    assert apply_correction(body, {"level": "king"}) == body
    assert not moves(body, {"place": "Lyon"})
    check_invitation({"recorded_afterwards": True, "held_on": "2024-04-22", "tzid": "Africa/Casablanca",
                      "level": "minister", "host": "ma-mi", "place": BOTH})  # fmt: skip
    assert write_answer(Answer.COUNTER, later)["final"] is False


NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("states", "results", "moved", "ended", "minuted", "expected"),
    [
        ({"a": "sent"}, {}, False, False, False, MeetingState.PROPOSED),
        ({"a": "delivered"}, {"a": "counter"}, False, True, False, MeetingState.PROPOSED),
        ({"a": "answered", "b": "delivered"}, {"a": "accept"}, False, False, False, MeetingState.PROPOSED),
        ({"a": "answered"}, {"a": "accept"}, False, False, False, MeetingState.CONFIRMED),
        ({"a": "answered"}, {"a": "accept"}, True, False, False, MeetingState.POSTPONED),
        ({"a": "answered"}, {"a": "accept"}, True, True, False, MeetingState.HELD),
        ({"a": "answered"}, {"a": "accept"}, False, True, True, MeetingState.MINUTED),
        ({"a": "closed"}, {"a": "accept"}, False, True, True, MeetingState.CLOSED),
        ({"a": "withdrawn"}, {}, False, False, False, MeetingState.CANCELLED),
        ({"a": "refused"}, {}, False, True, False, MeetingState.PROPOSED),
    ],
)
def test_the_word_for_a_meeting(
    states: dict[str, str],
    results: dict[str, str],
    moved: bool,
    ended: bool,
    minuted: bool,
    expected: MeetingState,
) -> None:
    ends_at = NOW + timedelta(days=-1 if ended else 1)
    assert state_of(Facts(states, results, moved, ends_at, minuted), NOW) == expected


def test_steps_are_counted_from_the_written_date() -> None:
    done = {
        "invitation": datetime(2026, 2, 8, 23, 59, tzinfo=UTC),
        "agenda_agreed": datetime(2026, 3, 4, 0, 1, tzinfo=UTC),
    }
    steps = {
        step.name: step
        for step in make_programme(
            date(2026, 3, 10), done, datetime(2026, 3, 10, tzinfo=UTC), {"comments": 20}
        )
    }
    assert [step.due_on.isoformat() for step in steps.values()] == [
        "2026-02-08", "2026-02-24", "2026-03-03", "2026-03-15", "2026-03-30", "2026-04-09",
    ]  # fmt: skip
    assert [str(step.mark) for step in steps.values()] == ["met", "overdue", "late", "open", "open", "open"]
    assert [name for name, step in steps.items() if step.is_agreed] == ["comments"]
