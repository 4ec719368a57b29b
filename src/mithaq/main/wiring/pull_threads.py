"""One thread a partner: pull, wait for news by long poll, back off when it cannot be reached."""

import logging
import threading
from typing import Any

from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MithaqError, UnavailableError
from mithaq.main.wiring.peers import Peers
from mithaq.node.disk import DiskLevel, DiskWatch
from mithaq.node.node import Node
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.partner.pull import Puller, PullResult
from mithaq.node.partner.roots import RootWatch
from mithaq.node.records import Partner
from mithaq.node.restore.restore_guard import Peer, RestoreGuard
from mithaq.node.rhythm import LONG_POLL_S, Rhythm

log = logging.getLogger("mithaq.pull")

GUARD_EVERY_S = 86_400.0
FRUITLESS_PAUSE_S = 1.0
"""Pause after a long poll that was answered at once and brought nothing."""
WAKE_EVERY_S = 1.0
"""A pause is cut short at most so often: a partner may hint ten thousand times a second (spec 8.2.3)."""
CONTACT_EVERY_S = 1.0
"""How often a contact that goes well is stored: each time is a commit."""
SHORT_POLL_S = 1
"""First wait for news while something is open that no news will tell: then it is doubled."""


class PartnerThread:
    """Keeps this node in step with one partner."""

    def __init__(self, node: Node, peers: Peers, partner: Partner, disk: DiskWatch) -> None:
        self.partner = partner
        self.client = peers.client(partner)
        self._node = node
        self._puller: Puller = peers.puller(partner, self.client)
        self._roots = RootWatch(node, partner.code, self.client)
        self._disk = disk
        self._rhythm = Rhythm(node.entropy)
        self._wake = node.wakes.of(partner.origin)
        self._pulling = threading.Lock()
        self._stopping = threading.Event()
        self._woken_s = float("-inf")
        self._contact_s = float("-inf")
        self._open_poll: tuple[TreeSize, int] = (TreeSize(0), SHORT_POLL_S)
        self._thread = threading.Thread(target=self._run, name=f"pull-{partner.code}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end after the call it is in."""
        self._stopping.set()
        self._wake.set()
        self.client.close()

    def pull_now(self) -> PullResult:
        """One pull at once, beside the long poll that may be waiting."""
        with self._pulling:
            return self._puller.pull(0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                wait_s = self._turn()
            except Exception as error:
                if self._stopping.is_set():
                    return
                wait_s = self._failed(error)
            if wait_s:
                self._pause(wait_s)

    def _pause(self, wait_s: float) -> None:
        """Wait. A hint or a call of the partner ends it early, and the back-off with it (spec 8.7.2)."""
        if not self._wake.wait(wait_s):
            return
        self._rhythm.reset()
        left_s = self._woken_s + WAKE_EVERY_S - self._node.clock.monotonic_s()
        self._stopping.wait(max(0.0, left_s))
        self._woken_s = self._node.clock.monotonic_s()

    def _turn(self) -> float:
        """One pull with long poll; answers how long to pause."""
        if self._disk.level() >= DiskLevel.NO_PULL:
            return self._rhythm.after_success()
        self._roots.refresh()
        started_s = self._node.clock.monotonic_s()
        has_asked = self._puller.is_idle()
        if has_asked:
            # Wait without holding the lock, so that a pull asked for by a person goes ahead.
            self._puller.wait_for_news(self._poll_s())
        with self._pulling:
            result = self._puller.pull(0, is_to_finish=False)
        self._rhythm.after_success()
        self._node.wakes.note_failing(self.partner.origin, is_failing=False)
        self._note_contact()
        has_moved = result.to_size > result.from_size or bool(result.applied)
        if has_asked and not has_moved and self._node.clock.monotonic_s() - started_s < FRUITLESS_PAUSE_S:
            return FRUITLESS_PAUSE_S  # it says at once, and again and again, what is known already
        frozen = self._node.store.followed.head(result.origin).frozen
        return self._rhythm.after_success() if frozen else 0.0

    def _note_contact(self) -> None:
        now_s = self._node.clock.monotonic_s()
        if now_s - self._contact_s >= CONTACT_EVERY_S:
            self._contact_s = now_s
            self._node.store.roster.set_contact(self.partner.code, self._node.clock.now(), "ok")

    def _poll_s(self) -> int:
        """How long to wait for news: short while something may move that no news would tell of.

        The partner cosigns a head that brought it nothing to receipt without an act; and what its log waits
        for comes with another one.
        """
        size = self._node.store.own.head().tree_size
        is_cosigned = self._node.store.own.cosigned_size(self.partner.code) >= size
        if is_cosigned and not self._puller.is_stopped:
            self._open_poll = size, SHORT_POLL_S
            return LONG_POLL_S
        known_size, wait_s = self._open_poll
        wait_s = wait_s if known_size == size else SHORT_POLL_S
        self._open_poll = size, min(2 * wait_s, LONG_POLL_S)
        return wait_s

    def _failed(self, error: Exception) -> float:
        self._contact_s = float("-inf")  # the next one that goes well is news
        self._node.wakes.note_failing(self.partner.origin, is_failing=True)
        code = error.code if isinstance(error, MithaqError) else "internal"
        if not isinstance(error, MithaqError):
            log.exception("pulling %s failed", self.partner.code)
        elif not isinstance(error, UnavailableError):
            log.warning("pulling %s failed: %s", self.partner.code, error)
            self._roots.ask_soon()
        try:
            now = self._node.clock.now()
            contact = self._node.store.roster.partner(self.partner.code).last_contact_at
            self._node.store.roster.set_contact(self.partner.code, contact or now, code)
        except MithaqError:
            log.exception("the health of %s was not stored", self.partner.code)
        return self._rhythm.after_failure()


class PullThreads:
    """The threads of all partners, and the restore guard that asks them first."""

    def __init__(self, node: Node, peers: Peers, guard: RestoreGuard, disk: DiskWatch) -> None:
        self._node = node
        self._peers = peers
        self._guard = guard
        self._disk = disk
        self._threads: dict[str, PartnerThread] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start a thread for each partner; ask them what they cosigned of our log."""
        self.refresh()
        threading.Thread(target=self._guard_regularly, name="guard", daemon=True).start()

    def refresh(self) -> None:
        """Start threads for partners that are new on the roster."""
        for partner in self._node.store.roster.partners():
            if partner.code not in self._threads:
                thread = PartnerThread(self._node, self._peers, partner, self._disk)
                self._threads[partner.code] = thread
                thread.start()

    def pull_now(self, origin: str | None) -> list[dict[str, Any]]:
        """Pull one partner or all now; what each came to."""
        chosen = [one for one in self._threads.values() if origin in (None, one.partner.origin)]
        return [describe(one.pull_now()) for one in chosen]

    def stop(self) -> None:
        """End all threads."""
        self._stopping.set()
        for thread in self._threads.values():
            thread.stop()

    def _guard_regularly(self) -> None:
        while not self._stopping.is_set():
            peers = [
                Peer(one.client, PartnerKeys(self._node, one.partner.code)) for one in self._threads.values()
            ]
            try:
                self._guard.check(peers)
            except MithaqError:
                log.exception("the restore guard could not decide")
            self._stopping.wait(5.0 if self._guard.is_closed else GUARD_EVERY_S)


def describe(result: PullResult) -> dict[str, Any]:
    """A pull as JSON."""
    return {
        "origin": Origin(result.origin),
        "from_size": result.from_size,
        "to_size": result.to_size,
        "applied": result.applied,
        "parked": result.parked,
        "cosigned_size": result.cosigned_size,
    }
