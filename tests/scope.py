"""Registers open without a decision: for tests of one node, whose partner never answers and signs none.

Two real nodes sign one: ``mithaq.main.demo.scope.open_registers``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mithaq.node.registry import Registry
from mithaq.node.scope import Opened

SIDES = frozenset({"ma-mi", "fr-mi"})


class EverythingOpen:
    """Stands for the decisions on scope: every register that needs one works between both sides."""

    def list_opened(self, node: Any) -> Sequence[Opened]:
        names = frozenset(each.name for each in node.registry.registers)
        return [Opened(SIDES, names, datetime(2000, 1, 1, tzinfo=UTC))]


def open_everything(node: Any) -> None:
    """Give a node a registry in which nothing is closed."""
    node.registry = Registry(
        replace(each, scope=EverythingOpen()) if each.scope is not None else each
        for each in node.registry.registers
    )
