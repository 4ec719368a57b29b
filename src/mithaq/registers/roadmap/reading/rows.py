"""Rows of the read model as values: JSON read, times aware."""

from collections.abc import Mapping
from typing import Any

import orjson

from mithaq.node.node import Node


def load(text: str) -> Any:
    """JSON of a row."""
    return orjson.loads(text)


def load_texts(text: str) -> dict[str, str]:
    """A text by language."""
    value = load(text)
    return {str(lang): str(each) for lang, each in value.items()} if isinstance(value, Mapping) else {}


def partners_of(node: Node) -> list[str]:
    """Administrations on the roster but our own."""
    return sorted(str(code) for code in node.store.roster.codes() if code != node.identity.code)


def handling_of(node: Node, object_id: str) -> Any:
    """How a record is handled: its next version is handled alike."""
    return node.store.acts.by_id(object_id).parsed.handling or {"code": "red", "caveats": [], "purpose": ""}
