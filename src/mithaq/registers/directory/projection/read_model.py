"""From acts and journal entries to rows. Nothing else writes them."""

from collections.abc import Sequence

from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.directory.models import Card, Decision, LocalEntity, Spelling
from mithaq.registers.directory.projection.cards import project_card
from mithaq.registers.directory.projection.entries import apply_entry
from mithaq.web.read_model import Keys, clear_rows, digest_rows

_MODELS: Keys = (
    (Card, ("object_id",)),
    (LocalEntity, ("entity_id",)),
    (Spelling, ("entity_id", "origin", "text", "kind")),
    (Decision, ("number",)),
)


class DirectoryReadModel:
    """``ReadModel`` of the directory."""

    def clear(self) -> None:
        """Drop every row."""
        clear_rows(_MODELS)

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the row of one card, and say anew which card of its thing stands."""
        project_card(first, acts)

    def apply(self, entry: JournalEntry) -> None:
        """Take in an entity, an alias, a decision or its reversal."""
        apply_entry(entry)

    def digest(self) -> tuple[int, str]:
        """Row count and a hash over all rows in key order; numbers that the database gives are left out."""
        return digest_rows(_MODELS)
