"""Scope: between whom a register works. The rule itself, and what versions of a decision on scope open."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest
from mithaq.errors import ConflictError
from mithaq.main.wiring.registers import REGISTERS, make_rules
from mithaq.node.registry import Opening, Register, Registry
from mithaq.node.scope import (
    KEPT_FOR,
    KnownScope,
    Opened,
    check_scope,
    find_closed,
    pairs_of_note,
    pairs_of_text,
)
from mithaq.registers.agreements.rules.scope import list_spans
from mithaq.registers.agreements.rules.texts import REGISTERS as OPENABLE
from tests.unit.core.instrument_world import Story, make_manifest

FR, MA, ES = "fr-mi", "ma-mi", "es-mi"
ROADMAP, MEETINGS, EVENTS = (Register(name, ()) for name in ("roadmap", "meetings", "events"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opened(*parties: str, registers: tuple[str, ...] = ("roadmap",), **more: Any) -> Opened:
    return Opened(frozenset(parties), frozenset(registers), **{"from_at": at("2025-01-01"), **more})


def decision(*registers: str, from_on: str = "2025-01-01", **more: Any) -> Manifest:
    data = {"registers": list(registers), "from_on": from_on}
    effect = {"rule": "ON_SIGNATURE", "offset": "+00:00", **more.pop("effect", {})}
    return make_manifest(FR, MA, object_kind="agreements.scope_decision", data=data, effect=effect, **more)


def spans(story: Story) -> list[Opened]:
    return [each for version in fold_instrument(story.acts).versions for each in list_spans(version)]


# The rule


def test_a_pair_is_open_by_a_decision_of_both_alone() -> None:
    day = at("2025-06-01")
    assert find_closed(ROADMAP, [(FR, MA)], [], day) == [(FR, MA)]
    assert find_closed(ROADMAP, [(FR, MA)], [opened(FR, MA)], day) == []
    assert find_closed(EVENTS, [(FR, MA)], [opened(FR, MA)], day) == [(FR, MA)]
    assert find_closed(ROADMAP, [(FR, MA), (ES, MA)], [opened(FR, MA)], day) == [(ES, MA)]
    assert find_closed(ROADMAP, pairs_of_text([MA, FR, ES]), [opened(FR, MA, ES)], day) == []
    bilateral = [opened(FR, MA), opened(MA, ES)]
    assert find_closed(ROADMAP, pairs_of_text([MA, FR, ES]), bilateral, day) == [(ES, FR)]
    # A note goes from one to each: two who only read it need no decision between them.
    assert find_closed(ROADMAP, pairs_of_note(MA, [FR, ES]), bilateral, day) == []
    assert pairs_of_note(MA, []) == []


def test_until_two_have_decided_a_register_works_by_its_default() -> None:
    day, roadmap = at("2025-06-01"), Register("roadmap", (), opening=Opening.BY_DEFAULT)
    pairs: list[tuple[str, str]] = [(FR, MA), (ES, MA)]
    meetings = [opened(FR, MA, registers=("meetings",))]
    assert find_closed(roadmap, pairs, [], day) == []
    assert find_closed(roadmap, pairs, meetings, day) == [(FR, MA)]
    assert find_closed(roadmap, pairs, [opened(FR, MA, ES)], day) == []
    # One that has run out has been decided all the same; one that has not begun decides nothing yet.
    assert find_closed(roadmap, pairs, [opened(FR, MA, until_at=at("2025-02-01"))], day) == [(FR, MA)]
    assert find_closed(roadmap, pairs, [opened(FR, MA, from_at=at("2025-07-01"))], day) == []
    assert find_closed(replace(roadmap, opening=Opening.ALWAYS), pairs, meetings, day) == []


def test_what_is_open_is_looked_at_once_a_second_and_what_is_closed_each_time() -> None:
    looked: list[int] = []
    node = node_with()
    times = iter([at("2025-06-01"), at("2025-06-01") + KEPT_FOR / 2, at("2025-06-01") + KEPT_FOR])
    node.clock = SimpleNamespace(now=lambda: next(times))
    answers = [[], [opened(FR, MA, registers=("meetings",))], [opened(FR, MA)]]

    def look(_node: Any) -> list[Opened]:
        looked.append(1)
        return answers[len(looked) - 1]

    node.registry.scope.list_opened = look
    register = Register("roadmap", (), opening=Opening.BY_DEFAULT)
    known = KnownScope()
    found = [known.find_closed(node, register, [(FR, MA)]) for _ in range(3)]
    assert (found, len(looked)) == ([[], [], [(FR, MA)]], 2)
    node.clock = SimpleNamespace(now=lambda: at("2025-06-01") + KEPT_FOR)
    assert known.find_closed(node, register, [(FR, MA)]) == []


def test_a_span_begins_on_its_instant_and_ends_before_its_last() -> None:
    span = opened(FR, MA, until_at=at("2025-02-01"))
    assert [span.holds_at(at(day)) for day in ("2024-12-31", "2025-01-01", "2025-01-31", "2025-02-01")] == [
        False, True, True, False,
    ]  # fmt: skip


# What a decision opens


def test_nothing_is_open_before_both_have_signed_and_its_day_has_come() -> None:
    story, first = Story(FR, MA), decision("roadmap", "meetings", from_on="2025-05-01")
    story.propose(FR, first)
    story.on(FR, "sign", first)
    assert spans(story) == []
    story.on(MA, "sign", first)
    [span] = spans(story)
    assert (span.parties, span.registers) == ({FR, MA}, {"roadmap", "meetings"})
    assert (span.from_at, span.until_at) == (at("2025-05-01"), None)


def test_a_later_version_closes_what_it_does_not_list() -> None:
    story, first = Story(FR, MA), decision("roadmap", "meetings")
    story.propose(FR, first)
    story.sign_all(first)
    second = decision("meetings", previous=first, effect={"rule": "ON_DATE", "date": "2025-07-01"})
    story.counter(MA, second)
    story.sign_all(second)
    found = spans(story)
    for day, closed in (("2025-06-30", []), ("2025-07-01", [(FR, MA)])):
        assert find_closed(ROADMAP, [(FR, MA)], found, at(day)) == closed
        assert find_closed(MEETINGS, [(FR, MA)], found, at(day)) == []


def test_a_suspended_decision_opens_nothing_until_it_is_resumed() -> None:
    story, first = Story(FR, MA), decision("roadmap")
    story.propose(FR, first)
    story.sign_all(first)
    whole = {"ground": "x", "start_on": "2025-04-01"}
    story.notice(FR, "suspend", first, body=whole, at=at("2025-03-20"))
    assert [each.until_at for each in spans(story)] == [at("2025-04-01")]
    story.notice(FR, "resume", first, at=at("2025-05-10"))
    found = spans(story)
    closed = [bool(find_closed(ROADMAP, [(FR, MA)], found, at(f"2025-0{month}-15"))) for month in (3, 4, 5)]
    assert closed == [False, True, False]


def test_a_decision_that_does_not_keep_to_its_kind_opens_nothing() -> None:
    story, first = Story(FR, MA), decision("roadmap", "nothing")
    story.propose(FR, first)
    story.sign_all(first)
    assert spans(story) == []


# The check before an act


def node_with(*found: Opened) -> Any:
    source = SimpleNamespace(list_opened=lambda _node: found)
    registers = [*make_rules().registers]
    registers[0] = SimpleNamespace(**{name: getattr(registers[0], name) for name in registers[0].__slots__})
    registers[0].scope = source
    clock = SimpleNamespace(now=lambda: at("2025-06-01"))
    return SimpleNamespace(registry=Registry(registers), clock=clock, known_scope=KnownScope())


@pytest.mark.parametrize(
    "kind", ["roadmap.roadmap", "meetings.invitation", "requests.request", "sources.source"]
)
def test_a_closed_register_is_refused_with_a_code(kind: str) -> None:
    decided = node_with(opened(FR, MA, registers=("events",)))
    with pytest.raises(ConflictError) as refused:
        check_scope(decided, kind, [(FR, MA)])
    assert refused.value.code == "register_closed"
    check_scope(node_with(opened(FR, MA, registers=(kind.partition(".")[0],))), kind, [(FR, MA)])
    check_scope(node_with(), kind, [(FR, MA)])
    check_scope(decided, kind, [])  # to nobody: it is released to no one


@pytest.mark.parametrize(
    "kind", ["directory.card", "agreements.scope_decision", "agreements.initialling", "review.review_plan"]
)
def test_directory_and_agreements_always_work(kind: str) -> None:
    check_scope(node_with(opened(FR, MA, registers=("events",))), kind, [(FR, MA)])


def test_r26_every_register_but_those_that_always_work_can_be_opened_by_a_decision() -> None:
    needing = {each.name for each in REGISTERS if each.opening is not Opening.ALWAYS}
    assert needing <= set(OPENABLE)
    assert {"events", "protection"} <= set(OPENABLE)
    assert {each.name for each in REGISTERS} - needing == {"directory", "agreements", "review"}
