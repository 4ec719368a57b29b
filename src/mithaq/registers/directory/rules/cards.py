"""Cards: what each side says about its own organisations, posts, persons, duty, keys and proxies.

A new card of the same id by the same side replaces the old one, which stays readable.

Spec: docs/spec 17; registers 3.11.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from mithaq.errors import MalformedError
from mithaq.registers.directory.rules.values import (
    ContactDetail,
    Fields,
    Name,
    SeatValue,
    check_order,
    read_code,
    read_codes,
    read_contacts,
    read_date,
    read_flag,
    read_id,
    read_label,
    read_moment,
    read_names,
    read_optional_id,
    read_seat,
    read_text,
    read_zone,
)

"""``role_code`` of a single point of contact; service mailboxes lie behind it."""

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class CardType(StrEnum):
    """Values of ``card`` in the body."""

    ORGANISATION = "organisation"
    POST = "post"
    HOLDING = "holding"
    PERSON = "person"
    DUTY = "duty"
    KEY = "key"
    PROXY = "proxy"


class CardState(StrEnum):
    """Computed from dates, never stored or sent."""

    ACTIVE = "active"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Term:
    """Since when, until when (the last day included), and whether a newer card took it back.

    Attributes:
        revoked_on: day from which the issuer says it no longer holds.
    """

    from_on: date | None = None
    to_on: date | None = None
    revoked_on: date | None = None

    def state_on(self, day: date) -> CardState:
        """The word for this day; a beginning in the future is still ``active``."""
        if self.revoked_on is not None and self.revoked_on <= day:
            return CardState.REVOKED
        if self.to_on is not None and self.to_on < day:
            return CardState.ENDED
        return CardState.ACTIVE

    def covers(self, day: date) -> bool:
        """Whether it holds on this day."""
        is_begun = self.from_on is None or self.from_on <= day
        return is_begun and self.state_on(day) is CardState.ACTIVE


@dataclass(frozen=True, slots=True)
class Organisation:
    """A ministry, a directorate, a service."""

    card_id: str
    term: Term
    names: tuple[Name, ...]
    parent: str
    seat: SeatValue | None


@dataclass(frozen=True, slots=True)
class Post:
    """A function in an organisation: what signs, and what notes are addressed to."""

    card_id: str
    term: Term
    label: Mapping[str, str]
    organisation: str
    role_code: str
    fields: tuple[str, ...]
    contacts: tuple[ContactDetail, ...]
    always_on: bool
    hours: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A person in a post for a time."""

    card_id: str
    term: Term
    post: str
    person: str
    acting: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Someone; the names stand in the section ``persons``, never in the body."""

    card_id: str
    term: Term
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for a post between two instants."""

    card_id: str
    term: Term
    post: str
    from_at: datetime
    until_at: datetime
    tzid: str
    phone: str
    backup: str


@dataclass(frozen=True, slots=True)
class Key:
    """Shows a key of a post; what it is worth is judged by the roster alone."""

    card_id: str
    term: Term
    post: str
    fingerprint: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """Lets somebody sign for a post, for some kinds of acts and a time.

    Attributes:
        person: who; empty when the card leaves it to the side.
    """

    card_id: str
    term: Term
    post: str
    for_kinds: tuple[str, ...]
    person: str


Card = Organisation | Post | Holding | Person | Duty | Key | Proxy


def check_card(body: Fields) -> None:
    """Refuse a body that is no card; fields that this page does not name are kept and not looked at.

    Raises:
        MalformedError: as ``parse_card``.
    """
    parse_card(body)


def parse_card(body: Fields) -> Card:
    """Read the body of a card.

    Raises:
        MalformedError: ``card_type``, ``card_id`` or the code of the field that is not of its form.
    """
    card_type = parse_card_type(body)
    card_id = read_id(body, "id")
    return _PARSERS[card_type](body, card_id, _read_term(body))


def parse_card_type(body: Fields) -> CardType:
    """Which card it is.

    Raises:
        MalformedError: ``card_type``.
    """
    try:
        return CardType(body["card"] if isinstance(body.get("card"), str) else "")
    except ValueError as error:
        raise MalformedError("card_type", "a directory card needs one of the card types") from error


def _read_term(body: Fields) -> Term:
    from_on, to_on = read_date(body, "from_on"), read_date(body, "to_on")
    check_order(from_on, to_on)
    return Term(from_on, to_on, read_date(body, "revoked_on"))


def _parse_organisation(body: Fields, card_id: str, term: Term) -> Organisation:
    parent = read_optional_id(body, "parent")
    if parent == card_id:
        raise MalformedError("card_parent", "an organisation is not its own parent")
    return Organisation(card_id, term, read_names(body.get("names")), parent, read_seat(body.get("seat")))


def _parse_post(body: Fields, card_id: str, term: Term) -> Post:
    return Post(
        card_id,
        term,
        read_label(body, "label"),
        read_id(body, "organisation"),
        read_code(body, "role_code"),
        read_codes(body, "fields"),
        read_contacts(body),
        read_flag(body, "always_on"),
        read_text(body, "hours"),
    )


def _parse_holding(body: Fields, card_id: str, term: Term) -> Holding:
    if term.from_on is None:
        raise MalformedError("card_date", "a holding needs from_on, the day it began")
    return Holding(card_id, term, read_id(body, "post"), read_id(body, "person"), read_flag(body, "acting"))


def _parse_person(body: Fields, card_id: str, term: Term) -> Person:
    if "names" in body or "persons" in body:
        raise MalformedError("card_persons", "names of a person stand in the section persons")
    return Person(card_id, term, read_codes(body, "languages"))


def _parse_duty(body: Fields, card_id: str, term: Term) -> Duty:
    from_at, until_at = read_moment(body, "from_at"), read_moment(body, "until_at")
    if until_at <= from_at:
        raise MalformedError("card_dates", "the end is not after the beginning")
    return Duty(
        card_id,
        term,
        read_id(body, "post"),
        from_at,
        until_at,
        read_zone(body, "tzid"),
        read_text(body, "phone", 64),
        read_text(body, "backup", 200),
    )


def _parse_key(body: Fields, card_id: str, term: Term) -> Key:
    fingerprint = body.get("fingerprint")
    if not isinstance(fingerprint, str) or _FINGERPRINT.fullmatch(fingerprint) is None:
        raise MalformedError("card_fingerprint", "a fingerprint is 64 hexadecimal digits, lower case")
    revoked_at = None if body.get("revoked_at") is None else read_moment(body, "revoked_at")
    return Key(card_id, term, read_id(body, "post"), fingerprint, revoked_at)


def _parse_proxy(body: Fields, card_id: str, term: Term) -> Proxy:
    kinds = read_codes(body, "for_kinds")
    if not kinds:
        raise MalformedError("card_list", "a proxy names at least one kind of act")
    if term.from_on is None:
        raise MalformedError("card_date", "a proxy needs from_on, the day it began")
    return Proxy(card_id, term, read_id(body, "post"), kinds, read_optional_id(body, "person"))


_PARSERS: Final[Mapping[CardType, Callable[[Fields, str, Term], Card]]] = {
    CardType.ORGANISATION: _parse_organisation,
    CardType.POST: _parse_post,
    CardType.HOLDING: _parse_holding,
    CardType.PERSON: _parse_person,
    CardType.DUTY: _parse_duty,
    CardType.KEY: _parse_key,
    CardType.PROXY: _parse_proxy,
}


def parse_persons_section(value: object) -> tuple[Name, ...]:
    """Names of a person: ``{"names": [{text, lang, script, kind}, …]}``.

    Raises:
        MalformedError: ``card_names``; or as ``check_name``.
    """
    names = value.get("names") if isinstance(value, Mapping) else None
    return read_names(names)


def best_names(names: tuple[Name, ...]) -> dict[str, str]:
    """One name a language: the official one, else the first that is not from the press."""
    order = {"official": 0, "alias": 1, "old": 2, "seen_in_press": 3}
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda one: order[one.kind]):
        found.setdefault(name.lang, name.text)
    return found
