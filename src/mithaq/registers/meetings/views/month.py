"""Meetings in the calendar of the workspace: on the day that stands in the invitation, whatever the zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mithaq.registers.meetings.models import Meeting
from mithaq.registers.meetings.reading.meetings import describe_meetings
from mithaq.registers.meetings.rules.kinds import INVITATION
from mithaq.registers.meetings.views.about import language
from mithaq.web.access.protected import protect_objects
from mithaq.web.overview.events import MOST_EVENTS, CalendarEvent
from mithaq.web.pages import object_url
from mithaq.web.records.rights import readable_codes, visible_rows
from mithaq.web.runtime import get_node


def list_events(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    """Meetings in ``[first, end)`` that the reader may know of."""
    rows = Meeting.objects.filter(
        code__in=readable_codes(request),
        # A day at either side: the day of a meeting is that of its own zone.
        starts_ms__gte=_ms(first - timedelta(days=1)),
        starts_ms__lt=_ms(end + timedelta(days=1)),
    ).order_by("starts_ms")[:MOST_EVENTS]
    meetings = describe_meetings(get_node(), rows)
    lang = language()
    for one, has_title in visible_rows(
        request, meetings, lambda shown: protect_objects([each.object_id for each in shown])
    ):
        if first <= one.held_on < end:
            title = one.title if has_title else _("Meeting")
            url = object_url(lang, INVITATION, one.object_id)
            at = None if one.is_day_only else one.starts_at
            yield CalendarEvent(one.held_on, title, _("Meeting"), "people", url, at)


def _ms(on: date) -> int:
    return int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp() * 1000)
