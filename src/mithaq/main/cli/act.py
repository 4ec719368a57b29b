"""``mithaq act``: the journal, and single acts."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.core.encoding import encode_base64, format_time
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.node.node import Node
    from mithaq.node.records import ReceiptRange, SealedAct

DEFAULT_LIMIT = 100
_AT_ONCE = 256


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("The journal: every act of the logs here that this node may read.")
    noun.command("list")(list_acts)
    noun.command("show")(show)
    app.add_typer(noun, name="act")


def list_acts(
    ctx: typer.Context,
    log: Annotated[
        str | None, typer.Option("--log", metavar="ORIGIN", help="One log; all by default.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="One kind, as note.send.")] = None,
    dossier: Annotated[str | None, typer.Option("--dossier", metavar="ID", help="One dossier.")] = None,
    after: Annotated[
        int | None, typer.Option("--after", metavar="INDEX", help="Above that leaf index.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="At most so many of each log.")
    ] = DEFAULT_LIMIT,
) -> int:
    """List acts, each log in the order of its leaf indexes."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    first = LeafIndex(0 if after is None else after + 1)
    with reading(output) as node:
        origins = _logs_of(node, log)
        records = (
            record
            for origin in origins
            for record in _describe_log(node, origin, first, limit, (kind, dossier), output.face.lang)
        )
        output.show_all(
            "mithaq/act-list/1", records, ("id", "log", "leaf_index", "kind", "state", "created_at", "title")
        )
    return OK


def _logs_of(node: "Node", log: str | None) -> list[Origin]:
    known = [node.identity.origin, *(head.origin for head in node.store.followed.heads())]
    if log is None:
        return known
    if log not in known:
        raise MissingError("origin", "this node neither writes nor follows that log")
    return [Origin(log)]


def _describe_log(
    node: "Node",
    origin: Origin,
    first: LeafIndex,
    limit: int,
    wanted: tuple[str | None, str | None],
    lang: str,
) -> Iterator[dict[str, Any]]:
    batch: list[SealedAct] = []
    count = 0
    for stored in node.store.acts.scan(origin, first):
        act = stored.read()
        if not _is_wanted(act, *wanted):
            continue
        batch.append(act)
        count += 1
        if len(batch) == _AT_ONCE or count == limit:
            yield from _describe_batch(node, batch, lang)
            batch = []
        if count == limit:
            return
    yield from _describe_batch(node, batch, lang)


def _is_wanted(act: "SealedAct", kind: str | None, dossier: str | None) -> bool:
    return kind in (None, act.parsed.kind) and dossier in (None, act.parsed.dossier)


def _describe_batch(node: "Node", acts: "Sequence[SealedAct]", lang: str) -> Iterator[dict[str, Any]]:
    from mithaq.node.read.journal_pages import act_states

    for act, state in zip(acts, act_states(node, acts), strict=True):
        yield _describe(act, state, lang)


def _describe(act: "SealedAct", state: str, lang: str) -> dict[str, Any]:
    parsed = act.parsed
    return {
        "id": parsed.id,
        "log": act.log,
        "leaf_index": act.leaf_index,
        "kind": parsed.kind,
        "created_at": format_time(parsed.created_at),
        "state": state,
        "from": parsed.author,
        "to": [one.administration for one in parsed.to],
        "object": parsed.object or (parsed.id if parsed.object_kind else None),
        "object_kind": parsed.object_kind,
        "title": pick_title(parsed.subject, lang),
    }


def show(
    ctx: typer.Context,
    act_id: Annotated[str, typer.Argument(metavar="ID")],
    raw: Annotated[
        bool, typer.Option("--raw", help="The canonical bytes of the envelope, nothing else.")
    ] = False,
) -> int:
    """Show one act with its body and its receipts."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        act = node.store.acts.by_id(act_id)
        if raw:
            output.note("read", act_id)
            output.write_bytes(act.envelope)
            return OK
        [record] = _describe_batch(node, [act], output.face.lang)
        receipts = node.store.receipts.covering(act.log, [act.leaf_index])
    record |= {
        "body": act.parsed.body,
        "receipts": [_describe_receipt(one) for one in receipts],
        "commitment": act.commitment.hex(),
        "salt": encode_base64(act.salt),
        "signatures": [{"keyid": one.keyid, "sig": encode_base64(one.sig)} for one in act.signatures],
        "sections": sorted(act.parsed.sections),
        "actor": {"post": act.parsed.actor.post, "holder": act.parsed.actor.holder},
    }
    output.show("mithaq/act-show/1", record)
    return OK


def _describe_receipt(one: "ReceiptRange") -> dict[str, Any]:
    return {
        "by": one.recipient,
        "result": str(one.result),
        "at": format_time(one.at),
        "log": one.receipt_log,
        "leaf_index": one.receipt_index,
    }
