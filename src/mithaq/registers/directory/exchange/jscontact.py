"""JSContact. Spec: RFC 9553."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from mithaq.registers.directory.exchange.contact import Contact, base_language, in_language

_FEATURES: Final = {"phone": "voice", "mobile": "mobile", "fax": "fax"}


def write_jscontact(contact: Contact) -> dict[str, Any]:
    """A Card object; the other language stands under ``localizations``."""
    lang = base_language(contact)
    card: dict[str, Any] = {
        "@type": "Card",
        "version": "1.0",
        "uid": contact.uid,
        "kind": contact.kind,
        "language": lang,
        "updated": f"{contact.updated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "name": {"@type": "Name", "full": in_language(contact.names, lang)},
        **_titles(contact, lang),
        **_details(contact),
    }
    if contact.languages:
        card["preferredLanguages"] = {
            f"l{number}": {"@type": "LanguagePref", "language": one}
            for number, one in enumerate(contact.languages, start=1)
        }
    if contact.note:
        card["notes"] = {"n1": {"@type": "Note", "note": contact.note}}
    others = {other: _localize(contact, other) for other in contact.names if other and other != lang}
    if others:
        card["localizations"] = others
    return card


def _titles(contact: Contact, lang: str) -> dict[str, Any]:
    if not contact.titles:
        return {}
    numbered = list(enumerate(contact.titles, start=1))
    organisations = {
        f"o{number}": {"@type": "Organization", "name": in_language(one.organisation, lang)}
        for number, one in numbered
        if one.organisation
    }
    titles = {}
    for number, one in numbered:
        title = {"@type": "Title", "kind": "title", "name": in_language(one.label, lang)}
        titles[f"t{number}"] = title | ({"organizationId": f"o{number}"} if one.organisation else {})
    return {"titles": titles} | ({"organizations": organisations} if organisations else {})


def _localize(contact: Contact, lang: str) -> dict[str, str]:
    """Patches for one language: of the name, the titles and the organisations that have it."""
    found = {"name/full": contact.names[lang]}
    for number, one in enumerate(contact.titles, start=1):
        if one.label.get(lang):
            found[f"titles/t{number}/name"] = one.label[lang]
        if one.organisation.get(lang):
            found[f"organizations/o{number}/name"] = one.organisation[lang]
    return found


def _details(contact: Contact) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(contact.details, start=1):
        name, value = _detail(one)
        found.setdefault(name, {})[f"c{number}"] = value
    if contact.place or contact.tzid:
        seat = {"@type": "Address", "full": contact.place, "timeZone": contact.tzid}
        found.setdefault("addresses", {})["seat"] = {name: value for name, value in seat.items() if value}
    return found


def _detail(one: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    label = {"label": one["note"]} if one.get("note") else {}
    match one["type"]:
        case "phone" | "mobile" | "fax" as kind:
            feature = {"features": {_FEATURES[kind]: True}}
            return "phones", {"@type": "Phone", "number": one["value"], **feature, **label}
        case "email":
            return "emails", {"@type": "EmailAddress", "address": one["value"], **label}
        case "address":
            return "addresses", {"@type": "Address", "full": one["value"]}
        case kind:
            return "notes", {"@type": "Note", "note": f"{kind}: {one['value']}"}
