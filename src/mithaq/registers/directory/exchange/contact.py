"""A card as an address book takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

BASE: Final = ("fr", "en", "ar")
"""Languages in the order in which one is taken for the parts that have one language only."""


@dataclass(frozen=True, slots=True)
class ContactTitle:
    """A post that is held, and the body it belongs to, by language."""

    label: Mapping[str, str]
    organisation: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Contact:
    """One entry of an address book.

    Attributes:
        uid: ``urn:mithaq:directory:<issuer>:<card>:<id>``, the same on every node.
        kind: ``individual`` or ``org``.
        names: full name by language.
        details: ``{type, value, note?}`` of the card.
        place, tzid: seat; empty when unknown.
    """

    uid: str
    kind: str
    names: Mapping[str, str]
    updated_at: datetime
    titles: Sequence[ContactTitle] = ()
    details: Sequence[Mapping[str, Any]] = field(default=())
    languages: Sequence[str] = ()
    place: str = ""
    tzid: str = ""
    note: str = ""


def make_uid(issuer: str, card: str, card_id: str) -> str:
    """Name of a thing for other programs."""
    return f"urn:mithaq:directory:{issuer}:{card}:{card_id}"


def base_language(contact: Contact) -> str:
    """The language that the parts without a language are in."""
    return next((lang for lang in BASE if contact.names.get(lang)), next(iter(contact.names), "fr"))


def in_language(texts: Mapping[str, str], lang: str) -> str:
    """A text in a language; any other where that is missing."""
    return texts.get(lang) or next(
        (texts[each] for each in BASE if texts.get(each)), next(iter(texts.values()), "")
    )
