"""Rows 7 and 30: what rots on the disk is not signed and not served as valid; what is damaged on the way is
refused, and nothing of it is applied."""

import random
from dataclasses import replace

import pytest

from mithaq.core.log.tiles import entries_path, tile_path
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MithaqError, RefusedError, UnavailableError
from mithaq.node.proof.log_check import check_logs
from mithaq.node.records import SealedAct
from mithaq.node.restore.start_check import SelfCheck

from .federation import Moment, SimNode, World
from .liar import has_note, make_lied_to
from .moves import make_note, send_note
from .soak import SOAK

LIAR = Origin("fr-mi.example/log/1")


def change_row(node: SimNode, leaf_index: int, **changed: bytes) -> None:
    place = (Origin(node.origin), LeafIndex(leaf_index))
    act = node.durable.tables.acts[place]
    fields = {name: getattr(act, name) for name in act.__struct_fields__}
    node.durable.tables.acts[place] = SealedAct(**{**fields, **changed})


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# 30: between storing and signing


@pytest.mark.parametrize("column", ["commitment", "salt", "envelope"])
def test_fault_30_a_row_that_rots_before_it_is_signed(column: str) -> None:
    """Each byte of a row altered after transaction A: not signed, not acknowledged, never covered later."""
    step = 1 if SOAK else 29
    world = World()
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    signed, moment = france.head_file.head, Moment(france)
    length = len(getattr(france.durable.tables.acts[Origin(france.origin), LeafIndex(0)], column))
    for bit in range(0, length * 8, step):
        moment.take_back()
        france.start()
        rot_on_reading(france, column, bit)
        with pytest.raises(UnavailableError, match="disk"):
            france.append(make_note(world, france, "ma-mi"))
        assert isinstance(france.queue.failure, RefusedError)
        assert france.queue.failure.code == "row_rotten"
        assert france.head_file.head == signed
        with pytest.raises(RefusedError, match="row_rotten"):
            france.restart()
        assert france.head_file.head == signed
        assert france.durable.own.head().tree_size == 1


def rot_on_reading(node: SimNode, column: str, bit: int) -> None:
    """The next row that is read back to be signed has one bit changed, on the disk."""
    own = node.node.store.own
    read = own.read_committed

    def read_rotten(first: LeafIndex, count: int) -> object:
        act = node.durable.tables.acts[Origin(node.origin), first]
        change_row(node, first, **{column: flip(getattr(act, column), bit % (8 * len(getattr(act, column))))})
        return read(first, count)

    own.read_committed = read_rotten  # type: ignore[method-assign, assignment]


def test_fault_30_a_row_that_is_gone_before_it_is_signed() -> None:
    world = World()
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    signed = france.head_file.head
    own = france.node.store.own
    read = own.read_committed

    def read_less(first: LeafIndex, count: int) -> object:
        france.durable.tables.acts.pop((Origin(france.origin), first))
        return read(first, count)

    own.read_committed = read_less  # type: ignore[method-assign, assignment]
    with pytest.raises(UnavailableError, match="disk"):
        france.append(*(make_note(world, france, "ma-mi") for _ in range(3)))
    assert france.head_file.head == signed
    with pytest.raises(RefusedError, match="row_missing"):
        france.restart()
    assert france.head_file.head == signed


# 7: damage at rest


def make_old_node(count: int = 700) -> tuple[World, SimNode]:
    world = World()
    france = world["fr-mi"]
    for start in range(0, count, 100):
        france.append(*(make_note(world, france, "ma-mi") for _ in range(min(100, count - start))))
    world.settle()
    return world, france


def test_fault_07_random_bits_of_tiles_and_rows_are_found() -> None:
    """Each damage of a served file or a signed row is found by the check of the log, or by the self-check."""
    world, france = make_old_node(300 if not SOAK else 700)
    chance = random.Random(7)
    files = dict(france.tiles.files)
    assert set(files) == {tile_path(0, 0), entries_path(0)} or SOAK
    for _ in range(60 if not SOAK else 10_000):
        if chance.random() < 0.5:
            name = chance.choice(sorted(files))
            france.tiles.files[name] = flip(files[name], chance.randrange(len(files[name]) * 8))
            found = _is_found(france)
            france.tiles.files[name] = files[name]
        else:
            place = (Origin(france.origin), LeafIndex(chance.randrange(france.store.own.head().tree_size)))
            row, column = france.durable.tables.acts[place], chance.choice(("commitment", "salt", "envelope"))
            data = getattr(row, column)
            change_row(france, place[1], **{column: flip(data, chance.randrange(len(data) * 8))})
            found = _is_found(france)
            france.durable.tables.acts[place] = row
        assert found
        assert not _is_found(france)
    france.durable.alarms.clear("self_check", france.origin)
    world.settle()
    world.check_end()


def _is_found(node: SimNode) -> bool:
    problems = [report.problem for report in check_logs(node.node, Origin(node.origin)) if report.problem]
    return bool(problems)


def test_fault_07_the_self_check_alarms() -> None:
    _, france = make_old_node(260)
    assert SelfCheck(france.node).run()
    assert "self_check" not in france.alarm_codes()
    name = entries_path(0)
    france.tiles.files[name] = flip(france.tiles.files[name], 4_000)
    assert not SelfCheck(france.node).run()
    assert "self_check" in france.alarm_codes()


@pytest.mark.parametrize("what", ["tile", "tree_size", "root", "note", "row above the tiles"])
def test_fault_07_a_damaged_log_does_not_start(what: str) -> None:
    _, france = make_old_node(300)
    head = france.durable.own.head()
    changes = {
        "tree_size": replace(head, tree_size=head.tree_size - 1),  # type: ignore[arg-type]
        "root": replace(head, root_hash=flip(head.root_hash, 9)),  # type: ignore[arg-type]
        "note": replace(head, note=head.note.replace(b"\n300\n", b"\n299\n").replace(b"\n301\n", b"\n300\n")),
    }
    if what == "tile":
        name = tile_path(0, 0)
        france.tiles.files[name] = flip(france.tiles.files[name], 77)
    elif what == "row above the tiles":
        change_row(france, 299, salt=bytes(32))
    else:
        france.durable.tables.own_head.put("head", changes[what])
    with pytest.raises(RefusedError, match="damaged_log"):
        france.restart()


# 7: damage on the way


def test_fault_07_each_byte_of_a_served_bundle() -> None:
    """Every byte of a bundle flipped by the server, once for good and once for a moment."""
    step = 1 if SOAK else 97
    _, victim, log = make_lied_to()
    good = [log.add_good() for _ in range(3)]
    for _ in range(257):
        log.add_hidden()
    moment = Moment(victim)
    for at in range(0, 260 * 35, step):
        number, place = divmod(at, 256 * 35)

        def damage(which: int, data: bytes, number: int = number, place: int = place) -> bytes:
            return flip(data, place * 8 + 3) if which == number else data

        moment.take_back()
        victim.start()
        log.change_bundle = damage
        assert isinstance(victim.pull("fr-mi"), str)
        assert victim.store.followed.head(LIAR).verified_size == 0
        assert not victim.store.projections.notes()
        once = iter([True])
        log.change_bundle = lambda which, data: damage(which, data) if next(once, False) else data  # noqa: B023
        assert not isinstance(victim.pull("fr-mi"), str)
        assert all(has_note(victim, act_id) for act_id in good)
        assert not victim.store.followed.parked()
        bundle = victim.store.followed.bundle(LIAR, 0)
        assert bundle == log.entries(0, 256)


def test_fault_07_each_byte_of_a_served_checkpoint() -> None:
    _, victim, log = make_lied_to()
    log.add_good()
    note = log.make_note()
    for bit in range(0, len(note) * 8, 1 if SOAK else 3):
        log.change_note = lambda data, bit=bit: flip(data, bit)  # type: ignore[misc]
        assert isinstance(victim.pull("fr-mi"), str), bit
        assert victim.store.followed.head(LIAR).verified_size == 0
    log.change_note = lambda data: data
    assert not isinstance(victim.pull("fr-mi"), str)


def test_fault_07_each_byte_of_a_page() -> None:
    """A page with one bit changed, for a moment: the act is taken from the second page."""
    _, victim, log = make_lied_to()
    good = log.add_good()
    log.add_hidden()
    page = log.acts_page(0, 1_024)
    moment = Moment(victim)
    for bit in range(0, len(page[0]) * 8, 1 if SOAK else 11):
        moment.take_back()
        victim.start()
        once = iter([True])

        def damage(lines: list[bytes], bit: int = bit) -> list[bytes]:
            return [flip(lines[0], bit), *lines[1:]] if next(once, False) else lines  # noqa: B023

        log.change_page = damage
        for _ in range(3):
            try:
                victim.pull("fr-mi")
            except MithaqError:
                raise AssertionError(f"bit {bit} got through") from None
        assert has_note(victim, good), bit
