"""Rows 1 and 29: the process dies, or the disk fails, at each call of append and of pull, one by one.

Each run arms one point and lets a node append or pull; then the process starts again from what is
durable. It goes on until a run ends with the point still armed: then every call was hit.
"""

from collections.abc import Callable

import pytest

from mithaq.errors import MithaqError, UnavailableError
from mithaq.node.append.sequencer import SealedBatch

from .federation import Killed, SimNode, World
from .memory_ports import fail_disk
from .moves import keep_private, make_note, move_at_random, send_note

FAILURES = {"kill": Killed, "disk": fail_disk}
MOST_POINTS = 4_000


def run_with_failure(
    world: World, node: SimNode, at: int, make: Callable[[], BaseException], do: Callable[[], object]
) -> str | None:
    """Do it with a failure at one point; then start again. Gives the point, None when it was not reached."""
    node.points.arm(at, make)
    try:
        do()
    except (Killed, MithaqError):
        pass
    fired = node.points.fired
    node.points.arm(None)
    if fired is not None:
        node.kill(power=at % 2 == 1)
        node.start()
        node.ask_partners()
    return fired


def grow(world: World, node: SimNode, count: int) -> None:
    """``count`` acts under one checkpoint."""
    other = world.partners_of(node.code)[0]
    node.append(*(make_note(world, node, other) for _ in range(count)))


def make_old_world(size: int) -> World:
    """Two nodes in step, whose logs end shortly below a full tile."""
    world = World(with_witness=True)
    france = world["fr-mi"]
    grow(world, france, min(size, 250))
    keep_private(world, france)
    world.settle()
    return world


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_fault_01_each_call_of_append(failure: str) -> None:
    world = make_old_world(10)
    france = world["fr-mi"]
    fired: list[str] = []
    for at in range(MOST_POINTS):
        point = run_with_failure(world, france, at, FAILURES[failure], lambda: grow(world, france, 2))
        world.observer.check()
        if point is None:
            break
        fired.append(point)
    else:
        raise AssertionError("the points never end")
    assert {"before commit", "after commit", "after signer.save"} <= set(fired)
    world.settle()
    world.check_end()


def grow_ahead(world: World, node: SimNode) -> None:
    """Three batches as the pipeline writes them: each is sealed before the one before it is published."""
    other = world.partners_of(node.code)[0]
    waiting: list[SealedBatch] = []
    for _ in range(3):
        drafts = [make_note(world, node, other) for _ in range(2)]
        waiting.append(node.sequencer.seal(drafts))
        if len(waiting) > 1:
            node.sequencer.publish(waiting.pop(0))
    node.sequencer.publish(waiting.pop(0))


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_fault_01_each_call_of_batches_that_overlap(failure: str) -> None:
    world = make_old_world(10)
    france = world["fr-mi"]
    for at in range(MOST_POINTS):
        point = run_with_failure(world, france, at, FAILURES[failure], lambda: grow_ahead(world, france))
        world.observer.check()
        head = france.store.own.head()
        assert head.next_index == head.tree_size, "a start covers all rows, sealed ahead or not"
        if point is None:
            break
    else:
        raise AssertionError("the points never end")
    world.settle()
    world.check_end()


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_fault_01_each_call_of_a_tile(failure: str) -> None:
    """The append that completes a tile: each call of it fails once, from the same state."""
    at = 0
    while True:
        world = World()
        france = world["fr-mi"]
        grow(world, france, 254)
        point = run_with_failure(world, france, at, FAILURES[failure], lambda: grow(world, france, 4))  # noqa: B023
        world.observer.check()
        assert not france.store.own.head().tree_size or france.store.own.head().tree_size >= 254
        grow(world, france, 3)
        if at % 8 == 0 or point is None:
            world.settle()
            world.check_end()
        if point is None:
            break
        at += 1
        assert at < 200
    assert at > 20


@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_fault_01_each_call_of_pull(failure: str) -> None:
    world = World(with_witness=True)
    france, morocco = world["fr-mi"], world["ma-mi"]
    fired: set[str] = set()
    whole_pulls = 0
    for at in range(MOST_POINTS):
        for _ in range(2):
            send_note(world, france, "ma-mi")
            move_at_random(world, france, world.chance)
        point = run_with_failure(world, morocco, at, FAILURES[failure], lambda: morocco.pull("fr-mi"))
        world.observer.check()
        # What people do differs from pull to pull, and with it how many calls one has.
        whole_pulls = whole_pulls + 1 if point is None else 0
        if whole_pulls == 5:
            break
        fired.add(point or "")
        morocco.pull("fr-mi")
        france.pull("ma-mi")
    assert any("followed.save_bundles" in point for point in fired)
    # The own receipt at the end; which of its few calls was hit is chance.
    assert any(point.endswith(("receipts.add", "receipts.settle")) for point in fired)
    world.settle()
    world.check_end()
    assert not morocco.store.followed.parked()


def test_fault_01_a_failed_writer_acknowledges_nothing() -> None:
    world = World()
    france = world["fr-mi"]
    send_note(world, france, "ma-mi")
    draft = make_note(world, france, "ma-mi")
    france.points.arm(25, fail_disk)
    with pytest.raises(UnavailableError, match="disk"):
        france.append(draft)
    france.points.arm(None)
    # It never goes on in place: the process must start again and verify.
    with pytest.raises(UnavailableError, match="writer_stopped"):
        send_note(world, france, "ma-mi")
    france.restart()
    send_note(world, france, "ma-mi")
    world.settle()
    world.check_end()
