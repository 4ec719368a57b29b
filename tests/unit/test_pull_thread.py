"""The rhythm of one partner's thread: how long it waits for news, after a failure, and when it is woken."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from mithaq.core.types import Origin, TreeSize
from mithaq.errors import UnavailableError
from mithaq.main.wiring import pull_threads
from mithaq.main.wiring.pull_threads import FRUITLESS_PAUSE_S, PartnerThread
from mithaq.node.announce import Wakes
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

    is_stopped = False

    def is_idle(self) -> bool:
        return self._is_idle

    def wait_for_news(self, wait_s: int) -> None:
        self._clock.at_s += self._wait_s

    def pull(self, wait_s: int, **more: Any) -> PullResult:
        return PullResult(LOG, TreeSize(5), TreeSize(5 + self._step), self._step, 0, TreeSize(5))


class Thread:
    """A partner's thread over doubles: a store with an own log of ``size``, ``cosigned`` by the partner."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, puller: Any, clock: Clock) -> None:
        self.size = self.cosigned = 0
        self.wakes = Wakes()
        self.errors: list[str] = []
        monkeypatch.setattr(pull_threads, "RootWatch", lambda *given: SimpleNamespace(refresh=lambda: None))
        partner: Any = SimpleNamespace(code="fr-mi", origin=LOG, last_contact_at=None)
        node: Any = SimpleNamespace(
            clock=clock,
            entropy=SimpleNamespace(random_fraction=lambda: 0.5),
            wakes=self.wakes,
            store=SimpleNamespace(
                own=SimpleNamespace(
                    head=lambda: SimpleNamespace(tree_size=self.size),
                    cosigned_size=lambda code: self.cosigned,
                ),
                roster=SimpleNamespace(
                    set_contact=lambda code, at, health: self.errors.append(health),
                    partner=lambda code: partner,
                ),
                followed=SimpleNamespace(head=lambda origin: SimpleNamespace(frozen=False)),
            ),
        )
        client = SimpleNamespace(close=lambda: None)
        peers: Any = SimpleNamespace(client=lambda partner: client, puller=lambda partner, client: puller)
        disk: Any = SimpleNamespace(level=lambda: DiskLevel(0))
        self.thread = PartnerThread(node, peers, partner, disk)


def turn(monkeypatch: pytest.MonkeyPatch, clock: Clock, puller: Puller) -> float:
    return Thread(monkeypatch, puller, clock).thread._turn()


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


class Unreachable:
    """A partner that cannot be reached; ends the thread after so many tries."""

    def __init__(self, tries: int) -> None:
        self.tries = tries
        self.at_try: dict[int, Any] = {}
        self.thread: Any = None

    def is_idle(self) -> bool:
        self.tries -= 1
        self.at_try.pop(self.tries, lambda: None)()
        if self.tries <= 0:
            self.thread._stopping.set()
        return False

    def pull(self, wait_s: int, **more: Any) -> PullResult:
        raise UnavailableError("partner_unreachable", "The partner cannot be connected to.")


def run(monkeypatch: pytest.MonkeyPatch, puller: Unreachable, is_woken: Any) -> list[float]:
    """The pauses that the thread makes; ``is_woken`` answers whether a wake cuts that one short."""
    made = Thread(monkeypatch, puller, Clock())
    puller.thread = made.thread
    pauses: list[float] = []

    def wait(wait_s: float) -> bool:
        pauses.append(wait_s)
        return bool(is_woken(len(pauses)))

    monkeypatch.setattr(made.thread._wake, "wait", wait)
    monkeypatch.setattr(made.thread._stopping, "wait", lambda wait_s: pauses.append(-wait_s))
    made.thread._run()
    return pauses


def test_back_off_doubles_up_to_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait that nobody cut short leaves the next one longer (spec 8.7.2)."""
    pauses = run(monkeypatch, Unreachable(12), lambda number: False)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0]


def test_a_wake_ends_the_back_off_once_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hint counts at once; of a flood there is one wake a second. The clock stands still here."""
    pauses = run(monkeypatch, Unreachable(7), lambda number: number >= 3)
    assert pauses == [1.0, 2.0, 4.0, -0.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0]


def test_who_is_unreachable_is_listened_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first failure on a call of the partner wakes, after a success no more."""
    made = Thread(monkeypatch, Puller(Clock(), 0.0, 1), Clock())
    flag: threading.Event = made.wakes.of(LOG)
    made.thread._failed(UnavailableError("partner_unreachable", ""))
    made.wakes.hear(LOG)
    assert flag.is_set()
    flag.clear()
    made.thread._turn()
    made.wakes.hear(LOG)
    assert not flag.is_set()


def test_a_head_that_waits_for_its_cosignature_is_asked_about_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the partner's log tells of it, so the long poll is short at first, then doubles."""
    made = Thread(monkeypatch, Puller(Clock(), 0.0, 1), Clock())
    polls = []
    for made.size, made.cosigned in ((5, 5), (6, 5), (6, 5), (6, 5), (7, 5), *((7, 6),) * 6, (7, 7)):
        polls.append(made.thread._poll_s())
    assert polls == [25, 1, 2, 4, 1, 2, 4, 8, 16, 25, 25, 25]
