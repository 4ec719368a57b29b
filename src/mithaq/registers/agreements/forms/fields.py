"""A day as a draft keeps it, and a number of months."""

from typing import Any

from django import forms

from mithaq.registers.agreements.rules.fields import MAX_MONTHS
from mithaq.web import fields


class DayField(fields.DayField):
    """A day that a draft keeps as text."""

    def clean(self, value: Any) -> str:  # type: ignore[override]
        """The day as ISO 8601; empty for none."""
        found = super().clean(value)
        return "" if found is None else found.isoformat()


def months_field(label: Any, most: int = MAX_MONTHS, **kwargs: Any) -> forms.IntegerField:
    """A number of months that may be left out."""
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most, **kwargs)
