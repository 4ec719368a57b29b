"""What home tells of roadmaps: own lines late or returned, and reports that wait for an answer."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.roadmap.reading.lines import Standings
from mithaq.registers.roadmap.rules.standing import LineState
from mithaq.registers.roadmap.views.kept import readable_standings
from mithaq.web.pages import Notice
from mithaq.web.runtime import get_node


def list_notices(request: HttpRequest) -> list[Notice]:
    """At most seven for each roadmap in force that the reader may read."""
    return [notice for each in readable_standings(request) for notice in _of_roadmap(each)]


def _of_roadmap(standings: Standings) -> list[Notice]:
    own = str(get_node().identity.code)
    url = reverse("roadmap-list")
    late = [each for each in standings.lines if each.is_late and each.line.is_of(own)]
    back = [each for each in standings.lines if each.state is LineState.RETURNED and each.line.is_of(own)]
    waiting = [
        each
        for each in standings.lines
        if each.state is LineState.REPORTED_DONE and each.report is not None and own in each.report.recipients
    ]
    found = []
    if late:
        words = _("Late lines of our side: %(count)s") % {"count": len(late)}
        found.append(Notice(words, f"{url}?mark=late&owner={own}", "late", standings.roadmap.title))
    for each in back[:3]:
        line_url = reverse("roadmap-line", args=[standings.roadmap.object_id, each.line.no])
        found.append(Notice(_("A line was returned to our side"), line_url, "warn", each.line.title))
    for each in waiting[:3]:
        assert each.report is not None
        note_url = reverse("roadmap-detail", args=[each.report.note_id])
        found.append(
            Notice(_("A line is reported done: accept or return it"), note_url, "info", each.line.title)
        )
    return found
