"""Values of which cards are made, each read and checked in one place.

Spec: docs/spec 17.2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from mithaq.core.encoding import parse_time
from mithaq.core.names import check_name
from mithaq.errors import MalformedError

MAX_ITEMS: Final = 200
MAX_TEXT: Final = 2_000
MAX_LINE: Final = 300
LANGUAGES: Final = frozenset({"ar", "fr", "en"})
BOTH: Final = ("ar", "fr")

_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?", re.ASCII)
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_DATE: Final = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SCRIPT: Final = re.compile(r"[a-z]{4}", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z0-9_+/-]{1,64}", re.ASCII)

Fields = Mapping[str, Any]


class NameKind(StrEnum):
    """What a spelling is."""

    OFFICIAL = "official"
    ALIAS = "alias"
    OLD = "old"
    SEEN_IN_PRESS = "seen_in_press"


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling: ``{text, lang, script, kind}``.

    Attributes:
        lang: ``ar``, ``fr``, ``en`` or another tag of two or three letters.
        script: ISO 15924 in lower case, ``arab`` or ``latn``.
    """

    text: str
    lang: str
    script: str
    kind: NameKind

    def encode(self) -> dict[str, str]:
        """As it stands in a card."""
        return {"text": self.text, "lang": self.lang, "script": self.script, "kind": str(self.kind)}


@dataclass(frozen=True, slots=True)
class SeatValue:
    """Where an organisation is: ``{place, tzid}``."""

    place: str
    tzid: str


@dataclass(frozen=True, slots=True)
class ContactDetail:
    """One way to reach a post: ``{type, value, note?, valid_from_on?, until_on?}``."""

    type: str
    value: str
    note: str
    valid_from_on: date | None
    until_on: date | None

    def encode(self) -> dict[str, str]:
        """As it stands in a card; what is not said is left out."""
        found = {"type": self.type, "value": self.value, "note": self.note}
        dates = {"valid_from_on": self.valid_from_on, "until_on": self.until_on}
        found.update({name: day.isoformat() for name, day in dates.items() if day is not None})
        return {name: value for name, value in found.items() if value}


CONTACT_TYPES: Final = ("phone", "mobile", "fax", "email", "address", "radio", "other")


def read_id(fields: Fields, name: str) -> str:
    """An id that a card gives or names.

    Raises:
        MalformedError: ``card_id``.
    """
    value = fields.get(name)
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise MalformedError("card_id", f"{name} is not an id of [a-z0-9._-], 1 to 100 characters")
    return value


def read_optional_id(fields: Fields, name: str) -> str:
    """As ``read_id``; empty when absent."""
    return read_id(fields, name) if fields.get(name) is not None else ""


def read_code(fields: Fields, name: str) -> str:
    """A code of ASCII letters and digits.

    Raises:
        MalformedError: ``card_code``.
    """
    value = fields.get(name)
    if not isinstance(value, str) or _CODE.fullmatch(value) is None:
        raise MalformedError("card_code", f"{name} is not a code of ASCII letters, digits, _ . and -")
    return value


def read_list(fields: Fields, name: str) -> list[Any]:
    """A list of at most 200 items; empty when absent.

    Raises:
        MalformedError: ``card_list``.
    """
    value = fields.get(name, [])
    if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
        raise MalformedError("card_list", f"{name} is not a list of at most {MAX_ITEMS} items")
    return list(value)


def read_codes(fields: Fields, name: str) -> tuple[str, ...]:
    """A list of codes, none twice.

    Raises:
        MalformedError: ``card_list``, ``card_code``.
    """
    codes = tuple(read_code({name: each}, name) for each in read_list(fields, name))
    if len(set(codes)) != len(codes):
        raise MalformedError("card_list", f"{name} has an item twice")
    return codes


def read_flag(fields: Fields, name: str) -> bool:
    """A boolean; false when absent.

    Raises:
        MalformedError: ``card_flag``.
    """
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise MalformedError("card_flag", f"{name} is neither true nor false")
    return value


def read_text(fields: Fields, name: str, limit: int = MAX_LINE) -> str:
    """A text in one language or none; empty when absent.

    Raises:
        MalformedError: ``card_text``.
    """
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise MalformedError("card_text", f"{name} is not a text of at most {limit} characters")
    return value


def read_label(fields: Fields, name: str) -> dict[str, str]:
    """A name in Arabic and in French, both present.

    Raises:
        MalformedError: ``card_label``; or as ``check_name``.
    """
    value = fields.get(name)
    if not isinstance(value, Mapping) or any(not isinstance(value.get(lang), str) for lang in BOTH):
        raise MalformedError("card_label", f"{name} needs a text in Arabic and one in French")
    return {
        lang: check_name(text) for lang, text in value.items() if isinstance(text, str) and lang in LANGUAGES
    }


def parse_date(value: object, name: str) -> date:
    """A calendar day ``YYYY-MM-DD`` of the years 1900 to 2199.

    Raises:
        MalformedError: ``card_date``.
    """
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise MalformedError("card_date", f"{name} is not a date of the form YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise MalformedError("card_date", f"{name}: there is no such day") from error


def read_date(fields: Fields, name: str) -> date | None:
    """As ``parse_date``; None when absent."""
    return None if fields.get(name) is None else parse_date(fields[name], name)


def read_moment(fields: Fields, name: str) -> datetime:
    """A UTC instant.

    Raises:
        MalformedError: ``card_time``.
    """
    value = fields.get(name)
    try:
        return parse_time(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise MalformedError("card_time", f"{name} is not of the form YYYY-MM-DDThh:mm:ss.sssZ") from error


def read_zone(fields: Fields, name: str) -> str:
    """Name of a time zone; an offset is refused, for rules change.

    Raises:
        MalformedError: ``card_zone``.
    """
    value = fields.get(name)
    if not isinstance(value, str) or _ZONE.fullmatch(value) is None or not _is_zone(value):
        raise MalformedError("card_zone", f"{name} is not the name of a time zone, as Africa/Casablanca")
    return value


def _is_zone(value: str) -> bool:
    """``Area/City`` of any edition of the table: nodes may have different ones, so the form decides."""
    area, _, city = value.partition("/")
    return value == "UTC" or (area in _AREAS and bool(city))


_AREAS: Final = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


def read_names(value: object) -> tuple[Name, ...]:
    """A list of spellings, at least one.

    Raises:
        MalformedError: ``card_names``; or as ``check_name``.
    """
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_ITEMS:
        raise MalformedError("card_names", f"names is not a list of 1 to {MAX_ITEMS} spellings")
    return tuple(_read_name(each) for each in value)


def _read_name(value: object) -> Name:
    if not isinstance(value, Mapping):
        raise MalformedError("card_names", "a spelling is not an object")
    text, lang, script = (value.get(name) for name in ("text", "lang", "script"))
    if not (isinstance(text, str) and isinstance(lang, str) and isinstance(script, str)):
        raise MalformedError("card_names", "a spelling needs text, lang and script")
    if not (re.fullmatch(r"[a-z]{2,3}", lang, re.ASCII) and _SCRIPT.fullmatch(script)):
        raise MalformedError("card_names", "lang is two or three letters, script four")
    try:
        kind = NameKind(str(value.get("kind", "")))
    except ValueError as error:
        raise MalformedError("card_names", "kind is not official, alias, old or seen_in_press") from error
    return Name(check_name(text), lang, script, kind)


def read_seat(value: object) -> SeatValue | None:
    """A seat; None when absent.

    Raises:
        MalformedError: ``card_seat``, ``card_zone``; or as ``check_name``.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("place"), str):
        raise MalformedError("card_seat", "a seat needs place and tzid")
    return SeatValue(check_name(value["place"]), read_zone(value, "tzid"))


def read_contacts(fields: Fields) -> tuple[ContactDetail, ...]:
    """Ways to reach a post.

    Raises:
        MalformedError: ``card_contact``, ``card_text``, ``card_date``, ``card_dates``.
    """
    return tuple(_read_contact(each) for each in read_list(fields, "contact_details"))


def _read_contact(value: object) -> ContactDetail:
    if not isinstance(value, Mapping) or value.get("type") not in CONTACT_TYPES:
        raise MalformedError("card_contact", f"a contact is of a type among {', '.join(CONTACT_TYPES)}")
    text = read_text(value, "value")
    if not text.strip():
        raise MalformedError("card_contact", "a contact has a value")
    start, end = read_date(value, "valid_from_on"), read_date(value, "until_on")
    check_order(start, end)
    return ContactDetail(str(value["type"]), text, read_text(value, "note"), start, end)


def check_order(start: date | None, end: date | None) -> None:
    """Refuse an end before the beginning.

    Raises:
        MalformedError: ``card_dates``.
    """
    if start is not None and end is not None and end < start:
        raise MalformedError("card_dates", "the end is before the beginning")
