"""``mithaq meeting``: meetings of both sides, and their calendar files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.core.encoding import format_time
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.node.node import Node
    from mithaq.registers.meetings.reading.meetings import MeetingView
    from mithaq.registers.meetings.reading.room import Room

LEVELS = "minister|director_general|technical"
WHEN = "next|past"
_AT_ONCE = 100


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Meetings of both sides: the next first.")
    noun.command("list")(list_all)
    noun.command("show")(show)
    noun.command("ics")(write_file)
    app.add_typer(noun, name="meeting")


def list_all(
    ctx: typer.Context,
    level: Annotated[str, typer.Option("--level", metavar=LEVELS, help="One level.")] = "",
    body: Annotated[str, typer.Option("--body", metavar="ID", help="Of one joint body.")] = "",
    when: Annotated[str, typer.Option("--when", metavar=WHEN, help="Only these.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 100,
) -> int:
    """List meetings: those to come, the next first, then past ones, the latest first."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    _check_choice("--level", level, LEVELS)
    _check_choice("--when", when, WHEN)
    with reading(output) as node:
        from mithaq.registers.meetings.reading.meetings import ordered_meetings

        rows = ordered_meetings(node.clock.now(), level=level, body_id=body, when=when)[:limit]
        records = _describe_all(node, list(rows), output.face.lang)
        output.show_all("mithaq/meeting-list/1", records, ("id", "held_on", "state", "level", "title"))
    return OK


def _check_choice(option: str, value: str, choices: str) -> None:
    if value and value not in choices.split("|"):
        raise UsageError("usage", f"{option} is one of {choices.replace('|', ', ')}")


def _describe_all(node: "Node", rows: list[Any], lang: str) -> Iterator[dict[str, Any]]:
    from mithaq.registers.meetings.reading.meetings import describe_meetings

    for start in range(0, len(rows), _AT_ONCE):
        for meeting in describe_meetings(node, rows[start : start + _AT_ONCE]):
            yield _describe(meeting, lang)


def _describe(meeting: "MeetingView", lang: str) -> dict[str, Any]:
    return {
        "id": meeting.object_id,
        "state": meeting.state,
        "marks": list(meeting.marks),
        "level": meeting.level,
        "no": meeting.no,
        "body": meeting.body_id or None,
        "follows": meeting.follows or None,
        "host": meeting.host,
        "from": meeting.sender,
        "invited": list(meeting.invited),
        "held_on": meeting.held_on.isoformat(),
        "starts_at": None if meeting.is_day_only else format_time(meeting.starts_at),
        "ends_at": None if meeting.is_day_only else format_time(meeting.ends_at),
        "tzid": meeting.tzid,
        "place": meeting.place,
        "sequence": meeting.sequence,
        "title": pick_title(meeting.title, lang),
    }


def show(ctx: typer.Context, meeting_id: Annotated[str, typer.Argument(metavar="ID")]) -> int:
    """Show one meeting with its texts, decisions and actions."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.errors import MissingError
        from mithaq.registers.meetings.reading.room import load_room

        room = load_room(node, meeting_id)
        meeting = room.meeting(meeting_id) if room is not None else None
        if room is None or meeting is None:
            raise MissingError("meeting", "there is no meeting of that id here")
        record = _describe(meeting, output.face.lang) | _describe_texts(room, meeting)
        output.show("mithaq/meeting-show/1", {**record, "invitation": dict(meeting.data)})
    return OK


def _describe_texts(room: "Room", meeting: "MeetingView") -> dict[str, Any]:
    from mithaq.core.instruments.lines import LineAddress
    from mithaq.registers.meetings.reading.carrying import programme_of

    texts = room.texts_of(meeting.object_id)
    lines = [
        {
            "address": LineAddress(text.object_id, text.version, line.name).encode(),
            "block": line.block,
            "text": line.fields.get("text"),
            **{name: line.fields[name] for name in ("owner", "due_on") if name in line.fields},
        }
        for text in texts
        for line in text.lines
        if line.block in ("decisions", "actions")
    ]
    return {
        "texts": [
            {
                "id": text.object_id,
                "kind": text.object_kind,
                "version": text.version,
                "content_hash": text.content_hash,
                "state": str(text.state),
                "word": text.word,
                "signed_by": list(text.signed_by),
            }
            for text in texts
        ],
        "decisions": [line for line in lines if line["block"] == "decisions"],
        "actions": [line for line in lines if line["block"] == "actions"],
        "steps": [_describe_step(step) for step in programme_of(room, meeting, texts)],
    }


def _describe_step(step: Any) -> Mapping[str, Any]:
    return {
        "name": step.name,
        "due_on": step.due_on.isoformat(),
        "mark": str(step.mark),
        "agreed": step.is_agreed,
    }


def write_file(
    ctx: typer.Context,
    meeting_id: Annotated[str, typer.Argument(metavar="ID")],
    file: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where; - is stdout.")] = Path(
        "-"
    ),
) -> int:
    """Write a meeting as a calendar file that ordinary calendars open."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.meetings.reading.files import calendar_file
        from mithaq.registers.meetings.reading.meetings import read_meeting

        meeting = read_meeting(node, meeting_id)
        output.take_away(meeting.object_id)
        data = calendar_file(node, meeting, output.face.lang)
    if str(file) == "-":
        output.write_bytes(data)
        return OK
    file.write_bytes(data)
    output.show("mithaq/meeting-ics/1", {"id": meeting.object_id, "file": str(file), "bytes": len(data)})
    return OK
