"""The first two steps of a demonstration: a commitment, and the passage that it rests on."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.roadmap.views.details import basis_lines
from mithaq.registers.roadmap.views.kept import readable_standings
from mithaq.web.tour import Step


def list_steps(request: HttpRequest) -> list[Step]:
    """The first line, by number, that rests on a line of a text; none where there is no such line."""
    for standings in readable_standings(request):
        for each in sorted(standings.lines, key=lambda each: each.line.no):
            passage = next((one for one in basis_lines(request, each.line.data) if "#" in one["url"]), None)
            if passage is not None:
                url = reverse("roadmap-line", args=[standings.roadmap.object_id, each.line.no])
                return [
                    Step(_("Open a commitment of the roadmap"), url, each.line.title),
                    Step(_("See the passage it rests on"), passage["url"], passage["words"]),
                ]
    return []
