"""The seeded simulator: random steps of people, network, clocks and power, and the invariants after each.

A run is a function of its seed: nodes, weather, kills and moves all come from it. Run one seed alone with

    MITHAQ_SEED=17 make test TESTS=tests/faults/test_simulator.py
"""

import random
from collections import Counter

from mithaq.errors import MithaqError

from .federation import Killed, SimNode, World
from .memory_ports import fail_disk
from .moves import move_at_random
from .network import CALM, STORM

STEPS = 200
MOST_POINTS_S = 160
"""A step makes about so many calls to ports; a failure is armed somewhere among them."""


class Run:
    """One run of the federation."""

    def __init__(self, seed: int, steps: int = STEPS) -> None:
        self.chance = random.Random(f"run {seed}")
        codes = ["fr-mi", "ma-mi"] + (["es-mi"] if seed % 4 == 3 else [])
        self.world = World(*codes, seed=seed, with_witness=True)
        self.steps = steps
        self.taken: Counter[str] = Counter()
        self.trail: list[str] = []
        self._parted_until_s = 0.0

    def play(self) -> None:
        """All steps, then peace, and everything must be whole and equal."""
        for number in range(self.steps):
            try:
                self._step()
                self.world.observer.check()
            except AssertionError as error:
                raise AssertionError(
                    f"seed {self.world.seed}, step {number}: {error}; {self.trail[-12:]}"
                ) from error
        self._end()

    def _end(self) -> None:
        try:
            self.world.network.heal()
            for node in self.world.nodes.values():
                node.clock.frozen_at = None
            self.world.settle(rounds=40)
            self.world.check_end()
            self._check_calm()
        except AssertionError as error:
            raise AssertionError(
                f"seed {self.world.seed}, at the end: {error}; {self.trail[-12:]}"
            ) from error

    def _check_calm(self) -> None:
        """Nobody lied, so nobody is accused and nothing is parked."""
        for node in self.world.nodes.values():
            assert not node.durable.followed.parked(), (
                f"{node.code} parked {node.durable.followed.parked()[0]}"
            )
            left = [code for code in node.alarm_codes() if code not in ("guard", "root_expired")]
            assert not left, f"{node.code} alarms {left}"

    def _step(self) -> None:
        node = self.chance.choice(list(self.world.nodes.values()))
        if not node.is_up:
            self._start(node)
        roll = self.chance.random()
        if roll < 0.45:
            self._guarded(node, self._move)
        elif roll < 0.82:
            self._guarded(node, self._pull)
        elif roll < 0.88:
            self._change_weather()
        elif roll < 0.94:
            self._let_time_pass(node)
        elif roll < 0.97:
            self._note(node, "restart")
            node.kill(power=self.chance.random() < 0.5)
            self._start(node)
        else:
            self._note(node, f"witness {self._witness(node)}")

    def _note(self, node: SimNode, what: str) -> None:
        self.taken[what.split(" ")[0]] += 1
        self.trail.append(f"{node.code} {what}")

    def _guarded(self, node: SimNode, do: "object") -> None:
        """Do something that may end in the death of the process at any call to a port."""
        if self.chance.random() < 0.12:
            make = Killed if self.chance.random() < 0.6 else fail_disk
            node.points.arm(self.chance.randrange(MOST_POINTS_S), make)
        try:
            do(node)  # type: ignore[operator]
        except Killed:
            self._note(node, f"killed {node.points.fired}")
            node.kill(power=self.chance.random() < 0.3)
        except MithaqError as error:
            self._note(node, f"failed {error.code}")
        finally:
            was_hit, fired = node.points.fired is not None, node.points.fired
            node.points.arm(None)
        if was_hit and node.is_up and node.queue.failure is not None:
            self._note(node, f"writer died {fired}")
            node.kill()

    def _move(self, node: SimNode) -> None:
        for _ in range(self.chance.choice((1, 1, 1, 2, 5))):
            self._note(node, move_at_random(self.world, node, self.chance))
            if node.queue.failure is not None:
                return

    def _pull(self, node: SimNode) -> None:
        other = self.chance.choice(self.world.partners_of(node.code))
        result = node.pull(other)
        self._note(node, f"pull {result if isinstance(result, str) else result.to_size}")

    def _change_weather(self) -> None:
        network = self.world.network
        network.weather = self.chance.choice((CALM, STORM))
        network.parted.clear()
        if self.chance.random() < 0.4:
            network.part(*self.chance.sample(list(self.world.nodes), 2))
        self.trail.append(f"weather {'calm' if network.weather is CALM else 'storm'} {len(network.parted)}")

    def _let_time_pass(self, node: SimNode) -> None:
        self.world.time.advance(self.chance.choice((1.0, 40.0, 700.0, 90_000.0)))
        if self.chance.random() < 0.2:
            node.clock.offset_s = self.chance.choice((0.0, 200.0, -4_000.0, 86_400.0 * 30))
            node.clock.frozen_at = None if self.chance.random() < 0.7 else node.clock.now()
        self._note(node, "time")

    def _witness(self, node: SimNode) -> int:
        assert self.world.witness is not None
        return self.world.witness.submit(node)

    def _start(self, node: SimNode) -> None:
        """Start; a failure armed may strike here too, then start again."""
        if self.chance.random() < 0.2:
            node.points.arm(self.chance.randrange(60))
        try:
            node.start()
            node.ask_partners()
        except (Killed, MithaqError) as error:
            self._note(node, f"start failed {error!r}")
            node.kill()
            node.start()
        finally:
            node.points.arm(None)
