"""Row 15: keys that are replaced, roots that expire, keys that are revoked: it goes on, or stops clearly."""

from collections.abc import Callable

import pytest

from mithaq.adapters.keystore.key_files import KeyRole, RoleKey
from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.revocations import Revocation
from mithaq.core.acts.roots import RootKey, parse_signed_root
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.keys import hash_public_key
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.errors import RefusedError
from mithaq.node.proof.log_check import check_logs
from mithaq.node.read.rebuild import rebuild

from .federation import SimNode, World, to_root_key
from .liar import ForgedLog, show
from .memory_ports import make_key
from .moves import act_on_latest, make_plain, propose, send_note

FRANCE = Origin("fr-mi.example/log/1")


def publish_root(node: SimNode, version: int, days: int = 3_650, **changed: list[RootKey]) -> None:
    """A further version of the own root."""
    document = node.keys.make_root(version, days, **changed)
    node.durable.roster.add_root(AdministrationCode(node.code), version, document)


def begin_rotation(node: SimNode) -> tuple[RoleKey, RoleKey]:
    """Both keys sign the next checkpoint; the root says from where and up to where each counts."""
    old = node.keys.of(KeyRole.LOG)
    new = make_key(KeyRole.LOG, node.origin, label="second")
    size = node.durable.own.head().tree_size + 1
    node.keys.online.append(new)
    publish_root(node, 2, log=[to_root_key(old, last_size=size), to_root_key(new, first_size=size)])
    node.restart()
    return old, new


def end_rotation(node: SimNode, old: RoleKey) -> None:
    """The old key is put away."""
    node.keys.online.remove(old)
    node.restart()


def assert_all_verifies(world: World) -> None:
    for node in world.nodes.values():
        assert not [report.problem for report in check_logs(node.node) if report.problem]
        assert not node.durable.followed.parked()


def test_fault_15_the_log_key_is_replaced() -> None:
    world = World()
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    old, _ = begin_rotation(france)
    send_note(world, france, "ma-mi")
    end_rotation(france, old)
    for _ in range(3):
        send_note(world, france, "ma-mi")
    world.settle()
    world.check_end()
    assert_all_verifies(world)
    assert not world["ma-mi"].alarm_codes()


@pytest.mark.parametrize("at", range(10))
def test_fault_15_replaced_at_each_step_of_a_pull(at: int) -> None:
    """Between any two replies of one pull: at most the next pulls put it right."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    for _ in range(3):
        send_note(world, france, "ma-mi")
    replies = iter(range(1_000))

    def rotate(server: str, caller: str, name: str, reply: object) -> None:
        world.observer.hear(server, caller, name, reply)
        if server == "fr-mi" and next(replies) == at:
            old, _ = begin_rotation(france)
            send_note(world, france, "ma-mi")
            end_rotation(france, old)
            send_note(world, france, "ma-mi")

    world.network.hear = rotate
    morocco.pull("fr-mi")
    send_note(world, morocco, "fr-mi")
    morocco.pull("fr-mi")
    france.pull("ma-mi")
    world.network.hear = world.observer.hear
    world.settle()
    world.check_end()
    assert_all_verifies(world)


def test_fault_15_the_old_key_counts_for_nothing_later() -> None:
    """Whoever kept the old key cannot go on with it."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    old, _ = begin_rotation(france)
    send_note(world, france, "ma-mi")
    end_rotation(france, old)
    world.time.advance(601)  # roots are asked for every ten minutes, or when a key is not known
    world.settle()
    thief = ForgedLog(france, "ma-mi")
    for _ in range(20):
        thief.add_hidden()
    france.keys.online = [old, *(key for key in france.keys.online if key.role is not KeyRole.LOG)]
    before = morocco.store.followed.head(FRANCE)
    show(morocco, thief)
    assert morocco.pull("fr-mi") == "signature_missing"
    assert morocco.store.followed.head(FRANCE) == before


def test_fault_15_an_expired_root_stops_signing_and_never_reading() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    publish_root(france, 2, days=5)
    world.settle()
    world.time.advance(6 * 86_400)
    with pytest.raises(RefusedError, match="root_expired"):
        send_note(world, france, "ma-mi")
    assert isinstance(send_note(world, morocco, "fr-mi").act_id, str)
    # France reads, and says nothing; Morocco reads what there is and is told.
    france.pull("ma-mi")
    assert len([row for row in france.store.projections.notes() if row.sender == "ma-mi"]) == 1
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert "root_expired" in morocco.alarm_codes()
    # A new version, and all goes on.
    publish_root(france, 3)
    world.time.advance(601)
    send_note(world, france, "ma-mi")
    world.settle()
    world.check_end()
    assert "root_expired" not in morocco.alarm_codes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: b"",
        lambda document: b"{}",
        lambda document: document[:-1],
        lambda document: document.replace(b'"sig":"', b'"sig":"A', 1),
    ],
    ids=["empty", "other", "cut", "signature"],
)
def test_fault_15_a_false_root_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    good = france.keys.make_root(2)
    code = AdministrationCode("fr-mi")
    france.durable.tables.roots.put(code, (*france.durable.tables.roots[code], (2, spoil(good))))
    assert isinstance(morocco.pull("fr-mi"), str)
    assert len(morocco.store.roster.root_versions(code)) == 1
    france.durable.tables.roots.put(code, (france.durable.tables.roots[code][0], (2, good)))
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert parse_signed_root(morocco.store.roster.last_root(code)).root.version == 2


def test_fault_15_a_root_of_other_keys_is_refused() -> None:
    """Version 2 needs the threshold of version 1, whatever it says itself."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    own = france.keys.roots
    france.keys.roots = [make_key(KeyRole.ROOT, key.name, label="thief") for key in own]
    publish_root(france, 2)
    assert isinstance(morocco.pull("fr-mi"), str)
    assert len(morocco.store.roster.root_versions(AdministrationCode("fr-mi"))) == 1
    assert not morocco.store.projections.notes()


def revoke(node: SimNode, key: RoleKey, last_good_size: int) -> None:
    body = Revocation(hash_public_key(key.key.public), TreeSize(last_good_size)).to_body()
    node.append(make_plain(node, "key.revoke", body, "ma-mi", post="minister"))


def test_fault_15_a_revoked_post_key() -> None:
    """What it signed before stays; what it signs later is unusable, and the rest goes on."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    about = {
        "object": "019b8d2b-8c00-7dc7-8cc9-efadb6d0924e",
        "object_kind": "agreements.agreement",
        "object_v": 1,
    }
    body = {"version": 1, "content_hash": "0" * 64}

    def sign() -> int:
        [appended] = france.append(make_plain(france, "instrument.sign", body, "ma-mi", post="desk", **about))
        return appended.leaf_index

    early = sign()
    world.settle()
    revoke(france, france.keys.of(KeyRole.POST, "desk"), early + 1)
    late = sign()
    good = send_note(world, france, "ma-mi")
    world.settle()
    assert [act.leaf_index for act in morocco.store.followed.parked()] == [late]
    assert morocco.node.store.acts.at(FRANCE, early)  # type: ignore[arg-type]
    assert morocco.store.projections.notes(object_id=good.act_id)


def test_fault_15_a_revoked_log_key() -> None:
    """Checkpoints of it above its last good size are refused; with the new key the log goes on."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    old, _ = begin_rotation(france)
    send_note(world, france, "ma-mi")
    end_rotation(france, old)
    world.settle()
    size = france.store.own.head().tree_size
    revoke(france, old, size)
    send_note(world, france, "ma-mi")
    world.settle()
    world.check_end()
    assert hash_public_key(old.key.public) in morocco.store.roster.revocations(AdministrationCode("fr-mi"))
    assert_all_verifies(world)


def test_fault_15_nobody_revokes_a_partners_key() -> None:
    """A revocation counts for the keys of its own author alone."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    revoke(france, morocco.keys.of(KeyRole.POST, "minister"), 0)
    good = send_note(world, france, "ma-mi")
    world.settle()
    assert [act.reason for act in morocco.store.followed.parked()] == ["key_unknown"]
    assert morocco.store.projections.notes(object_id=good.act_id)
    for code in ("fr-mi", "ma-mi"):
        assert not morocco.store.roster.revocations(AdministrationCode(code))


def test_fault_15_a_revocation_reaches_back() -> None:
    """What a stolen key signed above its last good size was applied, and counts no more once it is known."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    first, second = (propose(world, france, "ma-mi") for _ in range(2))
    for text in (first, second):
        world.settle()
        act_on_latest(morocco, text, InstrumentKind.SIGN)
        act_on_latest(france, text, InstrumentKind.SIGN)
    world.settle()
    places = [
        act.leaf_index
        for act in france.node.store.acts.scan(Origin(france.origin))
        if act.read().parsed.kind == Kind.INSTRUMENT_SIGN
    ]
    assert states(world) == {first: "signed", second: "signed"}
    stolen = france.keys.of(KeyRole.POST, "minister")
    body = Revocation(hash_public_key(stolen.key.public), TreeSize(places[0] + 1)).to_body()
    france.append(make_plain(france, "key.revoke", body, "ma-mi", post="officer"))
    world.settle()
    world.check_end()
    assert states(world) == {first: "signed", second: "part_signed"}
    assert hash_public_key(stolen.key.public) in france.store.roster.revocations(AdministrationCode("fr-mi"))
    for node in (france, morocco):
        before = node.store.projections.digest()
        rebuild(node.node)
        assert node.store.projections.digest() == before, "a rebuild comes to the same"
    assert not morocco.store.followed.parked()


def test_fault_15_a_false_own_revocation_changes_nothing() -> None:
    """One that no partner would take: of a key without the right."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    text = propose(world, france, "ma-mi")
    world.settle()
    for node in (morocco, france):
        act_on_latest(node, text, InstrumentKind.SIGN)
    world.settle()
    stolen = france.keys.of(KeyRole.POST, "minister")
    body = Revocation(hash_public_key(stolen.key.public), TreeSize(0)).to_body()
    france.append(make_plain(france, "key.revoke", body, "ma-mi", post="desk"))
    world.settle()
    assert states(world) == {text: "signed"}
    assert not france.store.roster.revocations(AdministrationCode("fr-mi"))
    assert [act.reason for act in morocco.store.followed.parked()] == ["signature_missing"]


def states(world: World) -> dict[str, str]:
    """Of each instrument, alike on all nodes."""
    found = [
        {row.object_id: str(row.state) for row in node.store.projections.instruments()}
        for node in world.nodes.values()
    ]
    assert all(one == found[0] for one in found)
    return found[0]
