"""A roadmap to take away: its lines as CSV or IATI, its days as a calendar file."""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from mithaq.formats.icalendar.calendar import Event
from mithaq.node.node import Node
from mithaq.registers.roadmap.exchange import write_iati
from mithaq.registers.roadmap.reading.files import lines_to_take, make_events, publish, write_calendar
from mithaq.registers.roadmap.reading.lines import stand_all
from mithaq.registers.roadmap.reading.roadmaps import list_roadmaps
from mithaq.registers.roadmap.views.about import language, open_to_take_away
from mithaq.registers.roadmap.views.lists import FILE_COLUMNS, row_of, whole_slice
from mithaq.web.access.policy import Subject
from mithaq.web.access.protected import protect_objects
from mithaq.web.listing import Empty, Listing, write_csv
from mithaq.web.parties import parties, party_of
from mithaq.web.records.rights import may_take_away
from mithaq.web.runtime import get_node
from mithaq.web.texts import read_texts
from mithaq.web.view import workspace_page

CALENDAR: Final = "text/calendar; charset=utf-8"


@workspace_page(verb="read")
def lines_file(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """Every line as CSV; no cell begins as a formula would."""
    standings = open_to_take_away(request, str(object_id)).standings
    rows = [row_of(standings, each) for each in lines_to_take(standings, _own())]
    listing = Listing("", FILE_COLUMNS, rows, whole_slice(len(rows)), Empty(""))
    return _answer(
        write_csv(listing, language()), "text/csv; charset=utf-8", f"roadmap-{str(object_id)[:8]}.csv"
    )


@workspace_page(verb="read")
def days_file(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """Due days of lines and milestones that are still to come."""
    standings = open_to_take_away(request, str(object_id)).standings
    data = write_calendar(standings, calendar_words(), language(), get_node().clock.now(), _own())
    return _answer(data, CALENDAR, f"roadmap-{str(object_id)[:8]}.ics")


@workspace_page(verb="read")
def activities_file(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """The public lines as activities of IATI 2.03, both languages in them."""
    standings = open_to_take_away(request, str(object_id)).standings
    known = parties()
    names = {code: read_texts(party_of(code, known).name) for code in standings.roadmap.shown.signatories}
    data = write_iati(publish(standings, _own(), names), get_node().clock.now())
    return _answer(data, "application/xml; charset=utf-8", f"roadmap-{str(object_id)[:8]}.iati.xml")


def _own() -> str:
    return str(get_node().identity.code)


def _answer(data: bytes, media: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def calendar_words() -> Mapping[str, str]:
    """What stands before a title, in the language of the page."""
    return {"line": _("Line due"), "milestone": _("Milestone due")}


def feed_events(node: Node, subject: Subject, lang: str, *, is_detailed: bool) -> Iterator[Event]:
    """What the feed of a person holds of roadmaps: days of lines that he may read and take away."""
    found = [each for each in list_roadmaps(node) if each.binding is not None and not each.is_closed]
    guarded = protect_objects([each.object_id for each in found]) if found else []
    allowed = [each for each, thing in zip(found, guarded, strict=True) if may_take_away(subject, thing)]
    for standings in stand_all(node, allowed):
        yield from make_events(
            standings,
            calendar_words(),
            lang,
            node.clock.now(),
            str(node.identity.code),
            is_generic=not is_detailed,
        )
