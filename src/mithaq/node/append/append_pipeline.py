"""The append queue in two stages: while one batch is signed and published, the next is sealed and stored.

The steps of a batch keep their order (spec 7.1): stored durably, read back and signed, published durably,
acknowledged; and batches are published in the order of their places. What a crash leaves behind is, as
before, stored rows that no checkpoint covers and that nobody was told of.
"""

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from mithaq.node.append.append_queue import AppendQueue, Slot, let_in
from mithaq.node.append.sequencer import SealedBatch, Sequencer

BATCHES_UNDER_WAY = 2
"""One that is published, and one that is sealed meanwhile."""


class AppendPipeline(AppendQueue):
    """As ``AppendQueue``; ``run`` has a second thread, which publishes."""

    def __init__(self, sequencer: Sequencer, gate: Callable[[bool], None] = let_in) -> None:
        super().__init__(sequencer, gate)
        self._sealed: SimpleQueue[tuple[Sequence[Slot], SealedBatch] | None] = SimpleQueue()
        self._room = threading.Semaphore(BATCHES_UNDER_WAY)

    def run(self) -> None:
        """Write until ``close``; a failure of either stage ends both, and is raised here."""
        publisher = threading.Thread(target=self._publish_all, name="publisher", daemon=True)
        publisher.start()
        try:
            super().run()
        finally:
            self._sealed.put(None)
            publisher.join()
        if self.failure is not None:
            raise self.failure

    def _write(self, batch: Sequence[Slot]) -> None:
        """Seal a batch and hand it on, once there is room."""
        self._room.acquire()
        try:
            self._demand_no_failure()
            sealed = self._sequencer.seal([draft for draft, _, _ in batch])
        except BaseException as error:
            self._fail(batch, error)
            raise
        self._sealed.put((batch, sealed))

    def _publish_all(self) -> None:
        """Publish batches in order. After a failure nothing more is published, whatever is stored already."""
        while (item := self._sealed.get()) is not None:
            batch, sealed = item
            try:
                self._demand_no_failure()
                answers = self._sequencer.publish(sealed)
                self._demand_no_failure()  # of the next batch: beside it nothing is acknowledged (spec 7.1.8)
                self._answer(batch, answers)
            except BaseException as error:
                self._fail(batch, error)
            self._room.release()

    def _demand_no_failure(self) -> None:
        if self.failure is not None:
            raise self.failure
