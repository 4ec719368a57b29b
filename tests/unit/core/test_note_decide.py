"""What may be submitted on a note, and that the fold agrees."""

from typing import Any

import pytest

from mithaq.core.notes.bodies import Expects, ExtendBody
from mithaq.core.notes.decide import decide_reply
from mithaq.core.types import AdministrationCode
from mithaq.errors import ConflictError, MalformedError, MithaqError, NotAllowedError
from tests.unit.core.note_world import (
    ASKER,
    ASKER_VERBS,
    BODIES,
    OWER,
    OWER_VERBS,
    THIRD,
    World,
    answer,
    note,
    questions,
    refuse,
)


def decide(world: World, author: AdministrationCode, verb: str, body: dict[str, Any] | None = None) -> object:
    node = author if author in world.codes else ASKER
    state = world.state(node, with_pending=True)
    return decide_reply(state, f"note.{verb}", BODIES[verb] if body is None else body, author)


def test_the_body_comes_back_read() -> None:
    assert decide(note(), ASKER, "extend", {"add_s": 60}) == ExtendBody(60)


@pytest.mark.parametrize("verb", [*OWER_VERBS, *ASKER_VERBS])
def test_an_act_of_the_other_side_is_not_allowed(verb: str) -> None:
    for author in (ASKER if verb in OWER_VERBS else OWER, THIRD):
        with pytest.raises(NotAllowedError) as caught:
            decide(note(), author, verb)
        assert caught.value.code == "wrong_side"


@pytest.mark.parametrize(
    ("author", "kind", "body", "code"),
    [
        (OWER, "note.send", {}, "unknown_reply"),
        (OWER, "note.praise", {}, "unknown_reply"),
        (OWER, "note.refuse", {}, "bad_ground"),
        (ASKER, "note.extend", {"add_s": 0}, "bad_add_s"),
        (OWER, "note.answer", answer(3), "unknown_question"),
        (OWER, "note.refuse", refuse(1, 3), "unknown_question"),
        (OWER, "note.answer", answer(), "bad_answers"),
    ],
)
def test_a_bad_body_is_malformed(
    author: AdministrationCode, kind: str, body: dict[str, Any], code: str
) -> None:
    state = note(questions=questions(1, 2)).state()
    with pytest.raises(MalformedError) as caught:
        decide_reply(state, kind, body, author)
    assert caught.value.code == code


@pytest.mark.parametrize("end", ["answer", "refuse", "withdraw"])
@pytest.mark.parametrize("verb", [*OWER_VERBS, *ASKER_VERBS])
def test_a_final_state_that_was_seen_is_not_contradicted(end: str, verb: str) -> None:
    world = note()
    world.say(ASKER if end == "withdraw" else OWER, end)
    author = ASKER if verb in ASKER_VERBS else OWER
    if verb == "correct" or (verb == "close" and end != "withdraw"):
        decide(world, author, verb)
        return
    with pytest.raises(ConflictError) as caught:
        decide(world, author, verb)
    assert caught.value.code == "final_state"


def test_the_own_act_counts_before_its_receipt() -> None:
    world = note()
    world.act(OWER, "answer")
    with pytest.raises(ConflictError, match="final_state"):
        decide(world, OWER, "refuse")
    decide(world, ASKER, "withdraw")  # it has not seen the answer: they will cross


@pytest.mark.parametrize(
    ("expects", "path", "author", "verb", "allowed"),
    [
        (Expects.ANSWER, [], ASKER, "explain", False),
        (Expects.ANSWER, [], ASKER, "close", False),
        (Expects.ANSWER, ["accept"], OWER, "read", False),
        (Expects.ANSWER, ["accept"], OWER, "clarify", True),
        (Expects.ANSWER, ["clarify"], OWER, "accept", False),
        (Expects.ANSWER, ["clarify"], OWER, "answer", True),
        (Expects.ANSWER, ["clarify"], ASKER, "explain", True),
        (Expects.ACK, ["accept"], ASKER, "close", True),
        (Expects.ACK, ["read"], ASKER, "close", False),
        (Expects.NONE, ["read"], ASKER, "close", True),
        (Expects.NONE, ["accept"], ASKER, "close", False),
    ],
)
def test_out_of_state(
    expects: Expects, path: list[str], author: AdministrationCode, verb: str, allowed: bool
) -> None:
    world = note(expects)
    for step in path:
        world.say(OWER, step)
    if allowed:
        decide(world, author, verb)
        return
    with pytest.raises(ConflictError) as caught:
        decide(world, author, verb)
    assert caught.value.code == "out_of_state"


def test_a_question_has_one_result() -> None:
    world = note(questions=questions(1, 2))
    world.say(OWER, "answer", answer(1))
    for verb, body in (("answer", answer(1, 2)), ("refuse", refuse(1))):
        with pytest.raises(ConflictError) as caught:
            decide(world, OWER, verb, body)
        assert caught.value.code == "question_has_result"
    decide(world, OWER, "refuse", refuse(2))
    decide(world, OWER, "answer", answer(final=True))
    decide(world, OWER, "refuse", refuse())


@pytest.mark.parametrize("verb", [*OWER_VERBS, *ASKER_VERBS])
@pytest.mark.parametrize("expects", list(Expects))
@pytest.mark.parametrize(
    "path", [[], ["read"], ["accept"], ["clarify"], ["answer"], ["refuse"], ["withdraw"], ["answer", "close"]]
)
def test_what_is_allowed_has_effect_and_what_is_not_has_none(
    expects: Expects, path: list[str], verb: str
) -> None:
    world = note(expects)
    for step in path:
        world.say(ASKER if step in ASKER_VERBS else OWER, step)
    author = ASKER if verb in ASKER_VERBS else OWER
    try:
        decide(world, author, verb)
    except MithaqError:
        allowed = False
    else:
        allowed = True
    said = world.say(author, verb)
    idle = [one.act.act_id for one in world.state().without_effect]
    assert (said.act_id not in idle) is allowed
