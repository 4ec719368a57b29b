"""Days of instruments in the calendar of the workspace and in feeds."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext

from mithaq.formats.icalendar.calendar import Classification, Event, Status
from mithaq.formats.icalendar.values import Text, isolate
from mithaq.node.node import Node
from mithaq.web.access.policy import Subject
from mithaq.web.access.protected import protect_instruments
from mithaq.web.overview.events import MOST_EVENTS, CalendarEvent
from mithaq.web.records import rows
from mithaq.web.records.rights import may_take_away
from mithaq.web.reminders.ahead import Ahead, list_ahead
from mithaq.web.reminders.words import step_icon, step_word
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick

FEED_BACK: Final = timedelta(days=30)
FEED_AHEAD: Final = timedelta(days=400)


def list_events(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    """Days in ``[first, end)`` of instruments that the reader may know of."""
    found = list_ahead(get_node(), first, end, limit=MOST_EVENTS)
    texts = list({each.row.object_id: each.row for each in found}.values())
    shown = rows.keyed_instrument_rows(request, texts)
    for each in found:
        row = shown.get(each.row.object_id)
        if row is not None:
            step = each.day.step
            yield CalendarEvent(each.day.on, row.values["title"], step_word(step), step_icon(step), row.url)


def list_feed_events(node: Node, subject: Subject, lang: str, *, is_detailed: bool) -> list[Event]:
    """The same for a feed, as whole days: of what the person may take away; titles only if asked for."""
    today = node.clock.now().date()
    found = list_ahead(node, today - FEED_BACK, today + FEED_AHEAD)
    guarded = protect_instruments([each.row for each in found]) if found else []
    with translation.override(lang):
        return [
            _make_event(each, lang, is_detailed=is_detailed)
            for each, guard in zip(found, guarded, strict=True)
            if may_take_away(subject, guard)
        ]


def _make_event(one: Ahead, lang: str, *, is_detailed: bool) -> Event:
    word = str(step_word(one.day.step))
    title, own, _is_own = pick(one.row.subject, lang)
    direction = "rtl" if own == "ar" else "ltr"
    summary = f"{word}: {isolate(title, direction)}" if is_detailed and title else gettext("A day of a text")
    return Event(
        uid=f"{one.row.object_id}-{one.day.step}-{one.day.on:%Y%m%d}@{one.row.proposer}",
        stamp_at=one.row.created_at,
        starts=one.day.on,
        ends=None,
        summary=Text(summary, lang),
        status=Status.CONFIRMED,
        classification=Classification.CONFIDENTIAL,
    )
