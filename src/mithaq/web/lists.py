"""Lists: columns, rows, filters in the address, pages of 50, and the same list as CSV and JSON."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language

from mithaq.core.encoding import format_time
from mithaq.errors import MissingError
from mithaq.web.saved_views import place_of, views_of
from mithaq.web.texts import pick
from mithaq.web.view import page as render_page

PAGE_ROWS: Final = 50
MAX_PAGE: Final = 100_000
MAX_FILTER_CHARS: Final = 200
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_FORMULA_STARTS: Final = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        name: key of its values in a row, of the CSV and of the JSON.
        kind: ``text`` (a string or a text by language), ``code``, ``number``, ``date``, ``time``, ``state``,
            ``marks`` (codes), ``kind`` (an object kind), ``party`` (a name of an administration) or
            ``parties`` (several).
    """

    name: str
    label: Promise | str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list; its first cell leads to ``url``, if there is one."""

    values: Mapping[str, Any]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a list; without choices it is a field to type in."""

    name: str
    label: Promise | str
    choices: Sequence[tuple[str, Promise | str]] = ()


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter and what was chosen."""

    name: str
    label: Promise | str
    choices: Sequence[tuple[str, Promise | str]]
    value: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list as the address gives them."""

    chosen: tuple[ChosenFilter, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """Name -> value of those that are set."""
        return {each.name: each.value for each in self.chosen if each.value}

    @property
    def is_active(self) -> bool:
        """Whether any is set."""
        return any(each.value for each in self.chosen)


@dataclass(frozen=True, slots=True)
class PageSlice:
    """Which rows of a list are on this page.

    Attributes:
        number: from 1.
        start, stop: of the rows, as of a slice.
        query: the other parts of the address, encoded, with a ``&`` at the end if there are any.
    """

    number: int
    start: int
    stop: int
    count: int
    query: str = ""

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.count // PAGE_ROWS))

    @property
    def previous(self) -> int:
        """Number of the page before; 0 when there is none."""
        return self.number - 1

    @property
    def next(self) -> int:
        """Number of the page after; 0 when there is none."""
        return self.number + 1 if self.number < self.last else 0

    @property
    def first_row(self) -> int:
        """Number of the first row shown, from 1."""
        return self.start + 1


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what belongs here, and one button."""

    text: Promise | str
    button: Promise | str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, ready to be shown."""

    title: Promise | str
    columns: Sequence[Column]
    rows: Sequence[Row]
    page: PageSlice
    empty: Empty
    filters: Filters = field(default_factory=Filters)


def read_filters(request: HttpRequest, filters: Sequence[Filter]) -> Filters:
    """The filters that the address sets; a value that is no choice counts as none."""
    return Filters(
        tuple(ChosenFilter(each.name, each.label, each.choices, _read(request, each)) for each in filters)
    )


def _read(request: HttpRequest, chosen: Filter) -> str:
    value = request.GET.get(chosen.name, "").strip()[:MAX_FILTER_CHARS]
    if chosen.choices and value not in {code for code, _ in chosen.choices}:
        return ""
    return "" if "\0" in value else value


def slice_of(request: HttpRequest, count: int) -> PageSlice:
    """The page that ``?page=`` asks for.

    Raises:
        MissingError: ``page``; there is no such page.
    """
    text = request.GET.get("page", "1")
    number = int(text) if _NUMBER.fullmatch(text) else 0
    start = (number - 1) * PAGE_ROWS
    if number < 1 or number > MAX_PAGE or (start >= count and number > 1):
        raise MissingError("page", "There is no such page.")
    rest = [(name, value) for name, value in request.GET.items() if name not in ("page", "format")]
    query = urlencode(rest) + "&" if rest else ""
    return PageSlice(number, start, min(start + PAGE_ROWS, count), count, query)


def list_page(
    request: HttpRequest, template: str, listing: Listing, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The list as a page, or as CSV or JSON where ``?format=`` says so: the rows of this page."""
    match request.GET.get("format", ""):
        case "csv":
            return _answer(write_csv(listing), "text/csv; charset=utf-8", "csv")
        case "json":
            return _answer(write_json(listing), "application/json", "json")
    shown = {"listing": listing, "cells": make_cells(listing), "saved_views": views_of(request)}
    return render_page(request, template, {**shown, "place": place_of(request.path_info), **(context or {})})


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row with its column."""

    column: Column
    value: Any


def make_cells(listing: Listing) -> list[tuple[str, list[Cell]]]:
    """(address, cells in the order of the columns) of each row, for the template."""
    return [
        (row.url, [Cell(column, row.values.get(column.name)) for column in listing.columns])
        for row in listing.rows
    ]


def write_csv(listing: Listing) -> bytes:
    """RFC 4180 with a mark for spreadsheets; no cell begins as a formula would (trust 7.10)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column.name for column in listing.columns])
    for row in listing.rows:
        writer.writerow([_guard(_plain(row.values.get(column.name))) for column in listing.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_json(listing: Listing) -> bytes:
    """``{"items": [...], "count": n}``, texts by language, times in RFC 3339."""
    items = [
        {column.name: _json(row.values.get(column.name)) for column in listing.columns}
        for row in listing.rows
    ]
    return orjson.dumps({"items": items, "count": listing.page.count})


def _answer(data: bytes, media: str, suffix: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=media, headers={"Content-Disposition": f'attachment; filename="list.{suffix}"'}
    )


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return pick(value, get_language() or "en")[0]
    value = _json(value)
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _json(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(each) for each in value]
    return value if isinstance(value, int | float | bool | None) else str(value)


def _guard(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
