"""What a page is about, once the policy has let the reader in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.core.fields import JOINT
from mithaq.errors import MissingError, NotAllowedError
from mithaq.node.records import SealedAct
from mithaq.registers.roadmap.forms.base import About
from mithaq.registers.roadmap.models import RoadmapNote
from mithaq.registers.roadmap.reading.lines import NoteView, Standings, describe_notes, stand_lines
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, read_roadmap
from mithaq.registers.roadmap.rules.kinds import NAME, ROADMAP
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_act, protect_local, protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.kept import remember_record
from mithaq.web.parties import parties, party_of
from mithaq.web.records.record import reference_of
from mithaq.web.records.rights import may_take_away
from mithaq.web.records.tabs import Tab
from mithaq.web.runtime import get_node
from mithaq.web.view import page

NOTHING_HERE = "There is nothing at this address."


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def open_act(request: HttpRequest, object_id: str, verb: str = "read") -> SealedAct:
    """The first act of a record of this register, if the reader may.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    try:
        act = get_node().store.acts.by_id(object_id)
    except MissingError as error:
        raise MissingError("not_found", NOTHING_HERE) from error
    is_here = act.object_id == object_id and (act.parsed.object_kind or "").startswith(f"{NAME}.")
    if not is_here:
        raise MissingError("not_found", NOTHING_HERE)
    demand(subject_of(request), verb, protect_act(act))
    return act


@dataclass(frozen=True, slots=True)
class Opened:
    """A roadmap that the reader may read."""

    first: SealedAct
    roadmap: RoadmapView
    standings: Standings


def open_roadmap(request: HttpRequest, object_id: str) -> Opened:
    """A roadmap with where its lines stand.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    act = open_act(request, object_id)
    if act.parsed.object_kind != ROADMAP:
        raise MissingError("not_found", NOTHING_HERE)
    return stand_roadmap(act)


def open_to_take_away(request: HttpRequest, object_id: str) -> Opened:
    """A roadmap whose lines may leave this node in a file.

    Raises:
        MissingError: ``not_found``. NotAllowedError: ``no_export``, or as the policy says.
    """
    opened = open_roadmap(request, object_id)
    if not may_take_away(subject_of(request), protect_act(opened.first)):
        raise NotAllowedError("no_export", "A caveat of the roadmap forbids to take it away.")
    return opened


def stand_roadmap(act: SealedAct) -> Opened:
    """The roadmap that an act has opened, which the reader may read."""
    roadmap = read_roadmap(get_node(), act.object_id)
    return Opened(act, roadmap, stand_lines(get_node(), roadmap))


def plain_about(request: HttpRequest) -> About:
    """For what is new."""
    assignment = acting_assignment(request)
    return About(get_node(), assignment.post if assignment else "", language())


def about_roadmap(request: HttpRequest, roadmap: RoadmapView) -> About:
    """A roadmap as a form takes it."""
    plain = plain_about(request)
    return About(plain.node, plain.post, plain.lang, roadmap=roadmap)


def about_line(request: HttpRequest, opened: Opened, no: int) -> About:
    """A line as a form takes it.

    Raises:
        MissingError: ``not_found``.
    """
    line = opened.standings.line(no)
    if line is None:
        raise MissingError("not_found", NOTHING_HERE)
    plain = plain_about(request)
    return About(plain.node, plain.post, plain.lang, roadmap=opened.roadmap, line=line)


def open_note(request: HttpRequest, object_id: str) -> NoteView:
    """A note of this register that the reader may read.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    open_act(request, object_id)
    found = describe_notes(get_node(), RoadmapNote.objects.filter(object_id=object_id))
    if not found:
        raise MissingError("not_found", NOTHING_HERE)
    return found[0]


def about_note(request: HttpRequest, object_id: str) -> About:
    """A note as a form takes it, with its roadmap where that is here."""
    note, plain = open_note(request, object_id), plain_about(request)
    try:
        roadmap = read_roadmap(get_node(), note.roadmap_id)
    except MissingError:
        roadmap = None
    return About(plain.node, plain.post, plain.lang, roadmap=roadmap, note=note)


def may_draft(request: HttpRequest) -> bool:
    """Whether buttons that begin something are shown."""
    return may(subject_of(request), "draft", protect_local()).allowed


def demand_draft(request: HttpRequest) -> None:
    """That the reader may keep something of this node alone.

    Raises:
        NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "draft", protect_local())


def readable(request: HttpRequest, ids: Sequence[str]) -> set[str]:
    """Of these records those that the reader may read; for a file, those that may leave this node."""
    subject, wanted = subject_of(request), list(dict.fromkeys(ids))
    guarded = protect_objects(wanted) if wanted else []
    if request.GET.get("format"):
        return {one for one, thing in zip(wanted, guarded, strict=True) if may_take_away(subject, thing)}
    return {one for one, thing in zip(wanted, guarded, strict=True) if may(subject, "read", thing).allowed}


def name_owner(code: str) -> Any:
    """Who is to do a line, in words."""
    return _("Both sides") if code == JOINT else party_of(code, parties()).name


def label_posts(posts: Mapping[str, str]) -> list[tuple[Any, Any]]:
    """(administration, post) in words."""
    return label_all([posts])[0]


def label_all(lists: Sequence[Mapping[str, str]]) -> list[list[tuple[Any, Any]]]:
    """The same for many, with one question."""
    who, known = get_node().registry.who, parties()
    asked = list({(code, post) for posts in lists for code, post in posts.items()})
    labels = who.labels_of(asked) if who is not None and asked else {}
    return [
        [(party_of(code, known).name, labels.get((code, post)) or post) for code, post in posts.items()]
        for posts in lists
    ]


def roadmap_page(
    request: HttpRequest, opened: Opened, here: str, template: str, context: dict[str, Any]
) -> HttpResponseBase:
    """A page of a roadmap, with the way to its other pages; nothing is folded again for it."""
    roadmap = opened.roadmap
    remember_record(request, dict(roadmap.title))
    shared = {
        "roadmap": roadmap,
        "reference": reference_of(opened.first),
        "tabs": make_tabs(roadmap, here),
        "title": dict(roadmap.title),
    }
    return page(request, template, {**shared, **context})


def make_tabs(roadmap: RoadmapView, here: str) -> list[Tab]:
    """The pages of a roadmap, as every record has them."""
    pages = [("detail", _("Overview"), "card-checklist"), ("text", _("Text"), "layout-split")]
    if len(roadmap.versions) > 1:
        pages.append(("diff", _("Versions compared"), "file-diff"))
    pages += [("timeline", _("Timeline"), "clock-history"), ("proof", _("Proof"), "shield-check")]
    return [
        Tab(label, icon, reverse(f"roadmap-{name}", args=[roadmap.object_id]), name == here)
        for name, label, icon in pages
    ]
