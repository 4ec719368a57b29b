"""``mithaq instrument``: propose and counter, sign, read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.core.encoding import format_time
from mithaq.errors import ConflictError, MissingError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.inputs import read_json
from mithaq.main.cli.instrument_acts import add_acts
from mithaq.main.cli.output import Output
from mithaq.main.cli.people import TO_RELEASE, hold, is_by_people, refuse_signing
from mithaq.main.cli.titles import pick_title
from mithaq.main.cli.words import say

if TYPE_CHECKING:
    from mithaq.core.instruments.manifest import Manifest
    from mithaq.core.instruments.state import InstrumentState, Version
    from mithaq.main.cli.documents import Attachments
    from mithaq.node.append.submit import Author, Desk
    from mithaq.node.node import Node
    from mithaq.node.records import SealedAct

Post = Annotated[str | None, typer.Option("--post", help="The post that acts.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the preview, send nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
InstrumentId = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Instruments: texts that bind once every signatory has signed the same content hash.")
    noun.command("propose")(propose)
    noun.command("sign")(sign)
    noun.command("list")(list_instruments)
    noun.command("show")(show)
    add_acts(noun)
    app.add_typer(noun, name="instrument")


# Proposing


def propose(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The instrument as JSON; - is stdin. See docs/cli.md.")
    ],
    counter: Annotated[
        str | None, typer.Option("--counter", metavar="ID", help="A new version of this instrument.")
    ] = None,
    supersedes: Annotated[
        list[str] | None,
        typer.Option("--supersedes", metavar="ID", help="An instrument that this one replaces."),
    ] = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Propose an instrument, or with --counter a new version of one. Its parts become attachments."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.main.cli.documents import Attachments, folder_of
    from mithaq.main.cli.homes import author_of, reading, writing
    from mithaq.node.append.submit import Desk

    output = output_of(ctx)
    document, author = read_json(file), author_of(output, post)
    kind = InstrumentKind.PROPOSE if counter is None else InstrumentKind.COUNTER
    with reading(output) if dry_run else writing(output) as node:
        desk, folder = Desk(node), folder_of(file)
        plan = _plan(desk, document, counter, supersedes or [], node.clock.now())
        manifest, fields = _build(plan, Attachments(folder, node.blobs, is_dry=True))
        _preview(output, document.get("subject"), str(kind), manifest)
        if plan.is_in_force:
            output.say(say("hint_in_force", output.face.lang))
        if not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            return OK
        manifest, fields = _build(plan, Attachments(folder, node.blobs))
        body = {"manifest": dict(manifest.members)}
        if is_by_people(output):
            return _hold(output, node, str(kind), manifest, fields, author)
        appended = desk.act_on_instrument(manifest.object_id, kind, body, author, fields)
        _, state = desk.instrument_state(manifest.object_id)
        version = _demand_version(state, manifest.content_hash)
    record = {
        "id": manifest.object_id,
        "version": manifest.version,
        "content_hash": manifest.content_hash,
        "leaf_index": appended.leaf_index,
        "state": str(version.state),
        "act_id": appended.act_id,
    }
    output.show("mithaq/instrument-propose/1", record)
    return OK


def _hold(
    output: Output, node: "Node", kind: str, manifest: "Manifest", fields: dict[str, Any], author: "Author"
) -> int:
    from mithaq.web.outgoing.commands import ActOnInstrument

    command = ActOnInstrument(manifest.object_id, kind, {"manifest": dict(manifest.members)}, fields)
    record = {
        "id": manifest.object_id,
        "version": manifest.version,
        "content_hash": manifest.content_hash,
        "leaf_index": None,
        "state": TO_RELEASE,
        "act_id": hold(output, node, command, command.fields.get("subject"), author),
    }
    output.show("mithaq/instrument-propose/1", record)
    return OK


class _Plan:
    """A proposal before its parts are read: the document, and what the countered version lends it."""

    def __init__(
        self,
        object_id: str,
        document: dict[str, Any],
        older: "Manifest | None",
        supersedes: list[str],
        is_in_force: bool = False,
    ) -> None:
        self.object_id = object_id
        self.document = document
        self.older = older
        self.supersedes = supersedes
        self.is_in_force = is_in_force


def _plan(
    desk: "Desk", document: dict[str, Any], counter: str | None, supersedes: list[str], now: datetime
) -> _Plan:
    from mithaq.core.instruments.state import in_force_at
    from mithaq.main.cli.documents import INSTRUMENT_MEMBERS, check_members

    check_members(document, INSTRUMENT_MEMBERS)
    hashes = [*map(str, document.get("supersedes", []))]
    hashes += [_standing(desk.instrument_state(one)[1], now).content_hash for one in supersedes]
    if counter is None:
        return _Plan(desk.new_object_id(), document, None, hashes)
    state = desk.instrument_state(counter)[1]
    older = _standing(state, now).manifest
    is_in_force = in_force_at(state, now) is not None
    return _Plan(counter, _lend(document, older), older, hashes or list(older.supersedes), is_in_force)


def _lend(document: dict[str, Any], older: "Manifest") -> dict[str, Any]:
    lent: dict[str, Any] = {
        "object_kind": older.object_kind,
        "object_v": older.object_v,
        "signatories": older.members["signatories"],
        "effect": older.members["effect"],
    }
    if older.data is not None:
        lent["data"] = dict(older.data)
    return {**lent, **document}


def _build(plan: _Plan, files: "Attachments") -> "tuple[Manifest, dict[str, Any]]":
    """The manifest, and the fields of the envelope."""
    from mithaq.core.instruments.manifest import build_manifest
    from mithaq.main.cli.documents import demand, envelope_fields, part_blobs, read_parts, read_signatories

    document, older = plan.document, plan.older
    parts = read_parts(document, files) if "parts" in document or older is None else list(older.parts)
    manifest = build_manifest(
        object_id=plan.object_id,
        object_kind=demand(document, "object_kind", str),
        object_v=demand({"object_v": 1, **document}, "object_v", int),
        signatories=read_signatories(document),
        effect=demand(document, "effect", dict),
        version=1 if older is None else older.version + 1,
        previous=None if older is None else older.content_hash,
        supersedes=plan.supersedes,
        parts=parts,
        data=demand(document, "data", dict) if "data" in document else None,
    )
    fields = envelope_fields(document, files)
    blobs = part_blobs(parts)
    return manifest, {**fields, "blobs": blobs} if blobs else fields


def _preview(output: Output, subject: Any, kind: str, manifest: "Manifest") -> None:
    shown = {
        "act": kind,
        "version": manifest.version,
        "content_hash": manifest.content_hash,
        "signatories": [f"{each.administration} ({each.post})" for each in manifest.signatories],
        "rule": str(manifest.effect.rule),
        "parts": [f"{part.name} [{part.lang}] {part.size_bytes} bytes" for part in manifest.parts],
    }
    output.preview(pick_title(subject, output.face.lang), shown)


# Signing


def sign(
    ctx: typer.Context,
    object_id: InstrumentId,
    number: Annotated[int | None, typer.Option("--version", metavar="N", help="The version to sign.")] = None,
    content_hash: Annotated[
        str | None, typer.Option("--hash", metavar="HEX", help="The content hash that was shown to you.")
    ] = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Sign one content hash. Without --version and --hash there must be one open version."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.main.cli.homes import author_of, reading, writing
    from mithaq.node.append.submit import Desk

    output = output_of(ctx)
    refuse_signing(output)
    with reading(output) if dry_run else writing(output) as node:
        desk = Desk(node)
        first, state = desk.instrument_state(object_id)
        version = choose_version(state, number, content_hash)
        signatory = version.manifest.post_of(node.identity.code)
        author = author_of(output, post, signatory or "desk")
        _preview(output, first.parsed.subject, InstrumentKind.SIGN, version.manifest)
        if not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            return OK
        body = {"version": version.number, "content_hash": version.content_hash}
        desk.act_on_instrument(object_id, InstrumentKind.SIGN, body, author)
        _, state = desk.instrument_state(object_id)
        record = _describe_version(_demand_version(state, version.content_hash), node.clock.now())
    output.show("mithaq/instrument-sign/1", {"id": object_id, **record})
    return OK


def choose_version(state: "InstrumentState", number: int | None, content_hash: str | None) -> "Version":
    """The version that is meant.

    Raises:
        ConflictError: ``version_mismatch``, ``hash_differs``; what was shown is not what stands here.
        MissingError: ``no_such_version``.
    """
    named = [each for each in state.versions if number is None or each.number == number]
    if not named:
        raise MissingError("no_such_version", f"there is no version {number} here")
    if content_hash is not None:
        matching = [each for each in named if each.content_hash == content_hash]
        if not matching:
            raise ConflictError("hash_differs", "no such version here has that content hash")
        return matching[0]
    if number is None:
        named = [each for each in named if each.is_open] or [each for each in named if each is state.latest]
    if len(named) != 1:
        raise ConflictError(
            "several_versions", "several versions stand open; say which with --version or --hash"
        )
    return named[0]


def _demand_version(state: "InstrumentState", content_hash: str) -> "Version":
    found = state.find(content_hash)
    if found is None:
        raise MissingError("no_such_version", "there is no version with that content hash here")
    return found


def _standing(state: "InstrumentState", now: datetime) -> "Version":
    """The version that stands now: in force, else the newest that is alive."""
    from mithaq.core.instruments.state import in_force_at

    found = in_force_at(state, now) or state.latest
    if found is None:
        raise MissingError("no_such_version", "this instrument has no valid version here")
    return found


def _describe_version(version: "Version", now: datetime) -> dict[str, Any]:
    from mithaq.core.instruments.state import marks_at, state_at

    on = version.entry_into_force_on
    return {
        "version": version.number,
        "content_hash": version.content_hash,
        "state": str(state_at(version, now)),
        "signatories": [
            {
                "administration": each.administration,
                "post": each.post,
                "signed": each.administration in version.signings,
            }
            for each in version.manifest.signatories
        ],
        "entry_into_force": {
            "rule": str(version.manifest.effect.rule),
            "on": None if on is None else on.isoformat(),
        },
        "signed_on": None if version.signed_on is None else version.signed_on.isoformat(),
        "marks": sorted(map(str, marks_at(version, now))),
    }


# Reading


def list_instruments(
    ctx: typer.Context,
    register_name: Annotated[str | None, typer.Option("--register", help="Of one register.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="In one state, as in_force.")] = None,
) -> int:
    """List instruments, newest first, each with the version that stands now."""
    from mithaq.main.cli.homes import reading
    from mithaq.node.append.submit import Desk

    output = output_of(ctx)
    with reading(output) as node:
        desk, now = Desk(node), node.clock.now()
        records = [
            _describe(*desk.instrument_state(row.object_id), output, now)
            for row in node.store.projections.instruments()
            if register_name is None or row.object_kind.partition(".")[0] == register_name
        ]
    wanted = [record for record in records if state is None or record["state"] == state]
    output.show_all("mithaq/instrument-list/1", wanted, ("id", "kind", "version", "state", "title"))
    return OK


def _describe(first: "SealedAct", state: "InstrumentState", output: Output, now: datetime) -> dict[str, Any]:
    version = _standing(state, now)
    return {
        "id": first.parsed.id,
        "kind": version.manifest.object_kind,
        "title": pick_title(first.parsed.subject, output.face.lang),
        "proposed_by": first.parsed.author,
        "created_at": format_time(first.parsed.created_at),
        "log": first.log,
        "leaf_index": first.leaf_index,
        **_describe_version(version, now),
    }


def show(
    ctx: typer.Context,
    object_id: InstrumentId,
    number: Annotated[
        int | None, typer.Option("--version", metavar="N", help="One version, with its manifest.")
    ] = None,
    diff: Annotated[
        tuple[int, int] | None,
        typer.Option("--diff", metavar="A B", help="What differs between two versions."),
    ] = None,
    pdf: Annotated[
        Path | None,
        typer.Option("--pdf", metavar="FILE", help="Write the version as a PDF with its proof, in --lang."),
    ] = None,
    docx: Annotated[
        Path | None,
        typer.Option(
            "--docx", metavar="FILE", help="Write the version as a document to work with, in --lang."
        ),
    ] = None,
) -> int:
    """Show an instrument: the version that stands, every version, and every act without effect."""
    from mithaq.main.cli.homes import reading
    from mithaq.node.append.submit import Desk

    output = output_of(ctx)
    with reading(output) as node:
        now = node.clock.now()
        first, state = Desk(node).instrument_state(object_id)
        record = _describe(first, state, output, now)
        record["subject"] = dict(first.parsed.subject or {})
        record["versions"] = [_describe_version(each, now) for each in state.versions]
        record["without_effect"] = [
            {"act": each.act.act_id, "kind": each.act.kind, "reason": str(each.reason)}
            for each in state.without_effect
        ]
        chosen = _standing(state, now) if number is None else choose_version(state, number, None)
        record |= _describe_version(chosen, now)
        record["manifest"] = dict(chosen.manifest.members)
        if diff is not None:
            older, newer = (choose_version(state, each, None).manifest.members for each in diff)
            record["diff"] = list(_compare(older, newer))
        for name, file in (("pdf", pdf), ("docx", docx)):
            if file is not None:
                output.take_away(object_id, chosen.openers[0].act_id)
                sha256 = _write_file(node, first, chosen, output, file, is_pdf=name == "pdf")
                record[name] = {"file": str(file), "sha256": sha256}
    output.show("mithaq/instrument-show/1", record)
    return OK


def _write_file(
    node: "Node", first: "SealedAct", version: "Version", output: Output, file: Path, *, is_pdf: bool
) -> str:
    """Hex of the SHA-256 of what was written. Whoever runs the command holds the folder of the node."""
    from mithaq.web.office.document import write_document
    from mithaq.web.pdf.document import PrintedAct, PrintedText, acts_of, print_text
    from mithaq.web.records.record import reference_of
    from mithaq.web.runtime import set_node

    set_node(node)
    acts = [PrintedAct(act, is_clear=True) for act in acts_of(node, version)]
    text = PrintedText(
        first.object_id,
        version.manifest.object_kind,
        first.parsed.subject or {},
        reference_of(first),
        version,
        acts,
    )
    made = (print_text if is_pdf else write_document)(node, text, output.face.lang)
    file.write_bytes(made)
    return sha256(made).hexdigest()


def _compare(older: Any, newer: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Members that differ: path, and the value on each side; a side that lacks one is left out."""
    if isinstance(older, Mapping) and isinstance(newer, Mapping):
        for name in sorted({*older, *newer}):
            place = f"{path}.{name}" if path else str(name)
            if name in older and name in newer:
                yield from _compare(older[name], newer[name], place)
            else:
                yield {"path": place, **({"a": older[name]} if name in older else {"b": newer[name]})}
    elif older != newer:
        yield {"path": path, "a": older, "b": newer}
