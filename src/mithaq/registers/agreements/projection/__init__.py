"""Fills the read model of this register from its acts and from the local journal. Nothing else writes it."""

from collections.abc import Sequence
from typing import Final

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
from mithaq.web.read_model import Keys, clear_rows, digest_rows

_KEYS: Final[Keys] = (
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
        clear_rows(_KEYS)

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
        return digest_rows(_KEYS)


READ_MODEL: Final = AgreementsModel()
