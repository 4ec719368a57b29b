"""``mithaq note``: send notes, act on them, read them."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.core.encoding import format_time
from mithaq.errors import MalformedError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK
from mithaq.main.cli.inputs import read_json
from mithaq.main.cli.output import Output
from mithaq.main.cli.people import TO_RELEASE, hold, is_by_people
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.core.acts.kinds import Kind
    from mithaq.node.node import Node
    from mithaq.node.records import NoteRow

Post = Annotated[str | None, typer.Option("--post", help="The post that authors; desk by default.")]
Releaser = Annotated[
    str | None, typer.Option("--releaser", help="The post that releases; release by default.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the preview, send nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
CODE = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
NoteId = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Notes: from one administration to others, with receipt, deadline, replies and outcome.")
    noun.command("send")(send)
    noun.command("ack")(ack)
    noun.command("reply")(reply)
    noun.command("list")(list_notes)
    noun.command("show")(show)
    app.add_typer(noun, name="note")


def send(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The note as JSON; - is stdin. See docs/cli.md.")
    ],
    to: Annotated[list[str] | None, typer.Option("--to", metavar="CODE", help="A further recipient.")] = None,
    post: Post = None,
    releaser: Releaser = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Send a note: submit it, and release it to its recipients."""
    from mithaq.main.cli.documents import Attachments, folder_of, read_note
    from mithaq.main.cli.homes import author_of
    from mithaq.node.append.submit import Desk

    output = output_of(ctx)
    document = read_json(file)
    by_people = is_by_people(output)
    writer, author = author_of(output, post), author_of(output, releaser, "release")
    if isinstance(document.get("body"), dict):
        document["body"] = {"author_post": writer.post, **document["body"]}
    with _opened(output, dry_run) as node:
        desk, recipients = Desk(node), list(to or ())
        folder = folder_of(file)
        seen = read_note(document, Attachments(folder, node.blobs, is_dry=True), recipients)
        _preview(output, seen.object_kind, list(seen.recipients), dict(seen.fields), author.post)
        if dry_run:
            # Attachments are not stored in a dry run, so the check leaves them out.
            desk.draft_note(
                read_note({**document, "blobs": []}, Attachments(folder, node.blobs), recipients), author
            )
        if not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            return OK
        content = read_note(document, Attachments(folder, node.blobs), recipients)
        if by_people:
            return _hold_note(output, node, content, writer)
        appended = desk.send_note(content, author)
        row = _rows_of(node, appended.act_id)[0]
        record = {**_describe(row, output, node.clock.now()), "leaf_index": appended.leaf_index}
    output.show("mithaq/note-send/1", record)
    return OK


def _opened(output: Output, dry_run: bool) -> Any:
    from mithaq.main.cli.homes import reading, writing

    return reading(output) if dry_run else writing(output)


def _hold_note(output: Output, node: "Node", content: Any, author: Any) -> int:
    from mithaq.web.outgoing.commands import SendNote

    to = tuple(map(str, content.recipients))
    command = SendNote(
        content.object_kind, to, content.body, content.fields, content.sections, content.object_v
    )
    record = {
        "id": hold(output, node, command, content.fields.get("subject"), author),
        "kind": content.object_kind,
        "from": str(node.identity.code),
        "to": " ".join(to),
        "state": TO_RELEASE,
        "due_at": None,
        "title": pick_title(content.fields.get("subject"), output.face.lang),
        "leaf_index": None,
    }
    output.show("mithaq/note-send/1", record)
    return OK


def _preview(output: Output, kind: str, to: list[str], fields: dict[str, Any], post: str) -> None:
    shown = {"kind": kind, "to": to, **fields, "released_by": post}
    shown.pop("subject", None)
    output.preview(pick_title(fields.get("subject"), output.face.lang), shown)


# Acting on a note


def ack(
    ctx: typer.Context,
    note_id: NoteId,
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept it; done anyway where an ack is expected.")
    ] = False,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Mark a received note read; accept it with --accept, or where the note expects an acknowledgement."""
    from mithaq.core.acts.kinds import Kind
    from mithaq.core.notes.bodies import Expects
    from mithaq.main.cli.homes import author_of
    from mithaq.node.append.submit import Desk

    output = output_of(ctx)
    author = author_of(output, post)
    with _opened(output, dry_run) as node:
        desk = Desk(node)
        first, state = desk.note_state(note_id)
        expects_ack = state.terms.expects is Expects.ACK
        kind = Kind.NOTE_ACCEPT if accept or expects_ack else Kind.NOTE_READ
        _preview_reply(output, first.parsed.subject, kind, {}, author.post)
        if not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            return OK
        appended = desk.reply(note_id, kind, {}, author)
        _, state = desk.note_state(note_id, with_pending=True)
    output.show("mithaq/note-ack/1", {"id": note_id, "state": str(state.status), "ack_id": appended.act_id})
    return OK


def _preview_reply(output: Output, subject: Any, kind: str, body: dict[str, Any], post: str) -> None:
    output.preview(pick_title(subject, output.face.lang), {"act": str(kind), **body, "post": post})


def reply(
    ctx: typer.Context,
    note_id: NoteId,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="The body as JSON; - is stdin.")] = None,
    final: Annotated[bool, typer.Option("--final", help="The answer ends the note.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="note.refuse: {ground, questions[]}")] = False,
    clarify: Annotated[bool, typer.Option("--clarify", help="note.clarify: {text} or {questions[]}")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="note.explain: {text}")] = False,
    extend: Annotated[bool, typer.Option("--extend", help="note.extend: {add_s}")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="note.withdraw: {reason}")] = False,
    correct: Annotated[bool, typer.Option("--correct", help="note.correct: {fields, reason}")] = False,
    close: Annotated[bool, typer.Option("--close", help="note.close: {outcome}")] = False,
    text: Annotated[str | None, typer.Option("--text", help="text of the body.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="reason of the body.")] = None,
    ground: Annotated[str | None, typer.Option("--ground", help="ground of the body.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="outcome of the body.")] = None,
    add_s: Annotated[int | None, typer.Option("--add-s", help="add_s of the body, seconds.")] = None,
    question: Annotated[
        list[int] | None,
        typer.Option("--question", help="A question that is refused; the note as a whole by default."),
    ] = None,
    post: Post = None,
    releaser: Releaser = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Answer a note; with an option, another act on it (docs/spec/10). The body is FILE and the options."""
    acts = {
        "refuse": refuse,
        "clarify": clarify,
        "explain": explain,
        "extend": extend,
        "withdraw": withdraw,
        "correct": correct,
        "close": close,
    }
    chosen = [name for name, is_set in acts.items() if is_set]
    if len(chosen) > 1:
        raise UsageError("usage", f"--{chosen[0]} and --{chosen[1]} are two acts; give one")
    given = {
        "text": text,
        "reason": reason,
        "ground": ground,
        "outcome": outcome,
        "add_s": add_s,
        "questions": question,
    }
    body = {name: value for name, value in given.items() if value not in (None, [])}
    _check_codes(ground=ground, outcome=outcome)
    kind = f"note.{chosen[0] if chosen else 'answer'}"
    return _reply(
        output_of(ctx), note_id, kind, file, _answer(kind, body, final), (post, releaser), (dry_run, yes)
    )


def _check_codes(**given: str | None) -> None:
    """A ground and an outcome are codes of the register, never sentences: the text has its own member."""
    for name, value in given.items():
        if value is not None and not CODE.fullmatch(value):
            raise UsageError("usage", f"--{name} is a code of a-z, 0-9 and _; what you want to say is --text")


def _answer(kind: str, body: dict[str, Any], final: bool) -> dict[str, Any]:
    """Members of an answer; a bare text is one without question numbers, kept as the register's own field."""
    if kind != "note.answer":
        if final:
            raise UsageError("usage", "--final goes with an answer")
        return body
    return {**body, "final": True} if final else body


def _reply(
    output: Output,
    note_id: str,
    kind_name: str,
    file: str | None,
    given: dict[str, Any],
    posts: tuple[str | None, str | None],
    switches: tuple[bool, bool],
) -> int:
    from mithaq.core.acts.kinds import Kind
    from mithaq.main.cli.documents import Attachments, folder_of, read_reply
    from mithaq.main.cli.homes import author_of
    from mithaq.node.append.submit import Desk

    kind, (dry_run, yes) = Kind(kind_name), switches
    document = {} if file is None else read_json(file)
    author = author_of(output, posts[1] or posts[0], "release")
    if kind in (Kind.NOTE_ANSWER, Kind.NOTE_REFUSE):
        given = {**given, "author_post": author_of(output, posts[0]).post}
    with _opened(output, dry_run) as node:
        desk, folder = Desk(node), folder_of(file or "-")
        body, _ = read_reply(document, Attachments(folder, node.blobs, is_dry=True))
        body = _complete(kind, {**body, **given})
        first, state = desk.note_state(note_id, with_pending=True)
        _preview_reply(output, first.parsed.subject, kind, body, author.post)
        if dry_run:
            _check_reply(state, kind, body, node)
        if not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            return OK
        _, fields = read_reply(document, Attachments(folder, node.blobs))
        if is_by_people(output):
            return _hold_reply(output, node, note_id, kind, (body, fields), first.parsed.subject, posts[0])
        appended = desk.reply(note_id, kind, body, author, fields)
        _, state = desk.note_state(note_id, with_pending=True)
    record = {"id": appended.act_id, "reply_to": note_id, "kind": str(kind), "state": str(state.status)}
    output.show("mithaq/note-reply/1", record)
    return OK


def _hold_reply(
    output: Output,
    node: "Node",
    note_id: str,
    kind: "Kind",
    content: tuple[dict[str, Any], dict[str, Any]],
    subject: Any,
    post: str | None,
) -> int:
    from mithaq.main.cli.homes import author_of
    from mithaq.web.outgoing.commands import Reply

    command = Reply(note_id, str(kind), *content)
    act_id = hold(output, node, command, subject, author_of(output, post))
    record = {"id": act_id, "reply_to": note_id, "kind": str(kind), "state": TO_RELEASE}
    output.show("mithaq/note-reply/1", record)
    return OK


def _complete(kind: "Kind", body: dict[str, Any]) -> dict[str, Any]:
    if kind == "note.answer":
        return {"answers": [], "final": False, **body}
    if not body:
        raise MalformedError("member_missing", f"{kind} needs a body: give FILE, or the option of its member")
    return body


def _check_reply(state: Any, kind: "Kind", body: dict[str, Any], node: "Node") -> None:
    from mithaq.core.notes.decide import decide_reply

    decide_reply(state, kind, body, node.identity.code)


# Reading


def list_notes(
    ctx: typer.Context,
    register_name: Annotated[str | None, typer.Option("--register", help="Of one register.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Of one object kind, as requests.request.")
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="In one state, as delivered.")] = None,
    due_before: Annotated[
        str | None,
        typer.Option("--due-before", metavar="TIME", help="Due before 2026-01-31 or a full UTC time."),
    ] = None,
) -> int:
    """List notes, one line for each recipient, newest first."""
    from mithaq.main.cli.homes import reading
    from mithaq.main.cli.times import read_time

    output = output_of(ctx)
    _check_state(state)
    before = None if due_before is None else read_time(due_before)
    filters = {"object_kind": kind, "state": state}
    with reading(output) as node:
        rows = node.store.projections.notes(
            **{name: value for name, value in filters.items() if value is not None}
        )
        found = [row for row in rows if _is_wanted(row, register_name, before)]
        records = [_describe(row, output, node.clock.now()) for row in found]
    output.show_all("mithaq/note-list/1", records, ("id", "kind", "from", "to", "state", "due_at", "title"))
    return OK


def _check_state(state: str | None) -> None:
    from mithaq.core.notes.standing import NoteStatus

    states = [str(one) for one in NoteStatus]
    if state is not None and state not in states:
        raise UsageError("usage", f"{state} is no state of a note; these are: {', '.join(states)}")


def _is_wanted(row: "NoteRow", register_name: str | None, before: datetime | None) -> bool:
    if register_name is not None and row.object_kind.partition(".")[0] != register_name:
        return False
    return before is None or (row.due_at is not None and row.due_at < before)


def _rows_of(node: "Node", note_id: str) -> "list[NoteRow]":
    rows = node.store.projections.notes(object_id=note_id)
    if not rows:
        from mithaq.errors import MissingError

        raise MissingError("note", "there is no note of that id here")
    return sorted(rows, key=lambda row: row.recipient)


def _describe(row: "NoteRow", output: Output, now: datetime) -> dict[str, Any]:
    is_open = row.state not in ("answered", "refused", "withdrawn", "closed")
    return {
        "id": row.object_id,
        "kind": row.object_kind,
        "from": row.sender,
        "to": row.recipient,
        "state": row.state,
        "due_at": None if row.due_at is None else format_time(row.due_at),
        "clock": {
            "limit_s": row.limit_s,
            "remaining_s": row.remaining_s,
            "is_overdue": is_open and row.due_at is not None and row.due_at < now,
        },
        "title": pick_title(row.subject, output.face.lang),
        "expects": row.expects,
        "priority": row.priority,
        "marks": list(row.marks),
        "created_at": format_time(row.created_at),
        "delivered_at": None if row.delivered_at is None else format_time(row.delivered_at),
        "log": row.log,
        "leaf_index": row.leaf_index,
    }


def show(ctx: typer.Context, note_id: NoteId) -> int:
    """Show a note: its content, where it stands with each recipient, and every act on it."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        rows = _rows_of(node, note_id)
        acts = sorted(node.store.acts.of_objects([note_id])[note_id], key=lambda act: act.parsed.created)
        now = node.clock.now()
        first = next(act for act in acts if act.parsed.id == note_id)
        record = {
            **_describe(rows[0], output, now),
            "recipients": [_standing(row, output, now) for row in rows],
            "subject": dict(first.parsed.subject or {}),
            "handling": first.parsed.handling,
            "body": first.parsed.body,
            "sections": sorted(first.parsed.sections),
            "blobs": [
                {"sha256": one.sha256, "size": one.size, "name": one.name} for one in first.parsed.blobs
            ],
            "acts": list(_list_acts(acts)),
        }
    output.show("mithaq/note-show/1", record)
    return OK


def _standing(row: "NoteRow", output: Output, now: datetime) -> dict[str, Any]:
    told = _describe(row, output, now)
    return {name: told[name] for name in ("to", "state", "delivered_at", "due_at", "clock", "marks")}


def _list_acts(acts: Any) -> Iterator[dict[str, Any]]:
    for act in acts:
        yield {
            "id": act.parsed.id,
            "kind": act.parsed.kind,
            "from": act.parsed.author,
            "created_at": act.parsed.created,
            "log": act.log,
            "leaf_index": act.leaf_index,
            "body": act.parsed.body,
        }
