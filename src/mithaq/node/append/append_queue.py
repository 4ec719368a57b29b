"""Group commit: many submitters, one writer, no idle wait.

Spec: docs/spec 7.1, 12.1.2.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from mithaq.errors import ConflictError, UnavailableError
from mithaq.node.append.sequencer import BATCH_ACTS, Sequencer
from mithaq.node.draft import Draft
from mithaq.node.node import Outcome

CAPACITY = 4_096
"""Drafts that may wait."""

RESERVED = 256
"""Places of the capacity kept for immediate acts and receipts."""


class Ticket:
    """What one submission waits for: an answer for each of its drafts, in order."""

    def __init__(self, count: int) -> None:
        self.future: Future[list[Outcome]] = Future()
        self._answers: list[Outcome | None] = [None] * count
        self._left = count
        if not count:
            self.future.set_result([])

    def answer(self, place: int, outcome: Outcome) -> None:
        """Take the answer to one draft; the last one ends the wait. Called by the writer alone."""
        self._answers[place] = outcome
        self._left -= 1
        if not self._left:
            self.future.set_result([one for one in self._answers if one is not None])


Slot = tuple[Draft, Ticket, int]


def let_in(urgent: bool) -> None:
    """The gate of a writer that nothing closes."""


class AppendQueue:
    """Thread-safe queue before the sequencer.

    When the writer is free it takes what waits at once, up to 256, immediate acts first; while one
    batch commits the next gathers. So a lone act costs one commit and a flood one commit per 256.
    """

    def __init__(self, sequencer: Sequencer, gate: Callable[[bool], None] = let_in) -> None:
        """``gate(urgent)`` raises why (urgent) acts are not taken now: disk, guard, expired root."""
        self._sequencer = sequencer
        self._gate = gate
        self._urgent: deque[Slot] = deque()
        self._normal: deque[Slot] = deque()
        self._condition = threading.Condition()
        self._closed = False
        self.failure: BaseException | None = None

    def submit(self, drafts: Sequence[Draft]) -> "Future[list[Outcome]]":
        """Queue checked drafts; the future ends with the place of each act, or why it was refused.

        Raises:
            UnavailableError: ``queue_full`` (retry after 1 s), ``writer_stopped``.
            MithaqError: what the gate says.
        """
        ticket = Ticket(len(drafts))
        urgent: list[Slot] = []
        normal: list[Slot] = []
        for place, draft in enumerate(drafts):
            (urgent if draft.is_urgent else normal).append((draft, ticket, place))
        with self._condition:
            self._check_room(len(drafts), is_urgent=not normal)
            self._urgent += urgent
            self._normal += normal
            self._condition.notify()
        return ticket.future

    def run(self) -> None:
        """Write until ``close``. A failure below ends the writer for good; restart (spec 7.1.8)."""
        while (batch := self._take()) is not None:
            self._write(batch)

    def close(self) -> None:
        """Let the writer end after the batches that wait already."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _check_room(self, count: int, *, is_urgent: bool) -> None:
        if self._closed or self.failure is not None:
            raise UnavailableError(
                "writer_stopped", "this node does not append at the moment", retry_after_s=5
            )
        self._gate(is_urgent)
        limit = CAPACITY if is_urgent else CAPACITY - RESERVED
        if len(self._urgent) + len(self._normal) + count > limit:
            raise UnavailableError("queue_full", "too many acts wait to be appended", retry_after_s=1)

    def _write(self, batch: Sequence[Slot]) -> None:
        try:
            answers = self._sequencer.append([draft for draft, _, _ in batch])
        except BaseException as error:
            self._fail(batch, error)
            raise
        self._answer(batch, answers)

    def _answer(self, batch: Sequence[Slot], answers: Sequence[Outcome]) -> None:
        for (_, ticket, place), answer in zip(batch, answers, strict=True):
            ticket.answer(place, answer)

    def _take(self) -> list[Slot] | None:
        with self._condition:
            self._condition.wait_for(
                lambda: self._closed or self.failure is not None or self._urgent or self._normal
            )
            batch: list[Slot] = []
            for queue in (self._urgent, self._normal):
                while queue and len(batch) < BATCH_ACTS:
                    batch.append(queue.popleft())
            return batch or None

    def _fail(self, batch: Sequence[Slot], error: BaseException) -> None:
        with self._condition:
            self.failure = self.failure or error
            waiting = [*batch, *self._urgent, *self._normal]
            self._urgent.clear()
            self._normal.clear()
            self._condition.notify_all()
        told = (
            error if isinstance(error, ConflictError) else UnavailableError("disk", "the act was not stored")
        )
        for _, ticket, place in waiting:
            ticket.answer(place, told)
