"""Meetings, the next first; joint bodies."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.meetings.forms.invitations import LEVEL_WORDS
from mithaq.registers.meetings.models import TextVersion
from mithaq.registers.meetings.reading.meetings import MeetingView, describe_meetings, ordered_meetings
from mithaq.registers.meetings.reading.texts import TextView, body_names, read_texts
from mithaq.registers.meetings.rules.kinds import MANDATE
from mithaq.registers.meetings.views.about import language, may_draft
from mithaq.web.access.protected import protect_objects
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters
from mithaq.web.parties import parties, party_of
from mithaq.web.records.counted import visible_page
from mithaq.web.records.rights import readable_codes
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import workspace_page

COLUMNS = (
    Column("title", _("Meeting")),
    Column("held_on", _("Day"), "date"),
    Column("hours", _("Local hours")),
    Column("place", _("Place")),
    Column("body", _("Joint body")),
    Column("level", _("Level")),
    Column("state", _("State"), "state"),
    Column("marks", _("Marks"), "marks"),
)
BODY_COLUMNS = (
    Column("name", _("Joint body")),
    Column("rhythm", _("Rhythm")),
    Column("parties", _("Co-chairs"), "parties"),
    Column("state", _("State"), "state"),
)
WHEN = (("next", _("To come")), ("past", _("Past")))
ORDERS = (("latest", _("The latest first")), ("oldest", _("The oldest first")))
MOST_BODIES = 200


@workspace_page(verb="list")
def list_meetings(request: HttpRequest) -> HttpResponseBase:
    """Meetings, the next first; past ones after them, the latest first."""
    node, lang = get_node(), language()
    names = body_names()
    bodies = [(object_id, pick(name, lang)[0]) for object_id, name in names.items()]
    chosen = read_filters(
        request,
        (
            Filter("when", _("When"), WHEN),
            Filter("level", _("Level"), LEVEL_WORDS),
            Filter("body", _("Joint body"), bodies),
            Filter("order", _("Order"), ORDERS, _("The next first")),
        ),
    )
    values = chosen.values
    rows = ordered_meetings(
        node.clock.now(),
        level=values.get("level", ""),
        body_id=values.get("body", ""),
        when=values.get("when", ""),
        codes=readable_codes(request),
        order=values.get("order", ""),
    )
    part, visible = visible_page(
        request,
        rows.count(),
        lambda start, stop: list(rows[start:stop]),
        lambda some: protect_objects([each.object_id for each in some]),
    )
    titled = {row.object_id for row, has_title in visible if has_title}
    shown = _meeting_rows(describe_meetings(node, [row for row, _ in visible]), titled, names)
    listing = Listing(_("Meetings"), COLUMNS, shown, part, _empty_list(request), filters=chosen)
    return list_page(request, "meetings/list.html", listing, {"may_draft": may_draft(request)})


def _empty_list(request: HttpRequest) -> Empty:
    text = _(
        "Meetings of both sides stand here: invitations, agendas, minutes and what is told to the public."
    )
    return Empty(text, _("New meeting"), reverse("meetings-new")) if may_draft(request) else Empty(text)


def _meeting_rows(
    found: list[MeetingView], titled: set[str], names: Mapping[str, Mapping[str, str]]
) -> list[Row]:
    words = dict(LEVEL_WORDS)
    return [
        Row(
            {
                "title": meeting.title if meeting.object_id in titled else _("Meeting"),
                "held_on": meeting.held_on,
                "hours": hours_of(meeting),
                "place": meeting.place if meeting.object_id in titled else "",
                "body": names.get(meeting.body_id, ""),
                "level": words.get(meeting.level, meeting.level),
                "state": meeting.state,
                "marks": meeting.marks,
            },
            reverse("meetings-detail", args=[meeting.object_id]),
        )
        for meeting in found
    ]


def hours_of(meeting: MeetingView) -> str:
    """The start at every seat, each with its place."""
    lang = language()
    return " · ".join(f"{each.at:%H:%M} {each.place[lang]}" for each in meeting.clocks(get_node()))


@workspace_page(verb="list")
def list_bodies(request: HttpRequest) -> HttpResponseBase:
    """Joint bodies."""
    node = get_node()
    ids = (
        TextVersion.objects.filter(object_kind=MANDATE)
        .order_by("created_ms")
        .values_list("object_id", flat=True)
    )
    unique = list(dict.fromkeys(ids))[:MOST_BODIES]
    part, shown = visible_page(request, len(unique), lambda start, stop: unique[start:stop], protect_objects)
    rows = [_body_row(each) for each in read_texts(node, [object_id for object_id, _has_title in shown])]
    text = _(
        "Joint bodies stand here, each with its mandate, its co-chairs, its meetings and its open issues."
    )
    drafting = may_draft(request)
    empty = Empty(text, _("New joint body"), reverse("meetings-body-new")) if drafting else Empty(text)
    listing = Listing(_("Joint bodies"), BODY_COLUMNS, rows, part, empty)
    return list_page(request, "meetings/bodies.html", listing, {"may_draft": drafting})


def _body_row(body: TextView) -> Row:
    known = parties()
    values = {
        "name": body.title,
        "rhythm": body.data.get("rhythm", ""),
        "parties": [party_of(code, known).name for code in body.signatories],
        "state": body.word,
    }
    return Row(values, reverse("meetings-detail", args=[body.object_id]))
