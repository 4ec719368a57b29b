"""Lists: posts with holder and duty, persons, organisations, places, proxies."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.names import fold
from mithaq.registers.directory.forms.words import KINDS
from mithaq.registers.directory.models import Card, LocalEntity, Spelling
from mithaq.registers.directory.reading.entities import entity_id_of
from mithaq.registers.directory.reading.posts import (
    DutyNow,
    PostFilter,
    PostLine,
    find_posts,
    read_lines,
    read_persons,
)
from mithaq.registers.directory.reading.scope import Scope
from mithaq.registers.directory.views import desk
from mithaq.web.codes import choices_of
from mithaq.web.lists import Column, Empty, Filter, Filters, Listing, Row, list_page, read_filters
from mithaq.web.records.counted import visible_page
from mithaq.web.view import workspace_page

TEXT = Filter("q", _("Name or part of one"))
ORDERS = (("organisation", _("By organisation")),)
STATES = (("active", _("Active")), ("ended", _("Ended")), ("revoked", _("Revoked")))


def _side_filter(request: HttpRequest) -> Filter:
    return Filter(
        "side", _("Side"), [(code, desk.name_of(party)) for code, party in desk.sides(request).items()]
    )


def _page(
    request: HttpRequest, here: str, listing: Listing, actions: Sequence[tuple[Promise, str]]
) -> HttpResponseBase:
    context = desk.with_places(here, {"actions": actions})
    return list_page(request, "directory/list.html", listing, context)


def _new(card: str) -> tuple[Promise, str]:
    words = {
        "post": _("New post"),
        "person": _("New person"),
        "organisation": _("New organisation"),
        "proxy": _("New proxy"),
    }
    return words[card], reverse("directory-new", args=[card])


# Posts

POST_COLUMNS = (
    Column("name", _("Name")),
    Column("post", _("Post")),
    Column("organisation", _("Organisation")),
    Column("duty", _("Duty now"), "marks"),
    Column("side", _("Side")),
    Column("state", _("State"), "state"),
)


@workspace_page(verb="list")
def list_posts(request: HttpRequest) -> HttpResponseBase:
    """Posts with who holds them today and whether somebody answers now."""
    scope, today = desk.scope_of(request), desk.today(request)
    filters = (
        TEXT,
        _side_filter(request),
        Filter("state", _("State"), STATES),
        Filter("field", _("Field of cooperation"), choices_of("field")),
        Filter("order", _("Order"), ORDERS, _("By post")),
    )
    chosen = read_filters(request, filters)
    wanted = PostFilter(
        chosen.values.get("q", ""),
        chosen.values.get("side", ""),
        chosen.values.get("state", ""),
        chosen.values.get("field", ""),
    )
    posts = find_posts(scope, wanted, today, desk.language())
    if "order" in chosen.values:
        posts = posts.order_by("issuer", "parent", *posts.query.order_by)
    part, shown = desk.page_of_cards(request, posts)
    lines = read_lines(scope, shown, desk.now(), today)
    known = desk.sides(request)
    listing = Listing(
        _("Directory"),
        POST_COLUMNS,
        [_post_row(line, known, today) for line in lines],
        part,
        Empty(
            _("Who is who on both sides, and who answers now. Each side writes its own cards."),
            _("New post"),
            reverse("directory-new", args=["post"]),
        ),
        chosen,
    )
    return _page(
        request,
        "list",
        listing,
        [
            _new("post"),
            (_("All kinds of cards"), reverse("directory-choose")),
            (_("Export for other programs"), reverse("directory-popolo")),
        ],
    )


def _post_row(line: PostLine, known: Mapping[str, Any], today: Any) -> Row:
    return Row(
        {
            "name": line.holder.names if line.holder is not None else str(_("Vacant")),
            "post": line.post.label,
            "organisation": line.organisation.label if line.organisation is not None else line.post.parent,
            "duty": duty_marks(line.duty),
            "side": desk.side_of(line.post.issuer, known).name,
            "state": desk.state_of(line.post, today),
        },
        reverse("directory-detail", args=[line.post.object_id]),
    )


def duty_marks(duty: DutyNow | None) -> list[str]:
    """Codes of what the list tells about duty."""
    if duty is None:
        return []
    found = ["on_duty"] if duty.watch is not None else []
    if duty.gap is not None:
        found.append("duty_gap" if duty.watch is None else "duty_gap_soon")
    return found


# Persons, organisations, places


def _named(scope: Scope, card: str, chosen: Filters, lang: str) -> Any:
    """Cards of a type whose spellings hold the text, ordered in the language of the page."""
    found = scope.standing(card)
    if chosen.values.get("side"):
        found = found.filter(issuer=chosen.values["side"])
    typed = chosen.values.get("q", "")
    text = fold(typed)
    if typed and not text:
        return found.none()
    if text:
        ids = Spelling.objects.filter(folded__contains=text, entity_id__contains=f"/{card}/")
        keys = [one.split("/", 2) for one in ids.values_list("entity_id", flat=True)[:500]]
        found = found.filter(
            Q(issuer__in={key[0] for key in keys}, card_id__in={key[2] for key in keys})
            | Q(sort_fr__contains=text)
            | Q(sort_ar__contains=text)
        )
    return found.order_by("sort_ar" if lang == "ar" else "sort_fr", "issuer", "card_id")


PERSON_COLUMNS = (
    Column("name", _("Name")),
    Column("spellings", _("Also written")),
    Column("side", _("Side")),
)


@workspace_page(verb="list")
def list_persons(request: HttpRequest) -> HttpResponseBase:
    """Persons with every spelling, those that this node keeps itself after those of cards."""
    return _list_entities(request, "persons", "person", "person", _("Persons"))


@workspace_page(verb="list")
def list_organisations(request: HttpRequest) -> HttpResponseBase:
    """Organisations and other bodies."""
    return _list_entities(request, "organisations", "organisation", "body", _("Organisations"))


@workspace_page(verb="list")
def list_places(request: HttpRequest) -> HttpResponseBase:
    """Places that this node keeps; no list of places and no boundary is shipped."""
    return _list_entities(request, "places", "", "place", _("Places"))


def _list_entities(
    request: HttpRequest, here: str, card: str, entity_type: str, title: Promise
) -> HttpResponseBase:
    filters = (TEXT, _side_filter(request)) if card else (TEXT,)
    chosen, lang = read_filters(request, filters), desk.language()
    cards = _named(desk.scope_of(request), card, chosen, lang) if card else Card.objects.none()
    local = _local(entity_type, chosen, lang)
    count = cards.count()
    part, shown = visible_page(
        request,
        count + local.count(),
        lambda start, stop: [*cards[start:stop], *local[max(0, start - count) : max(0, stop - count)]],
        desk.protect_entries,
    )
    sides = desk.sides(request)
    rows = [_card_row(row, sides) if isinstance(row, Card) else _local_row(row) for row, _ in shown]
    _add_spellings(rows)
    keep = (_("Keep one on this node"), reverse("directory-entity-new") + f"?type={entity_type}")
    actions = [_new(card), keep] if card else [keep]
    listing = Listing(
        title,
        PERSON_COLUMNS,
        rows,
        part,
        Empty(
            _("What is kept here is found by every spelling, in both scripts."), actions[0][0], actions[0][1]
        ),
        chosen,
    )
    return _page(request, here, listing, actions)


def _local(entity_type: str, chosen: Filters, lang: str) -> Any:
    found = LocalEntity.objects.filter(type=entity_type)
    if chosen.values.get("side"):
        return found.none()
    typed = chosen.values.get("q", "")
    text = fold(typed)
    if typed and not text:
        return found.none()
    if text:
        ids = Spelling.objects.filter(folded__contains=text, entity_id__startswith="local/")
        found = found.filter(pk__in=list(ids.values_list("entity_id", flat=True)[:500]))
    return found.order_by("sort_ar" if lang == "ar" else "sort_fr", "entity_id")


def _card_row(row: Card, known: Mapping[str, Any]) -> Row:
    values = {
        "name": row.label or row.card_id,
        "side": desk.side_of(row.issuer, known).name,
        "spellings": entity_id_of(row),
    }
    return Row(values, reverse("directory-detail", args=[row.object_id]))


def _local_row(row: LocalEntity) -> Row:
    values = {"name": row.label, "side": str(_("only here")), "spellings": row.entity_id}
    return Row(values, reverse("directory-entity", args=[row.entity_id]))


def _add_spellings(rows: Sequence[Row]) -> None:
    """Every spelling beside the best one, in one query."""
    found: dict[str, list[str]] = {}
    wanted = [row.values["spellings"] for row in rows]
    for entity_id, text in (
        Spelling.objects.filter(entity_id__in=wanted)
        .order_by("script", "text")
        .values_list("entity_id", "text")
    ):
        found.setdefault(entity_id, []).append(text)
    for row in rows:
        texts = list(dict.fromkeys(found.get(row.values["spellings"], [])))
        row.values["spellings"] = _isolated(texts)  # type: ignore[index]


def _isolated(texts: Sequence[str]) -> str:
    """Texts of both directions in one cell, each in isolates."""
    return " · ".join(f"\u2068{text}\u2069" for text in texts)


# Proxies

PROXY_COLUMNS = (
    Column("post", _("Post")),
    Column("person", _("Person")),
    Column("kinds", _("For these acts")),
    Column("from_on", _("Valid from"), "date"),
    Column("to_on", _("Until, that day included"), "date"),
    Column("state", _("State"), "state"),
)


@workspace_page(verb="list")
def list_proxies(request: HttpRequest) -> HttpResponseBase:
    """Who may act for a post beside its holder, for what and how long."""
    scope, today = desk.scope_of(request), desk.today(request)
    chosen = read_filters(request, (_side_filter(request),))
    found = scope.standing("proxy").order_by("-from_on", "object_id")
    if chosen.values.get("side"):
        found = found.filter(issuer=chosen.values["side"])
    part, rows = desk.page_of_cards(request, found)
    persons = read_persons(scope, {(row.issuer, row.person) for row in rows})
    posts = {
        (p.issuer, p.card_id): p.label
        for p in scope.standing("post").filter(card_id__in={row.post for row in rows})
    }
    listing = Listing(
        _("Proxies"),
        PROXY_COLUMNS,
        [_proxy_row(row, posts, persons, today) for row in rows],
        part,
        Empty(
            _("A proxy lets somebody act for a post for a time. Signings are judged by it."),
            *_new("proxy"),
        ),
        chosen,
    )
    return _page(request, "proxies", listing, [_new("proxy")])


def _proxy_row(row: Card, posts: Mapping[Any, Any], persons: Mapping[Any, Card], today: Any) -> Row:
    person = persons.get((row.issuer, row.person))
    return Row(
        {
            "post": posts.get((row.issuer, row.post)) or row.post,
            "person": (person.label if person is not None else None)
            or row.person
            or str(_("as that side decides")),
            "kinds": ", ".join(str(KINDS.get(kind, kind)) for kind in row.body.get("for_kinds", ())),
            "from_on": row.from_on,
            "to_on": row.to_on,
            "state": desk.state_of(row, today),
        },
        reverse("directory-detail", args=[row.object_id]),
    )
