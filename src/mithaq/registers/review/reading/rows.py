"""Rows of the read model as values: JSON read, texts by language."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import orjson

from mithaq.core.types import AdministrationCode
from mithaq.node.node import Node
from mithaq.node.records import InstrumentRow

AT_ONCE: Final = 200
"""Objects looked up in one question."""

_OPEN: Final = frozenset({"proposed", "countered", "part_signed"})


def load(text: str) -> Any:
    """JSON of a row."""
    return orjson.loads(text)


def load_texts(text: str) -> dict[str, str]:
    """A text by language."""
    value = load(text)
    return {str(lang): str(each) for lang, each in value.items()} if isinstance(value, Mapping) else {}


def partners_of(node: Node) -> list[AdministrationCode]:
    """Administrations on the roster but our own."""
    return sorted(code for code in node.store.roster.codes() if code != node.identity.code)


def standing_of(row: InstrumentRow, today: date, *, is_binding: bool = False) -> tuple[str, str]:
    """(content hash, state) of the version that counts today: the one in force, else the newest.

    ``is_binding`` asks for a version in force alone: two empty texts where there is none.
    """
    entered = [each for each in row.versions if _is_in_force(each, today.isoformat())]
    if entered:
        return str(max(entered, key=_rank)["content_hash"]), "in_force"
    return ("", "") if is_binding else (row.content_hash, row.state)


def _is_in_force(version: Mapping[str, Any], today: str) -> bool:
    ends = [str(version[name]) for name in ("superseded_on", "terminated_on") if name in version]
    entered = str(version.get("entry_into_force_on", "9999"))
    return version["state"] == "signed" and entered <= today < min(ends, default="9999")


def _rank(version: Mapping[str, Any]) -> tuple[int, str]:
    return int(version["version"]), str(version["content_hash"])


def open_version(row: InstrumentRow) -> Mapping[str, Any] | None:
    """The version that still waits for signatures; None where there is none."""
    found: list[Mapping[str, Any]] = [each for each in row.versions if each["state"] in _OPEN]
    return max(found, key=_rank, default=None)
