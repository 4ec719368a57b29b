"""Popolo JSON: persons, organisations, posts and memberships of a whole directory.

Spec: popoloproject.com/specs
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mithaq.registers.directory.exchange.contact import in_language, make_uid

_TYPES: Final = {"phone": "voice", "mobile": "cell"}


@dataclass(frozen=True, slots=True)
class PopoloCard:
    """A card as it stands, with what is written of it."""

    issuer: str
    card: str
    card_id: str
    label: Mapping[str, str]
    body: Mapping[str, Any]
    names: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Popolo:
    """Everything that is written."""

    cards: Sequence[PopoloCard]
    lang: str = "fr"


def write_popolo(found: Popolo) -> dict[str, list[dict[str, Any]]]:
    """Four lists, each ordered by id; what a card does not say is left out."""
    makers = {
        "persons": ("person", _person),
        "organizations": ("organisation", _organisation),
        "posts": ("post", _post),
        "memberships": ("holding", _membership),
    }
    return {
        name: sorted(
            (_tidy(make(one, found.lang)) for one in found.cards if one.card == card),
            key=lambda one: str(one["id"]),
        )
        for name, (card, make) in makers.items()
    }


def _person(one: PopoloCard, lang: str) -> dict[str, Any]:
    return {**_named(one, lang)}


def _organisation(one: PopoloCard, lang: str) -> dict[str, Any]:
    parent = one.body.get("parent")
    return {
        **_named(one, lang),
        "parent_id": _id(one.issuer, "organisation", parent) if parent else None,
        "founding_date": one.body.get("from_on"),
        "dissolution_date": one.body.get("to_on"),
    }


def _post(one: PopoloCard, lang: str) -> dict[str, Any]:
    return {
        "id": _id(one.issuer, one.card, one.card_id),
        "label": in_language(one.label, lang),
        "role": one.body.get("role_code"),
        "organization_id": _id(one.issuer, "organisation", str(one.body.get("organisation", ""))),
        "start_date": one.body.get("from_on"),
        "end_date": one.body.get("to_on"),
        "contact_details": [_tidy(_detail(each)) for each in one.body.get("contact_details", ())],
    }


def _membership(one: PopoloCard, lang: str) -> dict[str, Any]:
    return {
        "id": _id(one.issuer, one.card, one.card_id),
        "person_id": _id(one.issuer, "person", str(one.body.get("person", ""))),
        "post_id": _id(one.issuer, "post", str(one.body.get("post", ""))),
        "role": "acting" if one.body.get("acting") else None,
        "start_date": one.body.get("from_on"),
        "end_date": one.body.get("to_on"),
    }


def _named(one: PopoloCard, lang: str) -> dict[str, Any]:
    best = in_language(one.label, lang) or one.card_id
    others = [
        {"name": each["text"], "note": f"{each['lang']}, {each['kind']}"}
        for each in one.names
        if each["text"] != best
    ]
    return {"id": _id(one.issuer, one.card, one.card_id), "name": best, "other_names": others}


def _detail(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": _TYPES.get(each["type"], each["type"]),
        "value": each["value"],
        "note": each.get("note"),
        "valid_from": each.get("valid_from_on"),
        "valid_until": each.get("until_on"),
    }


def _id(issuer: str, card: str, card_id: str) -> str:
    return make_uid(issuer, card, card_id)


def _tidy(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if each not in (None, "", [])}
