"""The draft of a roadmap or of its next version: this node alone sees it, until it is proposed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from mithaq.errors import ConflictError, MalformedError, MissingError, MithaqError
from mithaq.node.append.submit import Desk
from mithaq.node.journal import append_entry
from mithaq.node.registry import OfferedLine
from mithaq.registers.roadmap.forms.base import WORDS, About, counter
from mithaq.registers.roadmap.forms.drafting import ChaptersForm, DraftForm, HeadForm, LineForm
from mithaq.registers.roadmap.reading.drafts import Draft, read_draft, says
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView
from mithaq.registers.roadmap.reading.rows import handling_of, partners_of
from mithaq.registers.roadmap.reading.taking import make_line, offered_lines, taken_keys
from mithaq.registers.roadmap.rules.changes import check_succession, compare_plans, next_number
from mithaq.registers.roadmap.rules.kinds import NAME, ROADMAP
from mithaq.registers.roadmap.rules.plan import PUBLIC, check_roadmap
from mithaq.registers.roadmap.views.about import (
    demand_draft,
    name_owner,
    open_act,
    plain_about,
    readable,
)
from mithaq.registers.roadmap.views.changes import read_day, tell_line_change
from mithaq.web.codes import choices_of
from mithaq.web.outgoing.drafts import start, writer_of
from mithaq.web.outgoing.forms import make_envelope
from mithaq.web.outgoing.versions import propose
from mithaq.web.pages import installed_pages
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

MOST_SHOWN: Final = 500


def _open(request: HttpRequest, subject: str) -> tuple[Draft, About]:
    """The draft at an address.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    demand_draft(request)
    try:
        draft = read_draft(get_node(), subject)
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error
    if draft.roadmap is not None:
        open_act(request, subject)
    plain = plain_about(request)
    return draft, About(plain.node, plain.post, plain.lang, roadmap=draft.roadmap)


def _sides(roadmap: RoadmapView | None) -> list[str]:
    """Everyone who signs."""
    if roadmap is not None:
        return sorted(roadmap.shown.signatories)
    node = get_node()
    return sorted({str(node.identity.code), *partners_of(node)})


def _keep(request: HttpRequest, draft: Draft, data: Mapping[str, Any], base: str) -> None:
    """Keep the draft, unless somebody else has kept it meanwhile."""
    if base != str(draft.number):
        raise ConflictError("draft_changed", "somebody else has saved this draft meanwhile")
    author = writer_of(request).author()
    append_entry(get_node(), NAME, "draft", draft.subject, {"data": dict(data)}, author)


@workspace_page(verb="draft", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponseBase:
    """The head of a new roadmap."""
    demand_draft(request)
    subject = Desk(get_node()).new_object_id()
    return _edit(request, Draft(subject, 0, {}, None, {}, is_behind=False), plain_about(request), HeadForm)


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit_head(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """Title, period, fields."""
    draft, found = _open(request, str(object_id))
    return _edit(request, draft, found, HeadForm)


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit_chapters(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """Lead posts."""
    draft, found = _open(request, str(object_id))
    return _edit(request, draft, found, ChaptersForm)


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit_line(request: HttpRequest, object_id: UUID, no: int) -> HttpResponseBase:
    """One line; number 0 is a new one."""
    draft, found = _open(request, str(object_id))
    line = draft.line(no) if no else {"no": next_number(draft.base, draft.data)}
    return _edit(request, draft, found, LineForm, line=line)


def _edit(
    request: HttpRequest, draft: Draft, found: About, form_class: type[DraftForm], **more: Any
) -> HttpResponseBase:
    back = reverse("roadmap-draft", args=[draft.subject])
    given = {"about": found, "draft": draft, "sides": _sides(draft.roadmap), **more}
    form = form_class(request.POST, **given) if request.method == "POST" else form_class(**given)
    if form.is_bound and form.is_valid():
        _keep(request, draft, form.write(), form.cleaned_data["base"])
        line = f"#line_{more['line']['no']}" if "line" in more else ""
        return HttpResponseRedirect(back + line)
    cancel = back if draft.data else reverse("roadmap-list")
    context = {"form": form, "cancel_url": cancel, "about": found, "draft": draft}
    return page(request, "roadmap/form.html", context, status=422 if form.is_bound else 200)


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """The draft as a whole: what it changes, what it lacks; propose it, take theirs over, remove a line."""
    draft, found = _open(request, str(object_id))
    if request.method != "POST":
        return _show(request, draft, found)
    verb, _, number = request.POST.get("do", "").partition(":")
    if verb == "propose":
        return _propose(request, draft, found)
    if verb == "drop":
        author = writer_of(request).author()
        append_entry(get_node(), NAME, "draft_dropped", draft.subject, {}, author)
        return HttpResponseRedirect(_after_drop(draft))
    if verb == "take":
        _keep(request, draft, draft.base, request.POST.get("base", ""))
    elif verb == "remove":
        _keep(request, draft, _without(draft, number), request.POST.get("base", ""))
    return HttpResponseRedirect(reverse("roadmap-draft", args=[draft.subject]))


def _after_drop(draft: Draft) -> str:
    if draft.roadmap is None:
        return reverse("roadmap-list")
    return reverse("roadmap-detail", args=[draft.subject])


def _without(draft: Draft, number: str) -> dict[str, Any]:
    """The draft without a line that no version has yet; any other is dropped in its place."""
    lines = [each for each in draft.data["lines"] if str(each["no"]) != number]
    data = {**draft.data, "lines": lines}
    if draft.roadmap is not None and draft.roadmap.binding is not None:
        check_succession(draft.roadmap.data, data)
    return data


def _show(
    request: HttpRequest, draft: Draft, found: About, refusal: MithaqError | None = None
) -> HttpResponseBase:
    names = dict(choices_of("field"))
    gaps: dict[int, list[Any]] = {}
    for gap in draft.gaps:
        gaps.setdefault(gap.no, []).append(WORDS.get(gap.code, gap.code))
    bound = {each["no"] for each in draft.base.get("lines", [])} if draft.roadmap else set()
    change = compare_plans(draft.base, draft.data) if draft.base else None
    context = {
        "draft": draft,
        "about": found,
        "title": draft.data.get("title", {}),
        "gaps": gaps.get(0, []),
        "has_gaps": bool(gaps),
        "refusal": str(WORDS.get(refusal.code, refusal.code)) if refusal is not None else "",
        "codes": [refusal.code] if refusal is not None else [],
        "lines": [
            (each, name_owner(str(each.get("owner", ""))), names.get(each.get("field"), ""),
             read_day(each.get("due_on")),
             gaps.get(each.get("no", 0), []), each["no"] not in bound)
            for each in draft.data.get("lines", [])
        ],
        "changes": [tell_line_change(each) for each in change.lines] if change else [],
        "is_own_open": _is_own_open(draft.roadmap, found.own),
    }  # fmt: skip
    return page(request, "roadmap/draft.html", context, status=422 if refusal is not None else 200)


def _is_own_open(roadmap: RoadmapView | None, own: str) -> bool:
    return roadmap is not None and roadmap.pending is not None and roadmap.pending.proposer == own


def _propose(request: HttpRequest, draft: Draft, found: About) -> HttpResponseBase:
    """Put the draft forward: as a roadmap, or as another version of it."""
    data = {**says(draft.data), "author_post": found.post}
    try:
        check_roadmap(data)
        if draft.roadmap is None:
            fields = make_envelope(data["title"], "clear" if data.get("visibility") == PUBLIC else "green")
            command = propose(draft.subject, ROADMAP, data, draft.data.get("signers", {}), fields)
        else:
            if draft.roadmap.binding is not None:
                check_succession(draft.roadmap.data, data)
            if says(draft.base) == says(data):
                raise ConflictError("nothing_changed", "the draft says what stands already")
            handling = handling_of(get_node(), draft.subject)
            fields = {**make_envelope(data["title"]), "handling": handling}
            command = counter(draft.roadmap, data, fields)
        return start(request, command, NAME, data["title"], request.path, wrote=_writers(draft, found.own))
    except MithaqError as error:
        if error.code not in WORDS and not isinstance(error, MalformedError):
            raise
        return _show(request, draft, found, error)


def _writers(draft: Draft, own: str) -> set[str]:
    """Pseudonyms of those who have written in the draft since our side last put a version forward."""
    versions = draft.roadmap.versions if draft.roadmap is not None else ()
    last = max((each.created_at for each in versions if each.proposer == own), default=None)
    entries = get_node().store.journal.of_subject(NAME, draft.subject)
    return {each.holder for each in entries if last is None or each.at > last}


# Taking over


@workspace_page(verb="draft", methods=("GET", "POST"))
def take_over(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """Decisions and actions of signed minutes, and accepted commitments: taken over by reference."""
    draft, found = _open(request, str(object_id))
    offers = _readable_offers(request)
    taken = taken_keys([draft.base, draft.data])
    if request.method == "POST":
        chosen = set(request.POST.getlist("take"))
        picked = [each for each in offers if each.key in chosen and each.key not in taken]
        number, lines = next_number(draft.base, draft.data), list(draft.data.get("lines", []))
        for place, offer in enumerate(picked):
            lines.append(make_line(offer, number + place, draft.fields))
        if picked:
            _keep(request, draft, {**draft.data, "lines": lines}, request.POST.get("base", ""))
        return HttpResponseRedirect(reverse("roadmap-draft", args=[draft.subject]))
    labels = {each.name: each.label for each in installed_pages()}
    shown = [
        (
            each,
            labels.get(each.register, each.register),
            name_owner(each.owner) if each.owner else "",
            read_day(each.due_on),
        )
        for each in offers
        if each.key not in taken
    ]
    context = {
        "draft": draft,
        "about": found,
        "offers": shown[:MOST_SHOWN],
        "taken": len(offers) - len(shown),
    }
    return page(request, "roadmap/take.html", context)


def _readable_offers(request: HttpRequest) -> Sequence[OfferedLine]:
    """What the reader may read of it; what this node keeps alone is read by whoever may draft."""
    offers = offered_lines(get_node())
    allowed = readable(request, [each.object_id for each in offers if each.object_id])
    return [each for each in offers if not each.object_id or each.object_id in allowed]
