"""Rows 3 and 4: a node comes back from an old backup. It never signs a second history, and gets back what
its partners hold; a partner that came back is helped, and neither side forks."""

import random
from dataclasses import replace

import pytest
from msgspec import structs

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.log.signed_note import SignedNote, parse_signed_note
from mithaq.core.types import AdministrationCode, Origin, TreeSize
from mithaq.errors import ConflictError, MalformedError, MithaqError, NotAllowedError, UnavailableError
from mithaq.node.restore.officers import end_guard, show_risk
from mithaq.node.restore.restore_guard import BACKUP_GENERATION, GUARD, HAND_CHECKPOINT, MODE, Verdict

from .federation import Killed, Moment, SimNode, World
from .moves import act_on_latest, keep_private, move_at_random, propose, send_note
from .soak import SOAK


class Backup:
    """A copy of one moment: the record and the full tiles, and with it the signer's head or not."""

    def __init__(self, node: SimNode) -> None:
        self._moment = Moment(node)

    def restore(self, node: SimNode, *, with_signer: bool = True) -> None:
        """As ``node restore``: what came after is gone, and the node starts in guard."""
        self._moment.take_back(with_signer=with_signer)
        node.durable.settings.set(MODE, GUARD)
        node.durable.settings.set(BACKUP_GENERATION, "generation")
        own = node.durable.own.head().next_index
        acknowledged = node.world.observer.acknowledged
        for act_id, (code, leaf_index) in acknowledged.items():
            if code == node.code and leaf_index >= own:
                node.world.observer.forgiven.add(act_id)  # lost with the disk; partners may bring it back


class Cut:
    """After some replies of one to another, all further ones are lost."""

    def __init__(self, world: World, caller: str, server: str) -> None:
        self.left = 1_000
        hear = world.network.hear

        def lose(by: str, to: str, name: str, reply: object) -> None:
            hear(by, to, name, reply)
            if (by, to) == (server, caller):
                if not self.left:
                    raise UnavailableError("partner_unreachable", "cut")
                self.left -= 1

        world.network.hear = lose


def live(world: World, steps: int, chance: random.Random) -> None:
    """A while of normal life."""
    for _ in range(steps):
        node = chance.choice(list(world.nodes.values()))
        move_at_random(world, node, chance)
        node.pull(chance.choice(world.partners_of(node.code)))
        world.time.advance(10)


def comes_back(world: World, node: SimNode) -> None:
    """Start, ask everybody, and come into step with no operator."""
    node.start()
    with pytest.raises(ConflictError, match="guard"):
        send_note(world, node, *world.partners_of(node.code))
    node.ask_partners()
    world.observer.check()
    world.settle()
    assert not node.guard.is_closed, node.alarm_codes()
    assert "guard" not in node.alarm_codes()


@pytest.mark.parametrize("seed", range(10 if not SOAK else 100))
@pytest.mark.parametrize("with_signer", [True, False], ids=["all", "record"])
def test_fault_03_backups_of_random_age(seed: int, with_signer: bool) -> None:
    chance = random.Random(f"restore {seed}")
    world = World(seed=seed)
    node = chance.choice(list(world.nodes.values()))
    live(world, chance.randint(0, 40), chance)
    backup = Backup(node)
    live(world, chance.randint(1, 60), chance)
    # The last of our acts are out and cosigned, or this is the case of the next test.
    [other] = world.partners_of(node.code)
    world[other].pull(node.code)
    size = node.durable.own.head().tree_size
    before = world.observer.histories[node.origin].root_at(size)
    backup.restore(node, with_signer=with_signer)
    comes_back(world, node)
    assert world.observer.histories[node.origin].root_at(size) == before
    assert node.store.own.head().tree_size >= size
    world.observer.check_everything()
    world.observer.check_equal(node, world[other])
    live(world, 20, chance)
    world.settle()
    world.check_end()
    assert not node.store.followed.parked() + world[other].store.followed.parked()


@pytest.mark.parametrize("seed", range(5 if not SOAK else 100))
def test_fault_03_what_partners_lack_is_lost_but_nothing_forks(seed: int) -> None:
    """Private acts have no copy: their leaves come back, their content does not."""
    world = World(seed=seed)
    france, morocco = world["fr-mi"], world["ma-mi"]
    backup = Backup(france)
    private = [keep_private(world, france) for _ in range(3)]
    sent = send_note(world, france, "ma-mi")
    morocco.pull("fr-mi")
    backup.restore(france)
    comes_back(world, france)
    assert france.store.acts.by_id(sent.act_id).leaf_index == sent.leaf_index
    for one in private:
        with pytest.raises(MithaqError, match="act"):
            france.store.acts.by_id(one.act_id)
    world.check_end()


def test_fault_03_silence_keeps_it_closed() -> None:
    """While nobody answers it stays read-only, at every start; one answer is enough."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    send_note(world, france, "ma-mi")
    world.settle()
    world.network.part("fr-mi", "ma-mi")
    backup.restore(france)
    for _ in range(3):
        france.start()
        france.ask_partners()
        assert france.guard.is_closed
        with pytest.raises(ConflictError, match="guard"):
            send_note(world, france, "ma-mi")
    world.network.heal()
    france.ask_partners()
    world.settle()
    assert not france.guard.is_closed
    assert "guard" not in france.alarm_codes()
    world.check_end()
    assert (
        morocco.store.followed.head(Origin(france.origin)).verified_size == france.store.own.head().tree_size
    )


def test_fault_03_a_cut_on_the_way_back_opens_nothing() -> None:
    """One partner holds more and breaks off; another one holds less. The node must stay closed."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, france, morocco = (world[code] for code in ("es-mi", "fr-mi", "ma-mi"))
    send_note(world, france, "es-mi", "ma-mi")
    world.settle()
    backup = Backup(france)
    for _ in range(5):
        send_note(world, france, "ma-mi")
    assert not isinstance(morocco.pull("fr-mi"), str)
    whole = morocco.store.followed.head(Origin(france.origin)).verified_size
    cut = Cut(world, "fr-mi", "ma-mi")
    for at in range(12):
        backup.restore(france)
        france.start()
        cut.left = at
        france.ask_partners()
        if france.store.own.head().tree_size < whole:
            assert france.guard.is_closed
        else:
            break
    cut.left = 1_000
    assert at > 1
    assert spain.store.followed.head(Origin(france.origin)).verified_size <= whole
    world.settle()
    world.check_end()


def test_fault_03_killed_on_the_way_back() -> None:
    """Each call of the recovery dies once; the next start goes on."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    for _ in range(4):
        send_note(world, france, "ma-mi")
        keep_private(world, france)
    morocco.pull("fr-mi")
    for at in range(2_000):
        backup.restore(france)
        france.start()
        france.points.arm(at)
        try:
            france.ask_partners()
        except (Killed, MithaqError):
            pass
        fired = france.points.fired
        france.restart()
        france.ask_partners()
        france.pull("ma-mi")
        france.ask_partners()
        assert not france.guard.is_closed
        world.observer.check()
        if fired is None:
            break
    world.settle()
    world.check_end()


def test_fault_03_a_database_older_than_the_signer_is_closed() -> None:
    """The record alone is old, and the last acts were signed but never pulled: nobody has them, so nothing
    more is ever signed here."""
    world = World()
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    send_note(world, france, "ma-mi")
    signed = france.head_file.head.current.size
    backup.restore(france, with_signer=False)
    france.start()
    france.ask_partners()
    assert france.guard.is_closed
    with pytest.raises(ConflictError, match="guard"):
        send_note(world, france, "ma-mi")
    assert france.head_file.head.current.size == signed


def test_fault_03_a_witness_counts_as_an_answer() -> None:
    """It knows the size; the entries then come from the partner, or the node stays closed."""
    world = World(with_witness=True)
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    send_note(world, france, "ma-mi")
    assert world.witness is not None
    assert world.witness.submit(france) == 200
    size = france.store.own.head().tree_size
    backup.restore(france)
    france.start()
    france.ask_partners()
    assert france.guard.is_closed, "the witness holds more, and nobody has the entries"
    assert france.store.own.head().tree_size < size
    assert morocco.store.followed.head(Origin(france.origin)).verified_size < size


def lose_last(world: World, *, with_signer: bool = True) -> tuple[SimNode, SimNode, bytes]:
    """France is restored without its last note, and Morocco holds nothing but what the backup holds.

    Gives the checkpoint of the backup as Morocco has cosigned it.
    """
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    world.settle()
    backup = Backup(france)
    _, note = france.durable.own.latest_checkpoint()
    backup.restore(france, with_signer=with_signer)
    world.network.part("fr-mi", "ma-mi")
    france.start()
    france.ask_partners()
    assert france.guard.is_closed
    return france, morocco, note


def test_fault_03_a_checkpoint_brought_by_hand_counts_as_an_answer() -> None:
    """Of the partner who cosigned it. One that nobody cosigned, or of another log, says nothing."""
    world = World()
    france, morocco, note = lose_last(world)
    bare = parse_signed_note(note)
    alone = SignedNote(bare.text, bare.lines[:1]).encode()
    for bad, code in (
        (alone, "not_cosigned_by_partner"),
        (b"rubbish", "note_text"),
        (morocco.durable.own.latest_checkpoint()[1], "checkpoint_origin"),
    ):
        with pytest.raises(MithaqError) as caught:
            france.guard.accept_checkpoint(bad)
        assert caught.value.code in (code, "note_lines")
        france.ask_partners()
        assert france.guard.is_closed
    assert france.guard.accept_checkpoint(note) is Verdict.WE_EXTEND
    france.restart()
    france.ask_partners()
    assert not france.guard.is_closed
    assert france.store.settings.get(HAND_CHECKPOINT) is None
    send_note(world, france, "ma-mi")
    world.network.heal()
    world.settle()
    world.check_end()


def test_fault_03_a_checkpoint_by_hand_that_knows_more_keeps_it_closed() -> None:
    """It proves that acts are missing here; they come when a partner answers."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    lost = send_note(world, france, "ma-mi")
    world.settle()
    _, note = france.durable.own.latest_checkpoint()
    backup.restore(france)
    world.network.part("fr-mi", "ma-mi")
    france.start()
    assert france.guard.accept_checkpoint(note) is Verdict.IT_EXTENDS
    france.ask_partners()
    assert france.guard.is_closed
    assert not france.guard.silent
    world.network.heal()
    france.ask_partners()
    world.settle()
    assert not france.guard.is_closed
    assert france.store.acts.by_id(lost.act_id)
    assert morocco.alarm_codes() == []


def test_fault_03_every_partner_must_answer_or_be_answered_for() -> None:
    """One of three is silent: it may hold what the others do not."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, france = world["es-mi"], world["fr-mi"]
    send_note(world, france, "es-mi", "ma-mi")
    for _ in range(2):
        world.settle()
    backup = Backup(france)
    backup.restore(france)
    world.network.part("fr-mi", "es-mi")
    france.start()
    france.ask_partners()
    assert france.guard.is_closed
    assert france.guard.silent == ("es-mi",)
    [detail] = [alarm.detail for alarm in france.store.alarms.alarms() if alarm.code == "guard"]
    assert "es-mi" in detail
    data = spain.node.store.followed.cosigned(Origin(france.origin))[1]
    assert france.guard.accept_checkpoint(data) is Verdict.WE_EXTEND
    france.ask_partners()
    assert not france.guard.is_closed


def test_fault_03_two_officers_end_the_guard() -> None:
    """Not one, not one twice, not a post without the right; and what they said stands in the log."""
    world = World()
    france, _, _ = lose_last(world)
    assert show_risk(france.node, france.guard).silent == ("ma-mi",)
    for posts in (
        ("minister",),
        ("minister", "minister"),
        ("minister", "desk"),
        ("minister", "officer", "desk"),
    ):
        with pytest.raises(NotAllowedError, match="not_officers"):
            end_guard(france.node, france.guard, posts, "the partner is gone")
        assert france.guard.is_closed
    with pytest.raises(MalformedError, match="bad_reason"):
        end_guard(france.node, france.guard, ("minister", "officer"), " ")
    placed = end_guard(france.node, france.guard, ("minister", "officer"), "the partner is gone")
    assert not france.guard.is_closed
    said = france.store.acts.by_id(placed.act_id).parsed.body["guard_ended"]
    assert [one["actor"]["post"] for one in said] == ["minister", "officer"]
    assert {one["reason"] for one in said} == {"the partner is gone"}
    assert [kind for kind, _ in france.store.alarms.evidence(Origin(france.origin))] == ["guard_ended"]
    with pytest.raises(ConflictError, match="guard"):
        end_guard(france.node, france.guard, ("minister", "officer"), "again")
    france.restart()
    send_note(world, france, "ma-mi")
    world.network.heal()
    world.settle()


def test_fault_03_officers_overrule_nothing_but_silence() -> None:
    """A node that has signed more than it holds stays as it is, says so at every start, and never loops."""
    world = World()
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    send_note(world, france, "ma-mi")
    backup.restore(france, with_signer=False)
    for _ in range(3):
        france.restart()
        france.ask_partners()
        assert france.guard.is_closed
        [detail] = [alarm.detail for alarm in france.store.alarms.alarms() if alarm.code == "guard"]
        assert "older than what this node has signed, and nobody holds the rest" in detail
        with pytest.raises(ConflictError, match="guard"):
            end_guard(france.node, france.guard, ("minister", "officer"), "never mind")


@pytest.mark.parametrize("how", ["none", "of another act"])
def test_fault_03_signatures_come_back_as_they_were(how: str) -> None:
    """They are no part of the leaf: from a partner that lost or changed them the act is not taken back."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, france, morocco = (world[code] for code in ("es-mi", "fr-mi", "ma-mi"))
    text = propose(world, france, "es-mi", "ma-mi")
    world.settle()
    backup = Backup(france)
    signed = act_on_latest(france, text, InstrumentKind.SIGN)
    note = send_note(world, france, "es-mi", "ma-mi")
    for node in (spain, morocco):
        node.pull("fr-mi")
    place = (france.origin, signed.leaf_index)
    true = morocco.durable.tables.acts[place]
    false = () if how == "none" else (replace(true.signatures[0], sig=bytes(64)),)
    for node in (spain, morocco):
        node.durable.tables.acts.put(place, structs.replace(true, signatures=false))
    backup.restore(france)
    france.start()
    france.ask_partners()
    assert france.store.acts.by_id(note.act_id), "the acts beside it come back"
    with pytest.raises(MithaqError, match="act"):
        france.store.acts.by_id(signed.act_id)
    spain.durable.tables.acts.put(place, true)
    backup.restore(france)
    france.start()
    france.ask_partners()
    assert france.store.acts.by_id(signed.act_id).signatures == true.signatures


def test_fault_03_seen_never_falls() -> None:
    """An act made after the restore must not have seen less of a partner than one made before it."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    send_note(world, france, "ma-mi")
    world.settle()
    backup = Backup(france)
    for _ in range(3):
        send_note(world, morocco, "fr-mi")
        world.settle()
    last = send_note(world, france, "ma-mi")
    seen = france.store.acts.by_id(last.act_id).parsed.seen_sizes[Origin(morocco.origin)]
    morocco.pull("fr-mi")
    backup.restore(france)
    france.start()
    france.ask_partners()
    assert france.guard.is_closed
    world.settle()
    later = send_note(world, france, "ma-mi")
    after = france.store.acts.by_id(later.act_id).parsed.seen_sizes.get(Origin(morocco.origin), TreeSize(0))
    assert after >= seen


def test_fault_03_numbers_go_on_for_every_partner() -> None:
    """``seq`` to each partner is taken forward from what that partner holds."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, france, morocco = (world[code] for code in ("es-mi", "fr-mi", "ma-mi"))
    backup = Backup(france)
    for _ in range(3):
        send_note(world, france, "es-mi")
        send_note(world, france, "ma-mi")
    spain.pull("fr-mi")
    morocco.pull("fr-mi")
    backup.restore(france)
    france.start()
    france.ask_partners()
    seqs = france.store.own.next_seqs([AdministrationCode("es-mi"), AdministrationCode("ma-mi")])
    assert set(seqs.values()) == {4}
    world.settle()
    world.check_end()


@pytest.mark.parametrize("seed", range(10 if not SOAK else 100))
def test_fault_04_the_partner_was_restored(seed: int) -> None:
    """Seen from the side that was not: we help, never fork, and nothing of ours is lost or doubled."""
    chance = random.Random(f"partner {seed}")
    world = World(seed=seed)
    france, morocco = world["fr-mi"], world["ma-mi"]
    live(world, chance.randint(1, 40), chance)
    backup = Backup(morocco)
    live(world, chance.randint(1, 40), chance)
    france.pull("ma-mi")
    own, held = france.store.own.head(), france.store.followed.head(Origin(morocco.origin))
    backup.restore(morocco)
    # While it is down or closed we go on; it serves an older head, which is no news to us.
    morocco.start()
    assert not isinstance(france.pull("ma-mi"), str)
    send_note(world, france, "ma-mi")
    assert france.store.followed.head(Origin(morocco.origin)) == held
    assert not held.frozen
    morocco.ask_partners()
    world.settle()
    assert not morocco.guard.is_closed
    world.check_end()
    assert france.store.own.head().tree_size > own.tree_size
    assert not [code for code in france.alarm_codes() if code in ("equivocation", "rollback")]


def test_fault_04_a_partner_that_forks_after_its_restore_is_found_out() -> None:
    """Without a guard it would sign another history: we keep both notes and stop."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    backup = Backup(morocco)
    for _ in range(3):
        send_note(world, morocco, "fr-mi")
    assert not isinstance(france.pull("ma-mi"), str)
    backup.restore(morocco)
    morocco.durable.settings.set(MODE, None)
    world.observer.histories[morocco.origin].check = lambda size, root: None  # type: ignore[method-assign]
    morocco.start()
    for _ in range(5):
        send_note(world, morocco, "fr-mi")
    france.pull("ma-mi")
    head = france.store.followed.head(Origin(morocco.origin))
    assert head.frozen
    assert head.verified_size == 3
    assert "equivocation" in france.alarm_codes()
