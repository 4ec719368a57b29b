"""Fields of forms: names, lists of names, days, hours. What is typed is normalised, then checked."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from functools import cache
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from mithaq.core.names import check_name, fold
from mithaq.errors import MalformedError
from mithaq.registers.directory.forms.words import CONTACTS, error_word
from mithaq.registers.directory.rules.values import MAX_ITEMS
from mithaq.web import fields
from mithaq.web.language import LANGUAGES

_HOUR = re.compile(r"([01]?[0-9]|2[0-3])[:h.]([0-5][0-9])", re.ASCII)
_TERM = re.compile(r"(?P<start>[0-9-]{0,10})/(?P<end>[0-9-]{0,10})", re.ASCII)
_ISOLATES: Final = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
_DIGITS: Final = {0x660 + value: str(value) for value in range(10)} | {
    0x6F0 + value: str(value) for value in range(10)
}
_HOW_TO_REACH: Final = _(
    "One a line, as Telephone: +212 5 00 00 00 00 | switchboard | 2025-01-01/2025-12-31; what stands after | "
    "may be left out. Kinds: Telephone, Mobile telephone, Fax, E-mail, Address, Radio, Other way."
)
Words = Mapping[str, Promise]


def tidy(text: str) -> str:
    """What is typed in the form it is kept in: normal form C, Western digits, single spaces, no isolates."""
    plain = unicodedata.normalize("NFC", text).translate(_ISOLATES).translate(_DIGITS)
    return "\n".join(
        " ".join(line.split(" ")).strip() for line in plain.replace("\r\n", "\n").split("\n")
    ).strip()


class TidyField(forms.CharField):
    """One line of text."""

    def __init__(self, *, lang: str = "", ltr: bool = False, **kwargs: Any) -> None:
        attributes = {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"} if lang else {}
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes or ({"dir": "ltr"} if ltr else {})))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The tidy text."""
        return tidy(super().to_python(value) or "")


class NameField(TidyField):
    """A name: one script a word, no sign that only misleads."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)

    def clean(self, value: Any) -> str:
        """The name."""
        text = str(super().clean(value))
        if not text:
            return text
        try:
            return check_name(text)
        except MalformedError as error:
            raise forms.ValidationError(str(error_word(error.code)), code=error.code) from error


class NamesField(TidyField):
    """Names, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            required=False,
            **kwargs,
        )

    def clean(self, value: Any) -> list[str]:
        """The names, none twice."""
        lines = [line for line in str(super().clean(value)).split("\n") if line]
        if len(lines) > MAX_ITEMS:
            raise forms.ValidationError(str(error_word("card_list")))
        try:
            return list(dict.fromkeys(check_name(line) for line in lines))
        except MalformedError as error:
            raise forms.ValidationError(str(error_word(error.code)), code=error.code) from error


class DayField(fields.DayField):
    """A day of a card."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("As 21 September 2024 or 21/9/2024: the day first."))
        super().__init__(**kwargs)


class HourField(forms.CharField):
    """An hour of 24, as ``09:30``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("As 09:30."))
        super().__init__(max_length=8, widget=forms.TextInput(attrs={"dir": "ltr"}), **kwargs)

    def clean(self, value: Any) -> time | None:
        """The hour."""
        found = _HOUR.fullmatch(tidy(str(super().clean(value) or "")))
        if found is None:
            raise forms.ValidationError(_("An hour is written as 09:30."))
        return time(int(found[1]), int(found[2]))


class ContactsField(TidyField):
    """Ways to be reached, one a line: ``Telephone: +212 …``, a remark after ``|``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _HOW_TO_REACH)
        super().__init__(
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            required=False,
            **kwargs,
        )

    def clean(self, value: Any) -> list[dict[str, str]]:
        """The ways, as a card has them."""
        lines = [line for line in str(super().clean(value)).split("\n") if line]
        return [self._read(line) for line in lines]

    def _read(self, line: str) -> dict[str, str]:
        word, _sep, rest = line.partition(":")
        text, note, term, *more = [*(part.strip() for part in rest.split("|")), "", ""][:4]
        kind = _contact_codes().get(fold(word))
        days = _TERM.fullmatch(term) if term else None
        if kind is None or not text or any(more) or (term and days is None):
            raise forms.ValidationError(str(error_word("card_contact")))
        start, end = (days["start"], days["end"]) if days is not None else ("", "")
        found = {"type": kind, "value": text, "note": note, "valid_from_on": start, "until_on": end}
        return {name: each for name, each in found.items() if each}


@cache
def _contact_codes() -> dict[str, str]:
    """Word in any language of the pages, or the code itself -> code."""
    found = {fold(code): code for code in CONTACTS}
    for lang in LANGUAGES:
        with override(lang):
            found |= {fold(str(word)): code for code, word in CONTACTS.items()}
    return found


def write_contacts(items: list[dict[str, Any]]) -> str:
    """Ways to be reached as a person would type them."""
    return "\n".join(map(_write_contact, items))


def _write_contact(one: Mapping[str, Any]) -> str:
    line = f"{CONTACTS.get(one.get('type', ''), one.get('type', ''))}: {one.get('value', '')}"
    start, end = one.get("valid_from_on", ""), one.get("until_on", "")
    parts = [line, one.get("note", ""), f"{start}/{end}" if start or end else ""]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return " | ".join(parts)


def choices(words: Words, *, empty: bool = False) -> list[tuple[str, Promise | str]]:
    """A code list as choices."""
    found: list[tuple[str, Promise | str]] = [("", "—")] if empty else []
    return found + list(words.items())
