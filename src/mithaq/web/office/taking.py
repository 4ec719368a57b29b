"""A list as a table for who takes it away: with what says which export it is."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mithaq.web.access.subject import subject_of
from mithaq.web.language import direction_of
from mithaq.web.listing import Listing, plain_value
from mithaq.web.office.table import Value, write_table
from mithaq.web.runtime import get_node


def write_listing(request: HttpRequest, listing: Listing, code: str, number: int) -> bytes:
    """The rows of a page of a list, with what says which export it is.

    Raises:
        UnavailableError: ``office_missing``.
    """
    lang = get_language() or "en"
    rows = [
        [_value(row.values.get(column.name), column.kind, lang) for column in listing.columns]
        for row in listing.rows
    ]
    facts = [
        (_("Handling"), code),
        (_("Day"), get_node().clock.now().date().isoformat()),
        (_("Post"), min(subject_of(request).posts, default="")),
        (_("Number of the export"), str(number)),
    ]
    heads = [str(column.label) for column in listing.columns]
    return write_table(str(listing.title), heads, rows, facts, is_rtl=direction_of(lang) == "rtl")


def _value(value: Any, kind: str, lang: str) -> Value:
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "date" and hasattr(value, "isoformat") and not hasattr(value, "hour"):
        found: Value = value
        return found
    return plain_value(value, lang)
