"""Two acts of one id in two logs: the one that owns the id counts, on every node, in whatever order.

A recipient of an act can copy its id into an act of its own, and be read before the true one.
"""

import pytest

from mithaq.core.acts.act_ids import make_act_id
from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.types import Origin

from .federation import SimNode, World
from .liar import ForgedLog, LiarClient
from .memory_ports import BEGIN
from .moves import REPLIES, act_on_latest, propose, reply, send_note


def make_thief_world() -> tuple[World, SimNode, SimNode, ForgedLog]:
    """Spain and Morocco are honest; France copies to Morocco what it got from Spain."""
    world = World("es-mi", "fr-mi", "ma-mi")
    log, victim = ForgedLog(world["fr-mi"], "ma-mi"), world["ma-mi"]
    true_link = victim.link
    victim.link = lambda code: LiarClient(log) if code == "fr-mi" else true_link(code)  # type: ignore[method-assign]
    victim.restart()
    return world, world["es-mi"], victim, log


ORDERS = pytest.mark.parametrize("order", [("es-mi", "fr-mi"), ("fr-mi", "es-mi")], ids=["true", "false"])


@ORDERS
def test_the_note_of_the_owner_counts(order: tuple[str, str]) -> None:
    world, spain, morocco, log = make_thief_world()
    true = send_note(world, spain, "fr-mi", "ma-mi")
    log.add(log.make_envelope(id=true.act_id, subject={"en": "false"}))
    good = log.add_good()
    for code in order:
        assert not isinstance(morocco.pull(code), str)
    [row] = morocco.store.projections.notes(object_id=true.act_id, recipient="ma-mi")
    assert (row.sender, row.log) == ("es-mi", spain.origin)
    assert len(morocco.store.projections.notes(object_id=true.act_id)) == 2, "the rows of the true one alone"
    assert morocco.store.acts.by_id(true.act_id).log == spain.origin
    parked = morocco.store.followed.parked()
    assert [(act.log, act.leaf_index, act.reason) for act in parked] == [(log.liar.origin, 0, "id_taken")]
    assert morocco.store.projections.notes(object_id=good)
    # And it goes on as if nothing had been.
    reply(morocco, true.act_id, Kind.NOTE_READ, REPLIES[Kind.NOTE_READ])
    first, state = morocco.desk.note_state(true.act_id, with_pending=True)
    assert (first.log, str(state.status)) == (spain.origin, "read")


@ORDERS
def test_the_instrument_of_the_owner_counts(order: tuple[str, str]) -> None:
    """The false act opens an object of the other primitive: nothing of it is left."""
    world, spain, morocco, log = make_thief_world()
    text = propose(world, spain, "fr-mi", "ma-mi")
    log.add(log.make_envelope(id=text))
    for code in order:
        assert not isinstance(morocco.pull(code), str)
    assert not morocco.store.projections.notes(object_id=text)
    [row] = morocco.store.projections.instruments(object_id=text)
    assert row.proposer == "es-mi"
    act_on_latest(morocco, text, InstrumentKind.SIGN)


@ORDERS
def test_the_reply_of_the_owner_counts(order: tuple[str, str]) -> None:
    """A reply whose id was copied into an act on another object."""
    world, spain, morocco, log = make_thief_world()
    note = send_note(world, spain, "fr-mi", "ma-mi").act_id
    true = reply(spain, note, Kind.NOTE_CORRECT, REPLIES[Kind.NOTE_CORRECT])
    other = log.add_good()
    log.add(
        log.make_envelope(
            kind="note.withdraw", id=true.act_id, object=other, body={"reason": "r"}, subject=None
        )
    )
    for code in order:
        assert not isinstance(morocco.pull(code), str)
    [row] = morocco.store.projections.notes(object_id=note, recipient="ma-mi")
    assert "corrected" in row.marks
    [row] = morocco.store.projections.notes(object_id=other, recipient="ma-mi")
    assert row.state != "withdrawn"


def test_an_own_id_is_never_taken() -> None:
    world, _, morocco, log = make_thief_world()
    own = send_note(world, morocco, "es-mi", "fr-mi").act_id
    log.add(log.make_envelope(id=own))
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert morocco.store.acts.by_id(own).log == morocco.origin
    assert [act.reason for act in morocco.store.followed.parked()] == ["id_taken"]


def test_ids_that_belong_to_nobody_are_decided_alike() -> None:
    """Neither was made for its log: the lower origin has it, whichever came first."""
    [unbound] = {make_act_id(BEGIN, bytes(10), Origin("nobody.example/log/1"))}
    for order in (("es-mi", "fr-mi"), ("fr-mi", "es-mi")):
        world = World("es-mi", "fr-mi", "ma-mi")
        logs = {code: ForgedLog(world[code], "ma-mi") for code in ("es-mi", "fr-mi")}
        morocco = world["ma-mi"]
        morocco.link = lambda code, logs=logs: LiarClient(logs[code])  # type: ignore[method-assign,misc]
        morocco.restart()
        for log in logs.values():
            log.add(log.make_envelope(id=unbound))
        for code in order:
            assert not isinstance(morocco.pull(code), str)
        assert morocco.store.acts.by_id(unbound).log == "es-mi.example/log/1"


def test_a_false_act_that_is_bad_as_well_takes_nothing() -> None:
    """It would have the id, and is not usable: the one that is held stays."""
    _, spain, morocco, log = make_thief_world()
    bound = make_act_id(BEGIN, bytes(10), Origin(log.liar.origin))
    other = ForgedLog(spain, "ma-mi")
    true_link = morocco.link
    morocco.link = lambda code: LiarClient(other) if code == "es-mi" else true_link(code)  # type: ignore[method-assign]
    morocco.restart()
    other.add(other.make_envelope(id=bound))
    assert not isinstance(morocco.pull("es-mi"), str)
    log.add(log.make_envelope(id=bound, object_kind="requests.request", body={"class": []}))
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert morocco.store.acts.by_id(bound).log == spain.origin
    log.add(log.make_envelope(id=bound))
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert morocco.store.acts.by_id(bound).log == log.liar.origin
    assert not isinstance(morocco.pull("fr-mi"), str)
