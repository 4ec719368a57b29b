"""Fills the read model of this register from its acts and from the local journal. Nothing else writes it."""

import hashlib
from collections.abc import Sequence
from typing import Final

import orjson
from django.db.models import Model

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.agreements.models import (
    AgreementVersion,
    Initialling,
    Link,
    LocalArticle,
    LocalDraft,
)
from mithaq.registers.agreements.projection.drafts import apply_entry
from mithaq.registers.agreements.projection.texts import project_initialling, project_text
from mithaq.registers.agreements.rules.kinds import INITIALLING, TEXT_KINDS

_KEYS: Final[tuple[tuple[type[Model], tuple[str, ...]], ...]] = (
    (AgreementVersion, ("object_id", "content_hash")),
    (Link, ("object_id", "content_hash", "relation", "address")),
    (Initialling, ("object_id",)),
    (LocalDraft, ("draft_id",)),
    (LocalArticle, ("draft_id", "eid")),
)
"""Models with what orders their rows."""


class AgreementsModel:
    """Implements ``node.registry.ReadModel``."""

    name = "agreements"

    def clear(self) -> None:
        """Drop every row."""
        for model, _ in _KEYS:
            model._default_manager.all().delete()

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the rows of one object."""
        kind = first.parsed.object_kind or ""
        if kind in TEXT_KINDS and first.parsed.kind == InstrumentKind.PROPOSE:
            project_text(first, acts)
        elif kind == INITIALLING:
            project_initialling(first)

    def apply(self, entry: JournalEntry) -> None:
        """Take in one entry of the local journal; one of a kind that is not known here is passed over."""
        apply_entry(entry)

    def digest(self) -> tuple[int, str]:
        """Row count and hash over all rows in the order of their keys."""
        digest, count = hashlib.sha256(), 0
        for model, key in _KEYS:
            names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
            rows = model._default_manager.values_list(*names)
            for row in sorted(rows, key=lambda row: [str(row[names.index(name)]) for name in key]):
                digest.update(orjson.dumps([model.__name__, *row]))
                count += 1
        return count, digest.hexdigest()


READ_MODEL: Final = AgreementsModel()
