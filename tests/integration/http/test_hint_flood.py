"""Fault 23 over HTTP: a flood of hints costs a pull a second at most, and others are served beside it."""

import threading
import time
from types import SimpleNamespace
from typing import Any

from mithaq.core.types import Origin, TreeSize
from mithaq.errors import UnavailableError
from mithaq.main.wiring import pull_threads
from mithaq.main.wiring.pull_threads import PartnerThread
from mithaq.node.disk import DiskLevel

from .conftest import World

FRANCE = Origin("fr-mi.example/log/1")
FLOOD_S = 2.5


class FailingPuller:
    """A partner that cannot be reached, though it calls us: each try is counted."""

    is_stopped = False

    def __init__(self) -> None:
        self.tries = 0

    def is_idle(self) -> bool:
        return False

    def pull(self, wait_s: int, **more: Any) -> Any:
        self.tries += 1
        raise UnavailableError("partner_unreachable", "The partner cannot be connected to.")


def start_puller(world: World, puller: FailingPuller, monkeypatch: Any) -> PartnerThread:
    monkeypatch.setattr(pull_threads, "RootWatch", lambda *given: SimpleNamespace(refresh=lambda: None))
    partner: Any = SimpleNamespace(code="fr-mi", origin=FRANCE, last_contact_at=None)
    roster = SimpleNamespace(set_contact=lambda *given: None, partner=lambda code: partner)
    clock = SimpleNamespace(monotonic_s=time.monotonic, now=lambda: None)
    node: Any = SimpleNamespace(
        clock=clock,
        entropy=SimpleNamespace(random_fraction=lambda: 0.5),
        wakes=world.node.wakes,
        store=SimpleNamespace(roster=roster),
    )
    client = SimpleNamespace(close=lambda: None)
    peers: Any = SimpleNamespace(client=lambda partner: client, puller=lambda partner, client: puller)
    disk: Any = SimpleNamespace(level=lambda: DiskLevel(0))
    thread = PartnerThread(node, peers, partner, disk)
    thread.start()
    return thread


def test_fault_23_a_flood_of_hints_is_a_pull_a_second(world: World, monkeypatch: Any) -> None:
    puller = FailingPuller()
    thread = start_puller(world, puller, monkeypatch)
    ends_s, sent, slowest_s = time.monotonic() + FLOOD_S, [0], [0.0]

    def flood() -> None:
        client = world.client()
        while time.monotonic() < ends_s:
            client.hint(FRANCE, TreeSize(3), "immediate")
            sent[0] += 1

    floods = [threading.Thread(target=flood) for _ in range(4)]
    for each in floods:
        each.start()
    other = world.client("es-mi")
    while time.monotonic() < ends_s:
        started_s = time.monotonic()
        other.status()
        slowest_s[0] = max(slowest_s[0], time.monotonic() - started_s)
    for each in floods:
        each.join()
    tries = puller.tries
    thread.stop()
    assert sent[0] > 50
    assert tries <= FLOOD_S + 2, "each wake is a pull; the first two come at once"
    assert slowest_s[0] < 5
