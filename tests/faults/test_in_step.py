"""The normal path of the federation in memory: what the fault tests stand on."""

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.types import Origin

from .federation import World
from .moves import REPLIES, act_on_latest, keep_private, propose, reply, send_note


def test_two_nodes_come_into_step() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    for _ in range(5):
        send_note(world, france, "ma-mi")
        send_note(world, morocco, "fr-mi", kind="requests.request")
    keep_private(world, france)
    world.settle()
    world.check_end()
    assert not france.alarm_codes()
    assert not morocco.alarm_codes()
    assert len(morocco.store.projections.notes(state="delivered")) == 10


def test_an_instrument_enters_into_force_on_both_sides() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    text = propose(world, france, "ma-mi")
    world.settle()
    act_on_latest(morocco, text, InstrumentKind.SIGN)
    act_on_latest(france, text, InstrumentKind.SIGN)
    world.settle()
    world.check_end()
    assert [row.state for row in morocco.store.projections.instruments()] == ["signed"]


def test_a_request_is_answered_and_closed() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    note = send_note(world, france, "ma-mi", kind="requests.request").act_id
    for node, kind in (
        (morocco, Kind.NOTE_CLARIFY),
        (france, Kind.NOTE_EXPLAIN),
        (morocco, Kind.NOTE_ANSWER),
    ):
        world.settle()
        reply(node, note, kind, REPLIES[kind])
    world.settle()
    reply(france, note, Kind.NOTE_CLOSE, REPLIES[Kind.NOTE_CLOSE])
    world.settle()
    world.check_end()
    [row] = france.store.projections.notes()
    assert row.state == "closed"


def test_the_witness_follows_both() -> None:
    world = World(with_witness=True)
    for _ in range(3):
        for node in world.nodes.values():
            send_note(world, node, *world.partners_of(node.code))
            assert world.witness is not None
            assert world.witness.submit(node) == 200
    world.settle()
    world.check_end()


def test_cosignatures_cover_the_whole_log() -> None:
    world = World()
    send_note(world, world["fr-mi"], "ma-mi")
    world.settle()
    world.settle()
    own = world["fr-mi"].store.own
    assert own.cosigned_size() == own.head().tree_size
    assert world["ma-mi"].store.followed.cosigned(Origin("fr-mi.example/log/1"))[0] == own.head().tree_size
