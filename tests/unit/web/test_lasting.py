"""Facts that pages keep: read anew by a page that finds them changed, or by a service that sees to them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from mithaq.web.lasting import CARED_FOR, Unchanged, look_after
from mithaq.web.runtime import get_part, set_node

KEPT_FOR = timedelta(minutes=1)


class Node:
    """A clock, a generation, and how often the fact was read."""

    def __init__(self) -> None:
        self.at, self.writes, self.reads = datetime(2026, 1, 1, tzinfo=UTC), 0, 0
        self.clock = SimpleNamespace(now=lambda: self.at)
        self.store = SimpleNamespace(rows=SimpleNamespace(generation=lambda: (self.writes,)))


def read(node: Any) -> int:
    node.reads += 1
    return int(node.writes)


def make() -> Unchanged[int]:
    return Unchanged(read, KEPT_FOR)


@pytest.fixture
def node() -> Iterator[Node]:
    made = Node()
    set_node(made)  # type: ignore[arg-type]
    yield made
    set_node(None)


def ask() -> int:
    """As a page of its own."""
    return get_part(make).get(SimpleNamespace())  # type: ignore[arg-type]


def test_a_page_reads_anew_what_was_written(node: Node) -> None:
    assert (ask(), ask(), node.reads) == (0, 0, 1)
    node.writes = 1
    assert (ask(), ask(), node.reads) == (1, 1, 2)
    node.at += KEPT_FOR
    assert (ask(), node.reads) == (1, 3)


def test_a_service_reads_it_in_the_place_of_pages(node: Node) -> None:
    look_after()  # nobody has asked for anything yet
    assert (ask(), node.reads) == (0, 1)
    node.writes = 1
    assert (ask(), node.reads) == (0, 1)
    look_after()
    assert (ask(), node.reads) == (1, 2)
    node.at += KEPT_FOR
    look_after()
    assert (ask(), node.reads) == (1, 3)


def test_a_service_that_has_stopped_leaves_it_to_pages_again(node: Node) -> None:
    ask()
    look_after()
    node.writes = 1
    node.at += CARED_FOR
    assert (ask(), node.reads) == (1, 2)
