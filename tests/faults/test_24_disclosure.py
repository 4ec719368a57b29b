"""Rows 24, 26 and 27: nobody gets what was not released to it; newer nodes; a third that joins late."""

import random

import pytest

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.receipts import ReceiptResult, parse_receipt
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.main.wiring.registers import make_rules
from mithaq.node.append.submit import NoteContent
from mithaq.node.registry import Expects, ObjectKind, Primitive, Register, Registry

from .federation import DESK, SimNode, World
from .invariants import Broken
from .moves import (
    fields_of,
    keep_private,
    make_plain,
    move_at_random,
    release,
    reply,
    send_note,
    send_with_blob,
)
from .soak import SOAK

# 24: what is released, and to whom


def ask_everything(world: World, server: SimNode, caller: str) -> None:
    """Every question that a partner can ask, about everything there is. The observer reads the replies."""
    asked = world.network
    size = server.durable.own.head().tree_size
    calls: list[tuple[str, tuple[object, ...]]] = [
        ("checkpoint", (0,)),
        *(("release_head", (at,)) for at in range(size + 1)),
        *(("acts", (at, 1_024)) for at in range(0, size, 7)),
        *(("heads", (node.origin,)) for node in world.nodes.values()),
        *(("mirror_acts", (node.origin, 0)) for node in world.nodes.values()),
        *(("mirror_entries", (node.origin, 0, width)) for node in world.nodes.values() for width in (1, 256)),
        *(("tile", (None, number, 256)) for number in range(3)),
        *(("tile", (level, 0, width)) for level in (0, 1) for width in (1, 200)),
        *(("root", (version,)) for version in (0, 1, 2)),
        *(("blob_manifest", (sha256,)) for sha256 in server.blobs._whole),
        *(("blob_chunk", (sha256, 0)) for sha256 in server.blobs._whole),
    ]
    for name, args in calls:
        try:
            asked.carry(caller, server, name, args)
        except MissingError:
            continue


@pytest.mark.parametrize("seed", range(4 if not SOAK else 100))
def test_fault_24_no_byte_to_the_wrong_party(seed: int) -> None:
    world = World("es-mi", "fr-mi", "ma-mi", seed=seed)
    chance = random.Random(seed)
    for _ in range(60):
        node = chance.choice(list(world.nodes.values()))
        move_at_random(world, node, chance)
        node.pull(chance.choice(world.partners_of(node.code)))
    world.settle()
    for server in world.nodes.values():
        for caller in world.partners_of(server.code):
            ask_everything(world, server, caller)
    world.check_end()


def test_fault_24_the_observer_would_see_a_leak() -> None:
    """The check itself: content of others in a page, in a mirror or in a blob is found."""
    world = World("es-mi", "fr-mi", "ma-mi")
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    page = france.serve("ma-mi").acts(0, 10)
    with pytest.raises(Broken, match="content of others"):
        world.observer.hear("fr-mi", "es-mi", "acts", page)
    send_with_blob(world, france, "ma-mi", size=100)
    [sha256] = france.blobs._whole
    with pytest.raises(Broken, match="content of others"):
        world.observer.hear("fr-mi", "es-mi", "blob_chunk", france.blobs.read_chunk(sha256, 0))


def test_fault_24_what_is_not_released_cannot_be_guessed() -> None:
    """A leaf of a known text differs each time, and the salt is in no reply to others."""
    world = World("es-mi", "fr-mi", "ma-mi")
    france = world["fr-mi"]
    for _ in range(20):
        send_note(world, france, "ma-mi")
        keep_private(world, france)
    acts = [stored.read() for stored in france.node.store.acts.scan(Origin(france.origin))]
    assert len({act.salt for act in acts}) == len({act.commitment for act in acts}) == 40
    heard: list[bytes] = []
    world.network.hear = lambda server, caller, name, reply: heard.append(bytes(reply or b""))  # type: ignore[call-overload]
    ask_everything(world, france, "es-mi")
    everything = b"".join(heard)
    assert heard
    for act in acts:
        assert act.salt not in everything
        assert act.parsed.id.encode() not in everything


def test_fault_24_later_disclosure_gives_exactly_what_it_names() -> None:
    world = World("es-mi", "fr-mi", "ma-mi")
    france, spain = world["fr-mi"], world["es-mi"]
    secret = send_note(world, france, "ma-mi")
    other = send_note(world, france, "ma-mi")
    world.settle()
    release(world, france, secret.act_id, "es-mi")
    world.settle()
    held = spain.node.store.acts.at(Origin(france.origin), secret.leaf_index)
    assert held.parsed.id == secret.act_id
    assert [section.name for section in held.sections] == ["persons"]
    with pytest.raises(MissingError):
        spain.node.store.acts.at(Origin(france.origin), other.leaf_index)
    assert not spain.store.projections.notes(object_id=secret.act_id)
    world.check_end()


def test_fault_24_a_receipt_names_only_acts_to_its_author() -> None:
    world = World("es-mi", "fr-mi", "ma-mi")
    france, morocco = world["fr-mi"], world["ma-mi"]
    for number in range(30):
        send_note(world, france, "ma-mi" if number % 3 else "es-mi")
    world.settle()
    own = {index for index, _ in france.store.tables.releases.of("ma-mi")}
    for stored in morocco.node.store.acts.scan(Origin(morocco.origin)):
        act = stored.read()
        if act.parsed.kind == Kind.RECEIPT:
            for one in parse_receipt(act.parsed.body).ranges:
                assert set(range(one.first, one.last + 1)) <= own


# 26: newer nodes

NEWER = Register(
    "weather",
    (ObjectKind("weather.report", Primitive.NOTE, Expects.ACK, default_limit_s={"": 3_600}),),
)


def make_newer_registry() -> Registry:
    return Registry((*make_rules().registers, NEWER))


def test_fault_26_a_newer_node_and_an_older_one() -> None:
    """The older one stores, shows and receipts ``unknown``; once upgraded it folds and says ``applied``."""
    world = World("ma-mi")
    morocco = world["ma-mi"]
    france = world.join("fr-mi", make_newer_registry())
    canary = world.observer.make_canary("fr-mi", "ma-mi")
    content = NoteContent("weather.report", ["ma-mi"], {"text": canary}, fields_of("rain"))  # type: ignore[list-item]
    report = france.acknowledged(france.desk.send_note(content, DESK))
    [strange] = france.append(
        make_plain(france, "note.sing", {"text": canary}, "ma-mi", object=report.act_id)
    )
    good = send_note(world, france, "ma-mi")
    world.settle()
    # Stored and shown, not folded.
    assert morocco.node.store.acts.by_id(report.act_id).parsed.body["text"] == canary
    assert not morocco.store.projections.notes(object_id=report.act_id)
    assert morocco.store.projections.notes(object_id=good.act_id)
    assert not morocco.store.followed.parked()
    assert results_at(france, report.leaf_index) == [ReceiptResult.UNKNOWN]
    assert results_at(france, strange.leaf_index) == [ReceiptResult.UNKNOWN]
    [row] = france.store.projections.notes(object_id=report.act_id)
    assert row.state == "sent"
    # Given on unharmed.
    [line] = [one for one in lines_of(morocco, "fr-mi") if one.leaf_index == report.leaf_index]
    assert line.envelope == france.node.store.acts.by_id(report.act_id).envelope
    # Upgraded.
    morocco.registry = make_newer_registry()
    morocco.restart()
    world.settle()
    assert results_at(france, report.leaf_index) == [ReceiptResult.UNKNOWN, ReceiptResult.APPLIED]
    assert results_at(france, strange.leaf_index) == [ReceiptResult.UNKNOWN]
    world.check_end()
    reply(morocco, report.act_id, Kind.NOTE_ACCEPT)
    world.settle()
    world.check_end()
    [row] = france.store.projections.notes(object_id=report.act_id)
    assert row.state == "accepted"


def test_fault_26_both_upgrade_in_any_order_under_load() -> None:
    world = World("fr-mi", "ma-mi", seed=26)
    for number in range(40):
        for node in world.nodes.values():
            move_at_random(world, node, world.chance)
            node.pull(*world.partners_of(node.code))
        if number in (10, 25):
            node = world["fr-mi" if number == 10 else "ma-mi"]
            node.registry = make_newer_registry()
            node.restart()
        if number > 10:
            content = NoteContent("weather.report", ["ma-mi"], {}, fields_of("rain"))  # type: ignore[list-item]
            world["fr-mi"].acknowledged(world["fr-mi"].desk.send_note(content, DESK))
    world.settle()
    world.check_end()
    notes = world["ma-mi"].store.projections.notes(object_kind="weather.report")
    assert len(notes) == 29
    assert "sent" not in {note.state for note in notes}


def results_at(node: SimNode, leaf_index: int) -> list[ReceiptResult]:
    """What the partner's receipts say of an own act, oldest first."""
    found = node.store.receipts.covering(Origin(node.origin), [LeafIndex(leaf_index)])
    return [one.result for one in found]


def lines_of(holder: SimNode, owner: str) -> list[ActLine]:
    page = holder.serve(owner).mirror_acts(f"{owner}.example/log/1", 0)
    return [line for raw in page.split(b"\n")[:-1] if isinstance(line := parse_line(raw), ActLine)]


# 27: a third joins late


def test_fault_27_a_third_joins_late() -> None:
    """It verifies every leaf from the first one on, and reads only its own."""
    count = 10_000 if SOAK else 500
    world = World("fr-mi", "ma-mi")
    france, morocco = world["fr-mi"], world["ma-mi"]
    for number in range(count // 2):
        send_note(world, france, "ma-mi")
        keep_private(world, morocco)
        if number % 50 == 0:
            world.settle()
    world.settle()
    size = france.store.own.head().tree_size
    assert size + morocco.store.own.head().tree_size >= count
    spain = world.join("es-mi")
    world.settle()
    for partner in (france, morocco):
        head = spain.store.followed.head(Origin(partner.origin))
        assert head.verified_size == head.applied_size == partner.store.own.head().tree_size
        assert head.root_hash == partner.store.own.head().root_hash
        assert not list(spain.node.store.acts.scan(Origin(partner.origin)))
        assert spain.store.followed.cosigned(Origin(partner.origin))[0] == head.verified_size
    # A quiet pair is no reason for an alarm.
    world.time.advance(1_000)
    world.settle()
    assert not spain.alarm_codes()
    own = send_note(world, france, "es-mi")
    release(world, france, send_note(world, france, "ma-mi").act_id, "es-mi")
    world.settle()
    assert own.leaf_index >= size
    assert len(list(spain.node.store.acts.scan(Origin(france.origin)))) >= 3
    world.check_end()
