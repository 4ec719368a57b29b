"""A partner whose keys are true and whose intent is not: it stalls nobody else."""

from hashlib import sha256
from typing import Any

import msgspec
import pytest

from mithaq.core.acts.commitment import commit_act
from mithaq.core.federation.page import Content
from mithaq.core.log.signed_note import SignatureLine, parse_signed_note
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
    """An act that claims to have seen a head of ours still to come: parked once we have grown past it."""
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
    assert [(act.leaf_index, act.reason) for act in victim.store.followed.parked()] == [
        (index, "seen_other_root")
    ]
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
    from mithaq.node.partner.partner_keys import PartnerKeys
    from mithaq.node.restore.restore_guard import Peer

    victim.guard.check(
        [Peer(client, PartnerKeys(victim.node, AdministrationCode("fr-mi"))) for client in clients]
    )


def test_a_false_head_of_ours_does_not_close_the_node() -> None:
    """Only a head with our own signature says anything of our history."""
    world, victim, log = make_lied_to()
    send_note(world, victim, "fr-mi")
    log.add_good()
    forged = log.make_note().replace(log.liar.origin.encode() + b"\n", victim.origin.encode() + b"\n", 1)
    for data in (b"rubbish", log.make_note(), forged):
        _ask(victim, GarbageHeads(data))
        assert not victim.guard.is_closed, data


BAD_TYPES: dict[str, dict[str, Any]] = {
    "class is a list": {"object_kind": "requests.request", "body": {"class": []}},
    "class is an object": {"object_kind": "requests.preservation_request", "body": {"class": {}}},
    "ground is a list": {
        "object_kind": "requests.request",
        "body": {"class": "urgent_8h", "urgency_ground": [1]},
    },
    "card is a list": {"object_kind": "directory.card", "body": {"card": [], "id": "x"}},
    "a proposal of a note": {"kind": "instrument.propose", "object_kind": "requests.request", "body": {}},
    "a note of an instrument": {"object_kind": "agreements.agreement"},
}


@pytest.mark.parametrize("name", sorted(BAD_TYPES))
def test_fault_17_members_of_another_type_are_parked(name: str) -> None:
    """What a register reads may be of any type, and an act may open an object of the other primitive."""
    world, victim, log = make_lied_to()
    index = log.add(
        log.make_envelope(**BAD_TYPES[name], actor={"post": "minister", "holder": "h"}), "minister"
    )
    good = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, good)
    assert [act.leaf_index for act in victim.store.followed.parked()] == [index]
    world.observer.check()


def test_fault_17_an_object_that_no_act_opens_is_not_folded() -> None:
    """An act belongs to one that opens nothing itself: kept, without a row and without a stop."""
    _, victim, log = make_lied_to()
    opened = log.add_good()
    reply = log.make_envelope(kind="note.correct", object=opened, body={"fields": {"a": 1}, "reason": "r"})
    log.add(reply)
    log.add(log.make_envelope(kind="note.withdraw", object=reply["id"], body={"reason": "r"}))
    good = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, good)
    assert not has_note(victim, reply["id"])


def test_a_disclosed_act_cannot_take_the_id_of_another() -> None:
    """An older act that a ``release`` brings is an act like any: two objects of one id would be one."""
    world, victim, log = make_lied_to()
    own = send_note(world, victim, "fr-mi").act_id
    before = victim.node.store.acts.of_objects([own])
    hidden = log.make_envelope(id=own, to=[{"administration": "es-mi", "seq": 1}])
    log.seq -= 1
    index = log.add(hidden, is_released=False)
    salt, envelope = log.acts[index].salt, log.acts[index].envelope
    no_object = {"object_kind": None, "object_v": None, "subject": None}
    body = {"index": index, "c": commit_act(salt, envelope).hex(), "sections": []}
    release = log.add(log.make_envelope(kind="release", body=body, **no_object))
    log.acts[release].line = (
        log.line(release)[:-1] + b',"released":' + msgspec.json.encode(Content(salt, envelope, (), {})) + b"}"
    )
    good = log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    assert has_note(victim, good)
    assert victim.node.store.acts.of_objects([own]) == before
    assert [(act.leaf_index, act.reason) for act in victim.store.followed.parked()] == [(release, "id_taken")]


def test_blobs_that_are_never_served_raise_one_alarm() -> None:
    """A partner names a thousand attachments and has none: one alarm of it, not a thousand."""
    _, victim, log = make_lied_to()
    for number in range(30):
        digest = sha256(b"%d" % number).hexdigest()
        blob = {"sha256": digest, "size": 1, "media": "text/plain", "name": "a.txt"}
        log.add(log.make_envelope(blobs=[blob]))
    assert not isinstance(victim.pull("fr-mi"), str)
    assert victim.alarm_codes() == ["blob_unusable"]
    assert not victim.store.followed.wanted_blobs(Origin(log.liar.origin))


def test_fault_05_a_padded_fork_is_told_too() -> None:
    """Two histories, signed with as many more lines as a note may have: the alarm still fits into an act."""
    _, victim, honest, log = with_honest_partner()
    log.add_good()
    assert not isinstance(victim.pull("fr-mi"), str)
    other = log.branch(0)

    def pad(note: bytes) -> bytes:
        parsed = parse_signed_note(note)
        junk = [SignatureLine(f"junk{number}.example", b"junk", bytes(40_000)) for number in range(12)]
        return parsed.with_lines(*junk).encode()

    log.acts, log.change_note = other.acts, pad
    victim.pull("fr-mi")
    assert victim.store.followed.head(Origin(log.liar.origin)).frozen
    victim.pull("fr-mi")
    assert not isinstance(honest.pull("ma-mi"), str)
    kinds = [act.read().parsed.kind for act in honest.node.store.acts.scan(Origin(victim.origin))]
    assert "alarm.equivocation" in kinds
