"""The threads that answer requests: the one that worked last works next.

Each thread that has answered once keeps connections to the databases. The library wakes its threads by
turns, so a node with little traffic would come to hold a set of them in every thread, and each request
would meet the coldest. Here a few threads do all the work, and the rest are there for a rush.
"""

import threading
from collections import deque
from queue import SimpleQueue
from typing import Any

from cheroot.workers.threadpool import ThreadPool


class LastFirstQueue:
    """What the pool uses of ``queue.Queue``: items in order, each to the thread that came to wait last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[Any] = deque()
        self._waiting: list[SimpleQueue[Any]] = []

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        """Hand an item over; never waits."""
        with self._lock:
            if self._waiting:
                self._waiting.pop().put(item)
            else:
                self._items.append(item)

    def get(self) -> Any:
        """Wait for an item."""
        with self._lock:
            if self._items:
                return self._items.popleft()
            place: SimpleQueue[Any] = SimpleQueue()
            self._waiting.append(place)
        return place.get()

    @property
    def waiting(self) -> int:
        """Threads that wait for an item."""
        with self._lock:
            return len(self._waiting)

    def qsize(self) -> int:
        """Items that no thread has taken."""
        return len(self._items)


class LastFirstPool(ThreadPool):
    """A fixed number of threads behind a ``LastFirstQueue``."""

    def __init__(self, server: Any, threads: int) -> None:
        super().__init__(server, min=threads, max=threads)
        self._queue = LastFirstQueue()
        self.get = self._queue.get

    @property
    def waiting(self) -> int:
        """Threads that wait for a request."""
        return self._queue.waiting
