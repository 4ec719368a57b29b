"""Row 5 through a third party: two partners were shown two histories of one log, and they compare."""

import pytest

from mithaq.core.acts.kinds import Kind
from mithaq.core.log.merkle import hash_tree
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.node.partner.followed_roots import FollowedRoots

from .federation import SimNode, World
from .liar import ForgedLog, LiarClient, has_note, make_lied_to
from .moves import send_note

LIAR = Origin("es-mi.example/log/1")


def show_two_histories(length: int, at: int) -> tuple[World, SimNode, SimNode, ForgedLog, ForgedLog]:
    """Spain shows one history to Morocco, another one from leaf ``at`` on to France."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, france, morocco = (world[code] for code in ("es-mi", "fr-mi", "ma-mi"))
    world.observer.histories[spain.origin].check = lambda size, root: None  # type: ignore[method-assign]
    one = ForgedLog(spain, "ma-mi")
    for _ in range(length):
        one.add_hidden()
    other = ForgedLog(spain, "fr-mi", acts=[*one.acts[:at]])
    for number in range(at, length):
        other.add(b"{%d}" % number, is_released=False)
    for node, log in ((morocco, one), (france, other)):
        true_link, client = node.link, LiarClient(log)
        node.link = lambda code, client=client, true_link=true_link: (  # type: ignore[method-assign,misc]
            client if code == "es-mi" else true_link(code)
        )
        node.restart()
        assert not isinstance(node.pull("es-mi"), str)
    return world, france, morocco, one, other


@pytest.mark.parametrize(("length", "at"), [(1, 0), (3, 2), (300, 299), (300, 0), (600, 260)])
def test_fault_05_another_partner_saw_another_tree(length: int, at: int) -> None:
    """What it says it saw raises an alarm and parks the act; what it cosigned proves it."""
    world, france, morocco, one, other = show_two_histories(length, at)
    sent = send_note(world, france, "ma-mi")
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert [(act.leaf_index, act.reason) for act in morocco.store.followed.parked()] == [
        (sent.leaf_index, "seen_other_root")
    ]
    assert "seen_other_root" in morocco.alarm_codes()
    assert "equivocation" in morocco.alarm_codes()
    assert morocco.store.followed.head(LIAR).frozen
    [(kind, notes)] = morocco.store.alarms.evidence(LIAR)
    assert kind == "equivocation"
    assert notes[0] == one.make_note()
    assert notes[1].startswith(other.make_note())
    morocco.pull("es-mi")
    acts = [act.read().parsed for act in morocco.node.store.acts.scan(Origin(morocco.origin))]
    [alarm] = [act for act in acts if act.kind == Kind.ALARM_EQUIVOCATION]
    assert [one.administration for one in alarm.to] == ["fr-mi"]


def test_the_same_tree_at_another_size_is_good() -> None:
    """The author has seen a size at which we never held a checkpoint."""
    world, france, morocco, one, other = show_two_histories(20, 20)
    for size in (27, 290):
        for _ in range(size - len(one.acts)):
            one.add_hidden()
        other.acts = one.acts[: size - 4]
        for node in (morocco, france):
            assert not isinstance(node.pull("es-mi"), str)
        note = send_note(world, france, "ma-mi").act_id
        assert not isinstance(morocco.pull("fr-mi"), str)
        assert has_note(morocco, note)
    assert not morocco.store.followed.parked()
    assert not morocco.alarm_codes()


def test_a_partner_that_only_says_so_proves_nothing() -> None:
    """A liar invents a root of an honest third log: its act is parked, people are told, nothing is frozen."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, liar, morocco = (world[code] for code in ("es-mi", "fr-mi", "ma-mi"))
    log, true_link = ForgedLog(liar, "ma-mi"), morocco.link
    morocco.link = lambda code: LiarClient(log) if code == "fr-mi" else true_link(code)  # type: ignore[method-assign]
    morocco.restart()
    send_note(world, spain, "ma-mi")
    assert not isinstance(morocco.pull("es-mi"), str)
    log.add(log.make_envelope(seen=[{"log": spain.origin, "size": 1, "root": "0" * 64}]))
    good = log.add_good()
    for _ in range(3):
        assert not isinstance(morocco.pull("fr-mi"), str)
    assert has_note(morocco, good)
    assert morocco.alarm_codes() == ["seen_other_root"]
    later = send_note(world, spain, "ma-mi").act_id
    assert not isinstance(morocco.pull("es-mi"), str)
    assert has_note(morocco, later)


def test_fault_05_the_own_witness_saw_another_tree() -> None:
    """A checkpoint that came by the witness endpoint is compared when the log is pulled that far."""
    _, victim, log = make_lied_to()
    for _ in range(3):
        log.add_hidden()
    other = log.branch(1)
    origin = Origin(log.liar.origin)
    other.add_good()
    victim.store.witnessed.replace(origin, b"", other.make_note(3))
    log.shown = 2
    assert not isinstance(victim.pull("fr-mi"), str)
    assert not victim.store.followed.head(origin).frozen
    log.shown = None
    assert not isinstance(victim.pull("fr-mi"), str)
    assert victim.store.followed.head(origin).frozen
    assert "equivocation" in victim.alarm_codes()


@pytest.mark.parametrize("block", range(0, 1_600, 400))
def test_roots_at_every_size(block: int) -> None:
    """From the stored leaves, whatever was asked before; a stored checkpoint is only quicker."""
    _, victim, log = make_lied_to()
    for _ in range(block + 400):
        log.add_hidden()
    assert not isinstance(victim.pull("fr-mi"), str)
    leaves, origin = log.leaves(), Origin(log.liar.origin)
    roots = FollowedRoots(victim.store.followed)  # type: ignore[arg-type]
    for size in [*range(block + 1, block + 401, 13), block + 256, block + 1, block + 400]:
        assert roots.root_at(origin, TreeSize(size)) == hash_tree(leaves[:size])
    assert victim.store.roster.codes() == [AdministrationCode("fr-mi")]
