"""A new card: made from typed fields, checked, with what its author should know before it leaves.

Spec: docs/spec 17.3, 20.4; trust 7.3.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from mithaq.core.encoding import encode_canonical
from mithaq.core.names import look_alike
from mithaq.errors import ConflictError
from mithaq.registers.directory.rules.cards import (
    Card,
    Holding,
    Organisation,
    Person,
    Post,
    best_names,
    parse_card,
    parse_persons_section,
)
from mithaq.registers.directory.rules.values import BOTH, Name

PERSONS_SECTION: Final = "persons"


class WarningCode(StrEnum):
    """What an author is told; it stops nothing."""

    NO_SUCCESSOR = "no_successor"
    LOOK_ALIKE = "look_alike"
    UNKNOWN_POST = "unknown_post"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_ORGANISATION = "unknown_organisation"


@dataclass(frozen=True, slots=True)
class CardWarning:
    """One thing to know; ``about`` is the id or the name it is about."""

    code: WarningCode
    about: str = ""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card that stands now, as far as a new one is compared with it."""

    issuer: str
    card: str
    card_id: str
    names: Sequence[str] = ()
    organisation: str = ""
    post: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewCard:
    """What is to be sent: a body, the section of persons, a subject without personal data."""

    body: Mapping[str, Any]
    card: Card
    persons: tuple[Name, ...] = ()
    warnings: tuple[CardWarning, ...] = field(default=())

    def sections(self) -> dict[str, bytes]:
        """Sections of the note: exact bytes by name."""
        if not self.persons:
            return {}
        return {PERSONS_SECTION: encode_canonical({"names": [one.encode() for one in self.persons]})}

    def subject(self) -> dict[str, str]:
        """Title by language: of a post its label, of a body its names, of anything else its id."""
        names: Mapping[str, str] = {}
        if isinstance(self.card, Post):
            names = self.card.label
        elif isinstance(self.card, Organisation):
            names = best_names(self.card.names)
        known = {lang: text for lang, text in names.items() if lang in (*BOTH, "en")}
        fallback = next(iter(known.values()), self.card.card_id)
        return {lang: known.get(lang, fallback) for lang in BOTH}


def make_card(
    body: Mapping[str, Any],
    persons: Sequence[Mapping[str, Any]],
    issuer: str,
    known: Iterable[KnownCard],
    today: date,
) -> NewCard:
    """Check a card that this side is about to issue.

    Args:
        body: of the card, as typed; empty optional fields left out.
        persons: names of a person card; empty for other cards.
        issuer: code of this administration.
        known: cards that stand now, of both sides.
        today: at the seat.

    Raises:
        MalformedError: as ``parse_card`` and ``parse_persons_section``.
        ConflictError: ``card_look_alike``, ``card_twice``: a new post or organisation looks like, or is
            named as, another of this side.
    """
    card = parse_card(body)
    names = parse_persons_section({"names": list(persons)}) if isinstance(card, Person) else ()
    standing = list(known)
    _refuse_double(card, issuer, standing)
    warnings = (*_warn_of_looks(card, names, issuer, standing), *_warn_of_links(card, issuer, standing))
    if isinstance(card, Holding | Post):
        warnings += _warn_of_end(card, issuer, standing, today)
    return NewCard(dict(body), card, names, warnings)


def names_of(card: Card, persons: Sequence[Name] = ()) -> list[str]:
    """Every name on a card."""
    if isinstance(card, Organisation):
        return [one.text for one in card.names]
    if isinstance(card, Post):
        return list(card.label.values())
    return [one.text for one in persons]


def _refuse_double(card: Card, issuer: str, known: Sequence[KnownCard]) -> None:
    """A new post or organisation may not be taken for another one of the same side."""
    if not isinstance(card, Organisation | Post):
        return
    kind = "organisation" if isinstance(card, Organisation) else "post"
    own = [one for one in known if one.issuer == issuer and one.card == kind]
    if any(one.card_id == card.card_id for one in own):
        return
    if any(look_alike(one.card_id) == look_alike(card.card_id) for one in own):
        raise ConflictError("card_look_alike", "the id looks like that of another card of this side")
    organisation = card.organisation if isinstance(card, Post) else ""
    for one in own:
        if one.organisation == organisation:
            _refuse_same_names(names_of(card), one.names)


def _refuse_same_names(new: Sequence[str], old: Sequence[str]) -> None:
    for text in new:
        for other in old:
            if _plain(text) == _plain(other):
                raise ConflictError("card_twice", "another card of this side has that name")
            if look_alike(text) == look_alike(other):
                raise ConflictError(
                    "card_look_alike", "the name looks like that of another card of this side"
                )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _warn_of_looks(
    card: Card, persons: Sequence[Name], issuer: str, known: Sequence[KnownCard]
) -> tuple[CardWarning, ...]:
    """Names that look like another's, though they are written differently, on either side."""
    looks = {look_alike(text): text for text in names_of(card, persons)}
    found = [
        other
        for one in known
        if (one.issuer, one.card_id) != (issuer, card.card_id)
        for other in one.names
        if look_alike(other) in looks and _plain(other) != _plain(looks[look_alike(other)])
    ]
    return tuple(CardWarning(WarningCode.LOOK_ALIKE, text) for text in dict.fromkeys(found))


def _warn_of_links(card: Card, issuer: str, known: Sequence[KnownCard]) -> tuple[CardWarning, ...]:
    """What the card names and this side has no card of."""
    own = {(one.card, one.card_id) for one in known if one.issuer == issuer}
    wanted = [
        (WarningCode.UNKNOWN_POST, "post", getattr(card, "post", "")),
        (WarningCode.UNKNOWN_PERSON, "person", getattr(card, "person", "")),
        (WarningCode.UNKNOWN_ORGANISATION, "organisation", getattr(card, "organisation", "")),
        (WarningCode.UNKNOWN_ORGANISATION, "organisation", getattr(card, "parent", "")),
    ]
    return tuple(
        CardWarning(code, card_id) for code, kind, card_id in wanted if card_id and (kind, card_id) not in own
    )


def _warn_of_end(
    card: Holding | Post, issuer: str, known: Sequence[KnownCard], today: date
) -> tuple[CardWarning, ...]:
    """An end in the future needs somebody after it."""
    end = card.term.to_on
    if end is None or end < today:
        return ()
    if isinstance(card, Post):
        return (CardWarning(WarningCode.NO_SUCCESSOR, card.card_id),)
    others = [one for one in known if (one.issuer, one.card, one.post) == (issuer, "holding", card.post)]
    follows = any(_follows(one, end) for one in others if one.card_id != card.card_id)
    return () if follows else (CardWarning(WarningCode.NO_SUCCESSOR, card.post),)


def _follows(one: KnownCard, end: date) -> bool:
    is_begun = one.from_on is None or (one.from_on - end).days <= 1
    return is_begun and (one.to_on is None or one.to_on > end)
