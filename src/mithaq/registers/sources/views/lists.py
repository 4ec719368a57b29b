"""Sources taken in, the newest first; sources that an administration released."""

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.encoding import from_ms
from mithaq.registers.sources.forms.words import LANGUAGES
from mithaq.registers.sources.models import Released, Source
from mithaq.registers.sources.reading.records import list_sources
from mithaq.registers.sources.views.desk import demand_reader, may_draft
from mithaq.web.access.protected import protect_objects
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters, slice_of
from mithaq.web.parties import parties, party_of
from mithaq.web.records.counted import visible_page
from mithaq.web.view import workspace_page

COLUMNS = (
    Column("title", _("Title")),
    Column("publisher", _("Publisher")),
    Column("published_on", _("Published on"), "date"),
    Column("language", _("Language")),
    Column("open", _("Open proposals"), "number"),
)
RELEASED_COLUMNS = (
    Column("title", _("Title")),
    Column("sender", _("From"), "party"),
    Column("publisher", _("Publisher")),
    Column("published_on", _("Published on"), "date"),
    Column("released_at", _("Released on"), "time"),
)
ORDERS = (("published", _("Published last first")), ("title", _("By title")))
WAITING = (("open", _("With open proposals")),)


@workspace_page(verb="list")
def list_all(request: HttpRequest) -> HttpResponseBase:
    """Everything that was taken in on this node."""
    demand_reader(request)
    chosen = read_filters(
        request,
        (
            Filter("title", _("Title")),
            Filter("publisher", _("Publisher")),
            Filter("language", _("Language"), LANGUAGES),
            Filter("waits", _("Waits"), WAITING),
            Filter("order", _("Order"), ORDERS, _("Taken in last first")),
        ),
    )
    values = chosen.values
    rows = list_sources(only_open="waits" in values)
    if "title" in values:
        rows = rows.filter(title__icontains=values["title"])
    if "publisher" in values:
        rows = rows.filter(publisher__icontains=values["publisher"])
    if "language" in values:
        rows = rows.filter(language=values["language"])
    if "order" in values:
        rows = rows.order_by({"title": "title", "published": "-published_on"}[values["order"]], "source_id")
    part = slice_of(request, rows.count())
    words = dict(LANGUAGES)
    found = [
        Row(
            {
                "title": row.title,
                "publisher": row.publisher,
                "published_on": date.fromisoformat(row.published_on) if row.published_on else None,
                "language": words.get(row.language, row.language),
                "open": getattr(row, "proposals_open", 0),
            },
            reverse("sources-show", args=[row.source_id]),
        )
        for row in rows[part.start : part.stop]
    ]
    drafting = may_draft(request)
    text = _("Public texts stand here: what was said in public about a meeting or a commitment.")
    empty = Empty(text, _("Take in a text"), reverse("sources-new")) if drafting else Empty(text)
    listing = Listing(_("Sources"), COLUMNS, found, part, empty, filters=chosen)
    context = {"may_draft": drafting, "has_sources": bool(found) or Source.objects.exists()}
    return list_page(request, "sources/list.html", listing, context)


@workspace_page(verb="list")
def list_released(request: HttpRequest) -> HttpResponseBase:
    """Notes of kind ``sources.source``: ours and those of partners."""
    rows = Released.objects.order_by("-created_ms", "object_id")
    known = parties()
    part, visible = visible_page(
        request,
        rows.count(),
        lambda start, stop: list(rows[start:stop]),
        lambda some: protect_objects([each.object_id for each in some]),
    )
    found = [
        Row(
            {
                "title": row.title if has_title else _("Public source"),
                "sender": party_of(row.sender, known).name,
                "publisher": row.publisher if has_title else "",
                "published_on": _day(row.published_on),
                "released_at": from_ms(row.created_ms),
            },
            reverse("sources-detail", args=[row.object_id]),
        )
        for row, has_title in visible
    ]
    empty = Empty(_("Sources that one administration gave another stand here."))
    listing = Listing(_("Released sources"), RELEASED_COLUMNS, found, part, empty)
    return list_page(request, "sources/released.html", listing)


def _day(text: str) -> date | None:
    """A date that a partner wrote; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
