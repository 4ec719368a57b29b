"""The search index is fed behind everything else: what it costs must not be seen where acts are appended.

It shares the interpreter with the writer. So while acts come in it works one part in twenty of the
time, in a flood one in a hundred, in small batches, and catches up when nobody writes.
"""

import logging
import threading

from mithaq.adapters.store.engine import close_connections
from mithaq.core.types import TreeSize
from mithaq.errors import MithaqError
from mithaq.node.node import Node
from mithaq.node.read.indexing import BATCH_ACTS, Indexer, read_ends

log = logging.getLogger("mithaq.search")

POLL_S = 2.0
"""Partners' acts and journal entries announce nothing; they are looked for this often."""

PAUSE_S = 0.2
"""After an announcement: the acts of one moment are read together."""

BUSY_ACTS_PER_S = 5
"""From here on somebody waits for his act, and a long batch of ours would be in his way."""

FLOOD_ACTS_PER_S = 500
"""No share that would be bearable keeps up with so many."""

BUSY_BATCH = 8
FLOOD_SHARE = 0.01
BUSY_SHARE = 0.05
QUIET_SHARE = 0.5
RETRY_S = 10.0


class IndexThread:
    """Reads until it is told to stop."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._indexer = Indexer(node)
        self._stopping = threading.Event()
        self._grown = threading.Event()
        self._pace = Pace()
        node.announcer.listen(self._note)
        self._thread = threading.Thread(target=self._run, name="search-index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._grown.set()
        self._thread.join(5)

    def _note(self, tree_size: TreeSize) -> None:
        self._grown.set()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._read_all()
                self._grown.wait(POLL_S)
                self._grown.clear()
                self._stopping.wait(PAUSE_S)
        finally:
            close_connections()

    def _read_all(self) -> None:
        clock = self._node.clock
        while not self._stopping.is_set():
            started_s = clock.monotonic_s()
            try:
                share = self._pace.share(started_s, sum(read_ends(self._node).values()))
                done = self._indexer.step(BATCH_ACTS if share == QUIET_SHARE else BUSY_BATCH)
            except MithaqError as error:
                log.warning("the search index waits: %s", error)
                self._stopping.wait(RETRY_S)
                return
            except Exception:
                log.exception("the search index could not be fed")
                self._stopping.wait(RETRY_S)
                return
            if not done:
                return
            self._stopping.wait((clock.monotonic_s() - started_s) * (1 - share) / share)


class Pace:
    """How fast acts come in just now, own ones and partners', and what share of the time that leaves."""

    def __init__(self) -> None:
        self._at_s = 0.0
        self._size = 0
        self._share = QUIET_SHARE

    def share(self, now_s: float, size: int) -> float:
        """Judged over at least half a second; ``size`` is of all logs together."""
        passed_s = now_s - self._at_s
        if passed_s >= 0.5:
            rate = (size - self._size) / passed_s if self._at_s else 0.0
            self._share = _share_at(rate)
            self._at_s, self._size = now_s, size
        return self._share


def _share_at(acts_per_s: float) -> float:
    if acts_per_s > FLOOD_ACTS_PER_S:
        return FLOOD_SHARE
    return BUSY_SHARE if acts_per_s > BUSY_ACTS_PER_S else QUIET_SHARE
