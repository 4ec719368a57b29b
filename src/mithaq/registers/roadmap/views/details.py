"""The page of a roadmap, of one of its lines, of a note about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MissingError
from mithaq.registers.roadmap.forms.base import About
from mithaq.registers.roadmap.forms.drafting import KIND_WORDS, VISIBILITY_WORDS
from mithaq.registers.roadmap.reading.lines import NoteView
from mithaq.registers.roadmap.reading.roadmaps import VersionView
from mithaq.registers.roadmap.reading.taking import name_addresses
from mithaq.registers.roadmap.rules.changes import LineChange, compare_plans
from mithaq.registers.roadmap.rules.kinds import AT_RISK, FINAL_REPORT, PROGRESS_REPORT, ROADMAP
from mithaq.registers.roadmap.rules.progress import mean_percent, measure_chapters
from mithaq.registers.roadmap.rules.standing import LineStanding
from mithaq.registers.roadmap.views.about import (
    NOTHING_HERE,
    Opened,
    about_line,
    about_note,
    about_roadmap,
    label_all,
    label_posts,
    language,
    may_draft,
    name_owner,
    open_act,
    open_roadmap,
    readable,
    roadmap_page,
    stand_roadmap,
)
from mithaq.registers.roadmap.views.actions import Action, actions_for, answers_to
from mithaq.registers.roadmap.views.changes import tell_line_change
from mithaq.registers.roadmap.views.picture import draw_picture, write_lines
from mithaq.web.access.protected import protect_act
from mithaq.web.access.subject import subject_of
from mithaq.web.codes import choices_of
from mithaq.web.lasting import Lasting
from mithaq.web.pages import installed_pages
from mithaq.web.parties import parties, party_of
from mithaq.web.records.record import load_record
from mithaq.web.records.rights import may_take_away
from mithaq.web.records.views import record_page
from mithaq.web.runtime import get_node, get_part
from mithaq.web.view import has_verb, workspace_page

KEPT_FOR: Final = timedelta(minutes=1)
RESULT_WORDS: Final = {"accepted": _("Accepted"), "returned": _("Returned")}


@workspace_page(verb="read")
def show(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A record of this register."""
    first = open_act(request, str(object_id))
    if first.parsed.object_kind == ROADMAP:
        return _show_roadmap(request, stand_roadmap(first))
    return _show_note(request, about_note(request, str(object_id)))


def _offers(request: HttpRequest, found: About) -> dict[str, Any]:
    """What can be done: the main thing at the head of the page."""
    actions = [each for each in actions_for(found) if has_verb(request, each.verb)]
    return {
        "main_actions": [each for each in actions if each.is_main],
        "actions": [each for each in actions if not each.is_main],
    }


# A roadmap


def _show_roadmap(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    roadmap, standings, lang = opened.roadmap, opened.standings, language()
    today = get_node().clock.now().date()
    chapters = measure_chapters(roadmap.plan.chapters, standings.lines)
    names = dict(choices_of("field"))
    context = _offers(request, about_roadmap(request, roadmap)) | {
        "picture": draw_picture(standings, chapters, today, lang),
        "table": write_lines(standings, chapters, lang),
        "chapters": [
            (each, names.get(each.chapter.field, each.chapter.field), posts)
            for each, posts in zip(
                chapters, label_all([each.chapter.lead_posts for each in chapters]), strict=True
            )
        ],
        "percent": mean_percent(standings.lines),
        "counts": _count(standings.lines),
        "pending": _tell_version(roadmap.pending) if roadmap.pending else None,
        "shown": _tell_version(roadmap.shown),
        "may_draft": may_draft(request) and not roadmap.is_closed,
        "finals": standings.finals,
        "may_take_away": may_take_away(subject_of(request), protect_act(opened.first)),
    }
    return roadmap_page(request, opened, "detail", "roadmap/roadmap.html", context)


def _count(lines: Sequence[LineStanding]) -> list[tuple[str, int]]:
    """Lines by state, in the order of a line's life."""
    found: dict[str, int] = {}
    for each in lines:
        found[each.state] = found.get(each.state, 0) + 1
    order = ("returned", "reported_done", "in_progress", "planned", "accepted", "suspended", "dropped")
    return [(state, found[state]) for state in order if state in found]


def _tell_version(version: VersionView) -> dict[str, Any]:
    known = parties()
    return {
        "version": version,
        "by": party_of(version.proposer, known).name,
        "signing": [
            (party, post, code in version.signed_by)
            for code, (party, post) in zip(version.signatories, label_posts(version.signatories), strict=True)
        ],
    }


# A line


@dataclass(frozen=True, slots=True)
class Told:
    """A note about a line, for its page."""

    note: NoteView
    sender: Any
    evidence: Sequence[Mapping[str, Any]]
    answers: Sequence[tuple[Any, Any, Mapping[str, str], Any]]


@workspace_page(verb="read")
def show_line(request: HttpRequest, object_id: UUID, no: int) -> HttpResponseBase:
    """One line: what is promised, what was done, what shows it, and how it has changed."""
    opened = open_roadmap(request, str(object_id))
    found = about_line(request, opened, no)
    standing, line = found.needed_line, found.needed_line.line
    names = dict(choices_of("field"))
    told = _tell_notes(request, opened, no)
    plan = opened.roadmap.plan
    context = _offers(request, found) | {
        "standing": standing,
        "line": line,
        "kind": dict(KIND_WORDS)[line.kind],
        "fields": [names.get(each, each) for each in line.fields],
        "owner": name_owner(line.owner),
        "leads": label_posts(line.lead_posts or _leads_of(opened, line.field)),
        "basis": basis_lines(request, line.data),
        "milestones": [(each, _evidence_of(told, each.milestone.no)) for each in standing.milestones],
        "indicators": _tell_indicators(line.data, told),
        "visible": dict(VISIBILITY_WORDS).get(line.data.get("visibility", "both")),
        "dependencies": [each for each in (plan.line(one) for one in line.dependencies) if each],
        "told": told,
        "answers": _answers(request, found, told),
        "has_evidence": any(each.evidence for each in told),
        "history": _history(opened, no),
        "actual": _latest_text(told),
    }
    return roadmap_page(request, opened, "line", "roadmap/line.html", context)


def _answers(request: HttpRequest, found: About, told: Sequence[Told]) -> list[tuple[str, Action]]:
    """(note, what can be said to it) of reports that wait for the reader's side."""
    return [
        (each.note.object_id, action)
        for each in told
        for action in answers_to(found, each.note)
        if has_verb(request, action.verb)
    ]


def _leads_of(opened: Opened, field: str) -> Mapping[str, str]:
    chapters = opened.roadmap.plan.chapters
    return next((each.lead_posts for each in chapters if each.field == field), {})


def _tell_notes(request: HttpRequest, opened: Opened, no: int) -> list[Told]:
    """Reports and risks of a line, the newest first; those that the reader may read."""
    notes = list(opened.standings.notes.get(no, ()))
    allowed = readable(request, [each.object_id for each in notes])
    return [tell_note(each) for each in reversed(notes) if each.object_id in allowed]


def tell_note(note: NoteView) -> Told:
    """A note in the words of a page."""
    known = parties()
    answers = [
        (party_of(each.by, known).name, RESULT_WORDS[each.result], each.reason, each.on)
        for each in note.answers
    ]
    evidence = [_tell_evidence(each, note) for each in note.evidence]
    return Told(note, party_of(note.sender, known).name, evidence, answers)


def _tell_evidence(item: Mapping[str, Any], note: NoteView) -> dict[str, Any]:
    """Words and the way to what is shown: a record of this node, a file of the act, or a page of the web."""
    at, sha256 = str(item.get("at", "")), item.get("sha256")
    file = next((each for each in note.blobs if each["sha256"] == sha256), None)
    return {
        **item,
        "record_url": reverse("record", args=[at[:36]]) if at else "",
        "file": file,
        "note_id": note.object_id,
    }


def _evidence_of(told: Sequence[Told], milestone: int) -> list[Mapping[str, Any]]:
    """What was shown for a milestone: items that name it, and those of reports that are of it alone."""
    found = []
    for each in told:
        done = each.note.data.get("milestones_done", [])
        for item in each.evidence:
            if item.get("milestone") == milestone or ("milestone" not in item and done == [milestone]):
                found.append(item)
    return found


def _tell_indicators(data: Mapping[str, Any], told: Sequence[Told]) -> list[dict[str, Any]]:
    """Indicators with the last figure of each side; the same figure of all sides is agreed."""
    found = []
    for indicator in data.get("indicators", []):
        actuals: dict[str, tuple[Any, str]] = {}
        for each in told:  # the newest first
            for actual in each.note.data.get("actuals", []):
                if actual["code"] == indicator["code"] and each.note.sender not in actuals:
                    actuals[each.note.sender] = (each.sender, actual["value"])
        values = {value for _, value in actuals.values()}
        is_agreed = len(actuals) > 1 and len(values) == 1
        found.append({**indicator, "actuals": list(actuals.values()), "is_agreed": is_agreed})
    return found


def _latest_text(told: Sequence[Told]) -> Any:
    reports = [each for each in told if each.note.object_kind == PROGRESS_REPORT]
    return next((each.note.data["text"] for each in reports if "text" in each.note.data), None)


def basis_lines(request: HttpRequest, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a line rests on, in the words of the text that it names where the reader may read it."""
    grounds = [{"at": each} if isinstance(each, str) else each for each in data.get("basis", [])]
    named = [str(each["at"]) for each in grounds if "at" in each]
    allowed = readable(request, [each[:36] for each in named])
    words = _words_of([each for each in named if each[:36] in allowed])
    found = []
    for ground in grounds:
        at = str(ground.get("at", ""))
        line = at.partition("#")[2]
        url = reverse("record", args=[at[:36]]) + (f"#{line}" if line else "") if at else ""
        if not at and "source" in ground:
            url = _source_url(str(ground["source"]))
        text, origin = words.get(at, ("", ""))
        found.append({"words": ground.get("text") or text or at, "origin": origin, "url": url, "at": at})
    return found


def _words_of(addresses: Sequence[str]) -> Mapping[str, tuple[Any, Any]]:
    """What stands at these addresses; what was found once is kept for a while."""
    kept = get_part(_make_words).get()
    unknown = [each for each in addresses if each not in kept]
    if unknown:
        kept |= name_addresses(get_node(), unknown)
    return {each: kept[each] for each in addresses if each in kept}


def _make_words() -> Lasting[dict[str, tuple[Any, Any]]]:
    return Lasting(lambda _node: {}, KEPT_FOR)


def _source_url(sha256: str) -> str:
    """The page of a source of this node; empty where no register has such pages."""
    for pages in installed_pages():
        name, argument = pages.subject_page
        if pages.name == "sources" and name:
            return reverse(name, kwargs={argument: sha256[:32]})
    return ""


def _history(opened: Opened, no: int) -> list[tuple[VersionView, dict[str, Any]]]:
    """How the line has changed from version to version, the newest first."""
    counted = [each for each in opened.roadmap.versions if each.in_force_on is not None or each.is_open]
    data = opened.roadmap.data_of(counted)
    found = []
    for before, after in pairwise(counted):
        change = _change_of(data[before.content_hash], data[after.content_hash], no)
        if change is not None:
            found.append((after, tell_line_change(change)))
    return list(reversed(found))


def _change_of(before: Mapping[str, Any], after: Mapping[str, Any], no: int) -> LineChange | None:
    return next((each for each in compare_plans(before, after).lines if each.no == no), None)


# A note


def _show_note(request: HttpRequest, found: About) -> HttpResponseBase:
    note, roadmap = found.needed_note, found.roadmap
    if note.object_kind not in (PROGRESS_REPORT, AT_RISK, FINAL_REPORT):
        raise MissingError("not_found", NOTHING_HERE)
    line = roadmap.plan.line(note.line or 0) if roadmap is not None else None
    known = parties()
    context = _offers(request, found) | {
        "told": tell_note(note),
        "note": note,
        "line": line,
        "roadmap": roadmap,
        "milestones": _named_milestones(note, line),
        "states": [(party_of(code, known).name, state) for code, state in note.states.items()],
    }
    return record_page(request, load_record(request, note.object_id), "detail", "roadmap/note.html", context)


def _named_milestones(note: NoteView, line: Any) -> list[Any]:
    done = note.data.get("milestones_done", [])
    return [each for each in line.milestones if each.no in done] if line is not None else []
