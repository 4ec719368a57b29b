"""Fields of forms: a text, a day in words, a list of lines."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.dates import Precision, parse_typed_date
from mithaq.errors import MalformedError
from mithaq.registers.agreements.rules.fields import MAX_LIST, MAX_MONTHS, MAX_TEXT_CHARS, MAX_TITLE_CHARS

_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


class TextField(forms.CharField):
    """Free text: normal form C, without the isolates that a page had added."""

    def __init__(self, *, lang: str = "", rows: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        if lang:
            widget.attrs |= {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"}
        kwargs.setdefault("max_length", MAX_TEXT_CHARS if rows else MAX_TITLE_CHARS)
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """NFC, one form of line ends."""
        text = super().to_python(value) or ""
        return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_ISOLATES).strip()


class DayField(forms.CharField):
    """A day, typed as people write it; a missing day is never made up."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("As 2 March 2027 or 2/3/2027: the day first."))
        super().__init__(max_length=64, widget=forms.TextInput(attrs={"dir": "auto"}), **kwargs)

    def clean(self, value: Any) -> str:
        """The day as ISO 8601; empty for none."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            found = parse_typed_date(text, get_language())
        except MalformedError as error:
            raise forms.ValidationError(_("This is no day that can be read.")) from error
        if found.precision is not Precision.DAY or not found.edtf:
            raise forms.ValidationError(_("The day itself is missing."))
        return date.fromisoformat(found.edtf).isoformat()


class LinesField(TextField):
    """A list of short texts, one a line."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(rows=rows, **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Lines that are not empty."""
        lines = [line.strip() for line in super().clean(value).split("\n") if line.strip()]
        if len(lines) > MAX_LIST or any(len(line) > MAX_TITLE_CHARS for line in lines):
            raise forms.ValidationError(_("This list is too long."))
        return lines


def months_field(label: Any, most: int = MAX_MONTHS, **kwargs: Any) -> forms.IntegerField:
    """A number of months that may be left out."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most, **kwargs)
