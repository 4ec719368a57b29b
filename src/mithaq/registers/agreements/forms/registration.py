"""What becomes of a concluded text: registration, publication, depositary, scan of the original."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.registers.agreements.forms.fields import DayField
from mithaq.registers.agreements.rules.texts import UN_CLASSES
from mithaq.web.fields import TextField

SCAN: Final = "original_scan_sha256"
OF_REGISTRATION: Final = frozenset({"un_registration", "publication", "depositary", SCAN})
"""Members of the data that these fields write."""


def registration_fields(codes: Sequence[str]) -> dict[str, forms.Field]:
    """Fields by name, in their order."""
    fields: dict[str, forms.Field] = {
        "un_class": forms.ChoiceField(
            label=_("Registration with the United Nations"),
            choices=[("", "—"), ("none", _("Not to be registered")), *((each, each) for each in UN_CLASSES)],
            required=False,
            help_text=_("The class under which it is registered or filed: I, II or A."),
        ),
        "un_no": forms.IntegerField(
            label=_("Registration number"), required=False, min_value=1, max_value=10_000_000
        ),
        "un_date": DayField(label=_("Registered on"), required=False),
        "depositary": TextField(label=_("Depositary"), required=False),
    }
    for code in codes:
        named = {"administration": code}
        fields[f"publication_{code}"] = TextField(
            label=_("Publication by %(administration)s") % named,
            required=False,
            help_text=_("The gazette and its number."),
        )
        fields[f"published_{code}"] = DayField(
            label=_("Published by %(administration)s on") % named, required=False, help_text=""
        )
    fields["scan"] = forms.FileField(
        label=_("Scan of the original"),
        required=False,
        help_text=_("Its hash is signed with the text, and the file goes with it. Empty: as it was."),
    )
    return fields


def check_registration(form: forms.Form) -> None:
    """A number and a day stand under a class; a day of publication beside a publication."""
    cleaned = form.cleaned_data
    if (cleaned.get("un_no") or cleaned.get("un_date")) and cleaned.get("un_class") in ("", "none", None):
        form.add_error("un_class", _("The class of the registration is missing."))
    for name in [each for each in form.fields if each.startswith("published_")]:
        place = name.replace("published_", "publication_")
        if cleaned.get(name) and not cleaned.get(place):
            form.add_error(place, _("The publication itself is missing."))


def registration_of(cleaned: Mapping[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    """Members of the data; what is empty is empty."""
    registered: Any = cleaned["un_class"]
    if registered in UN_CLASSES:
        members = {"class": registered, "no": cleaned["un_no"], "date": cleaned["un_date"]}
        registered = {name: value for name, value in members.items() if value}
    published = [
        {"administration": code, "publication": cleaned[f"publication_{code}"]}
        | ({"date": cleaned[f"published_{code}"]} if cleaned[f"published_{code}"] else {})
        for code in codes
        if cleaned.get(f"publication_{code}")
    ]
    return {"un_registration": registered, "publication": published, "depositary": cleaned["depositary"]}


def initial_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the fields for the data of a draft."""
    registered = data.get("un_registration")
    known = registered if isinstance(registered, Mapping) else {"class": registered or ""}
    values: dict[str, Any] = {
        "un_class": known.get("class", ""),
        "un_no": known.get("no"),
        "un_date": known.get("date", ""),
        "depositary": data.get("depositary", ""),
    }
    for each in data.get("publication", []):
        code = each.get("administration")
        values[f"publication_{code}"] = each.get("publication", "")
        values[f"published_{code}"] = each.get("date", "")
    return values
