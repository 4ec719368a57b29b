"""``mithaq agreement``: texts that bind, what comes next and when; the text that amendments give."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.node.node import Node

_AT_ONCE = 100
AgreementId = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Agreements and other texts of both sides: the next date first.")
    noun.command("list")(list_all)
    noun.command("show")(show)
    noun.command("consolidated")(consolidated)
    noun.command("initial")(initial)
    app.add_typer(noun, name="agreement")


def list_all(
    ctx: typer.Context,
    kind: Annotated[str, typer.Option("--kind", help="One kind, as agreements.framework.")] = "",
    state: Annotated[str, typer.Option("--state", help="In one state, as in_force.")] = "",
    party: Annotated[str, typer.Option("--party", metavar="CODE", help="Signed by one administration.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 100,
) -> int:
    """List texts: the next date first, then what is negotiated, then what is over."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.node.handling import HandlingCode
        from mithaq.registers.agreements.reading.lists import Wanted, ordered_ids

        wanted = Wanted(kind, state, party, "", [str(code) for code in HandlingCode])
        records = _describe_all(node, ordered_ids(node, wanted)[:limit], output.face.lang)
        output.show_all("mithaq/agreement-list/1", records, ("id", "state", "next", "next_on", "title"))
    return OK


def _describe_all(node: "Node", ids: list[str], lang: str) -> Iterator[dict[str, Any]]:
    from mithaq.registers.agreements.reading.describing import describe_text
    from mithaq.registers.agreements.reading.texts import read_agreements

    for start in range(0, len(ids), _AT_ONCE):
        for text in read_agreements(node, ids[start : start + _AT_ONCE], is_whole=False):
            described = describe_text(text)
            yield {**described, "title": pick_title(described["title"], lang)}


def show(ctx: typer.Context, agreement_id: AgreementId) -> int:
    """Show one text: who has signed, what is missing, what happens next, every date, every article."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.agreements.reading.describing import describe_whole
        from mithaq.registers.agreements.reading.texts import read_agreement

        record = describe_whole(node, read_agreement(node, agreement_id))
    output.show("mithaq/agreement-show/1", {**record, "title": pick_title(record["title"], output.face.lang)})
    return OK


def consolidated(ctx: typer.Context, agreement_id: AgreementId) -> int:
    """Show the text with its amendments in force worked in: for reading, not signed."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.agreements.reading.describing import describe_consolidated
        from mithaq.registers.agreements.reading.texts import read_agreement

        record = describe_consolidated(node, read_agreement(node, agreement_id))
    output.show("mithaq/agreement-consolidated/1", record)
    return OK


def initial(
    ctx: typer.Context,
    agreement_id: AgreementId,
    compared: Annotated[
        bool, typer.Option("--compared", help="A translator has compared the languages, article by article.")
    ] = False,
    post: Annotated[str | None, typer.Option("--post", help="The post that acts.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the preview, send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """Say that the version under negotiation is the agreed text. It binds nobody yet."""
    from mithaq.main.cli.homes import author_of, reading, writing
    from mithaq.main.cli.people import TO_RELEASE, hold, is_by_people
    from mithaq.node.append.submit import Desk
    from mithaq.web.outgoing.commands import SendNote, codes_of

    output = output_of(ctx)
    author = author_of(output, post)
    with reading(output) if dry_run else writing(output) as node:
        from mithaq.node.append.submit import NoteContent
        from mithaq.registers.agreements.reading.describing import write_initialling
        from mithaq.registers.agreements.reading.texts import read_agreement

        text = read_agreement(node, agreement_id)
        body, fields = write_initialling(text, author.post, has_compared=compared)
        output.preview(pick_title(text.title, output.face.lang), {"act": "agreements.initialling", **body})
        if not output.may_go_on(is_dry=dry_run, is_agreed=yes):
            return OK
        recipients = tuple(sorted(set(text.signatories) - {str(node.identity.code)}))
        record = {"id": agreement_id, "version": body["version"], "content_hash": body["content_hash"]}
        if is_by_people(output):
            command = SendNote("agreements.initialling", recipients, body, fields)
            record |= {"act_id": hold(output, node, command, text.title, author), "state": TO_RELEASE}
        else:
            body = {**body, "author_post": author.post}
            content = NoteContent("agreements.initialling", codes_of(recipients), body, fields)
            record |= {"act_id": Desk(node).send_note(content, author).act_id, "state": "sent"}
    output.show("mithaq/agreement-initial/1", record)
    return OK
