"""Row 14: signings and withdrawals that cross, on nodes: one verdict for all, whatever the order.

Two signatories: every order of moves and pulls up to a depth. Three: orders at random, more in soak.
"""

import itertools
import random

import pytest

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.errors import MithaqError

from .federation import SimNode, World
from .moves import act_on_latest, propose
from .soak import SOAK

Step = tuple[str, str]
"""(node, what): a move, or the partner to pull from."""


def make_signing_world(*codes: str, seed: object = 0) -> tuple[World, str]:
    world = World(*codes, seed=seed)
    first, *others = world.nodes.values()
    text = propose(world, first, *(node.code for node in others))
    world.settle()
    return world, text


def play(world: World, text: str, steps: list[Step]) -> list[bool]:
    """Make the moves; one that the rules forbid is left out. Checks on the way that signed stays signed."""
    done = []
    for code, what in steps:
        node = world[code]
        try:
            if what in world.nodes:
                assert not isinstance(node.pull(what), str)
            else:
                act_on_latest(node, text, InstrumentKind(what))
            done.append(True)
        except MithaqError:
            done.append(False)
        world.time.advance(1)
        check_once_signed(world, text)
    return done


def check_once_signed(world: World, text: str) -> None:
    for node in world.nodes.values():
        is_signed = state_of(node, text) == "signed"
        assert is_signed or node.code not in world.signed, f"{node.code}: signed, and then no more"  # type: ignore[attr-defined]
        if is_signed:
            world.signed.add(node.code)  # type: ignore[attr-defined]


def state_of(node: SimNode, text: str) -> str:
    [row] = node.store.projections.instruments(object_id=text)
    return str(row.state)


def settle_and_compare(world: World, text: str) -> str:
    world.settle()
    first, *others = world.nodes.values()
    for other in others:
        world.observer.check_equal(first, other)
    check_once_signed(world, text)
    verdicts = {state_of(node, text) for node in world.nodes.values()}
    assert len(verdicts) == 1, verdicts
    return verdicts.pop()


SIDES = (
    ("fr-mi", "instrument.sign"),
    ("ma-mi", "instrument.sign"),
    ("fr-mi", "instrument.withdraw"),
    ("ma-mi", "instrument.withdraw"),
    ("fr-mi", "ma-mi"),
    ("ma-mi", "fr-mi"),
)
FIRST = SIDES[:3]
DEPTHS = [(3, SIDES), (4, FIRST)] if not SOAK else [(6, SIDES)]


@pytest.mark.parametrize(("depth", "openings"), DEPTHS, ids=lambda one: str(one) if one in (3, 4, 6) else "")
def test_fault_14_two_signatories_in_every_order(depth: int, openings: tuple[Step, ...]) -> None:
    """All sequences of moves and pulls. The instrument is signed or not, alike, and for ever.

    Up to three steps with every first move; one step more where the first is one of three.
    """
    verdicts: set[str] = set()
    for number, steps in enumerate(itertools.product(SIDES, repeat=depth)):
        if any(first == second for first, second in itertools.pairwise(steps)) or steps[0] not in openings:
            continue  # twice the same at once is the same
        world, text = make_signing_world("fr-mi", "ma-mi", seed=number)
        world.signed = set()  # type: ignore[attr-defined]
        play(world, text, list(steps))
        verdicts.add(settle_and_compare(world, text))
    assert {"signed", "part_signed"} <= verdicts
    assert depth < 4 or "withdrawn" in verdicts


@pytest.mark.parametrize("block", range(4 if not SOAK else 40))
def test_fault_14_three_signatories_at_random(block: int) -> None:
    """Three nodes; each sees of the others only what is sent to it, and all come to one verdict."""
    codes = ("es-mi", "fr-mi", "ma-mi")
    verdicts: set[str] = set()
    for seed in range(block * 25, block * 25 + 25):
        chance = random.Random(seed)
        world, text = make_signing_world(*codes, seed=seed)
        world.signed = set()  # type: ignore[attr-defined]
        whats = [*["instrument.sign"] * 3, "instrument.withdraw", "instrument.decline"]
        steps = []
        for _ in range(chance.randint(6, 20)):
            code = chance.choice(codes)
            others = world.partners_of(code)
            steps.append((code, chance.choice(whats) if chance.random() < 0.4 else chance.choice(others)))
        play(world, text, steps)
        verdicts.add(settle_and_compare(world, text))
    assert len(verdicts) > 1


def test_fault_14_a_crossing_withdrawal_is_too_late() -> None:
    """Unseen by the last signer it has no effect; seen by it, it wins."""
    for is_seen in (False, True):
        world, text = make_signing_world("fr-mi", "ma-mi")
        france, morocco = world["fr-mi"], world["ma-mi"]
        act_on_latest(france, text, InstrumentKind.SIGN)
        world.settle()
        act_on_latest(france, text, InstrumentKind.WITHDRAW)
        if is_seen:
            assert not isinstance(morocco.pull("fr-mi"), str)
            with pytest.raises(MithaqError, match="annulled"):
                act_on_latest(morocco, text, InstrumentKind.SIGN)
        else:
            act_on_latest(morocco, text, InstrumentKind.SIGN)
        world.settle()
        world.check_end()
        assert state_of(france, text) == state_of(morocco, text) == ("withdrawn" if is_seen else "signed")
