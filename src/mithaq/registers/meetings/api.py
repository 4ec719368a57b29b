"""Meetings for programs: lists, one meeting, joint bodies, calendar files; an invitation as a draft."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mithaq.core.encoding import format_time
from mithaq.core.fields import MAX_TEXT_CHARS
from mithaq.core.instruments.lines import LineAddress
from mithaq.errors import MissingError
from mithaq.registers.meetings.models import Meeting, TextVersion
from mithaq.registers.meetings.reading.carrying import actions_of, carried_over, programme_of
from mithaq.registers.meetings.reading.files import calendar_file
from mithaq.registers.meetings.reading.items import ItemView
from mithaq.registers.meetings.reading.meetings import MeetingView, describe_meetings
from mithaq.registers.meetings.reading.room import Room, load_room
from mithaq.registers.meetings.reading.seats import find_zone
from mithaq.registers.meetings.reading.texts import TextView, read_text
from mithaq.registers.meetings.rules.appointment import parse_local, write_appointment
from mithaq.registers.meetings.rules.invitation import LEVELS, check_invitation
from mithaq.registers.meetings.rules.kinds import INVITATION, MANDATE, MINUTES, NAME, PAPER
from mithaq.registers.meetings.rules.notes import check_paper
from mithaq.web.access.gate import check_may_leave
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_act, protect_acts, protect_objects
from mithaq.web.api.call import ApiCall
from mithaq.web.api.drafts import start_draft
from mithaq.web.api.routes import Answer, Collection, File, Parameter, Route
from mithaq.web.api.schema import code, obj, text, texts, uuid
from mithaq.web.attachments import MOST_FILES, find_kept
from mithaq.web.dossiers import find_dossier
from mithaq.web.outgoing.commands import SendNote

OPEN: Final[Mapping[str, Any]] = obj({}, is_open=True)
_LOCAL: Final = text(16, pattern=r"[12]\d\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d")
_LIST: Final[Mapping[str, Any]] = {"type": "array", "items": OPEN, "maxItems": 200}
INVITATION_INPUT: Final = obj(
    {
        "to": {"type": "array", "items": code(), "minItems": 1, "maxItems": 32},
        "title": texts(300),
        "level": {"type": "string", "enum": list(LEVELS)},
        "place": text(200, least=1),
        "tzid": text(64, least=1),
        "starts_local": _LOCAL,
        "ends_local": _LOCAL,
        "host": code(),
        "body": uuid(),
        "follows": uuid(),
        "no": {"type": "integer", "minimum": 1, "maximum": 999},
        "handling": {"type": "string", "enum": ["clear", "green", "amber"]},
        **dict.fromkeys(("sessions", "delegations", "programme", "agenda"), _LIST),
    },
    ("to", "title", "level", "place", "tzid", "starts_local", "ends_local"),
)
PAPER_INPUT: Final = obj(
    {
        "meeting": uuid(),
        "title": texts(300),
        "text": texts(MAX_TEXT_CHARS),
        "item": {"type": "integer", "minimum": 1, "maximum": 999},
        "handling": {"type": "string", "enum": ["clear", "green", "amber"]},
        "files": {"type": "array", "items": text(64, pattern="[0-9a-f]{64}"), "maxItems": MOST_FILES},
    },
    ("meeting", "title"),
)
_TAKEN_OVER: Final = (
    "level", "place", "body", "follows", "no", "sessions", "delegations", "programme", "agenda",
)  # fmt: skip


def list_meetings(call: ApiCall) -> Collection:
    """Meetings that the caller may list, the latest first."""
    rows = Meeting.objects.filter(code__in=call.caller.codes)
    for name, column in (("level", "level"), ("body", "body_id")):
        if name in call.query:
            rows = rows.filter(**{column: call.query[name]})
    page = call.queryset(
        rows, order=("-starts_ms", "-object_id"), describe=lambda row: row, protect=_protect_rows
    )
    return replace(page, items=list(map(describe_meeting, describe_meetings(call.node, page.items))))


def _protect_rows(rows: Sequence[Meeting]) -> list[Protected]:
    return protect_objects([row.object_id for row in rows])


def show_meeting(call: ApiCall) -> Answer:
    """One meeting with its texts, notes, steps and what it carries over."""
    room, meeting = _open_room(call)
    may_read = _reader_of(call, room)
    found = [each for each in room.texts_of(meeting.object_id) if may_read(each.object_id)]
    notes = [each for each in room.notes_about(meeting.object_id) if may_read(each.object_id)]
    carried = carried_over(room, meeting).visible(may_read)
    return Answer(
        {
            **describe_meeting(meeting),
            "invitation": dict(meeting.data),
            "texts": [describe_text(call, each) for each in found],
            "notes": [describe_item(each) for each in notes],
            "steps": [
                {
                    "name": each.name,
                    "due_on": each.due_on.isoformat(),
                    "mark": str(each.mark),
                    "agreed": each.is_agreed,
                }
                for each in programme_of(room, meeting, found)
            ],
            "carried_over": {
                "actions": [each.address for each in carried.actions],
                "issues": [each.object_id for each in carried.issues],
            },
        }
    )


def show_file(call: ApiCall) -> File:
    """A meeting as iCalendar."""
    _room, meeting = _open_room(call)
    check_may_leave(protect_objects([meeting.object_id])[0])
    lang = call.query.get("lang", "fr")
    return File(
        calendar_file(call.node, meeting, lang), f"meeting-{meeting.object_id[:8]}.ics", "text/calendar"
    )


def list_bodies(call: ApiCall) -> Collection:
    """Joint bodies that the caller may read."""
    ids = sorted(set(TextVersion.objects.filter(object_kind=MANDATE).values_list("object_id", flat=True)))
    guarded = protect_objects(ids) if ids else []
    readable = [
        each for each, protected in zip(ids, guarded, strict=True) if call.caller.may("read", protected)
    ]
    return call.collection(
        readable, key=lambda each: each, describe=lambda each: describe_text(call, read_text(call.node, each))
    )


def show_text(call: ApiCall) -> Answer:
    """A mandate, an agenda, minutes or a communiqué, with the addresses of its lines."""
    object_id = call.path["id"]
    if not TextVersion.objects.filter(object_id=object_id).exists():
        raise MissingError("text", "There is no such text.")
    call.caller.check("read", protect_objects([object_id])[0])
    return Answer(describe_text(call, read_text(call.node, object_id)))


def draft_invitation(call: ApiCall) -> Answer:
    """An invitation as a draft: a person releases it."""
    given = call.body
    starts, ends = parse_local(given["starts_local"]), parse_local(given["ends_local"])
    body = {
        **{name: given[name] for name in _TAKEN_OVER if name in given},
        **write_appointment(starts, ends, given["tzid"], find_zone(given["tzid"])),
        "host": given.get("host", str(call.node.identity.code)),
    }
    check_invitation(body)
    fields = {
        "subject": dict(given["title"]),
        "lang": ["ar", "fr"],
        "handling": {"code": given.get("handling", "green"), "caveats": [], "purpose": "ADMIN"},
    }
    command = SendNote(INVITATION, tuple(sorted(set(given["to"]))), body, fields)
    return start_draft(call, command, NAME, dict(given["title"]))


def draft_paper(call: ApiCall) -> Answer:
    """A paper for a meeting as a draft: a text, files that the caller has brought, or both."""
    given = call.body
    _room, meeting = _open_room(call, given["meeting"])
    files = find_kept(call.caller.user_id, given.get("files", []))
    if len(files) != len(set(given.get("files", []))):
        raise MissingError("blob", "A file is named that the caller has not brought.")
    body = {name: given[name] for name in ("meeting", "item", "text") if name in given}
    check_paper(body)
    fields = {
        "subject": dict(given["title"]),
        "lang": ["ar", "fr"],
        "handling": {"code": given.get("handling", "green"), "caveats": [], "purpose": "ADMIN"},
        "dossier": find_dossier(call.node, meeting.object_id),
        **({"blobs": [each.to_blob() for each in files]} if files else {}),
    }
    others = tuple(sorted(set(meeting.parties) - {str(call.node.identity.code)}))
    return start_draft(call, SendNote(PAPER, others, body, fields), NAME, dict(given["title"]))


def describe_meeting(meeting: MeetingView) -> dict[str, Any]:
    """A meeting as JSON."""
    return {
        "id": meeting.object_id,
        "title": dict(meeting.title),
        "state": meeting.state,
        "marks": list(meeting.marks),
        "level": meeting.level,
        "no": meeting.no,
        "body": meeting.body_id or None,
        "follows": meeting.follows or None,
        "host": meeting.host,
        "place": meeting.place,
        "held_on": meeting.held_on.isoformat(),
        "starts_at": None if meeting.is_day_only else format_time(meeting.starts_at),
        "ends_at": None if meeting.is_day_only else format_time(meeting.ends_at),
        "tzid": meeting.tzid,
        "sequence": meeting.sequence,
        "from": meeting.sender,
        "invited": [
            {"administration": each, "state": meeting.states.get(each), "result": meeting.results.get(each)}
            for each in meeting.invited
        ],
    }


def describe_text(call: ApiCall, found: TextView) -> dict[str, Any]:
    """A text as JSON, each line with the address that others point at."""
    actions = (
        {each.line.name: each.percent for each in actions_of(found)} if found.object_kind == MINUTES else {}
    )
    return {
        "id": found.object_id,
        "kind": found.object_kind,
        "version": found.version,
        "content_hash": found.content_hash,
        "state": str(found.state),
        "word": found.word,
        "title": dict(found.title),
        "signed_by": list(found.signed_by),
        "waiting": list(found.waiting),
        "without_concordance": list(found.without_concordance),
        "gaps": [{"line": each.line, "lang": each.lang, "mark": str(each.mark)} for each in found.gaps],
        "lines": [
            {
                "address": LineAddress(found.object_id, found.version, line.name).encode(),
                "text": line.fields.get("text") or {},
                **{name: line.fields[name] for name in ("owner", "due_on") if name in line.fields},
                **({"percent": actions[line.name]} if line.name in actions else {}),
            }
            for line in found.lines
        ],
    }


def describe_item(item: ItemView) -> dict[str, Any]:
    """A note as JSON."""
    return {
        "id": item.object_id,
        "kind": item.object_kind,
        "from": item.sender,
        "agreed": False,
        "created_at": format_time(item.created_at),
        "states": dict(item.states),
        "files": list(item.blobs),
        "body": dict(item.data),
    }


def _open_room(call: ApiCall, object_id: str = "") -> tuple[Room, MeetingView]:
    room = load_room(call.node, object_id or call.path["id"])
    meeting = room.meeting(room.object_id) if room is not None else None
    first = room.first(room.object_id) if room is not None else None
    if room is None or meeting is None or first is None:
        raise MissingError("meeting", "There is no such meeting.")
    call.caller.check("read", protect_act(first))
    return room, meeting


def _reader_of(call: ApiCall, room: Room) -> Callable[[str], bool]:
    """Whether the caller may read an object of a room, by its id."""
    firsts = [first for first in map(room.first, room.acts) if first is not None]
    guards = {act.object_id: guard for act, guard in zip(firsts, protect_acts(firsts), strict=True)}
    return lambda object_id: object_id in guards and bool(call.caller.may("read", guards[object_id]))


ROUTES: Final = (
    Route("GET", "/meetings", "meeting-list", "list", list_meetings, None, OPEN,
          "Meetings, the latest first.", NAME, query=(Parameter("level", "One level.", "|".join(LEVELS)),
                       Parameter("body", "Of one joint body.", "[0-9a-f-]{36}")), is_collection=True),
    Route("GET", "/meetings/{id}", "meeting-show", "read", show_meeting, None, OPEN, "One meeting.", NAME),
    Route("GET", "/meetings/{id}/file", "meeting-file", "read", show_file, None, None,
          "A meeting as iCalendar.", NAME, query=(Parameter("lang", "Of its words.", "ar|fr|en"),),
          media_type="text/calendar"),
    Route("POST", "/invitations", "meeting-invite", "draft", draft_invitation,
          INVITATION_INPUT, OPEN, "An invitation as a draft; a person releases it.", NAME, status=201),
    Route("POST", "/papers", "paper-add", "draft", draft_paper, PAPER_INPUT, OPEN,
          "A paper for a meeting as a draft, with files that were brought to /files.", NAME, status=201),
    Route("GET", "/joint-bodies", "body-list", "list", list_bodies, None, OPEN, "Joint bodies.", NAME,
          is_collection=True),
    Route("GET", "/meetings/texts/{id}", "meeting-text-show", "read", show_text, None, OPEN,
          "A mandate, agenda, minutes or communiqué with its lines.", NAME),
)  # fmt: skip
