"""Fields of forms that registers share: a text of the record, a day in words, lists of lines."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.dates import Precision, parse_typed_date
from mithaq.errors import MalformedError

MOST_TITLE_CHARS: Final = 300
MOST_TEXT_CHARS: Final = 20_000
MOST_LINES: Final = 200

_ISOLATES: Final = dict.fromkeys(range(0x2066, 0x206A))


class TextField(forms.CharField):
    """Free text: normal form C, without the isolates that a page or calendar had added."""

    def __init__(self, *, lang: str = "", rows: int = 0, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        if lang:
            widget.attrs |= {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"}
        kwargs.setdefault("max_length", MOST_TEXT_CHARS if rows else MOST_TITLE_CHARS)
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

    def clean(self, value: Any) -> date | None:
        """The day; None for nothing."""
        text = str(super().clean(value) or "")
        return read_day(text) if text else None


def read_day(text: str) -> date:
    """A day that was typed.

    Raises:
        ValidationError: it cannot be read, or the day itself is missing.
    """
    try:
        found = parse_typed_date(text, get_language())
    except MalformedError as error:
        raise forms.ValidationError(_("This is no day that can be read.")) from error
    if found.precision is not Precision.DAY or not found.edtf:
        raise forms.ValidationError(_("The day itself is missing."))
    return date.fromisoformat(found.edtf)


def write_day(day: str) -> str:
    """``30/09/2026``: a day of the record as a person would type it; empty for none."""
    return f"{date.fromisoformat(day):%d/%m/%Y}" if day else ""


class _ManyLines(TextField):
    def __init__(
        self, *, most_lines: int = MOST_LINES, most_chars: int = MOST_TEXT_CHARS, rows: int = 3, **kwargs: Any
    ) -> None:
        self._most_lines, self._most_chars = most_lines, most_chars
        kwargs.setdefault("required", False)
        super().__init__(rows=rows, **kwargs)

    def _lines(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).split("\n") if line.strip()]
        if len(lines) > self._most_lines or any(len(line) > self._most_chars for line in lines):
            raise forms.ValidationError(_("This list is too long."))
        return lines


class LinesField(_ManyLines):
    """A list of texts, one a line."""

    def clean(self, value: Any) -> list[str]:
        """Lines that are not empty."""
        return self._lines(value)


class RowsField(_ManyLines):
    """A list, one thing a line; the parts of a line stand between ``|``."""

    def __init__(self, *, parts: int = 1, least: int = 1, rows: int = 4, **kwargs: Any) -> None:
        self._parts, self._least = parts, least
        super().__init__(rows=rows, **kwargs)

    def clean(self, value: Any) -> list[list[str]]:
        """Lines that are not empty, each as its parts; parts that are missing are empty."""
        return [self._split(number, line) for number, line in enumerate(self._lines(value), start=1)]

    def _split(self, number: int, line: str) -> list[str]:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) > self._parts or len([part for part in parts if part]) < self._least:
            raise forms.ValidationError(
                _("Line %(number)s does not have its parts between | signs."), params={"number": number}
            )
        return parts + [""] * (self._parts - len(parts))


def write_rows(items: Sequence[Sequence[object]]) -> str:
    """Items as a person would type them into a ``RowsField``."""
    return "\n".join(" | ".join(str(part) for part in item).rstrip(" |") for item in items)
