"""Facts that change seldom and stand on every page, read once in a while and not once a page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.http import HttpRequest

from mithaq.node.node import Node
from mithaq.web.runtime import get_node

_Fact = TypeVar("_Fact")


class Lasting(Generic[_Fact]):
    """What ``read`` answers, kept for a while by the clock of the node.

    Make one a served node: behind a factory that is given to ``runtime.get_part``.
    """

    def __init__(self, read: Callable[[Node], _Fact], kept_for: timedelta) -> None:
        self._read = read
        self._kept_for = kept_for
        self._found: tuple[datetime, _Fact] | None = None

    def get(self) -> _Fact:
        """The fact, at most so old."""
        node = get_node()
        now, found = node.clock.now(), self._found
        if found is None or not timedelta(0) <= now - found[0] < self._kept_for:
            found = self._found = (now, self._read(node))
        return found[1]


class Unchanged(Generic[_Fact]):
    """What ``read`` answers, kept until something is written, and for a while at most.

    It is of the node, the same for everyone: whoever shows it asks the policy for each of its readers.
    """

    def __init__(self, read: Callable[[Node], _Fact], kept_for: timedelta) -> None:
        self._read = read
        self._kept_for = kept_for
        self._found: tuple[tuple[int, ...], datetime, _Fact] | None = None

    def get(self, request: HttpRequest) -> _Fact:
        """The fact as of this request."""
        # Asked before the fact is read: what is written meanwhile makes it be read anew.
        generation, node = generation_of(request), get_node()
        now, found = node.clock.now(), self._found
        is_of_now = found is not None and timedelta(0) <= now - found[1] < self._kept_for
        if found is None or found[0] != generation or not is_of_now:
            found = self._found = (generation, now, self._read(node))
        return found[2]


def generation_of(request: HttpRequest) -> tuple[int, ...]:
    """The generation of the record, asked once a request."""
    found: tuple[int, ...] | None = getattr(request, "_mithaq_generation", None)
    if found is None:
        found = request._mithaq_generation = get_node().store.rows.generation()  # type: ignore[attr-defined]
    return found
