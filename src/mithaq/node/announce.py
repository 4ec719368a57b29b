"""Who waits for what inside one process: long polls for our head, pullers for a wake."""

import threading
from collections.abc import Callable

from mithaq.core.types import Origin, TreeSize


class HeadAnnouncer:
    """Lets threads sleep until the own log has grown, and tells listeners at once.

    ``waiters`` counts long polls in flight, by administration: a partner that waits here needs no hint.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._tree_size = TreeSize(0)
        self._closed = False
        self._listeners: list[Callable[[TreeSize], None]] = []
        self._waiters: dict[str, int] = {}

    @property
    def tree_size(self) -> TreeSize:
        """Last published size."""
        return self._tree_size

    def announce(self, tree_size: TreeSize) -> None:
        """Publish a new size to everyone."""
        with self._condition:
            self._tree_size = max(self._tree_size, tree_size)
            self._condition.notify_all()
        for listener in self._listeners:
            listener(tree_size)

    def listen(self, listener: Callable[[TreeSize], None]) -> None:
        """Call ``listener`` after each announcement, on the announcing thread; it must not block."""
        self._listeners.append(listener)

    def wait_beyond(self, tree_size: TreeSize, timeout_s: float, who: str = "") -> TreeSize:
        """Sleep until the published size is larger, the wait runs out, or the node stops."""
        with self._condition:
            self._waiters[who] = self._waiters.get(who, 0) + 1
            try:
                self._condition.wait_for(lambda: self._closed or self._tree_size > tree_size, timeout_s)
            finally:
                self._waiters[who] -= 1
            return self._tree_size

    def is_waiting(self, who: str) -> bool:
        """Whether that administration has a long poll open here."""
        return self._waiters.get(who, 0) > 0

    def close(self) -> None:
        """Let every waiter go: the node stops."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()


class Wakes:
    """One flag per followed log: hints and incoming calls set it, the puller of that log waits for it."""

    def __init__(self) -> None:
        self._events: dict[Origin, threading.Event] = {}
        self._failing: set[Origin] = set()
        self._lock = threading.Lock()

    def of(self, origin: Origin) -> threading.Event:
        """The flag of that log; many sets before one look count as one."""
        with self._lock:
            return self._events.setdefault(origin, threading.Event())

    def wake(self, origin: Origin) -> None:
        """Wake the puller of that log."""
        self.of(origin).set()

    def note_failing(self, origin: Origin, *, is_failing: bool) -> None:
        """Whether the puller of that log backs off now; until it no longer does, ``hear`` wakes it."""
        with self._lock:
            (self._failing.add if is_failing else self._failing.discard)(origin)

    def hear(self, origin: Origin) -> None:
        """The owner of that log made a request of its own, so it may be reached again."""
        if origin in self._failing:
            self.wake(origin)
