"""An hour that is typed, and the clock of a place."""

import re
from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

_HOUR = re.compile(r"([01]?[0-9]|2[0-3])[:h.]([0-5][0-9])", re.ASCII)
_DIGITS: Final = {0x660 + value: str(value) for value in range(10)} | {
    0x6F0 + value: str(value) for value in range(10)
}


def fold_digits(text: str) -> str:
    """The same with Western digits."""
    return text.translate(_DIGITS)


class HourField(forms.CharField):
    """An hour of 24, as ``09:30``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("As 09:30."))
        super().__init__(max_length=8, widget=forms.TextInput(attrs={"dir": "ltr"}), **kwargs)

    def clean(self, value: Any) -> time | None:
        """The hour."""
        text = fold_digits(super().clean(value) or "")
        if not text:
            return None
        found = _HOUR.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("An hour is written as 09:30."))
        return time(int(found[1]), int(found[2]))


def local_time(day: date, hour: time) -> datetime:
    """A naive local time."""
    return datetime.combine(day, hour)
