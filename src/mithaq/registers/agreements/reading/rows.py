"""Rows of the read model as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from mithaq.core.encoding import from_ms
from mithaq.core.types import AdministrationCode
from mithaq.node.node import Node
from mithaq.registers.agreements.models import Initialling
from mithaq.registers.agreements.rules.notes import compared_lines

AT_ONCE: Final = 200
"""Objects looked up in one question."""


@dataclass(frozen=True, slots=True)
class InitialView:
    """An initialling.

    Attributes:
        has_compared: whether a translator of that side has compared the languages with it.
    """

    object_id: str
    instrument_id: str
    content_hash: str
    version: int
    sender: str
    data: Mapping[str, Any]
    created_at: datetime

    @property
    def has_compared(self) -> bool:
        """Whether it carries a concordance."""
        return "concordance" in self.data

    @property
    def compared(self) -> frozenset[str]:
        """The articles that were compared."""
        return compared_lines(self.data)


def read_initiallings(instrument_ids: Iterable[str]) -> list[InitialView]:
    """The initiallings of these texts, the oldest first."""
    wanted = list(instrument_ids)
    if not wanted:
        return []
    rows = Initialling.objects.filter(instrument_id__in=wanted)
    return [
        InitialView(
            row.object_id,
            row.instrument_id,
            row.content_hash,
            row.version,
            row.sender,
            load(row.data),
            from_ms(row.created_ms),
        )
        for row in rows.order_by("created_ms", "object_id")
    ]


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
