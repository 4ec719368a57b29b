"""Fault 1: ``kill -9`` of either node at any moment, while both append and pull."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from mithaq.errors import MithaqError
from tests.integration.postgresql import Server

from .judge import check_pair, wait_in_step
from .nodes import Ack, CommandNode, NodeProcess, make_draft, running_pair, wait_until

SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")
KILLS = 2_000 if SOAK else 200
LOOPS = 40 if SOAK else 4
COMMAND_KILLS = 40 if SOAK else 4
CRASHES = 50 if SOAK else 3
MOMENTS_S = (0.02, 0.2)
"""A kill falls between these after the last."""

BREATH_S = 0.02
"""Between two sends of a sender, so that the nodes have the processor, and not who asks them."""

GONE = (OSError, EOFError, MithaqError)
"""What a sender meets when its node is killed under it."""


class Sender(threading.Thread):
    """Sends notes to one node for as long as it is let, and keeps what was acknowledged."""

    def __init__(self, node: NodeProcess, recipient: str, seed: int) -> None:
        super().__init__(name=f"send-{node.home.name}", daemon=True)
        self._node = node
        self._recipient = recipient
        self._random = random.Random(seed)
        self._stopping = threading.Event()
        self.acknowledged: list[Ack] = []
        self.published: list[bytes] = []

    def run(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            drafts = [
                make_draft(f"{number} {'x' * self._random.randrange(400)}", [self._recipient])
                for _ in range(self._random.choice((1, 1, 2, 5, 20)))
            ]
            try:
                self.acknowledged += self._node.send(drafts)
                self.published.append(self._checkpoint())
                self._stopping.wait(BREATH_S)
            except (*GONE, httpx.HTTPError):
                self._stopping.wait(0.01)

    def _checkpoint(self) -> bytes:
        """What the node shows the world at this moment."""
        address = f"http://127.0.0.1:{self._node.port}/log/checkpoint"
        # Nothing is verified: a client reads the authorities of the machine first, for 30 ms each time.
        return httpx.get(address, timeout=5, verify=False, trust_env=False).raise_for_status().content

    def wait_for_more(self) -> None:
        """Return once something more was acknowledged."""
        before = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) > before, f"{self.name} to get an answer")

    def stop(self) -> None:
        self._stopping.set()
        self.join()


def kill_at_random(nodes: Sequence[NodeProcess], kills: int, chance: random.Random) -> None:
    """Kill one node after the other, also while it starts, also with its signer."""
    for _ in range(kills):
        if chance.random() < 0.5:
            for node in nodes:
                node.wait_ready()
        time.sleep(chance.uniform(*MOMENTS_S))
        node = chance.choice(nodes)
        node.kill(with_signer=chance.random() < 0.3)
        node.start()


Disturb = Callable[[random.Random, Sender], None]
"""Gets the chance of the run, and who sends to the first node."""


def run_loop(nodes: Sequence[NodeProcess], seed: int, disturb: Disturb) -> None:
    """Send on both sides while ``disturb`` does its worst; then everything must hold."""
    one, two = nodes
    senders = {one.origin: Sender(one, "fr-mi", seed), two.origin: Sender(two, "ma-mi", seed + 1)}
    for node in nodes:
        node.start()
    for sender in senders.values():
        sender.start()
    disturb(random.Random(seed), senders[one.origin])
    for node in nodes:
        node.wait_ready()
    for sender in senders.values():
        sender.wait_for_more()
        sender.stop()
    wait_in_step(one, two)
    acknowledged = {origin: sender.acknowledged for origin, sender in senders.items()}
    print(f"seed {seed}: acknowledged {[len(acks) for acks in acknowledged.values()]}")
    check_pair(one, two, acknowledged, {origin: sender.published for origin, sender in senders.items()})


@pytest.mark.slow
@pytest.mark.parametrize("loop", range(LOOPS))
def test_nothing_acknowledged_is_lost(loop: int, tmp_path: Path, database_access: None) -> None:
    with running_pair(tmp_path) as nodes:
        run_loop(nodes, 1_000 + loop, lambda chance, sender: kill_at_random(nodes, KILLS // LOOPS, chance))


@pytest.mark.slow
def test_the_command_itself_starts_again_after_a_kill(tmp_path: Path, database_access: None) -> None:
    """The loops fork a loaded process to be fast; here ``mithaq node serve`` is run each time."""
    with running_pair(tmp_path) as (forked, two):
        one = CommandNode(forked.home, forked.port)
        try:
            run_loop(
                (one, two), 5_000, lambda chance, sender: kill_at_random((one, two), COMMAND_KILLS, chance)
            )
        finally:
            one.close()


@pytest.fixture
def mixed_pair(
    tmp_path: Path, database_access: None, postgresql_server: Server
) -> Iterator[tuple[NodeProcess, NodeProcess]]:
    """One node on PostgreSQL, the other on SQLite: their state must still be the same to the byte."""
    address = postgresql_server.address(postgresql_server.create_migrated())
    with running_pair(tmp_path, {"rabat": {"database": address}}) as nodes:
        yield nodes


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_on_postgresql(mixed_pair: tuple[NodeProcess, NodeProcess]) -> None:
    run_loop(mixed_pair, 3_000, lambda chance, sender: kill_at_random(mixed_pair, KILLS // 10, chance))


@pytest.mark.slow
def test_a_database_server_that_crashes(
    mixed_pair: tuple[NodeProcess, NodeProcess], postgresql_server: Server
) -> None:
    """The node on it ends and is started again, as whoever supervises it does."""
    node = mixed_pair[0]

    def crash_server(chance: random.Random, sender: Sender) -> None:
        for _ in range(CRASHES):
            node.wait_ready()
            sender.wait_for_more()
            time.sleep(chance.uniform(*MOMENTS_S))
            postgresql_server.restart()
            wait_until(lambda: not node.is_alive(), "the writer to end with its database")
            node.start()

    run_loop(mixed_pair, 4_000, crash_server)


@pytest.mark.slow
def test_all_that_was_sent_arrives_after_a_kill_with_no_more_traffic(
    tmp_path: Path, database_access: None, record_property: Callable[[str, object], None]
) -> None:
    """The time is for people (target: 5 s for 2,000 acts); nothing is asserted about it."""
    with running_pair(tmp_path) as nodes:
        one, two = nodes
        one.start()
        one.wait_ready()
        acks = [
            ack for _ in range(8) for ack in one.send([make_draft("x" * 500, ["fr-mi"]) for _ in range(250)])
        ]
        one.kill()
        started_s = time.monotonic()
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait_ready()
        ready_s = time.monotonic()
        wait_in_step(one, two)
        done_s = time.monotonic()
        print(
            f"start to ready {ready_s - started_s:.2f} s; 2,000 acts in step {done_s - ready_s:.2f} s later"
        )
        record_property("in_step_s", done_s - ready_s)
        check_pair(one, two, {one.origin: acks, two.origin: []})
