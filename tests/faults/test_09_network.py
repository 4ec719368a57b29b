"""Rows 9 to 13 and 23: acts withheld, replies lost, repeated or cut, long partitions, wrong clocks, hints."""

import random
from typing import Any

import pytest

from mithaq.core.types import Origin
from mithaq.errors import UnavailableError

from .federation import Moment, World
from .liar import ForgedLog, has_note, make_lied_to
from .moves import make_note, move_at_random, send_note
from .network import STORM, Link, Weather
from .soak import SOAK

LIAR = Origin("fr-mi.example/log/1")


# 9: withheld


@pytest.mark.parametrize("seed", range(20 if not SOAK else 500))
def test_fault_09_acts_withheld_at_random(seed: int) -> None:
    """Whatever is left out shows, as a gap or against the release head; and comes in once it is served."""
    _, victim, log = make_lied_to(seed=seed)
    chance = random.Random(seed)
    notes = [log.add_good(str(number)) for number in range(chance.randint(1, 30))]
    withheld = {index for index in range(len(notes)) if chance.random() < 0.3} or {len(notes) - 1}
    for index in withheld:
        log.acts[index].is_released = False
    for _ in range(5):
        assert not isinstance(victim.pull("fr-mi"), str)
    assert "withheld_act" in victim.alarm_codes()
    assert [has_note(victim, note) for note in notes] == [
        index not in withheld for index in range(len(notes))
    ]
    assert set(victim.store.followed.gaps(LIAR)) == {index + 1 for index in withheld}
    for act in log.acts:
        act.is_released = True
    for _ in range(2):
        assert not isinstance(victim.pull("fr-mi"), str)
    assert all(has_note(victim, note) for note in notes)
    assert not victim.alarm_codes()


def test_fault_09_a_missing_release_head_is_alarmed_after_ten_minutes() -> None:
    world, victim, log = make_lied_to()
    log.add_good()
    for bad in (None, b"", b"{}", b"rubbish"):
        log.is_tail_told, log.changed_release_head = bad is not None, bad
        assert not isinstance(victim.pull("fr-mi"), str)
        assert "release_head_missing" not in victim.alarm_codes()
        world.time.advance(601)
        assert not isinstance(victim.pull("fr-mi"), str)
        assert "release_head_missing" in victim.alarm_codes()
        log.is_tail_told, log.changed_release_head = True, None
        assert not isinstance(victim.pull("fr-mi"), str)
        assert not victim.alarm_codes()


def test_fault_09_a_release_head_of_another_tree_or_reader_counts_for_nothing() -> None:
    _, victim, log = make_lied_to()
    log.add_good()
    other = ForgedLog(log.liar, "es-mi", acts=log.acts, seq=0)
    log.changed_release_head = other.release_head(1)
    assert not isinstance(victim.pull("fr-mi"), str)
    log.changed_release_head = log.branch(0).release_head(1)
    assert not isinstance(victim.pull("fr-mi"), str)
    assert victim.pullers["fr-mi"]._gaps._head_missing_since is not None


def test_fault_09_nothing_is_signed_over_a_gap() -> None:
    _, victim, log = make_lied_to()
    for _ in range(3):
        log.add_good()
    log.acts[1].is_released = False
    assert not isinstance(victim.pull("fr-mi"), str)
    assert victim.store.followed.incomplete() == ["fr-mi"]


# 10: lost, repeated, late


@pytest.mark.parametrize("seed", range(6 if not SOAK else 300))
def test_fault_10_lost_and_repeated_replies(seed: int) -> None:
    """Each act counts once, whatever the network does."""
    world = World(seed=seed)
    world.network.weather = Weather(drop=0.3, cut=0.3, repeat=0.5, delay_s=20.0)
    sent: dict[str, set[str]] = {code: set() for code in world.nodes}
    for _ in range(60):
        for code, node in world.nodes.items():
            [other] = world.partners_of(code)
            sent[other].add(send_note(world, node, other).act_id)
            node.pull(other)
        world.observer.check()
    world.network.weather = STORM
    world.network.heal()
    world.settle()
    world.check_end()
    for code, node in world.nodes.items():
        rows = [row for row in node.store.projections.notes() if row.recipient == code]
        assert {row.object_id for row in rows} == sent[code]
        assert len(rows) == len(sent[code])


# 11: cut


class CutLink(Link):
    """Ends every page of acts after so many bytes; counts the bundles that are fetched."""

    at = 0
    bundles = 0

    def _call(self, name: str, *args: Any) -> Any:
        reply = super()._call(name, *args)
        if name == "tile" and args[0] is None:
            self.bundles += 1
        return reply[: self.at] if name == "acts" else reply


def test_fault_11_cut_at_every_byte() -> None:
    """From each byte on where a page can end the puller goes on, and fetches no leaf twice."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    france.append(*(make_note(world, france, "ma-mi") for _ in range(2)))
    page = france.serve("ma-mi").acts(0, 1_024)
    link = CutLink(world.network, "ma-mi", france)
    morocco.link = lambda code: link  # type: ignore[method-assign]
    moment = Moment(morocco)
    for at in range(len(page) + 1):
        moment.take_back()
        morocco.restart()
        link.at, link.bundles = at, 0
        for _ in range(6):
            morocco.pull("fr-mi")
            if link.bundles:
                link.at = max(at, 3 * len(page) // 5)  # at least one whole act a page from now on
            if len(morocco.store.projections.notes()) == 2:
                break
        assert morocco.store.followed.head(Origin(france.origin)).next_index == 2, at
        assert len(morocco.store.projections.notes()) == 2
        assert link.bundles <= 1  # none when the page held every new act
        assert not morocco.store.followed.parked()


@pytest.mark.parametrize("at", [0, 1, 34, 35, 36, 255 * 35, 256 * 35 - 1])
def test_fault_11_a_cut_bundle_is_fetched_again(at: int) -> None:
    _, victim, log = make_lied_to()
    for _ in range(300):
        log.add_hidden()
    cuts = iter([True])
    log.change_bundle = lambda number, data: data[:at] if next(cuts, False) else data
    assert not isinstance(victim.pull("fr-mi"), str)
    assert victim.store.followed.head(LIAR).verified_size == 300


# 12: partition


def test_fault_12_three_days_apart() -> None:
    """Both write for 72 hours; then they converge with no operator."""
    count = 100_000 if SOAK else 2_000
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    for code, node in world.nodes.items():
        send_note(world, node, *world.partners_of(code))
    world.settle()
    world.network.part("fr-mi", "ma-mi")
    batch = 100
    for number in range(count // batch):
        for node, other in ((france, "ma-mi"), (morocco, "fr-mi")):
            node.append(*(make_note(world, node, other) for _ in range(batch)))
            assert isinstance(node.pull(other), str)
        world.time.advance(72 * 3_600 * batch / count)
        if number % 10 == 0:
            move_at_random(world, france, world.chance)
            world.observer.check()
    world.network.heal()
    pulls = 0
    while not world.are_in_step() or not pulls:
        for node, other in ((france, "ma-mi"), (morocco, "fr-mi")):
            assert not isinstance(node.pull(other), str)
        pulls += 1
        world.time.advance(30)
        assert pulls <= 4, world.describe()
    world.check_end()
    assert len(morocco.store.projections.notes()) >= 2 * count
    assert not france.alarm_codes() + morocco.alarm_codes()


def test_fault_12_three_administrations_apart_by_turns() -> None:
    """Two see each other by turns while the third is away: what it gets at once must not take a poll each."""
    world = World("es-mi", "fr-mi", "ma-mi")
    spain, france, morocco = (world[code] for code in ("es-mi", "fr-mi", "ma-mi"))
    world.network.part("ma-mi", "es-mi")
    world.network.part("ma-mi", "fr-mi")
    for _ in range(60):
        send_note(world, spain, "fr-mi", "ma-mi")
        assert not isinstance(france.pull("es-mi"), str)
        send_note(world, france, "es-mi", "ma-mi")
        assert not isinstance(spain.pull("fr-mi"), str)
    world.network.heal()
    for _ in range(2):
        for other in ("es-mi", "fr-mi"):
            assert not isinstance(morocco.pull(other), str)
    assert len(morocco.store.projections.notes()) == 240
    assert not morocco.store.followed.waiting()
    world.settle()
    world.check_end()


# 13: clocks

DAY_S = 86_400.0


@pytest.mark.parametrize("offset_s", [-400 * DAY_S, -600.0, 600.0, 400 * DAY_S])
@pytest.mark.parametrize("whose", ["fr-mi", "ma-mi"])
def test_fault_13_a_clock_wrong_by_days(offset_s: float, whose: str) -> None:
    """Traffic goes on, both sides see the same, and what is doubtful is marked."""
    world = World()
    world[whose].clock.offset_s = offset_s
    for _ in range(30):
        for node in world.nodes.values():
            move_at_random(world, node, world.chance)
            node.pull(*world.partners_of(node.code))
        world.time.advance(20)
        world.observer.check()
    send_note(world, world[whose], *world.partners_of(whose), kind="requests.request")
    world.settle()
    world.check_end()
    for node in world.nodes.values():
        assert not node.store.followed.parked()
    [other] = world.partners_of(whose)
    notes = [row for row in world[other].store.projections.notes() if row.sender == whose]
    is_disputed = any("time_disputed" in row.marks for row in notes if row.act_count == 1)
    assert is_disputed == (offset_s > 300)


def test_fault_13_a_frozen_clock() -> None:
    world = World()
    world["fr-mi"].clock.freeze()
    for _ in range(40):
        for node in world.nodes.values():
            move_at_random(world, node, world.chance)
            node.pull(*world.partners_of(node.code))
        world.time.advance(900)
    world.settle()
    world.check_end()


def test_fault_13_a_clock_that_jumps_back_reorders_nothing() -> None:
    """The order of acts is that of the log and of what was seen, never that of clocks."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    first = send_note(world, france, "ma-mi")
    france.clock.offset_s = -30 * DAY_S
    second = send_note(world, france, "ma-mi")
    world.settle()
    world.check_end()
    places = [morocco.node.store.acts.by_id(one.act_id).leaf_index for one in (first, second)]
    assert places == sorted(places)


def test_fault_13_receipts_wait_for_a_trusted_clock() -> None:
    """With a source that disagrees: no cosignature and no receipt, an alarm; all else goes on."""
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    offset_s = [4_000.0]
    morocco.time_sources = [lambda: offset_s[0]]
    morocco.restart()
    send_note(world, france, "ma-mi")
    assert not isinstance(morocco.pull("fr-mi"), str)
    assert morocco.alarm_codes() == ["alarm.clock"]
    assert len(morocco.store.projections.notes()) == 1
    assert morocco.store.own.head().tree_size == 0
    assert morocco.store.followed.cosigned(Origin(france.origin))[0] == 0
    send_note(world, morocco, "fr-mi")
    offset_s[0] = 2.0
    world.time.advance(601)
    world.settle()
    world.check_end()
    assert not morocco.alarm_codes()
    [row] = [row for row in france.store.projections.notes() if row.sender == "fr-mi"]
    assert row.state == "delivered"


# 23: hints


def test_fault_23_many_hints_are_one_wake() -> None:
    world = World()
    france, morocco = world["fr-mi"], world["ma-mi"]
    link = world.make_link(france, morocco)
    wake = morocco.node.wakes.of(Origin(france.origin))
    for size in range(10_000):
        link.hint(france.origin, size, "normal")
    assert wake.is_set()
    wake.clear()
    before = world.network.calls
    morocco.pull("fr-mi")
    assert world.network.calls - before < 10
    assert not wake.is_set()


def test_fault_23_hints_may_all_be_lost() -> None:
    """The next poll brings everything."""
    world = World()
    france = world["fr-mi"]

    class Deaf(Link):
        def hint(self, origin: str, tree_size: int, priority: str) -> None:
            raise UnavailableError("partner_unreachable", "lost")

    france.link = lambda code: Deaf(world.network, "fr-mi", world[code])  # type: ignore[method-assign]
    france.restart()
    send_note(world, france, "ma-mi")
    assert not isinstance(world["ma-mi"].pull("fr-mi"), str)
    assert len(world["ma-mi"].store.projections.notes()) == 1


def test_fault_23_a_hint_tells_nothing() -> None:
    """A size in a hint is never believed: the log is asked."""
    world = World()
    link = world.make_link(world["fr-mi"], world["ma-mi"])
    link.hint("fr-mi.example/log/1", 2**63 - 1, "immediate")
    world["ma-mi"].pull("fr-mi")
    assert world["ma-mi"].store.followed.head(LIAR).verified_size == 0
