"""Due days of lines and milestones in the calendar of the workspace."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.roadmap.rules.standing import SETTLED
from mithaq.registers.roadmap.views.kept import readable_standings
from mithaq.web.overview.events import MOST_EVENTS, CalendarEvent


def list_events(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    """Days in ``[first, end)`` of what is not settled, that the reader may know of."""
    count = 0
    for standings in readable_standings(request):
        for each in standings.lines:
            if each.state in SETTLED:
                continue
            url = reverse("roadmap-line", args=[standings.roadmap.object_id, each.line.no])
            days = [(each.line.due_on, each.line.title, _("Line due"), "signpost")]
            days += [
                (one.milestone.due_on, one.milestone.text, _("Milestone due"), "flag")
                for one in each.milestones
                if one.done_on is None
            ]
            for on, title, what, icon in days:
                if first <= on < end and count < MOST_EVENTS:
                    count += 1
                    yield CalendarEvent(on, title, what, icon, url)
