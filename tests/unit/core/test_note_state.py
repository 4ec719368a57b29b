"""The table of note acts, row by row; effect, recipients and disputed times."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.state import (
    NoEffectReason,
    NoteMark,
    NoteStatus,
    NoteTerms,
    Result,
    fold_note,
    initial_state,
)
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MissingError
from tests.unit.core.note_world import (
    ASKER,
    OWER,
    THIRD,
    VERB_SIDES,
    World,
    answer,
    note,
    questions,
    reasons,
    refuse,
)

TERMS = NoteTerms(Expects.ANSWER)
# --- table of acts ---

PATHS: dict[str, list[str]] = {
    "delivered": [],
    "read": ["read"],
    "accepted": ["read", "accept"],
    "clarification": ["accept", "clarify"],
    "answered": ["answer"],
    "refused": ["refuse"],
    "withdrawn": ["withdraw"],
    "closed": ["answer", "close"],
}
OPEN_STATES = ["delivered", "read", "accepted", "clarification"]
LEADS: dict[str, dict[str, str]] = {
    "read": {"delivered": "read"},
    "accept": dict.fromkeys(["delivered", "read"], "accepted"),
    "clarify": dict.fromkeys(["delivered", "read", "accepted"], "clarification"),
    "explain": {"clarification": "accepted"},
    "answer": dict.fromkeys(OPEN_STATES, "answered"),
    "refuse": dict.fromkeys(OPEN_STATES, "refused"),
    "extend": {state: state for state in OPEN_STATES},
    "withdraw": dict.fromkeys(OPEN_STATES, "withdrawn"),
    "correct": {state: state for state in PATHS},
    "close": dict.fromkeys(["answered", "refused"], "closed"),
}
ROWS = [(verb, before, LEADS[verb].get(before)) for verb in LEADS for before in PATHS]


@pytest.mark.parametrize(("verb", "before", "after"), ROWS)
def test_each_act_leads_from_its_states_and_from_no_other(verb: str, before: str, after: str | None) -> None:
    world = note()
    for step in PATHS[before]:
        world.say(VERB_SIDES[step], step)
    assert world.state().status == before
    world.say(VERB_SIDES[verb], verb)
    state = world.state()
    assert state == world.state(OWER)
    assert state.status == (after or before)
    final = before in ("answered", "refused", "withdrawn", "closed")
    expected = [] if after else [(verb, "final_state" if final else "out_of_state")]
    assert reasons(world) == expected


def test_sent_until_the_receipt_says_applied() -> None:
    world = World()
    send = world.send()
    assert world.state().status is NoteStatus.SENT
    assert world.state().delivered_at is None
    world.go(hours=5)
    world.pull(OWER, ASKER)
    assert world.state(OWER).status is NoteStatus.DELIVERED
    assert world.state(ASKER).status is NoteStatus.SENT
    world.pull(ASKER, OWER)
    assert world.state().status is NoteStatus.DELIVERED
    assert world.state().delivered_at == send.created_at + timedelta(hours=5)


@pytest.mark.parametrize("verb", ["read", "accept", "clarify", "close"])
def test_a_note_that_is_not_applied_cannot_be_read(verb: str) -> None:
    """``pending`` (blobs missing) is no delivery: the act is there, the receipt is not."""
    world = World()
    world.send(Expects.NONE)
    world.applied[OWER, ASKER] = 1
    world.act(VERB_SIDES[verb], verb)
    state = world.state(VERB_SIDES[verb], with_pending=True)
    assert state.status is NoteStatus.SENT
    assert [one.reason for one in state.without_effect] == [NoEffectReason.OUT_OF_STATE]


@pytest.mark.parametrize(("verb", "after"), [("withdraw", "withdrawn"), ("answer", "answered")])
def test_sent_is_an_open_state(verb: str, after: str) -> None:
    world = World()
    world.send()
    world.applied[OWER, ASKER] = 1
    world.act(VERB_SIDES[verb], verb)
    assert world.state(VERB_SIDES[verb], with_pending=True).status == after


@pytest.mark.parametrize("path", [[], ["read"], ["accept"]])
def test_explain_leads_to_the_state_before(path: list[str]) -> None:
    world = note()
    for verb in path:
        world.say(OWER, verb)
    before = world.state().status
    world.say(OWER, "clarify")
    world.say(ASKER, "explain")
    assert world.state().status is before
    world.say(OWER, "clarify")
    assert world.state().status is NoteStatus.CLARIFICATION
    assert len(world.state().clarifications) == 2


CLOSES = [
    (Expects.ACK, "delivered", False),
    (Expects.ACK, "read", False),
    (Expects.ACK, "accepted", True),
    (Expects.ACK, "clarification", False),
    (Expects.NONE, "delivered", True),
    (Expects.NONE, "read", True),
    (Expects.NONE, "accepted", False),
    (Expects.NONE, "clarification", False),
    (Expects.ANSWER, "delivered", False),
    (Expects.ANSWER, "accepted", False),
    (Expects.NONE, "answered", True),
    (Expects.ACK, "refused", True),
]


@pytest.mark.parametrize(("expects", "before", "closes"), CLOSES)
def test_close_by_what_the_note_expects(expects: Expects, before: str, closes: bool) -> None:
    world = note(expects)
    for step in PATHS[before]:
        world.say(VERB_SIDES[step], step)
    world.say(ASKER, "close", {"outcome": "seizure"})
    state = world.state()
    assert (state.status is NoteStatus.CLOSED) is closes
    assert state.outcome == ("seizure" if closes else None)


@pytest.mark.parametrize("verb", VERB_SIDES)
def test_the_other_side_cannot_act(verb: str) -> None:
    world = note()
    if verb == "explain":
        world.say(OWER, "clarify")
    before = world.state()
    world.say(ASKER if VERB_SIDES[verb] == OWER else OWER, verb)
    assert reasons(world) == [(verb, "wrong_side")]
    assert replace(world.state(), without_effect=()) == before


@pytest.mark.parametrize(
    ("author", "verb", "body", "reason"),
    [
        (OWER, "answer", {}, "malformed_body"),
        (ASKER, "extend", {"add_s": -1}, "malformed_body"),
        (ASKER, "withdraw", {}, "malformed_body"),
        (OWER, "praise", {}, "unknown_reply"),
        (ASKER, "send", {"expects": "none"}, "unknown_reply"),
    ],
)
def test_what_is_not_an_act_of_notes_changes_nothing(
    author: AdministrationCode, verb: str, body: dict[str, Any], reason: str
) -> None:
    world = note()
    world.say(author, verb, body)
    assert world.state().status is NoteStatus.DELIVERED
    assert reasons(world) == [(verb, reason)]


# --- questions ---


@pytest.mark.parametrize(
    ("replies", "status", "marks", "results"),
    [
        ([("answer", answer(1))], "delivered", {"part_answered"}, "answered none"),
        ([("answer", answer(1)), ("answer", answer(2))], "answered", set(), "answered answered"),
        ([("answer", answer(1, 2))], "answered", set(), "answered answered"),
        ([("answer", answer(1, final=True))], "answered", set(), "answered none"),
        ([("answer", answer(final=True))], "answered", set(), "none none"),
        ([("answer", answer(1)), ("refuse", refuse(2))], "answered", set(), "answered refused"),
        ([("refuse", refuse(2)), ("answer", answer(1))], "answered", set(), "answered refused"),
        ([("refuse", refuse(1))], "delivered", set(), "refused none"),
        ([("refuse", refuse(1)), ("refuse", refuse(2))], "refused", set(), "refused refused"),
        ([("refuse", refuse(1, 2))], "refused", set(), "refused refused"),
        ([("refuse", refuse())], "refused", set(), "refused refused"),
        ([("answer", answer(1)), ("refuse", refuse())], "refused", set(), "answered refused"),
        ([("answer", answer(1)), ("answer", answer(1))], "delivered", {"part_answered"}, "answered none"),
        ([("answer", answer(1)), ("refuse", refuse(1))], "delivered", {"part_answered"}, "answered none"),
        ([("answer", answer(7))], "delivered", set(), "none none"),
        ([("refuse", refuse(7))], "delivered", set(), "none none"),
    ],
)
def test_questions_are_met_one_by_one(
    replies: list[tuple[str, dict[str, Any]]], status: str, marks: set[str], results: str
) -> None:
    world = note(questions=questions(1, 2))
    for verb, body in replies:
        world.say(OWER, verb, body)
    state = world.state()
    assert state.status == status
    assert state.marks == marks
    assert [question.result for question in state.questions] == results.split()
    assert state == world.state(OWER)


def test_part_answered_stands_beside_the_state() -> None:
    world = note(questions=questions(1, 2))
    world.say(OWER, "accept")
    world.say(OWER, "answer", answer(1))
    world.say(OWER, "clarify")
    assert world.state().status is NoteStatus.CLARIFICATION
    assert world.state().marks == {NoteMark.PART_ANSWERED}
    assert world.state().met_by is None
    last = world.say(OWER, "refuse", refuse(2, ground="running_investigation_or_safety"))
    state = world.state()
    assert state.status is NoteStatus.ANSWERED
    assert state.questions[1].ground == "running_investigation_or_safety"
    assert state.questions[1].result is Result.REFUSED
    assert state.met_by is not None
    assert state.met_by.act_id == last.act_id


def test_a_note_without_questions_is_answered_by_final_alone() -> None:
    world = note()
    world.say(OWER, "answer", answer())
    assert world.state().status is NoteStatus.DELIVERED
    assert world.state().marks == {NoteMark.PART_ANSWERED}
    world.say(OWER, "answer", answer(final=True))
    assert world.state().status is NoteStatus.ANSWERED
    assert len(world.state().replies) == 2


# --- effect, recipients, time ---


def test_an_act_counts_from_the_receipt_of_the_other_side() -> None:
    world = note()
    world.act(OWER, "answer")
    here = world.state(OWER)
    assert here.status is NoteStatus.DELIVERED
    assert here.marks == {NoteMark.PENDING}
    assert [act.kind for act in here.pending] == ["note.answer"]
    assert world.state(OWER, with_pending=True).status is NoteStatus.ANSWERED
    world.pull(ASKER, OWER)
    assert world.state(ASKER).status is NoteStatus.ANSWERED
    assert world.state(OWER).status is NoteStatus.DELIVERED
    world.sync()
    assert world.state(OWER) == world.state(ASKER)


def test_a_late_act_refolds_the_note() -> None:
    world = note()
    world.say(OWER, "accept")
    world.say(OWER, "answer")
    acts = world.view(ASKER)
    without = [act for act in acts if act.kind != "note.accept"]
    assert fold_note(without, OWER, TERMS).accepted_by is None
    assert fold_note([*without, *acts[1:2]], OWER, TERMS).status is NoteStatus.ANSWERED
    assert fold_note(acts, OWER, TERMS).accepted_by is not None


def test_each_recipient_has_its_own_state() -> None:
    world = World(codes=(ASKER, OWER, THIRD))
    world.send()
    world.sync()
    world.say(OWER, "accept", to=(ASKER,))
    world.say(THIRD, "refuse", to=(ASKER,))
    world.say(ASKER, "extend", to=(OWER,))
    world.say(ASKER, "correct")
    one, other = world.state(), world.state(recipient=THIRD)
    assert (one.status, one.extended_s) == (NoteStatus.ACCEPTED, 3_600)
    assert (other.status, other.extended_s) == (NoteStatus.REFUSED, 0)
    assert one.marks == other.marks == {NoteMark.CORRECTED}
    assert one.without_effect == other.without_effect == ()
    assert world.state(OWER) == one
    assert world.state(THIRD, recipient=THIRD) == other


def test_a_reply_that_the_sender_does_not_get_changes_nothing() -> None:
    world = World(codes=(ASKER, OWER, THIRD))
    world.send()
    world.sync()
    world.say(OWER, "answer", to=(THIRD,))
    assert world.state(ASKER).status is NoteStatus.DELIVERED
    mine = world.state(OWER, with_pending=True)
    assert mine.status is NoteStatus.DELIVERED
    assert [one.reason for one in mine.without_effect] == [NoEffectReason.NOT_ADDRESSED]


def test_the_recipient_cannot_pass_for_the_sender() -> None:
    world = World()
    world.origins = {ASKER: Origin("z.example/ma"), OWER: Origin("a.example/fr")}
    forged = world.act(OWER, "send", {"expects": "none"})
    true = world.send()
    world.sync()
    assert world.state(expects=Expects.ANSWER).send.act_id == true.act_id
    assert [one.act.act_id for one in world.state(expects=Expects.ANSWER).without_effect] == [forged.act_id]


@pytest.mark.parametrize(("ahead_s", "disputed"), [(-86_400, False), (300, False), (301, True)])
@pytest.mark.parametrize("verb", ["send", "answer", "extend"])
def test_time_is_disputed_when_created_is_over_300_s_after_the_delivery(
    verb: str, ahead_s: int, disputed: bool
) -> None:
    created_at = World().now + timedelta(seconds=ahead_s)
    if verb == "send":
        world = World()
        world.act(ASKER, "send", {"expects": "answer"}, created_at=created_at)
        world.sync()
    else:
        world = note()
        world.say(VERB_SIDES[verb], verb, created_at=created_at)
    for node in (ASKER, OWER):
        assert (NoteMark.TIME_DISPUTED in world.state(node).marks) is disputed
    assert world.state().without_effect == ()


def test_the_fresh_note_is_the_fold_of_one_act() -> None:
    world = note(questions=questions(1, 2, 3))
    (send,) = world.view(ASKER)
    fresh = initial_state(send, OWER, TERMS)
    assert fresh == fold_note([send], OWER, TERMS)
    world.say(OWER, "praise", {})
    assert replace(world.state(), without_effect=()) == fresh
    assert [question.no for question in fresh.questions] == [1, 2, 3]
    assert not fresh.is_final
    assert fresh.sender == ASKER


def test_no_send_and_not_a_recipient() -> None:
    world = note()
    (send,) = world.view(ASKER)
    with pytest.raises(MissingError, match="not_a_recipient"):
        initial_state(send, THIRD, TERMS)
    world.say(OWER, "accept")
    with pytest.raises(MissingError, match="no_send"):
        fold_note(world.view(ASKER)[1:], OWER, TERMS)
    with pytest.raises(MissingError, match="no_send"):
        fold_note(world.view(ASKER), THIRD, TERMS)


@pytest.mark.parametrize("malformed", ["x", [], [{"no": 1}], [{"no": 1, "text": "a"}] * 2])
def test_malformed_questions_of_a_send_are_no_questions(malformed: object) -> None:
    world = note(questions=malformed)
    world.say(OWER, "answer")
    assert world.state().questions == ()
    assert world.state().status is NoteStatus.ANSWERED


def test_what_meets_the_note() -> None:
    def find_met(world: World) -> str | None:
        met_by = world.state().met_by
        return None if met_by is None else met_by.act_id

    ack = note(Expects.ACK)
    accept = ack.say(OWER, "accept")
    assert find_met(ack) == accept.act_id
    none = note(Expects.NONE)
    none.say(OWER, "accept")
    assert find_met(none) is None
    whole = note()
    whole.say(OWER, "accept")
    assert find_met(whole) is None
    refusal = whole.say(OWER, "refuse")
    assert find_met(whole) == refusal.act_id
