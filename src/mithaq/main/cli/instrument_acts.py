"""The acts on an instrument beside proposing and signing: verbs of ``mithaq instrument``."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.errors import ConflictError
from mithaq.main.cli.app import output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.people import TO_RELEASE, hold, is_by_people
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.state import InstrumentState, Version

InstrumentId = Annotated[str, typer.Argument(metavar="ID")]
Number = Annotated[int | None, typer.Option("--version", metavar="N", help="The version that is meant.")]
Reason = Annotated[str, typer.Option("--reason", help="A reason, shown to all signatories.")]
Post = Annotated[str | None, typer.Option("--post", help="The post that acts.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the preview, send nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def add_acts(noun: typer.Typer) -> None:
    """Add the verbs to ``instrument``."""
    for command in (decline, withdraw, notify, suspend, resume, denounce, supersede):
        noun.command(command.__name__)(command)


def decline(
    ctx: typer.Context,
    object_id: InstrumentId,
    number: Number = None,
    reason: Reason = "",
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Say that a version cannot be completed."""
    extra = {"reason": reason} if reason else {}
    return _perform(ctx, "decline", object_id, extra, post, number=number, is_dry=dry_run, is_agreed=yes)


def withdraw(
    ctx: typer.Context,
    object_id: InstrumentId,
    number: Number = None,
    reason: Reason = "",
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Take back an own proposal or signing, until the last signatory has signed."""
    extra = {"reason": reason} if reason else {}
    return _perform(ctx, "withdraw", object_id, extra, post, number=number, is_dry=dry_run, is_agreed=yes)


def notify(
    ctx: typer.Context,
    object_id: InstrumentId,
    number: Number = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Notify that the internal procedure is done, as the rule of entry into force asks."""
    return _perform(ctx, "notify", object_id, {}, post, number=number, is_dry=dry_run, is_agreed=yes)


def suspend(
    ctx: typer.Context,
    object_id: InstrumentId,
    ground: Annotated[str, typer.Option("--ground", help="The ground, shown to all parties.")],
    start_on: Annotated[
        str, typer.Option("--from", metavar="DATE", help="From this day; else from delivery.")
    ] = "",
    scope: Annotated[
        list[str] | None, typer.Option("--part", metavar="NAME", help="Only this part; may be repeated.")
    ] = None,
    article: Annotated[
        list[str] | None,
        typer.Option(
            "--article", metavar="EID", help="Only this article or line, as art_5; may be repeated."
        ),
    ] = None,
    number: Number = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Suspend a text in force, as a whole or in parts. The clocks of notes that rest on it stop."""
    from mithaq.core.instruments.lines import name_line

    extra: dict[str, Any] = {"ground": ground}
    if start_on:
        extra["start_on"] = start_on
    named = {*(scope or ()), *(name_line(each) for each in article or ())}
    if named:
        extra["scope"] = sorted(named)
    return _perform(ctx, "suspend", object_id, extra, post, number=number, is_dry=dry_run, is_agreed=yes)


def resume(
    ctx: typer.Context,
    object_id: InstrumentId,
    number: Number = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """End every suspension of one's own."""
    return _perform(ctx, "resume", object_id, {}, post, number=number, is_dry=dry_run, is_agreed=yes)


def denounce(
    ctx: typer.Context,
    object_id: InstrumentId,
    objection: Annotated[bool, typer.Option("--objection", help="Only object to the tacit renewal.")] = False,
    number: Number = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Denounce a text: it ends for this side after the notice that the text sets."""
    extra = {"objection": True} if objection else {}
    return _perform(ctx, "denounce", object_id, extra, post, number=number, is_dry=dry_run, is_agreed=yes)


def supersede(
    ctx: typer.Context,
    object_id: InstrumentId,
    by: Annotated[
        str, typer.Option("--by", metavar="HEX", help="Content hash of the text that replaces it.")
    ],
    number: Number = None,
    post: Post = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> int:
    """Agree that another text takes its place; it ends when every party has agreed."""
    return _perform(
        ctx, "supersede", object_id, {"by": by}, post, number=number, is_dry=dry_run, is_agreed=yes
    )


def _perform(
    ctx: typer.Context,
    verb: str,
    object_id: str,
    extra: Mapping[str, Any],
    post: str | None,
    *,
    number: int | None,
    is_dry: bool,
    is_agreed: bool,
) -> int:
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.main.cli.homes import author_of, reading, writing
    from mithaq.node.append.submit import Desk
    from mithaq.web.outgoing.commands import ActOnInstrument

    output, kind = output_of(ctx), InstrumentKind(f"instrument.{verb}")
    with reading(output) if is_dry else writing(output) as node:
        desk = Desk(node)
        first, state = desk.instrument_state(object_id)
        version = _find(state, kind, number, node.clock.now())
        author = author_of(output, post, version.manifest.post_of(node.identity.code) or "desk")
        body = _make_body(kind, version, extra)
        desk.draft_on_instrument(object_id, kind, body, author)  # refused before anything is asked
        shown = {"act": str(kind), "version": version.number, **body}
        output.preview(pick_title(first.parsed.subject, output.face.lang), shown)
        if not output.may_go_on(is_dry=is_dry, is_agreed=is_agreed):
            return OK
        record: dict[str, Any] = {
            "id": object_id,
            "version": version.number,
            "content_hash": version.content_hash,
        }
        if is_by_people(output):
            command = ActOnInstrument(object_id, kind.value, body)
            act_id = hold(output, node, command, first.parsed.subject, author)
            record |= {"act_id": act_id, "leaf_index": None, "state": TO_RELEASE}
        else:
            appended = desk.act_on_instrument(object_id, kind, body, author)
            after = desk.instrument_state(object_id)[1].find(version.content_hash) or version
            record |= _describe(after, appended.act_id, appended.leaf_index, node.clock.now())
    output.show(f"mithaq/instrument-{verb}/1", record)
    return OK


def _make_body(kind: "InstrumentKind", version: "Version", extra: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"content_hash": version.content_hash}
    if kind in ("instrument.decline", "instrument.withdraw"):
        body["version"] = version.number
    return {**body, **extra}


def _find(state: "InstrumentState", kind: "InstrumentKind", number: int | None, now: datetime) -> "Version":
    """The version under negotiation for what ends it, the one that binds for notices.

    Raises:
        ConflictError: ``not_open``, ``not_signed``, ``several_versions``. MissingError: ``no_such_version``.
    """
    from mithaq.core.instruments.state import State, in_force_at, state_at
    from mithaq.main.cli.instrument import choose_version

    if number is not None:
        return choose_version(state, number, None)
    if kind in ("instrument.decline", "instrument.withdraw"):
        return choose_version(state, None, None)
    standing = in_force_at(state, now)
    if standing is not None:
        return standing
    alive = (State.SIGNED, State.SUSPENDED)
    bound = [each for each in state.versions if state_at(each, now) in alive]
    if not bound:
        raise ConflictError("not_signed", "no version of this instrument is signed by all")
    return max(bound, key=lambda each: each.rank)


def _describe(version: "Version", act_id: str, leaf_index: int, now: datetime) -> dict[str, Any]:
    from mithaq.core.instruments.state import state_at

    on = version.entry_into_force_on
    return {
        "act_id": act_id,
        "leaf_index": leaf_index,
        "state": str(state_at(version, now)),
        "entry_into_force": {
            "rule": str(version.manifest.effect.rule),
            "on": None if on is None else on.isoformat(),
        },
        "ends_on": None if version.terminated_on is None else version.terminated_on.isoformat(),
    }
