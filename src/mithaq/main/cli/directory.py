"""``mithaq directory``: who is who on both sides, and whom a spelling may mean."""

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK
from mithaq.main.cli.titles import pick_title

if TYPE_CHECKING:
    from mithaq.node.node import Node

CARDS = "organisation|post|holding|person|duty|key|proxy"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("The directory: who is who on both sides. Each side issues its own cards (note send).")
    noun.command("list")(list_all)
    noun.command("show")(show)
    noun.command("match")(match)
    app.add_typer(noun, name="directory")


def list_all(
    ctx: typer.Context,
    card: Annotated[str, typer.Option("--card", metavar=CARDS, help="One type of card.")] = "post",
    side: Annotated[str, typer.Option("--side", metavar="CODE", help="Cards of one side.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")] = 1000,
) -> int:
    """List cards that stand now; posts with their holder and duty."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    if card not in CARDS.split("|"):
        raise UsageError("usage", f"--card is one of {CARDS.replace('|', ', ')}")
    with reading(output) as node:
        from mithaq.registers.directory.reading.describing import describe_card, describe_post
        from mithaq.registers.directory.reading.posts import read_lines

        scope, today = _scope(), _today(node)
        rows = scope.standing(card).order_by("issuer", "card_id")
        found = list((rows.filter(issuer=side) if side else rows)[:limit])
        if card == "post":
            lines = read_lines(scope, found, node.clock.now(), today)
            records = [_with_title(describe_post(line), output.face.lang) for line in lines]
            output.show_all("mithaq/directory-list/1", records, ("id", "card_id", "on_duty_until", "title"))
            return OK
        records = [_with_title(describe_card(row, today), output.face.lang) for row in found]
    output.show_all("mithaq/directory-list/1", records, ("id", "card_id", "state", "title"))
    return OK


def show(
    ctx: typer.Context,
    card_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the note, or the id on the card.")],
    side: Annotated[str, typer.Option("--side", metavar="CODE", help="Whose card, if both have it.")] = "",
) -> int:
    """Show one card."""
    from mithaq.errors import MissingError
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.directory.models import Card
        from mithaq.registers.directory.reading.describing import describe_card

        rows = Card.objects.filter(pk=card_id) if _ID.fullmatch(card_id) else _standing(card_id, side)
        row = rows.first()
        if row is None:
            raise MissingError("card", "there is no such card here")
        record = _with_title(describe_card(row, _today(node)), output.face.lang)
    output.show("mithaq/directory-show/1", record)
    return OK


def match(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A spelling, in either script.")],
) -> int:
    """Propose whom a spelling may mean, with the reason of each difference. Nothing is linked."""
    from mithaq.core.names import check_name
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    wanted = check_name(text.strip())
    with reading(output):
        from mithaq.registers.directory.reading.describing import describe_candidate
        from mithaq.registers.directory.reading.entities import find_candidates

        records = [describe_candidate(one) for one in find_candidates(_scope(), wanted)]
        for record in records:
            record["title"] = pick_title(record["names"], output.face.lang)
    columns = ("entity", "score", "is_exact", "is_link", "title")
    output.show_all("mithaq/directory-match/1", records, columns)
    return OK


def _scope() -> Any:
    """Everything: whoever runs this holds the node's folder already."""
    from mithaq.registers.directory.reading.scope import Scope
    from mithaq.web.access.table import CODES

    return Scope(CODES)


def _standing(card_id: str, side: str) -> Any:
    rows = _scope().standing().filter(card_id=card_id).order_by("issuer", "card")
    return rows.filter(issuer=side) if side else rows


def _today(node: "Node") -> date:
    from mithaq.registers.directory.rules.holders import day_at

    who = node.registry.who
    seat = who.seat_of(node.identity.code) if who is not None else None
    return day_at(node.clock.now(), seat.tzid if seat is not None else "")


def _with_title(record: dict[str, Any], lang: str) -> dict[str, Any]:
    """The label once more in one language, for the last column."""
    return {**record, "title": pick_title(record["label"], lang) or record["card_id"]}
