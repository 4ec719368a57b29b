"""What stands in the calendar: given by registers, and read from the rows of the two primitives.

A register with dates of its own names a function on its ``AppConfig``::

    calendar = "mithaq.registers.meetings.views.month.list_events"

It is called with the request, the first day and the day after the last, and gives what the reader may know.
For the feeds of people it names another, ``feed``, called as ``FeedSource``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from mithaq.core.notes.standing import OPEN
from mithaq.formats.icalendar.calendar import Event
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.web.access.policy import Subject
from mithaq.web.records import rows
from mithaq.web.records.rights import readable_codes
from mithaq.web.runtime import get_node
from mithaq.web.seats import seats

MOST_EVENTS: Final = 100
"""Of one kind in one month; a list shows the rest."""

_OPEN_STATES: Final = tuple(sorted(str(state) for state in OPEN))


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One thing on one day.

    Attributes:
        on: the day, on the clock of the appointment; of a deadline in UTC.
        what: a word for the kind of event.
        at: the instant, where there is one.
    """

    on: date
    title: Any
    what: Promise | str
    icon: str = "calendar-event"
    url: str = ""
    at: datetime | None = None


class FeedSource(Protocol):
    """What a feed of a person holds of one app: as whole days, and titles only where he asked for them."""

    def __call__(self, node: Node, subject: Subject, lang: str, *, is_detailed: bool) -> Iterable[Event]:
        """Events of what the person may read now."""
        ...


def feed_events(node: Node, subject: Subject, lang: str, *, is_detailed: bool) -> Iterator[Event]:
    """What every app with days of its own gives to the feed of a person."""
    for config in apps.get_app_configs():
        named = getattr(config, "feed", None)
        if isinstance(named, str):
            source: FeedSource = import_string(named)
            yield from source(node, subject, lang, is_detailed=is_detailed)


Source = Callable[[HttpRequest, date, date], Iterable[CalendarEvent]]


def list_events(request: HttpRequest, first: date, end: date) -> list[CalendarEvent]:
    """Everything in ``[first, end)``, in order."""
    found = [
        *_deadlines(request, first, end),
        *_holidays(first, end),
    ]
    for source in _sources():
        found += source(request, first, end)
    return sorted(found, key=lambda one: (one.on, one.at is not None, str(one.at or ""), str(one.what)))


def _sources() -> Iterator[Source]:
    for config in apps.get_app_configs():
        named = getattr(config, "calendar", None)
        if isinstance(named, str):
            yield import_string(named)


def _deadlines(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    query = RowQuery(
        states=_OPEN_STATES,
        codes=readable_codes(request),
        due_from=_midnight(first),
        due_before=_midnight(end),
    )
    found = get_node().store.rows.notes(query, MOST_EVENTS)
    for row in rows.note_rows(request, found):
        due_at = row.values["due_at"]
        yield CalendarEvent(due_at.date(), row.values["title"], _("Due"), "stopwatch", row.url, due_at)


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)


def _holidays(first: date, end: date) -> Iterator[CalendarEvent]:
    """From ``holidays`` in ``[calendar]`` of ``node.toml``: ``2025-07-30 MA عيد العرش``."""
    for line in settings.MITHAQ_HOLIDAYS:
        told, _space, rest = str(line).partition(" ")
        try:
            on = date.fromisoformat(told)
        except ValueError:
            continue
        if first <= on < end and rest:
            yield CalendarEvent(on, rest, _("Holiday"), "flag")


def find_gap_change(first: date, end: date) -> tuple[str, str] | None:
    """The hours between the first two seats before and after, where that changes within a week."""
    known = seats()[:2]
    if len(known) < 2:
        return None
    gaps = []
    for on in (first, end - timedelta(days=1)):
        noon = datetime(on.year, on.month, on.day, 12, tzinfo=known[0].zone)
        ours, theirs = noon.utcoffset(), noon.astimezone(known[1].zone).utcoffset()
        gaps.append((theirs or timedelta()) - (ours or timedelta()))
    return None if gaps[0] == gaps[1] else (_write_gap(gaps[0]), _write_gap(gaps[1]))


def _write_gap(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
