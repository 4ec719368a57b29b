"""The node that this process serves. ``main`` sets it once at start; tests set their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mithaq.node.node import Node

_Part = TypeVar("_Part")


@dataclass(slots=True)
class _Running:
    node: Node
    started_s: int
    parts: dict[Callable[[], Any], Any] = field(default_factory=dict)


_running: _Running | None = None


def set_node(node: Node | None) -> None:
    """Serve this node from now on; None to serve none."""
    global _running
    _running = None if node is None else _Running(node, int(node.clock.now().timestamp()))


def _get_running() -> _Running:
    if _running is None:
        raise RuntimeError("no node is set: call set_node first")
    return _running


def get_node() -> Node:
    """The node that is served."""
    return _get_running().node


def is_serving() -> bool:
    """Whether this process serves a node at all; a command serves none."""
    return _running is not None


def is_served(node: Node) -> bool:
    """Whether this process serves that node; a command reads one without serving it."""
    return _running is not None and _running.node is node


def get_started_s() -> int:
    """When ``set_node`` was called, POSIX seconds by the node's clock."""
    return _get_running().started_s


def get_part(factory: Callable[[], _Part]) -> _Part:
    """What ``factory`` makes, once for each served node: state of ``web`` that lives as long as it."""
    parts = _get_running().parts
    found: _Part | None = parts.get(factory)
    # Two threads may both make one; the first that is kept serves everyone.
    return parts.setdefault(factory, factory()) if found is None else found
