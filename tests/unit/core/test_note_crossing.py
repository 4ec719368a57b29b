"""The table of crossings: acts that did not see each other."""

from dataclasses import replace
from typing import Any

import pytest

from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.state import (
    NoEffectReason,
    NoteMark,
    NoteStatus,
    NoteTerms,
    fold_note,
)
from mithaq.core.types import Origin
from tests.unit.core.note_world import ASKER, OWER, VERB_SIDES, World, answer, note, questions, reasons

TERMS = NoteTerms(Expects.ANSWER)


def cross(world: World, first: tuple[Any, ...], second: tuple[Any, ...]) -> World:
    """Two acts that did not see each other."""
    world.act(*first)
    world.act(*second)
    return world.sync()


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize(
    ("expects", "path", "ower", "asker", "status", "marks", "beaten"),
    [
        (Expects.ANSWER, [], "answer", "withdraw", "answered", {"withdrawn_late"}, ["withdraw"]),
        (Expects.ANSWER, [], "refuse", "withdraw", "refused", {"withdrawn_late"}, ["withdraw"]),
        (Expects.ANSWER, [], "clarify", "withdraw", "withdrawn", set(), ["clarify"]),
        (Expects.ANSWER, [], "accept", "withdraw", "withdrawn", set(), ["accept"]),
        (Expects.ANSWER, [], "read", "withdraw", "withdrawn", set(), ["read"]),
        (Expects.ANSWER, [], "answer", "correct", "answered",
         {"corrected", "answered_before_correction"}, []),
        (Expects.ANSWER, [], "refuse", "correct", "refused", {"corrected"}, []),
        (Expects.ANSWER, [], "accept", "correct", "accepted", {"corrected"}, []),
        (Expects.ANSWER, [], "answer", "extend", "answered", set(), []),
        (Expects.ANSWER, ["clarify"], "answer", "explain", "answered", set(), ["explain"]),
        (Expects.NONE, [], "read", "close", "closed", set(), ["read"]),
        (Expects.NONE, [], "accept", "close", "closed", set(), ["accept"]),
        (Expects.NONE, [], "answer", "close", "closed", set(), []),
        (Expects.ACK, ["accept"], "clarify", "close", "closed", set(), ["clarify"]),
        (Expects.ACK, ["accept"], "refuse", "close", "closed", set(), []),
    ],
)  # fmt: skip
def test_crossing(
    expects: Expects, path: list[str], ower: str, asker: str, status: str, marks: set[str],
    beaten: list[str], swap: bool,
) -> None:  # fmt: skip
    world = World()
    if swap:
        # The order of the names of the logs, which breaks ties, must not decide.
        world.origins = {ASKER: Origin("z.example/ma"), OWER: Origin("a.example/fr")}
    world.send(expects)
    world.sync()
    for verb in path:
        world.say(OWER, verb)
    cross(world, (OWER, ower), (ASKER, asker))
    state = world.state()
    assert state == world.state(OWER)
    assert state.status == status
    assert state.marks == marks
    assert reasons(world) == [(verb, "overtaken") for verb in beaten]


@pytest.mark.parametrize("order", [("correct", "answer"), ("answer", "correct")])
def test_an_answer_and_a_correction_that_saw_each_other_did_not_cross(order: tuple[str, str]) -> None:
    world = note()
    for verb in order:
        world.say(VERB_SIDES[verb], verb)
    assert world.state().marks == {NoteMark.CORRECTED}


@pytest.mark.parametrize("first", ["answer", "refuse"])
def test_of_answer_and_refusal_the_lower_in_fold_order_stands(first: str) -> None:
    """One log cannot cross itself; the second log is that of a new epoch of the same side."""
    world = note()
    second = "refuse" if first == "answer" else "answer"
    low, high = world.act(OWER, first), world.act(OWER, second)
    world.sync()
    acts = world.view(ASKER)
    low_log, high_log = Origin("a.example/2"), Origin("z.example/2")
    moved = [
        replace(act, log=low_log if act.act_id == low.act_id else high_log)
        if act.act_id in (low.act_id, high.act_id)
        else act
        for act in acts
    ]
    state = fold_note(moved, OWER, TERMS)
    assert state.status == {"answer": "answered", "refuse": "refused"}[first]
    assert [(one.act.act_id, one.reason) for one in state.without_effect] == [
        (high.act_id, NoEffectReason.ATTACHED)
    ]
    assert fold_note(reversed(moved), OWER, TERMS) == state


def test_a_part_answer_does_not_beat_a_withdrawal() -> None:
    world = note(questions=questions(1, 2))
    cross(world, (OWER, "answer", answer(1)), (ASKER, "withdraw"))
    assert world.state().status is NoteStatus.WITHDRAWN
    world.say(OWER, "answer", answer(2))
    assert world.state().status is NoteStatus.WITHDRAWN
    assert reasons(world) == [("answer", "final_state")]


def test_two_part_answers_that_cross_a_withdrawal_beat_it_together() -> None:
    world = note(questions=questions(1, 2))
    world.act(OWER, "answer", answer(1))
    world.act(ASKER, "withdraw")
    world.act(OWER, "answer", answer(2))
    world.sync()
    assert world.state().status is NoteStatus.ANSWERED
    assert world.state().marks == {NoteMark.WITHDRAWN_LATE}


def test_an_explanation_ends_only_the_clarification_it_saw() -> None:
    world = note()
    world.say(OWER, "clarify")
    world.act(ASKER, "explain")
    # The recipient goes on without having seen the explanation: it still waits in its own eyes.
    world.act(OWER, "clarify")
    world.sync()
    assert world.state().status is NoteStatus.DELIVERED
    assert reasons(world) == [("clarify", "out_of_state")]
    cross(world, (OWER, "clarify"), (ASKER, "explain"))
    assert world.state().status is NoteStatus.CLARIFICATION
    assert reasons(world)[-1] == ("explain", "out_of_state")


def test_after_a_late_withdrawal_the_answer_can_be_closed() -> None:
    world = note()
    cross(world, (OWER, "answer"), (ASKER, "withdraw"))
    world.say(ASKER, "close")
    assert world.state().status is NoteStatus.CLOSED
    assert world.state().marks == {NoteMark.WITHDRAWN_LATE}
