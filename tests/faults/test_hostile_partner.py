"""A partner whose keys are true and whose intent is not: it stalls nobody else, and costs what it is worth."""

from collections.abc import Iterator
from typing import Any

from mithaq.core.types import Origin

from .federation import SimNode, World
from .liar import ForgedLog, LiarClient, has_note, make_lied_to
from .moves import send_note


def with_honest_partner(victim_code: str = "ma-mi") -> tuple[World, SimNode, SimNode, ForgedLog]:
    """A node between a partner that lies and one that does not."""
    world = World("fr-mi", victim_code, "es-mi")
    victim, liar, honest = world[victim_code], world["fr-mi"], world["es-mi"]
    log = ForgedLog(liar, victim_code)
    true_link = victim.link
    victim.link = lambda code: LiarClient(log) if code == "fr-mi" else true_link(code)  # type: ignore[method-assign]
    victim.restart()
    return world, victim, honest, log


def test_a_false_head_of_the_future_stalls_nobody() -> None:
    """An act that claims to have seen a head of ours that is still to come: parked once we have grown past it."""
    world, victim, honest, log = with_honest_partner()
    send_note(world, victim, "es-mi")
    size = victim.store.own.head().tree_size
    seen = {"log": victim.origin, "size": size + 1, "root": "0" * 64}
    index = log.add(log.make_envelope(seen=[seen]))
    assert not isinstance(victim.pull("fr-mi"), str)
    good = send_note(world, honest, "ma-mi").act_id
    for _ in range(3):
        send_note(world, victim, "es-mi")
        for code in ("es-mi", "fr-mi"):
            assert not isinstance(victim.pull(code), str), victim.errors
    assert has_note(victim, good)
    assert [(act.leaf_index, act.reason) for act in victim.store.followed.parked()] == [(index, "seen_other_root")]
    assert not victim.store.followed.waiting()


def test_gaps_are_bounded_in_all() -> None:
    """Each act of a page leaves a hole in the numbers: what is remembered of them stays bounded."""
    _, victim, log = make_lied_to()
    for _ in range(8):
        log.seq += 10_000
        log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert len(victim.store.followed.gaps(Origin(log.liar.origin))) <= 4_096


class GarbageHeads:
    """A partner that answers the question of the restore guard with what is none of our checkpoints."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def heads(self, origin: str) -> bytes | None:
        return self._data


def _ask(victim: SimNode, *clients: Any) -> None:
    from mithaq.core.types import AdministrationCode
    from mithaq.node.partner_keys import PartnerKeys
    from mithaq.node.restore_guard import Peer

    victim.guard.check([Peer(client, PartnerKeys(victim.node, AdministrationCode("fr-mi"))) for client in clients])


def test_a_false_head_of_ours_does_not_close_the_node() -> None:
    """Only a head with our own signature says anything of our history."""
    world, victim, log = make_lied_to()
    send_note(world, victim, "fr-mi")
    log.add_good()
    forged = log.make_note().replace(log.liar.origin.encode() + b"\n", victim.origin.encode() + b"\n", 1)
    for data in (b"rubbish", log.make_note(), forged):
        _ask(victim, GarbageHeads(data))
        assert not victim.guard.is_closed, data


class Mirror:
    """A partner that holds more of our log than we do, and gives back what ``change`` leaves of it."""

    def __init__(self, true: Any, **changed: Any) -> None:
        self._true, self._changed = true, changed

    def __getattr__(self, name: str) -> Any:
        return self._changed.get(name) or getattr(self._true, name)


def make_restored() -> tuple[World, SimNode, Any]:
    """A node that lost its last acts; both partners hold them."""
    import copy

    world = World("ma-mi", "fr-mi", "es-mi")
    victim = world["ma-mi"]
    send_note(world, victim, "fr-mi", "es-mi")
    world.settle()
    old = copy.deepcopy(victim.durable)
    for _ in range(3):
        send_note(world, victim, "fr-mi", "es-mi")
    world.settle()
    victim.durable = old
    return world, victim, victim.link("fr-mi")
