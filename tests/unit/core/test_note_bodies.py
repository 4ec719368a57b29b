"""Shapes of the bodies of note acts."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.notes.bodies import (
    AcceptBody,
    AnswerBody,
    ClarifyBody,
    CloseBody,
    CorrectBody,
    Expects,
    ExplainBody,
    ExtendBody,
    ReadBody,
    RefuseBody,
    SendBody,
    WithdrawBody,
    parse_reply,
    parse_send,
)
from mithaq.errors import MalformedError

GOOD = [
    ("read", {}, ReadBody()),
    ("read", {"of_a_newer_node": 1}, ReadBody()),
    ("accept", {}, AcceptBody()),
    ("clarify", {"text": "Which?"}, ClarifyBody("Which?", {})),
    ("clarify", {"questions": [{"no": 2, "text": "Who?"}]}, ClarifyBody(None, {2: "Who?"})),
    ("explain", {"text": "That one."}, ExplainBody("That one.")),
    ("answer", {"answers": [], "final": True}, AnswerBody((), True)),
    ("answer", {"answers": [{"question_no": 3}], "final": False}, AnswerBody((3,), False)),
    ("answer", {"answers": [{"question_no": 1, "text": "Yes."}], "final": False}, AnswerBody((1,), False)),
    ("refuse", {"ground": "not_available"}, RefuseBody("not_available", ())),
    ("refuse", {"ground": "minor_offence", "questions": [2, 1]}, RefuseBody("minor_offence", (2, 1))),
    ("extend", {"add_s": 1}, ExtendBody(1)),
    ("withdraw", {"reason": "Found."}, WithdrawBody("Found.")),
    ("correct", {"fields": {"starts_at": "x"}, "reason": "moved"}, CorrectBody({"starts_at": "x"}, "moved")),
    ("close", {"outcome": "none_yet"}, CloseBody("none_yet")),
]

BAD = [
    ("send", {}, "unknown_reply"),
    ("approve", {}, "unknown_reply"),
    ("clarify", {}, "bad_text"),
    ("clarify", {"text": " "}, "bad_text"),
    ("clarify", {"questions": []}, "bad_questions"),
    ("clarify", {"questions": [{"no": 1}]}, "bad_questions"),
    ("clarify", {"questions": ["Who?"]}, "bad_questions"),
    ("explain", {}, "bad_text"),
    ("answer", {"final": True}, "bad_answers"),
    ("answer", {"answers": []}, "bad_final"),
    ("answer", {"answers": [], "final": 1}, "bad_final"),
    ("answer", {"answers": [1], "final": True}, "bad_answers"),
    ("answer", {"answers": [{"question_no": 0}], "final": True}, "bad_answers"),
    ("answer", {"answers": [{"question_no": True}], "final": True}, "bad_answers"),
    ("answer", {"answers": [{"question_no": 1}, {"question_no": 1}], "final": True}, "bad_answers"),
    ("answer", {"answers": [{"question_no": 1, "text": ""}], "final": True}, "bad_text"),
    ("refuse", {}, "bad_ground"),
    ("refuse", {"ground": "Not available"}, "bad_ground"),
    ("refuse", {"ground": "x", "questions": [1, 1]}, "bad_questions"),
    ("refuse", {"ground": "x", "questions": [1_000]}, "bad_questions"),
    ("refuse", {"ground": "x", "questions": 1}, "bad_questions"),
    ("extend", {}, "bad_add_s"),
    ("extend", {"add_s": 0}, "bad_add_s"),
    ("extend", {"add_s": -60}, "bad_add_s"),
    ("extend", {"add_s": True}, "bad_add_s"),
    ("extend", {"add_s": 315_360_001}, "bad_add_s"),
    ("withdraw", {}, "bad_reason"),
    ("correct", {"fields": {}, "reason": "x"}, "bad_fields"),
    ("correct", {"fields": ["a"], "reason": "x"}, "bad_fields"),
    ("correct", {"fields": {"a": 1}}, "bad_reason"),
    ("close", {}, "bad_outcome"),
    ("close", {"outcome": "x" * 65}, "bad_outcome"),
]


@pytest.mark.parametrize(("verb", "body", "expected"), GOOD)
def test_a_good_body_is_read(verb: str, body: dict[str, Any], expected: object) -> None:
    assert parse_reply(f"note.{verb}", body) == expected


@pytest.mark.parametrize(("verb", "body", "code"), BAD)
def test_a_bad_body_is_refused_with_its_code(verb: str, body: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_reply(f"note.{verb}", body)
    assert caught.value.code == code


def test_send() -> None:
    body = {"expects": "answer", "questions": [{"no": 2, "text": "b"}, {"no": 1, "text": "a"}], "class": "x"}
    assert parse_send(body) == SendBody(Expects.ANSWER, (2, 1))
    assert parse_send({"expects": "none"}) == SendBody(Expects.NONE, ())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_expects"),
        ({"expects": "reply"}, "bad_expects"),
        ({"expects": ["ack"]}, "bad_expects"),
        ({"expects": "ack", "questions": "x"}, "bad_questions"),
        ({"expects": "ack", "questions": [{"no": 1, "text": "a"}, {"no": 1, "text": "b"}]}, "bad_questions"),
    ],
)
def test_a_bad_send_is_refused_with_its_code(body: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_send(body)
    assert caught.value.code == code


JSON = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "text",
    "questions",
    "answers",
    "final",
    "ground",
    "add_s",
    "reason",
    "fields",
    "outcome",
    "expects",
)
ITEMS = st.lists(
    st.dictionaries(st.sampled_from(("no", "question_no", "text")), JSON, max_size=3), max_size=3
)


@given(
    st.sampled_from([verb for verb, _, _ in GOOD]),
    st.dictionaries(st.sampled_from(FIELDS), JSON | ITEMS, max_size=6),
)
def test_any_body_is_read_or_malformed(verb: str, body: dict[str, Any]) -> None:
    for parse in (lambda: parse_reply(f"note.{verb}", body), lambda: parse_send(body)):
        with suppress(MalformedError):
            parse()
