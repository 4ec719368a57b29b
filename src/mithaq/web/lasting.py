"""Facts that change seldom and stand on every page, read once in a while and not once a page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from django.http import HttpRequest

from mithaq.node.node import Node
from mithaq.web.runtime import get_node, get_part

_Fact = TypeVar("_Fact")

CARED_FOR: Final = timedelta(seconds=10)
"""So long after its last look a service counts as looking after the facts."""


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

    It is of the node, the same for everyone: whoever shows it asks the policy for each of its readers. Where
    a service looks after it (``look_after``) pages take what is kept, and the service reads it anew.
    """

    def __init__(self, read: Callable[[Node], _Fact], kept_for: timedelta) -> None:
        self._read = read
        self._kept_for = kept_for
        self._found: tuple[tuple[int, ...], datetime, _Fact] | None = None

    def get(self, request: HttpRequest) -> _Fact:
        """The fact as of this request."""
        care = get_part(_Care)
        if self._found is not None and care.is_at_work(get_node().clock.now()):
            return self._found[2]
        care.facts[id(self)] = self
        # Asked before the fact is read: what is written meanwhile makes it be read anew.
        return self.read_anew(generation_of(request))

    def read_anew(self, generation: tuple[int, ...]) -> _Fact:
        """The fact as of a generation; read only if it is of another, or too old."""
        node, found = get_node(), self._found
        now = node.clock.now()
        is_of_now = found is not None and timedelta(0) <= now - found[1] < self._kept_for
        if found is None or found[0] != generation or not is_of_now:
            found = self._found = (generation, now, self._read(node))
        return found[2]


@dataclass(slots=True)
class _Care:
    """The facts of a served node, and when a service has last looked after them."""

    facts: dict[int, "Unchanged[Any]"] = field(default_factory=dict)
    looked_at: datetime | None = None

    def is_at_work(self, now: datetime) -> bool:
        return self.looked_at is not None and timedelta(0) <= now - self.looked_at < CARED_FOR


def look_after() -> None:
    """Read anew what has changed, so that no page does it: a service calls this every second."""
    care, node = get_part(_Care), get_node()
    if care.facts:
        generation = node.store.rows.generation()
        for each in list(care.facts.values()):
            each.read_anew(generation)
    care.looked_at = node.clock.now()


def generation_of(request: HttpRequest) -> tuple[int, ...]:
    """The generation of the record, asked once a request."""
    found: tuple[int, ...] | None = getattr(request, "_mithaq_generation", None)
    if found is None:
        found = request._mithaq_generation = get_node().store.rows.generation()  # type: ignore[attr-defined]
    return found
