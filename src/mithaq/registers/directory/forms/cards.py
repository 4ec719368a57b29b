"""One form a type of card: at most seven fields first. A form gives a body; the rules judge it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.encoding import format_time, parse_time
from mithaq.registers.directory.forms.fields import (
    ContactsField,
    DayField,
    HourField,
    NameField,
    NamesField,
    TidyField,
    choices,
    write_contacts,
)
from mithaq.registers.directory.forms.words import CARDS, KINDS, LANGUAGES, ROLES
from mithaq.registers.directory.rules.matching import make_name
from mithaq.registers.directory.rules.values import NameKind
from mithaq.web.codes import choices_of

Options = Mapping[str, Sequence[tuple[str, str]]]
"""Type of card -> (id, label) of those that stand on our side."""

ZONES = ("Africa/Casablanca", "Europe/Paris", "Europe/Madrid", "Europe/Lisbon", "UTC")
MORE = _("More")
MEMBERS = frozenset(
    [
        *("card", "id", "names", "parent", "seat", "from_on", "to_on", "revoked_on", "label", "organisation"),
        *("role_code", "fields", "contact_details", "always_on", "hours", "post", "person", "acting"),
        *("languages", "from_at", "until_at", "tzid", "phone", "backup", "fingerprint", "for_kinds"),
        *("expects", "author_post", "emergency"),
    ]
)
"""What forms write, and what the record adds of itself."""


class CardForm(forms.Form):
    """What every card has: its reference, its dates, and that warnings were seen."""

    card: ClassVar[str] = ""
    submit_label = _("Preview")

    from_on = DayField(label=_("Valid from"), required=False)
    to_on = DayField(label=_("Until, that day included"), required=False)
    revoked_on = DayField(label=_("Taken back from"), required=False)
    id = TidyField(
        label=_("Reference"),
        required=False,
        ltr=True,
        max_length=100,
        help_text=_("Left empty, one is made. A card with the reference of another replaces it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    groups: tuple[tuple[Promise, tuple[str, ...]], ...] = ((MORE, ("to_on", "revoked_on", "id")),)

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options
        self.fields["id"].disabled = bool(self.initial.get("is_replacing"))

    def pick(self, name: str, card: str) -> None:
        """Let a field choose among our cards of a type."""
        known = [
            (code, f"{label} ({code})" if label != code else code)
            for code, label in self.options.get(card, ())
        ]
        self.fields[name].widget = forms.Select(choices=[("", "—"), *known])

    def body(self) -> dict[str, Any]:
        """The card as the wire has it; what was left empty is left out."""
        found = {"card": self.card, "id": self.cleaned_data["id"], **self.values()}
        for name in ("from_on", "to_on", "revoked_on"):
            if self.cleaned_data.get(name):
                found[name] = self.cleaned_data[name].isoformat()
        return {name: value for name, value in found.items() if value not in ("", None, [])}

    def unknown_members(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Members of a card that is replaced which no form knows: those of a newer node among them."""
        return {name: value for name, value in body.items() if name not in MEMBERS}

    def values(self) -> dict[str, Any]:
        """Fields of this type."""
        raise NotImplementedError

    def persons(self) -> list[dict[str, str]]:
        """Names for the section of persons."""
        return []

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """What stands in the form of a card that is replaced."""
        return {name: body.get(name, "") for name in ("from_on", "to_on", "revoked_on", "id")}


class OrganisationForm(CardForm):
    """A ministry, a directorate, a service."""

    card = "organisation"

    name_ar = NameField(label=_("Name in Arabic"), lang="ar")
    name_fr = NameField(label=_("Name in French"), lang="fr")
    parent = TidyField(label=_("Stands under"), required=False, ltr=True)
    place = NameField(label=_("Seat"), required=False)
    tzid = forms.ChoiceField(
        label=_("Time zone of the seat"), choices=[("", "—"), *((z, z) for z in ZONES)], required=False
    )
    aliases = NamesField(label=_("Also written"), help_text=_("One a line, in either script."))
    old_names = NamesField(label=_("Former names"), help_text=_("One a line, in either script."))

    field_order = ("name_ar", "name_fr", "parent", "place", "tzid", "from_on")
    groups = ((_("Other spellings"), ("aliases", "old_names")), (MORE, ("to_on", "revoked_on", "id")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pick("parent", "organisation")

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        seat = {"place": data["place"], "tzid": data["tzid"]} if data["place"] or data["tzid"] else None
        return {"names": _names(data), "parent": data["parent"], "seat": seat}

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        seat = body.get("seat") or {}
        return {
            **super().initial_of(body, names),
            **_spread(names),
            "parent": body.get("parent", ""),
            "place": seat.get("place", ""),
            "tzid": seat.get("tzid", ""),
        }


class PostForm(CardForm):
    """A function in an organisation."""

    card = "post"

    organisation = TidyField(label=_("Organisation"), ltr=True)
    label_ar = NameField(label=_("Post in Arabic"), lang="ar")
    label_fr = NameField(label=_("Post in French"), lang="fr")
    role_code = forms.ChoiceField(label=_("Role"), choices=choices(ROLES))
    contacts = ContactsField(label=_("Ways to be reached"))
    hours = TidyField(label=_("Hours"), required=False, ltr=True, help_text=_("As 08:30-16:30, at the seat."))
    always_on = forms.BooleanField(label=_("Answers at all hours: needs a duty rota"), required=False)
    fields_ = forms.MultipleChoiceField(
        label=_("Fields of cooperation"),
        choices=lambda: choices_of("field"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("organisation", "label_ar", "label_fr", "role_code", "contacts", "hours", "from_on")
    groups = (
        (_("Duty and fields"), ("always_on", "fields_")),
        (MORE, ("to_on", "revoked_on", "id")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pick("organisation", "organisation")
        role = self.initial.get("role_code")
        if role and role not in ROLES:
            self.fields["role_code"] = forms.ChoiceField(
                label=_("Role"), choices=[(role, role), *choices(ROLES)]
            )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "organisation": data["organisation"],
            "label": {"ar": data["label_ar"], "fr": data["label_fr"]},
            "role_code": data["role_code"],
            "contact_details": data["contacts"],
            "hours": data["hours"],
            "always_on": data["always_on"],
            "fields": data["fields_"],
        }

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        label = body.get("label", {})
        return {
            **super().initial_of(body, names),
            "organisation": body.get("organisation", ""),
            "label_ar": label.get("ar", ""),
            "label_fr": label.get("fr", ""),
            "role_code": body.get("role_code", ""),
            "contacts": write_contacts(body.get("contact_details", [])),
            "hours": body.get("hours", ""),
            "always_on": body.get("always_on", False),
            "fields_": body.get("fields", []),
        }


class HoldingForm(CardForm):
    """A person takes a post; the post goes on."""

    card = "holding"

    post = TidyField(label=_("Post"), ltr=True)
    person = TidyField(label=_("Person"), ltr=True)
    from_on = DayField(label=_("Holds it from"))
    acting = forms.BooleanField(label=_("Acting"), required=False)

    field_order = ("post", "person", "from_on", "to_on", "acting")
    groups = ((MORE, ("revoked_on", "id")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pick("post", "post")
        self.pick("person", "person")

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("post", "person", "acting")}

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        own = {name: body.get(name, "") for name in ("post", "person", "acting")}
        return {**super().initial_of(body, names), **own}


class PersonForm(CardForm):
    """Someone, with both scripts and every other spelling."""

    card = "person"

    name_ar = NameField(label=_("Name in Arabic"), lang="ar")
    name_fr = NameField(label=_("Name in Latin letters"), lang="fr")
    aliases = NamesField(label=_("Also written"), help_text=_("One a line, in either script."))
    seen_names = NamesField(label=_("Seen in the press"), help_text=_("One a line, in either script."))
    id = TidyField(
        label=_("Reference"),
        required=False,
        ltr=True,
        max_length=100,
        help_text=_("Of somebody who signs: the pseudonym of the account, as acts name it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=choices(LANGUAGES), required=False, widget=forms.CheckboxSelectMultiple
    )
    old_names = NamesField(label=_("Former names"), help_text=_("One a line, in either script."))

    field_order = ("name_ar", "name_fr", "aliases", "seen_names", "languages")
    groups = ((MORE, ("old_names", "from_on", "to_on", "revoked_on", "id")),)

    def values(self) -> dict[str, Any]:
        return {"languages": self.cleaned_data["languages"]}

    def persons(self) -> list[dict[str, str]]:
        return _names(self.cleaned_data)

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        return {**super().initial_of(body, names), **_spread(names), "languages": body.get("languages", [])}


class DutyForm(CardForm):
    """Who answers for a post between two hours, told at one seat."""

    card = "duty"

    post = TidyField(label=_("Post"), ltr=True)
    begins_on = DayField(label=_("From: day"))
    begins_at = HourField(label=_("From: hour"))
    ends_on = DayField(label=_("Until: day"))
    ends_at = HourField(label=_("Until: hour"))
    tzid = forms.ChoiceField(label=_("Hours of"), choices=[(zone, zone) for zone in ZONES])
    phone = TidyField(label=_("Telephone on duty"), required=False, ltr=True, max_length=64)
    backup = TidyField(label=_("Who is called if nobody answers"), required=False, max_length=200)

    field_order = ("post", "begins_on", "begins_at", "ends_on", "ends_at", "tzid", "phone")
    groups = ((MORE, ("backup", "from_on", "to_on", "revoked_on", "id")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pick("post", "post")

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        zone = ZoneInfo(data["tzid"])
        return {
            "post": data["post"],
            "from_at": _instant(data["begins_on"], data["begins_at"], zone),
            "until_at": _instant(data["ends_on"], data["ends_at"], zone),
            "tzid": data["tzid"],
            "phone": data["phone"],
            "backup": data["backup"],
        }

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        own = {name: body.get(name, "") for name in ("post", "tzid", "phone", "backup")}
        zone = ZoneInfo(own["tzid"] if own["tzid"] in ZONES else "UTC")
        start, end = (parse_time(body[name]).astimezone(zone) for name in ("from_at", "until_at"))
        return {
            **super().initial_of(body, names),
            **own,
            "begins_on": start.date().isoformat(),
            "begins_at": f"{start:%H:%M}",
            "ends_on": end.date().isoformat(),
            "ends_at": f"{end:%H:%M}",
        }


class KeyForm(CardForm):
    """Shows a key of a post; the roster alone says what it is worth."""

    card = "key"

    post = TidyField(label=_("Post"), ltr=True)
    fingerprint = TidyField(label=_("Fingerprint"), ltr=True, max_length=64)

    field_order = ("post", "fingerprint", "from_on", "to_on")
    groups = ((MORE, ("revoked_on", "id")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pick("post", "post")

    def values(self) -> dict[str, Any]:
        return {"post": self.cleaned_data["post"], "fingerprint": self.cleaned_data["fingerprint"]}

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        own = {name: body.get(name, "") for name in ("post", "fingerprint")}
        return {**super().initial_of(body, names), **own}


class ProxyForm(CardForm):
    """Lets somebody act for a post, for some kinds of acts and a time."""

    card = "proxy"

    post = TidyField(label=_("Post"), ltr=True)
    person = TidyField(label=_("Person"), required=False, ltr=True)
    for_kinds = forms.MultipleChoiceField(
        label=_("For these acts"), choices=choices(KINDS), widget=forms.CheckboxSelectMultiple
    )
    from_on = DayField(label=_("Valid from"))

    field_order = ("post", "person", "for_kinds", "from_on", "to_on")
    groups = ((MORE, ("revoked_on", "id")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pick("post", "post")
        self.pick("person", "person")

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("post", "person", "for_kinds")}

    @classmethod
    def initial_of(cls, body: Mapping[str, Any], names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        own = {name: body.get(name, "") for name in ("post", "person", "for_kinds")}
        return {**super().initial_of(body, names), **own}


FORMS: Mapping[str, type[CardForm]] = {
    each.card: each
    for each in (OrganisationForm, PostForm, HoldingForm, PersonForm, DutyForm, KeyForm, ProxyForm)
}
assert set(FORMS) == set(CARDS)


def _names(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Spellings of a card: the two official ones, then the others in the order of the form."""
    official = [(data["name_ar"], "ar", "arab"), (data["name_fr"], "fr", "latn")]
    found = [
        {"text": text, "lang": lang, "script": script, "kind": "official"} for text, lang, script in official
    ]
    for name, kind in _LISTS.items():
        found += [make_name(text, kind).encode() for text in data.get(name, ())]
    return found


_LISTS = {"aliases": NameKind.ALIAS, "old_names": NameKind.OLD, "seen_names": NameKind.SEEN_IN_PRESS}


def _spread(names: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Spellings of a card over the fields of its form."""
    found: dict[str, Any] = {}
    for lang in ("ar", "fr"):
        best = [one for one in names if one["lang"] == lang and one["kind"] in ("official", "alias")]
        first = next((one for one in best if one["kind"] == "official"), best[0] if best else None)
        found[f"name_{lang}"] = first["text"] if first is not None else ""
    taken = {found["name_ar"], found["name_fr"]}
    for field, kind in _LISTS.items():
        lines = [one["text"] for one in names if one["kind"] == kind and one["text"] not in taken]
        found[field] = "\n".join(lines)
    return found


def _instant(day: Any, hour: Any, zone: ZoneInfo) -> str:
    return format_time(datetime.combine(day, hour, zone).astimezone(UTC))
