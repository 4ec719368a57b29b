"""A key is replaced by a further root version: made at the node, signed offline, followed by partners."""

from collections.abc import Sequence

import pytest

from mithaq.adapters.keystore.key_files import KeyRole, RoleKey
from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.root_chain import sign_root
from mithaq.core.acts.roots import Role, parse_signed_root
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.types import AdministrationCode, Origin
from mithaq.errors import ConflictError, MissingError, MithaqError
from mithaq.node.partner.own_roots import announce_root, drop_key, replace_key
from mithaq.node.partner.roots import LOGGED_ROOT

from .federation import ROOT_THRESHOLD, SimNode, World, to_root_key
from .memory_ports import make_key
from .moves import act_on_latest, propose, send_note
from .test_15_keys import assert_all_verifies

FRANCE = AdministrationCode("fr-mi")


def sign_offline(node: SimNode, payload: bytes, keys: Sequence[RoleKey] | None = None) -> bytes:
    """As people do with the root keys, away from the node."""
    chosen = node.keys.roots[:ROOT_THRESHOLD] if keys is None else keys
    return sign_root(payload, [key.key for key in chosen]).encode()


def rotate(node: SimNode, role: KeyRole, post: str = "") -> RoleKey:
    """Replace a key: plan, sign, put the new private key beside the old one, announce."""
    old = node.keys.of(role, post)
    new = make_key(role, old.name, post, label="second")
    payload = replace_key(node.node, Role(role), to_root_key(old).keyid, to_root_key(new))
    document = sign_offline(node, payload)
    if role is KeyRole.LOG:
        node.keys.online.append(new)  # both sign the next checkpoint
    else:
        node.keys.online[node.keys.online.index(old)] = new
    node.restart()
    assert announce_root(node.node, document) is not None
    if role is KeyRole.LOG:
        node.keys.online.remove(old)
        node.restart()
    return new


@pytest.mark.parametrize("role", [KeyRole.LOG, KeyRole.MIRROR, KeyRole.NODE])
def test_partners_follow_a_new_key(role: KeyRole) -> None:
    world = World("es-mi", "fr-mi", "ma-mi")
    france = world["fr-mi"]
    send_note(world, france, "es-mi", "ma-mi")
    world.settle()
    new = rotate(france, role)
    for _ in range(2):
        send_note(world, france, "es-mi", "ma-mi")
        send_note(world, world["ma-mi"], "fr-mi")
        world.time.advance(700)
        world.settle()
    world.check_end()
    assert_all_verifies(world)
    assert france.store.settings.get(LOGGED_ROOT) == "2"
    for code in ("es-mi", "ma-mi"):
        other = world[code]
        root = parse_signed_root(other.store.roster.last_root(FRANCE)).root
        assert root.version == 2
        assert to_root_key(new).keyid in {key.keyid for key in root.keys(Role(role))}
        kinds = [act.read().parsed.kind for act in other.node.store.acts.scan(Origin(france.origin))]
        assert kinds.count(Kind.KEY_ROOT) == 1
        assert not other.alarm_codes()


def test_a_new_post_key_signs_and_old_signatures_stand() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    first = propose(world, france, "ma-mi")
    world.settle()
    act_on_latest(france, first, InstrumentKind.SIGN)
    world.settle()
    rotate(france, KeyRole.POST, "minister")
    world.time.advance(700)
    second = propose(world, france, "ma-mi")
    world.settle()
    act_on_latest(france, second, InstrumentKind.SIGN)
    for text in (first, second):
        act_on_latest(morocco, text, InstrumentKind.SIGN)
    world.settle()
    world.check_end()
    assert {row.state for row in morocco.store.projections.instruments()} == {"signed"}
    assert not morocco.store.followed.parked()


def test_an_old_key_is_dropped_in_a_later_version() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    old = france.keys.of(KeyRole.MIRROR)
    rotate(france, KeyRole.MIRROR)
    announce_root(
        france.node, sign_offline(france, drop_key(france.node, Role.MIRROR, to_root_key(old).keyid))
    )
    world.time.advance(700)
    world.settle()
    root = parse_signed_root(morocco.store.roster.last_root(FRANCE)).root
    assert root.version == 3
    assert to_root_key(old).keyid not in {key.keyid for key in root.keys(Role.MIRROR)}
    with pytest.raises(ConflictError, match="key_still_counts"):
        drop_key(france.node, Role.LOG, to_root_key(france.keys.of(KeyRole.LOG)).keyid)


def test_what_partners_would_refuse_is_not_announced() -> None:
    """Too few root keys, keys of a stranger, a version left out, a key that nobody knows: nothing changes."""
    world = World()
    france = world["fr-mi"]
    old = france.keys.of(KeyRole.MIRROR)
    new = to_root_key(make_key(KeyRole.MIRROR, old.name, label="second"))
    payload = replace_key(france.node, Role.MIRROR, to_root_key(old).keyid, new)
    strangers = [make_key(KeyRole.ROOT, key.name, label="thief") for key in france.keys.roots]
    for keys in (france.keys.roots[:1], strangers, []):
        with pytest.raises(MithaqError):
            announce_root(france.node, sign_offline(france, payload, keys))
    with pytest.raises(MithaqError, match="root_version"):
        announce_root(france.node, france.keys.make_root(3))
    with pytest.raises(MissingError, match="key_unknown_here"):
        replace_key(france.node, Role.MIRROR, "0" * 64, new)
    assert len(france.store.roster.root_versions(FRANCE)) == 1
    assert france.store.own.head().tree_size == 0
