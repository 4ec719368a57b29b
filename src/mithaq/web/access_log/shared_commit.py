"""One commit for what waits: whoever may commit takes the rows of all others with his own.

A read costs a commit, for its row must be on the disk before its page leaves. While one commit runs the rows
of other requests gather, and the next one carries them all. Nobody waits idle for others to come.

Spec: trust 5.4, "concurrent reads share a commit".
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


@dataclass(slots=True, eq=False)
class _Ticket(Generic[_Item]):
    item: _Item
    is_done: bool = False
    is_alone: bool = False
    error: BaseException | None = None


class SharedCommit(Generic[_Item]):
    """Takes items from threads, and commits those that wait together.

    Args:
        of_one: errors that a single item may be the cause of. Any other is of the place itself: it is every
            item's, and nothing is tried again, for after a failed sync a second one may seem to succeed.
    """

    def __init__(self, of_one: tuple[type[Exception], ...]) -> None:
        self._of_one = of_one
        self._turn = threading.Lock()
        self._gate = threading.Lock()
        self._waiting: list[_Ticket[_Item]] = []

    @property
    def count_waiting(self) -> int:
        """How many wait for the next commit."""
        return len(self._waiting)

    def put(self, item: _Item, commit: Callable[[Sequence[_Item]], None]) -> None:
        """Return once the item is committed, by this thread or by another.

        ``commit`` commits items, all of them or none. Where it fails for several by an error of one, each is
        tried alone: a bad one takes no other along.

        Raises:
            Exception: what ``commit`` raises of this item.
        """
        ticket = _Ticket(item)
        with self._gate:
            self._waiting.append(ticket)
        with self._turn:
            if not ticket.is_done and not ticket.is_alone:
                self._commit_waiting(commit)
            if ticket.error is not None:
                raise ticket.error
            if not ticket.is_done:
                commit([item])

    def _commit_waiting(self, commit: Callable[[Sequence[_Item]], None]) -> None:
        """Those that wait, this thread's among them; alone or not at all it is left to ``put``."""
        with self._gate:
            taken, self._waiting = self._waiting, []
        if len(taken) == 1:
            return
        try:
            commit([each.item for each in taken])
        except self._of_one:
            for each in taken:
                each.is_alone = True
        except BaseException as error:
            for each in taken:
                each.is_done, each.error = True, error
        else:
            for each in taken:
                each.is_done = True
