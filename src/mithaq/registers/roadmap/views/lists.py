"""Lines of the roadmaps in force, late ones first; and the roadmaps themselves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.fields import JOINT
from mithaq.registers.roadmap.forms.base import About
from mithaq.registers.roadmap.reading.drafts import list_new_drafts
from mithaq.registers.roadmap.reading.files import lines_to_take
from mithaq.registers.roadmap.reading.lines import Standings, stand_all
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, list_roadmaps
from mithaq.registers.roadmap.rules.standing import LineStanding, LineState, order_of
from mithaq.registers.roadmap.views.about import language, may_draft, name_owner, plain_about, readable
from mithaq.web.codes import choices_of
from mithaq.web.listing import PageSlice
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters, slice_of
from mithaq.web.parties import parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import workspace_page
from mithaq.web.words import state_word

COLUMNS: Final = (
    Column("line", _("Roadmap line")),
    Column("field", _("Field of cooperation")),
    Column("owner", _("Owner")),
    Column("due_on", _("Due on"), "date"),
    Column("percent", _("Done, in per cent"), "number"),
    Column("state", _("State"), "state"),
    Column("marks", _("Marks"), "marks"),
    Column("evidence", _("Supporting evidence"), "number"),
)
FILE_COLUMNS: Final = (
    Column("no", "no", "code"),
    *COLUMNS,
    Column("start_on", "start_on", "code"),
    Column("owner_code", "owner_code", "code"),
    Column("field_code", "field_code", "code"),
    Column("title_ar", "title_ar", "code"),
    Column("title_fr", "title_fr", "code"),
    Column("visibility", "visibility", "code"),
)
"""What a file holds beside what a page shows: codes and both languages, for other programs."""

ROADMAP_COLUMNS: Final = (
    Column("title", _("Roadmap")),
    Column("version", _("Version"), "number"),
    Column("parties", _("Signatories"), "parties"),
    Column("from_on", _("From the day"), "date"),
    Column("to_on", _("To the day"), "date"),
    Column("state", _("State"), "state"),
)
ORDERS: Final = (("number", _("By number")), ("due", _("By due date")))
_ORDER_OF: Final[Mapping[str, Callable[[LineStanding], Any]]] = {
    "number": lambda each: each.line.no,
    "due": lambda each: (each.line.due_on, each.line.no),
}
MARKS: Final = (("late", _("Late")), ("at_risk", _("At risk")), ("not_contested", _("Not contested")))


@workspace_page(verb="list")
def list_lines(request: HttpRequest) -> HttpResponseBase:
    """Every line in force that the reader may read: late first, then by its day."""
    standings = stand_all(get_node(), _readable_in_force(request))
    if request.GET.get("format"):
        own = str(get_node().identity.code)
        standings = [replace(each, lines=tuple(lines_to_take(each, own))) for each in standings]
    chosen = read_filters(request, _filters(standings))
    found = _select(standings, chosen.values)
    part = slice_of(request, len(found))
    rows = [row_of(one, line) for one, line in found[part.start : part.stop]]
    listing = Listing(_("Lines of the roadmap"), COLUMNS, rows, part, _empty(request), filters=chosen)
    context = {
        "may_draft": may_draft(request),
        "roadmaps": [each.roadmap for each in standings],
        "pending": _pending(request, plain_about(request)),
    }
    return list_page(request, "roadmap/list.html", listing, context)


def _readable_in_force(request: HttpRequest) -> list[RoadmapView]:
    found = [each for each in list_roadmaps(get_node()) if each.binding is not None]
    allowed = readable(request, [each.object_id for each in found])
    return [each for each in found if each.object_id in allowed]


def _pending(request: HttpRequest, found: About) -> list[tuple[str, Any]]:
    """Drafts of roadmaps that nobody has seen yet."""
    return list_new_drafts(set()) if may_draft(request) and found.post else []


def _filters(standings: Sequence[Standings]) -> list[Filter]:
    owners = sorted({each.line.owner for one in standings for each in one.lines})
    lang = language()
    roadmaps = [(one.roadmap.object_id, pick(one.roadmap.title, lang)[0]) for one in standings]
    return [
        *([Filter("roadmap", _("Roadmap"), roadmaps)] if len(roadmaps) > 1 else []),
        Filter("field", _("Field of cooperation"), choices_of("field")),
        Filter("owner", _("Owner"), [(code, pick(name_owner(code), lang)[0]) for code in owners]),
        Filter("state", _("State"), [(str(each), state_word(each).word) for each in LineState]),
        Filter("mark", _("Marks"), MARKS),
        Filter("order", _("Order"), ORDERS, _("Late ones first")),
    ]


def _select(standings: Iterable[Standings], wanted: dict[str, str]) -> list[tuple[Standings, LineStanding]]:
    found = [
        (one, each)
        for one in standings
        if wanted.get("roadmap", one.roadmap.object_id) == one.roadmap.object_id
        for each in one.lines
        if wanted.get("field", each.line.field) in each.line.fields
        and each.line.owner in (wanted.get("owner", each.line.owner), *([JOINT] if "owner" in wanted else []))
        and each.state == wanted.get("state", each.state)
        and (not wanted.get("mark") or wanted["mark"] in each.marks)
    ]
    return sorted(found, key=lambda pair: _ORDER_OF.get(wanted.get("order", ""), order_of)(pair[1]))


def row_of(one: Standings, each: LineStanding) -> Row:
    """A line as a row of a list, of its CSV and of its JSON."""
    names = dict(choices_of("field"))
    title = {lang: f"{each.line.no}. {text}" for lang, text in each.line.title.items()}
    values = {
        "line": title,
        "field": names.get(each.line.field, each.line.field),
        "no": each.line.no,
        "owner": name_owner(each.line.owner),
        "owner_code": each.line.owner,
        "field_code": " ".join(each.line.fields),
        "title_ar": each.line.title.get("ar", ""),
        "title_fr": each.line.title.get("fr", ""),
        "start_on": each.line.start_on,
        "visibility": each.line.visibility,
        "due_on": each.line.due_on,
        "percent": each.percent,
        "state": each.state,
        "marks": each.marks,
        "evidence": one.evidence_count(each.line.no),
    }
    return Row(values, reverse("roadmap-line", args=[one.roadmap.object_id, each.line.no]))


def whole_slice(count: int) -> PageSlice:
    """Everything at once, for files."""
    return PageSlice(1, 0, count, count)


def _empty(request: HttpRequest) -> Empty:
    text = _(
        "What both sides have promised stands here line by line, with its owner, its day and what was done."
    )
    return Empty(text, _("New roadmap"), reverse("roadmap-new")) if may_draft(request) else Empty(text)


@workspace_page(verb="list")
def list_all(request: HttpRequest) -> HttpResponseBase:
    """The roadmaps, the newest first, those under negotiation too."""
    found = list_roadmaps(get_node())
    allowed = readable(request, [each.object_id for each in found])
    found = [each for each in found if each.object_id in allowed]
    part = slice_of(request, len(found))
    known = parties()
    rows = [
        Row(
            {
                "title": each.title,
                "version": each.shown.number,
                "parties": [party_of(code, known).name for code in each.shown.signatories],
                "from_on": each.plan.from_on,
                "to_on": each.plan.to_on,
                "state": each.word,
            },
            reverse("roadmap-detail", args=[each.object_id]),
        )
        for each in found[part.start : part.stop]
    ]
    listing = Listing(_("Roadmaps"), ROADMAP_COLUMNS, rows, part, _empty(request))
    context = {"may_draft": may_draft(request), "pending": _pending(request, plain_about(request))}
    return list_page(request, "roadmap/list.html", listing, context)
