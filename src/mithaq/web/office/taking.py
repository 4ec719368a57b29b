"""A list as a table for who takes it away: with what says which export it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mithaq.node.node import Node
from mithaq.web.access.policy import Subject
from mithaq.web.access.subject import subject_of
from mithaq.web.language import LANGUAGES, direction_of
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
    facts = _facts(get_node(), subject_of(request), code, number)
    heads = [str(column.label) for column in listing.columns]
    return write_table(str(listing.title), heads, rows, facts, is_rtl=direction_of(lang) == "rtl")


def write_records(
    node: Node, subject: Subject, title: str, records: Sequence[Mapping[str, Any]], code: str, number: int
) -> bytes:
    """The same for programs: a column for each member, for each language of a text one.

    Raises:
        UnavailableError: ``office_missing``.
    """
    flat = [dict(_flatten(record)) for record in records]
    heads = list(dict.fromkeys(name for record in flat for name in record))
    rows = [[record.get(name) for name in heads] for record in flat]
    return write_table(title, heads, rows, _facts(node, subject, code, number), is_rtl=False)


def _facts(node: Node, subject: Subject, code: str, number: int) -> list[tuple[str, str]]:
    """What says which export it is."""
    return [
        (_("Handling"), code),
        (_("Day"), node.clock.now().date().isoformat()),
        (_("Post"), min(subject.posts, default="")),
        (_("Number of the export"), str(number)),
    ]


def _flatten(record: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for name, value in record.items():
        if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
            yield from ((f"{name}_{lang}", str(text)) for lang, text in value.items())
        elif value is None or (isinstance(value, str | int | date) and not isinstance(value, bool)):
            yield name, value
        else:
            yield name, orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _value(value: Any, kind: str, lang: str) -> Value:
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "date" and hasattr(value, "isoformat") and not hasattr(value, "hour"):
        found: Value = value
        return found
    return plain_value(value, lang)
