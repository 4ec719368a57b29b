"""Facts that change seldom and stand on every page, read once in a while and not once a page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

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
