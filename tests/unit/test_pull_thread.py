"""The rhythm of one partner's thread: a long poll that brings nothing at once is not asked again at once."""

from types import SimpleNamespace
from typing import Any

import pytest

from mithaq.core.types import Origin, TreeSize
from mithaq.main.wiring import pull_threads
from mithaq.main.wiring.pull_threads import FRUITLESS_PAUSE_S, PartnerThread
from mithaq.node.disk import DiskLevel
from mithaq.node.partner.pull import PullResult

LOG = Origin("fr-mi.example/log/1")


class Clock:
    at_s = 0.0

    def monotonic_s(self) -> float:
        return self.at_s

    def now(self) -> None:
        return None


class Puller:
    """Answers after ``wait_s`` and moves by ``step``."""

    def __init__(self, clock: Clock, wait_s: float, step: int, *, is_idle: bool = True) -> None:
        self._clock, self._wait_s, self._step, self._is_idle = clock, wait_s, step, is_idle

    def is_idle(self) -> bool:
        return self._is_idle

    def wait_for_news(self, wait_s: int) -> None:
        self._clock.at_s += self._wait_s

    def pull(self, wait_s: int, **more: Any) -> PullResult:
        return PullResult(LOG, TreeSize(5), TreeSize(5 + self._step), self._step, 0, TreeSize(5))


def turn(monkeypatch: pytest.MonkeyPatch, clock: Clock, puller: Puller) -> float:
    monkeypatch.setattr(pull_threads, "RootWatch", lambda *given: SimpleNamespace(refresh=lambda: None))
    node: Any = SimpleNamespace(
        clock=clock,
        entropy=SimpleNamespace(random_fraction=lambda: 0.5),
        wakes=SimpleNamespace(of=lambda origin: None),
        store=SimpleNamespace(
            roster=SimpleNamespace(set_contact=lambda *given: None),
            followed=SimpleNamespace(head=lambda origin: SimpleNamespace(frozen=False)),
        ),
    )
    peers: Any = SimpleNamespace(client=lambda partner: None, puller=lambda partner, client: puller)
    disk: Any = SimpleNamespace(level=lambda: DiskLevel(0))
    partner: Any = SimpleNamespace(code="fr-mi", origin=LOG)
    return PartnerThread(node, peers, partner, disk)._turn()


@pytest.mark.parametrize(
    ("wait_s", "step", "is_idle", "pause_s"),
    [
        (0.0, 0, True, FRUITLESS_PAUSE_S),
        (0.0, 1, True, 0.0),
        (25.0, 0, True, 0.0),
        (0.0, 0, False, 0.0),  # blobs are left: it goes on
    ],
)
def test_a_fruitless_answer_costs_a_pause(
    monkeypatch: pytest.MonkeyPatch, wait_s: float, step: int, is_idle: bool, pause_s: float
) -> None:
    clock = Clock()
    assert turn(monkeypatch, clock, Puller(clock, wait_s, step, is_idle=is_idle)) == pause_s
