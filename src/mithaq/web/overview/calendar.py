"""The calendar: a month as a grid, mirrored in Arabic by the direction of the page, and as a list."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from babel.dates import get_day_names
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.web.dates import write_month
from mithaq.web.numbers import LOCALES
from mithaq.web.overview.events import CalendarEvent, find_gap_change, list_events
from mithaq.web.pages import find_url
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

SHOWN_A_DAY: Final = 4
VIEWS: Final = ("grid", "list")
_MONTH = re.compile(r"(19|20|21)([0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A cell of the grid."""

    on: date
    is_inside: bool
    is_today: bool
    events: tuple[CalendarEvent, ...]
    more: tuple[CalendarEvent, ...]


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """A row of the grid.

    Attributes:
        gap: hours between the seats before and after, where that changes in this week.
    """

    days: tuple[CalendarDay, ...]
    gap: tuple[str, str] | None


@workspace_page(verb="list")
def show_calendar(request: HttpRequest) -> HttpResponseBase:
    """A month, ``?month=2025-04``; ``&view=list`` as a list."""
    lang = get_language() or "en"
    today = get_node().clock.now().date()
    first = _read_month(request.GET.get("month", ""), today)
    view = request.GET.get("view", "grid")
    days = list(calendar.Calendar().itermonthdates(first.year, first.month))
    events = list_events(request, days[0], days[-1] + timedelta(days=1))
    context = {
        "month": write_month(first, lang),
        "this": f"{first:%Y-%m}",
        "previous": f"{first - timedelta(days=1):%Y-%m}",
        "next": f"{first + timedelta(days=32):%Y-%m}",
        "view": view if view in VIEWS else "grid",
        "weeks": _weeks(days, events, first, today),
        "day_names": [name for _, name in sorted(get_day_names("wide", locale=LOCALES[lang]).items())],
        "days": _agenda(events, first),
        "feeds_url": find_url("meetings-feeds"),
        "dates_url": find_url("dates"),
    }
    return page(request, "overview/calendar.html", context)


def _read_month(text: str, today: date) -> date:
    if not text:
        return today.replace(day=1)
    if not _MONTH.fullmatch(text):
        raise MissingError("month", "There is no such month.")
    return date.fromisoformat(f"{text}-01")


def _weeks(days: list[date], events: list[CalendarEvent], first: date, today: date) -> list[CalendarWeek]:
    by_day: dict[date, list[CalendarEvent]] = {}
    for event in events:
        by_day.setdefault(event.on, []).append(event)
    cells = [
        CalendarDay(
            on,
            on.month == first.month,
            on == today,
            tuple(by_day.get(on, [])[:SHOWN_A_DAY]),
            tuple(by_day.get(on, [])[SHOWN_A_DAY:]),
        )
        for on in days
    ]
    return [
        CalendarWeek(
            tuple(cells[start : start + 7]), find_gap_change(days[start], days[start] + timedelta(days=7))
        )
        for start in range(0, len(cells), 7)
    ]


def _agenda(events: list[CalendarEvent], first: date) -> list[tuple[date, list[CalendarEvent]]]:
    found: dict[date, list[CalendarEvent]] = {}
    for event in events:
        if (event.on.year, event.on.month) == (first.year, first.month):
            found.setdefault(event.on, []).append(event)
    return list(found.items())
