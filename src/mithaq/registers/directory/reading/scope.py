"""What of the directory a reader may see: cards up to his clearance, and the names on them."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mithaq.registers.directory.models import Card

Key = tuple[str, str]
"""(issuer, id of a card)."""


OPEN_CODES = ("clear", "green")


@dataclass(frozen=True, slots=True)
class Scope:
    """Handling codes that a reader is cleared for; every query of a page starts here."""

    codes: tuple[str, ...]

    def cards(self) -> "QuerySet[Card]":
        """Every card, old ones too."""
        return Card.objects.filter(handling__in=self.codes, is_limited=False)

    def standing(self, card: str = "") -> "QuerySet[Card]":
        """Cards that stand now, of one type or of all."""
        found = self.cards().filter(is_current=True)
        return found.filter(card=card) if card else found


EVERYONE = Scope(OPEN_CODES)
"""What is answered to other parts of the program, which show it to every reader of the node."""


def key_of(row: Card) -> Key:
    """The thing that a card is about."""
    return row.issuer, row.card_id


def among(keys: set[Key], name: str = "card_id") -> Q:
    """Rows about one of these things; ``name`` is the column of the id. Loose: pairs are checked after."""
    return Q(issuer__in={issuer for issuer, _ in keys}, **{f"{name}__in": {card_id for _, card_id in keys}})
