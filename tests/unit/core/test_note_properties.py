"""Laws of the fold and the clock over random and over all short histories.

Histories are of two nodes (and sometimes a third recipient) that write, pull and wait in any order.
A failing history is named by its seed or by its steps.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.clock import NoteClock, compute_clock
from mithaq.core.notes.decide import decide_reply
from mithaq.core.notes.procedure import ClockEntry, LimitUnit, StopCause, WorkingCalendar
from mithaq.core.notes.state import NoEffectReason, NoteMark, NoteState, NoteStatus, NoteTerms, fold_note
from mithaq.core.notes.times import OWING_KINDS, Interval, event_at, round_up_to_minute
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import MithaqError
from tests.unit.core.note_world import (
    ASKER,
    ASKER_VERBS,
    BODIES,
    OWER,
    OWER_VERBS,
    START,
    THIRD,
    World,
    answer,
    questions,
    refuse,
)

SEEDS = st.integers(0, 2**32)
CROSSED = {NoEffectReason.OVERTAKEN, NoEffectReason.ATTACHED}


def random_body(random: Random, verb: str) -> dict[str, Any]:
    match verb:
        case "answer":
            return answer(random.choice((1, 2)), final=random.random() < 0.2)
        case "refuse":
            return refuse(random.choice((1, 2))) if random.random() < 0.7 else refuse()
        case "extend":
            return {"add_s": random.randrange(1, 20_000)}
    return BODIES[verb]


def random_world(random: Random, *, third: bool = False) -> World:
    world = World(codes=(ASKER, OWER, THIRD) if third else (ASKER, OWER))
    if random.random() < 0.5:
        world.origins |= {ASKER: Origin("z.example/ma"), OWER: Origin("a.example/fr")}
    world.send(random.choice(list(Expects)), questions=questions(1, 2))
    return world


def submit(world: World, random: Random, author: AdministrationCode, verb: str, *, honest: bool) -> None:
    """An act, if its author has the note at all; an honest node asks ``decide_reply`` first."""
    body = random_body(random, verb)
    if not any(act.kind == "note.send" for act in world.view(author)):
        return
    if honest:
        recipient = OWER if author == ASKER else author
        state = world.state(author, recipient=recipient, with_pending=True)
        try:
            decide_reply(state, f"note.{verb}", body, author)
        except MithaqError:
            return
    skew = timedelta(seconds=random.choice((0, 0, 0, -90_000, 200, 400)))
    to = None if author == ASKER else (ASKER,)
    world.act(author, verb, body, created_at=world.now + skew, to=to)


def run(random: Random, world: World, steps: int, *, honest: bool) -> World:
    for _ in range(steps):
        world.go(milliseconds=random.choice((0, 1, 400_123, 30_000_000)))
        author = random.choice(world.codes)
        if random.random() < 0.45:
            world.pull(author, random.choice([code for code in world.codes if code != author]))
        else:
            verbs: tuple[str, ...] = ASKER_VERBS if author == ASKER else OWER_VERBS
            if not honest and random.random() < 0.1:
                verbs = OWER_VERBS + ASKER_VERBS
            submit(world, random, author, random.choice(verbs), honest=honest)
    return world.go(seconds=1).sync()


def random_clock_terms(random: Random) -> dict[str, Any]:
    unit = random.choice(list(LimitUnit))
    causes = random.choice(
        [frozenset(StopCause), frozenset({StopCause.CLARIFICATION}), frozenset[StopCause]()]
    )
    spans = []
    for _ in range(random.randrange(3)):
        from_at = START + timedelta(seconds=random.randrange(-50_000, 200_000))
        open_ended = random.random() < 0.1
        spans.append(
            Interval(from_at, None if open_ended else from_at + timedelta(seconds=random.randrange(90_000)))
        )
    return {
        "entry": ClockEntry("x", random.randrange(1, 9), unit, stops_on=causes),
        "calendar": WorkingCalendar(
            timedelta(hours=random.randrange(-3, 4)), frozenset({5, 6}), frozenset({date(2026, 3, 4)}),
            date(2026, 1, 1), date(2026, 3, 9),
        ),
        "suspensions": spans,
    }  # fmt: skip


def past_of(act: PlacedAct, acts: list[PlacedAct]) -> list[PlacedAct]:
    """What the author of an act had when it sealed it."""
    return [one for one in acts if act.saw(one)]


def check_final_states_that_were_seen(acts: list[PlacedAct], end: NoteState) -> None:
    for act in acts:
        past = past_of(act, acts)
        if not past:
            continue
        seen = fold_note(past, end.recipient, end.terms, with_pending=True).status
        match seen:
            case NoteStatus.ANSWERED | NoteStatus.REFUSED:
                assert end.status in (seen, NoteStatus.CLOSED), act.act_id
            case NoteStatus.CLOSED:
                assert end.status is NoteStatus.CLOSED, act.act_id
            case NoteStatus.WITHDRAWN if act.author == end.recipient:
                # For the sender itself an answer may still be under way: that is the crossing.
                assert end.status is NoteStatus.WITHDRAWN, act.act_id


# --- random histories ---


@given(SEEDS)
def test_both_nodes_and_all_orders_give_the_same_state_and_due_minute(seed: int) -> None:
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(25), honest=False)
    terms = random_clock_terms(random)
    states = [world.state(node, shuffle=random) for node in (ASKER, OWER) for _ in range(4)]
    assert all(state == states[0] for state in states)
    clocks = [compute_clock(state, **terms) for state in states]
    assert all(clock == clocks[0] for clock in clocks)
    assert clocks[0].due_at is None or (clocks[0].due_at.second, clocks[0].due_at.microsecond) == (0, 0)


@given(SEEDS)
def test_what_other_recipients_do_changes_nothing(seed: int) -> None:
    random = Random(seed)
    world = run(random, random_world(random, third=True), random.randrange(35), honest=False)
    for recipient in (OWER, THIRD):
        asker = world.state(ASKER, recipient=recipient, shuffle=random)
        assert world.state(recipient, recipient=recipient, shuffle=random) == asker
        other = OWER if recipient == THIRD else THIRD
        alone = [act for act in world.view(ASKER) if act.author != other]
        assert fold_note(alone, recipient, asker.terms) == asker


@given(SEEDS, st.booleans())
def test_a_final_state_that_was_seen_is_never_left(seed: int, honest: bool) -> None:
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(30), honest=honest)
    check_final_states_that_were_seen(world.view(ASKER), world.state())


@given(SEEDS)
def test_what_was_allowed_has_effect_unless_it_crossed(seed: int) -> None:
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(30), honest=True)
    assert {one.reason for one in world.state().without_effect} <= CROSSED


@given(SEEDS)
def test_no_state_by_silence(seed: int) -> None:
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(20), honest=False)
    before, terms = world.state(), random_clock_terms(random)
    clock = compute_clock(before, **terms)
    world.go(days=random.randrange(1, 10_000)).sync()
    assert world.state() == before
    assert compute_clock(world.state(OWER), **terms) == clock
    assert clock.marks_at(world.now) >= clock.marks


@given(SEEDS)
def test_the_due_minute_is_the_sum_of_its_parts(seed: int) -> None:
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(25), honest=True)
    terms = random_clock_terms(random)
    limit_s = random.randrange(1, 200) * 3_600
    terms["entry"] = replace(terms["entry"], unit=LimitUnit.HOURS, limit=limit_s // 3_600)
    state = world.state()
    clock = compute_clock(state, **terms)
    if state.terms.expects is Expects.NONE:
        assert clock == NoteClock()
        return
    assert clock.start_at == state.delivered_at
    added = [act.body["add_s"] for act in world.view(ASKER) if act.kind == "note.extend"]
    idle = [one.act.body["add_s"] for one in state.without_effect if one.act.kind == "note.extend"]
    assert clock.extended_s == sum(added) - sum(idle)
    closed = [one.length for one in clock.stops if one.length is not None]
    assert clock.start_at is not None
    total = timedelta(seconds=limit_s + clock.extended_s) + sum(closed, timedelta())
    if clock.stopped_since is None:
        assert clock.due_at == round_up_to_minute(clock.start_at + total)
    else:
        assert clock.due_at is None
        left = (clock.start_at + total - clock.stopped_since).total_seconds()
        assert clock.remaining_s is not None
        assert 0 <= clock.remaining_s - max(left, 0) < 1


@given(SEEDS)
def test_event_at_stands_between_floor_and_delivery(seed: int) -> None:
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(30), honest=False)
    mine, theirs = world.view(OWER), world.view(ASKER)
    for act in mine:
        if act.author != OWER or act.kind not in OWING_KINDS:
            continue
        done_at, delivered_at = event_at(act, ASKER), act.deliveries[ASKER]
        assert done_at <= delivered_at
        assert act.floor_at is None or done_at >= act.floor_at
        if act.created_at <= delivered_at and (act.floor_at is None or act.floor_at <= act.created_at):
            assert done_at == act.created_at
        (same,) = [one for one in theirs if one.act_id == act.act_id]
        assert event_at(same, ASKER) == done_at


@given(SEEDS)
def test_a_node_that_catches_up_passes_through_states_of_the_same_fold(seed: int) -> None:
    """Whatever part of the acts a node has, the fold answers, and marks what is pending."""
    random = Random(seed)
    world = run(random, random_world(random), random.randrange(20), honest=True)
    acts = world.view(OWER)
    end = world.state()
    some = [act for act in acts if act.kind == "note.send" or random.random() < 0.6]
    bare = [replace(act, deliveries={}) if act.author == OWER else act for act in some]
    state = fold_note(bare, OWER, end.terms)
    assert (NoteMark.PENDING in state.marks) is any(act.author == OWER for act in bare)
    assert {act.act_id for act in state.pending} == {act.act_id for act in bare if act.author == OWER}
    assert fold_note(acts, OWER, end.terms) == end


# --- all short histories ---

STEPS: list[tuple[AdministrationCode, str]] = [
    (OWER, "accept"),
    (OWER, "clarify"),
    (OWER, "answer"),
    (OWER, "refuse"),
    (ASKER, "explain"),
    (ASKER, "withdraw"),
    (ASKER, "correct"),
    (ASKER, "close"),
    (OWER, "pull"),
    (ASKER, "pull"),
]
SWAPPED = {ASKER: Origin("z.example/ma"), OWER: Origin("a.example/fr")}


def replay(steps: tuple[tuple[AdministrationCode, str], ...], expects: Expects, *, swap: bool) -> World:
    world = World(origins=dict(SWAPPED) if swap else {})
    world.send(expects)
    world.sync()
    for code, verb in steps:
        world.go(minutes=1)
        if verb == "pull":
            world.pull(code, ASKER if code == OWER else OWER)
        else:
            world.act(code, verb)
    return world.go(minutes=1).sync()


def summary(state: NoteState) -> tuple[object, ...]:
    """A state without the names of logs."""
    idle = sorted((one.act.act_id, one.reason.value) for one in state.without_effect)
    ended_by = state.ended_by and state.ended_by.act_id
    return (state.status, state.marks, idle, ended_by, state.ended_at, state.met_at, state.outcome)


@pytest.mark.parametrize("expects", list(Expects))
def test_all_short_histories(expects: Expects, soak: bool) -> None:
    """Same at both nodes, no final state left that was seen, and no say for the names of the logs."""
    for steps in product(STEPS, repeat=5 if soak else 3):
        world = replay(steps, expects, swap=False)
        state = world.state(ASKER)
        assert state == world.state(OWER), steps
        check_final_states_that_were_seen(world.view(ASKER), state)
        assert summary(replay(steps, expects, swap=True).state()) == summary(state), steps


def test_a_state_needs_an_act(soak: bool) -> None:
    """Without an answer nothing is answered, without a refusal refused, and so on for each state."""
    needs = {
        NoteStatus.ACCEPTED: "accept", NoteStatus.CLARIFICATION: "clarify", NoteStatus.ANSWERED: "answer",
        NoteStatus.REFUSED: "refuse", NoteStatus.WITHDRAWN: "withdraw", NoteStatus.CLOSED: "close",
    }  # fmt: skip
    for steps in product(STEPS, repeat=4 if soak else 3):
        verb = needs.get(replay(steps, Expects.ANSWER, swap=False).state().status)
        assert verb is None or verb in {said for _, said in steps}, steps


def test_terms_are_plain_values() -> None:
    assert NoteTerms(Expects.ACK, 900) == NoteTerms(Expects("ack"), 900)
