"""Due days of lines and milestones in the calendar of the workspace."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.roadmap.reading.lines import stand_all
from mithaq.registers.roadmap.reading.roadmaps import list_roadmaps
from mithaq.registers.roadmap.rules.standing import SETTLED
from mithaq.registers.roadmap.views.about import readable
from mithaq.web.overview.events import MOST_EVENTS, CalendarEvent
from mithaq.web.runtime import get_node


def list_events(request: HttpRequest, first: date, end: date) -> Iterator[CalendarEvent]:
    """Days in ``[first, end)`` of what is not settled, that the reader may know of."""
    found = [each for each in list_roadmaps(get_node()) if each.binding is not None and not each.is_closed]
    allowed = readable(request, [each.object_id for each in found])
    count = 0
    for standings in stand_all(get_node(), [each for each in found if each.object_id in allowed]):
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
