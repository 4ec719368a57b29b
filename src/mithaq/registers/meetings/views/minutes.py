"""The minutes: an editor of two columns for this node alone, sharing, and the print."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from mithaq.core.instruments.state import State
from mithaq.errors import ConflictError, MalformedError, MissingError, MithaqError
from mithaq.node.journal import append_entry
from mithaq.registers.meetings.forms.base import WORDS, About, counter, in_dossier, propose, signing_posts
from mithaq.registers.meetings.forms.minutes import MinutesForm, tick, without
from mithaq.registers.meetings.models import LocalText
from mithaq.registers.meetings.reading.items import ItemView
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.room import Room
from mithaq.registers.meetings.reading.texts import TextView
from mithaq.registers.meetings.rules.kinds import MINUTES, NAME
from mithaq.registers.meetings.rules.texts import check_minutes
from mithaq.registers.meetings.views.about import (
    about,
    about_nothing,
    demand_draft,
    language,
    open_meeting_room,
    post_labels,
)
from mithaq.registers.meetings.views.details import text_rows
from mithaq.web.forms import add_refusal
from mithaq.web.outgoing.drafts import start, writer_of
from mithaq.web.outgoing.forms import make_envelope
from mithaq.web.parties import parties, party_of
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.view import page, workspace_page


@dataclass(frozen=True, slots=True)
class Draft:
    """The minutes as this node has them in hand.

    Attributes:
        number: of the journal entry that left it so; 0 for one that nobody has kept yet.
        is_behind: whether the other side has put forward a version that is not in it.
    """

    number: int
    data: Mapping[str, Any]
    text: TextView | None
    is_behind: bool


@workspace_page(verb="draft", methods=("GET", "POST"))
def edit_minutes(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """The editor: save, tick a line, remove one, take over the other side's version, share."""
    room, meeting = open_meeting_room(request, str(object_id))
    demand_draft(request)
    draft = _read_draft(room, meeting)
    if request.method != "POST":
        initial = {"base": str(draft.number)}
        form = MinutesForm(initial=initial, **_terms(meeting, draft))
        return _show(request, meeting, draft, form)
    form = MinutesForm(request.POST, **_terms(meeting, draft))
    verb, _, line = request.POST.get("do", "save").partition(":")
    if verb == "take" and draft.text is not None:
        return _keep(request, meeting, dict(draft.text.data))
    if not form.is_valid():
        return _show(request, meeting, draft, form)
    if form.cleaned_data["base"] != str(draft.number):
        raise ConflictError("draft_changed", "somebody else has saved this draft meanwhile")
    return _act(request, meeting, draft, form, (verb, line))


def _terms(meeting: MeetingView, draft: Draft) -> dict[str, Any]:
    """What the editor is told of the draft, of its parties and of those who were to come."""
    known, lang = parties(), language()
    posts = [(each["administration"], each["post"]) for each in draft.data.get("delegations", [])]
    labels = post_labels(posts)
    told = [
        f"{pick(labels[each], lang)[0]} · {pick(party_of(each[0], known).name, lang)[0]}" for each in posts
    ]
    return {"draft": draft.data, "parties": meeting.parties, "delegates": told}


def _act(
    request: HttpRequest, meeting: MeetingView, draft: Draft, form: MinutesForm, asked: tuple[str, str]
) -> HttpResponseBase:
    post = writer_of(request).post
    data = form.write(post, about_nothing(request).lang)
    verb, line = asked
    if verb == "tick":
        data = tick(data, line, post)
    elif verb == "remove":
        data = without(data, line)
    try:
        check_minutes(data)
        if verb == "share":
            _save(request, meeting, data)
            return _share(request, meeting, draft, data)
    except MithaqError as error:
        if error.code not in WORDS and not isinstance(error, MalformedError):
            raise
        add_refusal(form, error.code, WORDS.get(error.code, error.code))
        return _show(request, meeting, draft, form)
    return _keep(request, meeting, data)


def _keep(request: HttpRequest, meeting: MeetingView, data: Mapping[str, Any]) -> HttpResponseBase:
    _save(request, meeting, data)
    return HttpResponseRedirect(reverse("meetings-minutes", args=[meeting.object_id]))


def _save(request: HttpRequest, meeting: MeetingView, data: Mapping[str, Any]) -> None:
    author = writer_of(request).author()
    body = {"kind": "minutes", "data": dict(data)}
    append_entry(get_node(), NAME, "draft", meeting.object_id, body, author)


def _share(
    request: HttpRequest, meeting: MeetingView, draft: Draft, data: Mapping[str, Any]
) -> HttpResponseBase:
    """Put the draft forward: as the minutes, or as another version of them."""
    plain = about_nothing(request)
    found = About(plain.node, plain.post, plain.lang, meeting=meeting, text=draft.text)
    fields = in_dossier(found, make_envelope(data["title"]))
    if draft.text is None:
        command = propose(found, MINUTES, data, signing_posts(found), fields)
    else:
        command = counter(found, data, fields)
    back = reverse("meetings-minutes", args=[meeting.object_id])
    return start(request, command, NAME, data["title"], back)


def _read_draft(room: Room, meeting: MeetingView) -> Draft:
    texts = [each for each in room.texts_of(meeting.object_id) if each.object_kind == MINUTES]
    text = texts[-1] if texts else None
    row = LocalText.objects.filter(subject=meeting.object_id, kind="minutes").first()
    if row is None:
        data = dict(text.data) if text is not None else _new(meeting)
        return Draft(0, data, text, is_behind=False)
    data = orjson.loads(row.data)
    is_behind = (
        text is not None
        and text.proposer != str(get_node().identity.code)
        and _without_author(text.data) != _without_author(data)
    )
    return Draft(row.number, data, text, is_behind)


def _without_author(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "author_post"}


def _new(meeting: MeetingView) -> dict[str, Any]:
    """Minutes that only have a title, the delegations and the decisions still to be written."""
    titles = {
        "ar": f"محضر: {meeting.title.get('ar', '')}",
        "fr": f"Procès-verbal : {meeting.title.get('fr', '')}",
    }
    data: dict[str, Any] = {
        "title": {lang: text[:300] for lang, text in titles.items()},
        "invitation": meeting.object_id,
    }
    delegations = list(meeting.data.get("delegations", []))
    return {**data, "delegations": delegations} if delegations else data


def _show(request: HttpRequest, meeting: MeetingView, draft: Draft, form: MinutesForm) -> HttpResponseBase:
    known = parties()
    text = draft.text
    comments = [(each, party_of(each.sender, known).name) for each in text.comments] if text else []
    context = {
        "meeting": meeting,
        "draft": draft,
        "form": form,
        "rows": [(row, _on_line(comments, row.line.name)) for row in form.rows()],
        "comments": [each for each in comments if not each[0].data.get("lines")],
        "may_share": _may_share(text),
    }
    return page(request, "meetings/minutes.html", context, status=422 if form.is_bound else 200)


def _on_line(comments: list[tuple[ItemView, str]], name: str) -> list[tuple[ItemView, str]]:
    return [(each, who) for each, who in comments if name in each.data.get("lines", [])]


def _may_share(text: TextView | None) -> bool:
    """Whether a version may be put forward: not while an own one waits."""
    own = str(get_node().identity.code)
    is_own_open = (
        text is not None and text.proposer == own and text.state in (State.PROPOSED, State.COUNTERED)
    )
    return not is_own_open


@workspace_page(verb="print")
def print_text(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A text on paper: in full, or its decisions and actions alone."""
    found = about(request, str(object_id))
    if found.text is None:
        raise MissingError("not_found", "There is nothing at this address.")
    is_short = request.GET.get("only") == "lines"
    known = parties()
    text = found.text
    labels = post_labels(text.signatories.items())
    context = {
        "text": text,
        "meeting": found.meeting,
        "is_short": is_short,
        "rows": text_rows(text, only_lines=is_short),
        "signing": [
            (party_of(code, known).name, labels[code, post], code in text.signed_by)
            for code, post in text.signatories.items()
        ],
    }
    return page(request, "meetings/print.html", context)
