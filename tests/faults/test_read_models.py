"""The read model of a register is fed by acts of both sides and by the journal; a replay gives it again."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from mithaq.core.acts.kinds import Kind
from mithaq.main.wiring.registers import REGISTERS
from mithaq.node.append.submit import Author
from mithaq.node.journal import append_entry
from mithaq.node.read.rebuild import rebuild
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.node.registry import Registry

from .federation import DESK, World
from .moves import send_note

KEEPER = Author("keeper", "h-1")


class Shelf:
    """Acts by object, entries by subject."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}

    def clear(self) -> None:
        self.rows.clear()

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        self.rows[first.object_id] = [str(act.parsed.kind) for act in acts]

    def apply(self, entry: JournalEntry) -> None:
        if entry.body.get("broken"):
            raise ValueError("a read model that fails")
        self.rows[entry.subject] = entry.kind

    def digest(self) -> tuple[int, str]:
        return len(self.rows), hashlib.sha256(repr(sorted(self.rows.items())).encode()).hexdigest()


def make_world() -> tuple[World, Any, Any, Shelf, Shelf]:
    shelves = Shelf(), Shelf()
    world = World("es-mi")
    nodes = []
    for code, shelf in zip(("ma-mi", "fr-mi"), shelves, strict=True):
        registers = [replace(one, read_model=shelf) if one.name == "requests" else one for one in REGISTERS]
        nodes.append(world.join(code, Registry(registers)))
    return world, nodes[0], nodes[1], *shelves


def test_both_nodes_show_the_same_acts() -> None:
    world, morocco, france, here, there = make_world()
    sent = send_note(world, france, "ma-mi")
    world.settle()
    morocco.desk.reply(sent.act_id, Kind.NOTE_READ, {}, DESK)
    world.settle()
    assert here.rows[sent.act_id] == there.rows[sent.act_id] == ["note.send", "note.read"]


def test_a_replay_gives_the_same_rows() -> None:
    world, morocco, france, here, _ = make_world()
    sent = send_note(world, france, "ma-mi")
    append_entry(morocco.node, "requests", "aliased", "someone", {}, KEEPER)
    world.settle()
    assert all(one.equal for one in rebuild(morocco.node, check=True))
    here.rows.clear()
    [found] = [one for one in rebuild(morocco.node) if one.name == "requests"]
    assert (found.acts, found.rows, found.equal) == (2, 2, False)
    assert set(here.rows) == {sent.act_id, "someone"}


def test_an_entry_that_cannot_be_shown_is_not_kept() -> None:
    _, morocco, _, here, _ = make_world()
    with pytest.raises(ValueError, match="fails"):
        append_entry(morocco.node, "requests", "aliased", "someone", {"broken": True}, KEEPER)
    assert not here.rows
    assert list(morocco.node.store.journal.entries("requests")) == []
