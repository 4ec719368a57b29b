"""From acts and journal entries to rows. Nothing else writes them."""

import hashlib
from collections.abc import Sequence
from itertools import chain

import orjson
from django.db.models import Model

from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.directory.models import Card, Decision, LocalEntity, Spelling
from mithaq.registers.directory.projection.cards import project_card
from mithaq.registers.directory.projection.entries import apply_entry

_MODELS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Card, ("object_id",)),
    (LocalEntity, ("entity_id",)),
    (Spelling, ("entity_id", "origin", "text", "kind")),
    (Decision, ("number",)),
)


class DirectoryReadModel:
    """``ReadModel`` of the directory."""

    def clear(self) -> None:
        """Drop every row."""
        for model, _ in _MODELS:
            model._default_manager.all().delete()

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the row of one card, and say anew which card of its thing stands."""
        project_card(first, acts)

    def apply(self, entry: JournalEntry) -> None:
        """Take in an entity, an alias, a decision or its reversal."""
        apply_entry(entry)

    def digest(self) -> tuple[int, str]:
        """Row count and a hash over all rows in key order; numbers that the database gives are left out."""
        rows = chain.from_iterable(_rows(model, key) for model, key in _MODELS)
        count, hasher = 0, hashlib.sha256()
        for row in rows:
            count += 1
            hasher.update(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) + b"\n")
        return count, hasher.hexdigest()


def _rows(model: type[Model], key: tuple[str, ...]) -> list[dict[str, object]]:
    names = [field.name for field in model._meta.concrete_fields if field.name != "id"]
    return list(model._default_manager.order_by(*key).values(*names))
