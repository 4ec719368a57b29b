"""The page of a meeting, of a joint body, of a text, of a note."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.fields import JOINT
from mithaq.core.instruments.lines import LineAddress
from mithaq.node.who import Holder
from mithaq.registers.meetings.forms.base import About
from mithaq.registers.meetings.forms.invitations import FORM_WORDS, LEVEL_WORDS, ROLE_WORDS
from mithaq.registers.meetings.forms.notes import OUTCOME_WORDS
from mithaq.registers.meetings.forms.texts import CONFIDENTIALITY_WORDS, STEP_WORDS
from mithaq.registers.meetings.models import Account
from mithaq.registers.meetings.reading.carrying import (
    ActionView,
    actions_of,
    carried_over,
    programme_of,
)
from mithaq.registers.meetings.reading.items import ItemView
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.room import Room
from mithaq.registers.meetings.reading.texts import TextView
from mithaq.registers.meetings.rules.addresses import Line
from mithaq.registers.meetings.rules.kinds import (
    AGENDA,
    COMMUNIQUE,
    ISSUE,
    MANDATE,
    MINUTES,
    NAME,
    OWN_COMMUNIQUE,
    PAPER,
    STATEMENT,
)
from mithaq.registers.meetings.views.about import (
    about,
    holders,
    language,
    may_draft,
    post_labels,
    reader_of,
)
from mithaq.registers.meetings.views.actions import actions_for
from mithaq.web.access.protected import protect_act
from mithaq.web.basis import name_basis
from mithaq.web.codes import choices_of
from mithaq.web.parties import parties, party_of
from mithaq.web.records.record import Record, load_record
from mithaq.web.records.views import record_page
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick
from mithaq.web.two_columns import Row as PairRow
from mithaq.web.two_columns import make_rows
from mithaq.web.view import has_verb, workspace_page

MOST_OF_BODY = 50


@workspace_page(verb="read")
def show(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A record of this register."""
    found = about(request, str(object_id))
    if found.text is not None and found.text.object_kind == MANDATE:
        return _show_body(request, found, found.text)
    if found.text is not None:
        return _show_text(request, found, found.text)
    if found.item is not None:
        return _show_item(request, found, found.item)
    return _show_meeting(request, found, found.needed_meeting)


def make_context(request: HttpRequest, found: About) -> dict[str, Any]:
    """What every page of a record of this register has: what can be done."""
    can = may_draft(request)
    actions = [each for each in actions_for(found) if has_verb(request, each.verb)]
    return {
        "about": found,
        "main_actions": [each for each in actions if each.is_main],
        "actions": [each for each in actions if not each.is_main],
        "may_draft": can,
    }


def show_with(request: HttpRequest, room: Room, template: str, context: dict[str, Any]) -> HttpResponseBase:
    """A page of a meeting or a text, inside its tabs."""
    return record_page(request, _record_of(room), "detail", template, context)


def _record_of(room: Room) -> Record:
    """What the frame of the page shows of it."""
    first = room.first(room.object_id)
    assert first is not None  # the policy was asked about it
    return Record(
        object_id=room.object_id,
        object_kind=first.parsed.object_kind or "",
        register=NAME,
        first=first,
        acts=tuple(room.acts[room.object_id]),
        protected=protect_act(first),
        instrument=room.states.get(room.object_id),
        notes=tuple(room.notes.get(room.object_id, ())),
    )


# A meeting


@dataclass(frozen=True, slots=True)
class Delegate:
    """One place in a delegation.

    Attributes:
        holder: names of who held the post that day; empty when the directory knows nobody.
    """

    administration: Any
    post: Any
    role: Any
    holder: Mapping[str, str]
    attended: bool | None


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One item with what hangs on it."""

    no: int
    title: Any
    proposed_by: Any
    minutes_allotted: int | None
    readers: Any
    issue: str
    origin: str
    papers: tuple[ItemView, ...]
    statements: tuple[ItemView, ...]
    accounts: tuple[Account, ...]


def _show_meeting(request: HttpRequest, found: About, meeting: MeetingView) -> HttpResponseBase:
    room, may_read = found.needed_room, reader_of(request, found.needed_room)
    texts = [each for each in room.texts_of(meeting.object_id) if may_read(each.object_id)]
    notes = [each for each in room.notes_about(meeting.object_id) if may_read(each.object_id)]
    minutes = next((text for text in texts if text.object_kind == MINUTES), None)
    agenda = next((text for text in texts if text.object_kind == AGENDA), None)
    accounts = list(Account.objects.filter(meeting_id=meeting.object_id).order_by("number"))
    known, carried = parties(), carried_over(room, meeting).visible(may_read)
    before, after = _neighbours(room, meeting, may_read)
    context = make_context(request, found) | {
        "meeting": meeting,
        "clocks": _spans(meeting),
        "level": dict(LEVEL_WORDS).get(meeting.level, meeting.level),
        "host": party_of(meeting.host, known).name,
        "invited": [(party_of(code, known).name, meeting.states.get(code, "")) for code in meeting.invited],
        "body_name": room.title_of(meeting.body_id),
        "basis": basis_lines(meeting.data),
        "follows": before,
        "following": after,
        "delegates": _delegates(meeting, minutes),
        "sessions": [
            {**_with_hours(each), "word": FORM_WORDS.get(each["form"], each["form"])}
            for each in _list(meeting, "sessions")
        ],
        "visit": [_with_hours(each) for each in _list(meeting, "programme")],
        "steps": [(step, STEP_WORDS[step.name]) for step in programme_of(room, meeting, texts)],
        "texts": texts,
        "agenda": _agenda(meeting, agenda, notes, accounts),
        "agenda_text": agenda,
        "minutes": minutes,
        "decisions": decisions_of(minutes),
        "done_actions": with_owners(actions_of(minutes)) if minutes is not None else [],
        "carried": carried,
        "carried_actions": with_owners(carried.actions),
        "papers": [each for each in notes if each.object_kind == PAPER and "item" not in each.data],
        "statements": [each for each in notes if each.object_kind == STATEMENT and "item" not in each.data],
        "own_communiques": [each for each in notes if each.object_kind == OWN_COMMUNIQUE],
        "accounts": [each for each in accounts if each.item is None],
        "account_count": len(accounts),
        "may_share_minutes": may_draft(request) and meeting.state not in ("cancelled", "closed"),
    }
    return show_with(request, room, "meetings/meeting.html", context)


def with_owners(actions: Iterable[ActionView]) -> list[tuple[ActionView, Any]]:
    """Actions with the names of those who are to do them."""
    known = parties()
    return [
        (each, _("Both sides") if each.owner == JOINT else party_of(each.owner, known).name)
        for each in actions
    ]


def _with_hours(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with the hours of its local times, without the day."""
    hours = {"start": "starts_local", "end": "ends_local"}
    return {**item, **{name: str(item[key])[11:16] for name, key in hours.items() if key in item}}


def _list(meeting: MeetingView, name: str) -> list[Any]:
    return list(meeting.data.get(name, []))


def _spans(meeting: MeetingView) -> list[dict[str, Any]]:
    lang = language()
    return [
        {
            "place": start.place[lang],
            "start": f"{start.at:%H:%M}",
            "end": f"{end.at:%H:%M}",
            "day": start.at.date(),
            "tzid": start.tzid,
            "is_own": start.is_of_meeting,
        }
        for start, end in zip(meeting.clocks(get_node()), meeting.end_clocks(get_node()), strict=True)
    ]


def _neighbours(
    room: Room, meeting: MeetingView, may_read: Callable[[str], bool]
) -> tuple[MeetingView | None, MeetingView | None]:
    """The meeting that this one follows, and the first that follows it; those that the reader may read."""
    near = [
        each
        for each in room.meetings()
        if meeting.object_id == each.follows or meeting.follows == each.object_id
    ]
    allowed = [each for each in near if may_read(each.object_id)]
    before = next((each for each in allowed if each.object_id == meeting.follows), None)
    return before, next((each for each in allowed if each.follows == meeting.object_id), None)


def _delegates(meeting: MeetingView, minutes: TextView | None) -> list[Delegate]:
    """The delegations; once minutes say who came, as they say it."""
    said = minutes.data.get("delegations") if minutes is not None else None
    listed = list(said or _list(meeting, "delegations"))
    posts = [(each["administration"], each["post"]) for each in listed]
    held, known = holders(meeting.starts_at, posts), parties()
    labels = post_labels([each for each in posts if each not in held])
    found = []
    for each in listed:
        post = (each["administration"], each["post"])
        holder = held.get(post)
        found.append(
            Delegate(
                party_of(each["administration"], known).name,
                holder.label if holder else labels[post],
                ROLE_WORDS.get(each["role"], each["role"]),
                holder.names if holder else {},
                each.get("attended"),
            )
        )
    return found


def _agenda(
    meeting: MeetingView, text: TextView | None, notes: Sequence[ItemView], accounts: Sequence[Account]
) -> list[AgendaLine]:
    """The agreed or proposed agenda; before there is one, the items of the invitation."""
    items = text.data["items"] if text is not None else _list(meeting, "agenda")
    known = parties()
    return [
        AgendaLine(
            each["no"],
            each["title"],
            party_of(each["proposed_by"], known).name if each.get("proposed_by") else "",
            each.get("minutes_allotted"),
            CONFIDENTIALITY_WORDS.get(each.get("confidentiality", ""), ""),
            each.get("issue", ""),
            next(iter(each.get("papers", [])), ""),
            _of_item(notes, PAPER, each["no"]),
            _of_item(notes, STATEMENT, each["no"]),
            tuple(one for one in accounts if one.item == each["no"]),
        )
        for each in items
    ]


def _of_item(notes: Sequence[ItemView], kind: str, no: int) -> tuple[ItemView, ...]:
    return tuple(each for each in notes if each.object_kind == kind and each.data.get("item") == no)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with the address by which others point at it, and what it rests on."""

    address: str
    line: Line
    basis: list[tuple[Any, str]]


def decisions_of(minutes: TextView | None) -> list[Decision]:
    """The decisions of minutes."""
    if minutes is None:
        return []
    return [
        Decision(
            LineAddress(minutes.object_id, minutes.version, line.name).encode(),
            line,
            basis_lines(line.fields),
        )
        for line in minutes.lines
        if line.block == "decisions"
    ]


# A body, a text, a note


def _show_body(request: HttpRequest, found: About, body: TextView) -> HttpResponseBase:
    room, may_read = found.needed_room, reader_of(request, found.needed_room)
    meetings = [each for each in _next_first(room) if may_read(each.object_id)][:MOST_OF_BODY]
    issues = [each for each in room.notes_about(body.object_id) if each.object_kind == ISSUE]
    known = parties()
    chairs = _posts_of(body, "co_chairs")
    held = holders(room.now, chairs)
    seats = [_posts_of(body, name) for name in ("members", "secretariat")]
    labels = post_labels([*chairs, *seats[0], *seats[1]])
    context = make_context(request, found) | {
        "body": body,
        "chairs": [
            (party_of(code, known).name, *_told(held.get((code, post)), labels[code, post]))
            for code, post in chairs
        ],
        "seats": [
            (words, [(party_of(code, known).name, labels[code, post]) for code, post in posts])
            for words, posts in zip((_("Members"), _("Secretariat")), seats, strict=True)
            if posts
        ],
        "fields": [dict(choices_of("field")).get(code, code) for code in body.data.get("fields", [])],
        "has_issues": body.data.get("issues", True) is True,
        "rows": make_rows({"paragraphs": body.data.get("paragraphs", [])}),
        "meetings": meetings,
        "issues": [
            (
                each,
                _outcome(each),
                party_of(str(each.data["raised_by"]), known).name,
                party_of(str(each.data["owner"]), known).name,
            )
            for each in sorted(issues, key=lambda each: each.no or 0)
            if may_read(each.object_id)
        ],
        "deadlines": [(STEP_WORDS[name], days) for name, days in body.data.get("deadlines", {}).items()],
        "levels": dict(LEVEL_WORDS),
        "basis": basis_lines(body.data),
    }
    return show_with(request, room, "meetings/body.html", context)


def _next_first(room: Room) -> list[MeetingView]:
    """What is to come, the next first; then what is past, the latest first."""
    found = room.meetings()
    coming = [each for each in found if each.ends_at >= room.now]
    return coming + [each for each in reversed(found) if each.ends_at < room.now]


def _posts_of(body: TextView, name: str) -> list[tuple[str, str]]:
    return [(each["administration"], each["post"]) for each in body.data.get(name, [])]


def _told(holder: Holder | None, post: Mapping[str, str] | str) -> tuple[Any, Mapping[str, str]]:
    """(post, names of who holds it); no names where the directory knows nobody."""
    return (holder.label, holder.names) if holder is not None else (post, {})


def _outcome(issue: ItemView) -> Any:
    words = dict(OUTCOME_WORDS)
    outcomes = [str(answer.get("outcome", "")) for answer in issue.answers.values()]
    return words.get(outcomes[-1], outcomes[-1]) if outcomes else ""


def basis_lines(data: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """(words, address of the page of the instrument) of each basis."""
    found = []
    for each in data.get("basis", []):
        at = each if isinstance(each, str) else str(each.get("at", ""))
        found.append((name_basis(each), reverse("record", args=[at[:36]]) if len(at) >= 36 else ""))
    return found


def _show_text(request: HttpRequest, found: About, text: TextView) -> HttpResponseBase:
    known, labels = parties(), post_labels(text.signatories.items())
    may_read = reader_of(request, found.needed_room)
    comments = [each for each in text.comments if may_read(each.object_id)]
    came = found.meeting is not None and text.object_kind == MINUTES
    context = make_context(request, found) | {
        "text": text,
        "delegates": _delegates(found.needed_meeting, text) if came else [],
        "rows": text_rows(text),
        "signing": [
            (
                party_of(code, known).name,
                labels[code, post],
                code in text.signed_by,
                code not in text.without_concordance,
            )
            for code, post in text.signatories.items()
        ],
        "comments": [
            (
                each,
                party_of(each.sender, known).name,
                [tell_line(line) for line in each.data.get("lines", [])],
            )
            for each in comments
        ],
        "gaps": [(tell_line(gap.line), LANGUAGE_WORDS[gap.lang], gap.mark) for gap in text.gaps],
        "is_aligned": text.object_kind in (MINUTES, COMMUNIQUE),
        "actions_list": with_owners(actions_of(text)) if text.object_kind == MINUTES else [],
        "decisions": decisions_of(text) if text.object_kind == MINUTES else [],
        "may_edit": text.object_kind == MINUTES and text.meeting_id and may_draft(request),
        "embargo": text.data.get("embargo_until_at", ""),
        "is_public": text.object_kind == COMMUNIQUE and text.word == "released",
    }
    return show_with(request, found.needed_room, "meetings/text.html", context)


LINE_WORDS: Final = {
    "title": _("Title"),
    "text": _("Text"),
    "par": _("Paragraph"),
    "decision": _("Decision"),
    "action": _("Action"),
    "item": _("Item of the agenda"),
}
LANGUAGE_WORDS: Final = {"ar": _("Arabic"), "fr": _("French")}


def tell_line(name: str) -> tuple[str, Any, int | None]:
    """(anchor, word, number) of a line."""
    word, _separator, number = name.partition("_")
    return name, LINE_WORDS.get(word, word), int(number) if number.isdecimal() else None


def text_rows(text: TextView, *, only_lines: bool = False) -> list[PairRow]:
    """The lines in two columns; only decisions and actions if that is asked for."""
    data = dict(text.data)
    if only_lines:
        data = {name: data[name] for name in ("decisions", "actions") if name in data}
    return make_rows(data)


def _show_item(request: HttpRequest, found: About, item: ItemView) -> HttpResponseBase:
    known = parties()
    context = make_context(request, found) | {
        "item": item,
        "sender": party_of(item.sender, known).name,
        "is_issue": item.object_kind == ISSUE,
        "is_one_side": item.object_kind in (STATEMENT, OWN_COMMUNIQUE),
        "outcome": _outcome(item),
        "states": [(party_of(code, known).name, state) for code, state in item.states.items()],
        "about_url": reverse("record", args=[item.about_id]) if item.about_id else "",
        "owner": party_of(str(item.data["owner"]), known).name if "owner" in item.data else "",
        "raised_to": dict(LEVEL_WORDS).get(str(item.data.get("escalated_to", "")), ""),
        "text": item.text if isinstance(item.text, Mapping) else {"": item.text},
        "text_lang": pick(item.text, language())[1],
    }
    record = load_record(request, item.object_id)
    return record_page(request, record, "detail", "meetings/item.html", context)
