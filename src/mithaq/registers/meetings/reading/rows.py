"""Rows of the read model as values: JSON read, times aware."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from mithaq.core.types import AdministrationCode
from mithaq.node.node import Node

AT_ONCE: Final = 200
"""Objects looked up in one question."""


def load(text: str) -> Any:
    """JSON of a row."""
    return orjson.loads(text)


def load_texts(text: str) -> dict[str, str]:
    """A text by language."""
    value = load(text)
    return {str(lang): str(each) for lang, each in value.items()} if isinstance(value, Mapping) else {}


def parties_of(sender: str, invited: str) -> tuple[str, ...]:
    """Everyone at the table, sorted."""
    return tuple(sorted({sender, *invited.split()}))


def partners_of(node: Node) -> list[AdministrationCode]:
    """Administrations on the roster but our own."""
    return sorted(code for code in node.store.roster.codes() if code != node.identity.code)
