"""Days of roadmaps in the calendar of the workspace."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest

from mithaq.web.overview.events import CalendarEvent


def list_events(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    """Nothing yet."""
    return iter(())
