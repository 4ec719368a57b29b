"""Lists: filters in the address, pages of 50, and the same list as CSV and JSON."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.web.access.gate import demand
from mithaq.web.access.noted import note_taken, shown_codes
from mithaq.web.access.policy import Protected
from mithaq.web.access.subject import subject_of
from mithaq.web.access_log.exports import highest, name_export
from mithaq.web.listing import (
    PAGE_ROWS,
    ChosenFilter,
    Column,
    Empty,
    Filter,
    Filters,
    Listing,
    PageSlice,
    Row,
    make_cells,
    write_csv,
    write_json,
)
from mithaq.web.office.libraries import XLSX_TYPE, can_write
from mithaq.web.office.taking import write_listing
from mithaq.web.saved_views import place_of, views_of
from mithaq.web.view import page as render_page

__all__ = [
    "PAGE_ROWS",
    "ChosenFilter",
    "Column",
    "Empty",
    "Filter",
    "Filters",
    "Listing",
    "PageSlice",
    "Row",
    "list_page",
    "read_filters",
    "slice_of",
]

OPEN_THING: Final = Protected(administration_is_ours_or_released=True, code="clear", is_local=True)
"""Stands for the rows of a list, which were judged one by one: what is asked is the right to take away."""
MAX_PAGE: Final = 100_000
MAX_FILTER_CHARS: Final = 200
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def read_filters(request: HttpRequest, filters: Sequence[Filter]) -> Filters:
    """The filters that the address sets; a value that is no choice counts as none."""
    return Filters(
        tuple(
            ChosenFilter(each.name, each.label, each.choices, _read(request, each), each.none)
            for each in filters
        )
    )


def _read(request: HttpRequest, chosen: Filter) -> str:
    value = request.GET.get(chosen.name, "").strip()[:MAX_FILTER_CHARS]
    if chosen.choices and value not in {code for code, _ in chosen.choices}:
        return ""
    return "" if "\0" in value else value


def slice_of(request: HttpRequest, count: int, *, is_counted: bool = True) -> PageSlice:
    """The page that ``?page=`` asks for; ``is_counted`` says whether the reader may know the number of rows.

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
    return PageSlice(number, start, min(start + PAGE_ROWS, count), count, query, is_counted)


def list_page(
    request: HttpRequest, template: str, listing: Listing, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The list as a page, or as CSV, JSON or xlsx where ``?format=`` says so: the rows of this page."""
    match request.GET.get("format", ""):
        case "csv":
            lang = get_language() or "en"
            media = "text/csv; charset=utf-8"
            return _answer(request, listing, lambda *_: write_csv(listing, lang), media, "csv")
        case "json":
            return _answer(request, listing, lambda *_: write_json(listing), "application/json", "json")
        case "xlsx" if can_write():
            return _answer(request, listing, partial(write_listing, request, listing), XLSX_TYPE, "xlsx")
    shown = {"listing": listing, "cells": make_cells(listing), "saved_views": views_of(request)}
    return render_page(
        request,
        template,
        {**shown, "place": place_of(request.path_info), "xlsx": can_write(), **(context or {})},
    )


def _answer(
    request: HttpRequest, listing: Listing, write: Callable[[str, int], bytes], media: str, suffix: str
) -> HttpResponse:
    """A list as a file, written once it may leave; its name carries code, day, post and number (trust 7.10).

    ``write`` is told code and number, for the file that holds them too.
    """
    subject, code = subject_of(request), highest(shown_codes())
    if any(row.url for row in listing.rows):  # records leave, and not what is told of accounts or readings
        demand(subject, "export", OPEN_THING, is_done=False)
    number = note_taken(subject, [row.url for row in listing.rows if row.url], code)
    name = name_export(subject, number, code, "list", suffix)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(code, number), content_type=media, headers=headers)
