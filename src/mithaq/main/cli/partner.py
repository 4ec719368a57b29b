"""``mithaq partner``: the roster."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mithaq.errors import MissingError, MithaqError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK
from mithaq.main.cli.inputs import read_input
from mithaq.main.cli.output import Output

if TYPE_CHECKING:
    from mithaq.main.card import Card

MAX_CARD_BYTES = 1_048_576


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("The roster: administrations that this node knows.")
    noun.command("add")(add)
    noun.command("list")(list_partners)
    app.add_typer(noun, name="partner")


def add(
    ctx: typer.Context,
    card_file: Annotated[str, typer.Argument(metavar="CARD", help="The partner's card; - is stdin.")],
    fingerprint: Annotated[
        str | None,
        typer.Option(
            "--fingerprint", metavar="HEX", help="As the partner told it by another way; asked on a terminal."
        ),
    ] = None,
) -> int:
    """Add a partner from its card, after comparing the fingerprint. Again, it renews the address."""
    from mithaq.main.card import parse_card
    from mithaq.main.cli.homes import ask, prepare, reading
    from mithaq.main.enrolment import add_partner

    output = output_of(ctx)
    card = parse_card(read_input(card_file, MAX_CARD_BYTES))
    told = fingerprint if fingerprint is not None else _ask_fingerprint(output, card)
    with reading(output) as node:
        with node.store.transaction():
            roster, followed = node.store.roster, node.store.followed
            partner = add_partner(roster, followed, card, told, own_code=node.identity.code)
        try:
            ask(prepare(output), {"do": "reload"})
        except MissingError:
            pass  # no service runs: it reads the roster when it starts
        except MithaqError as error:
            output.say(f"The service did not take notice ({error.code}); start it anew.")
    record = {"code": partner.code, "origin": partner.origin, "name": partner.name, "state": partner.health}
    output.show("mithaq/partner-add/1", record)
    return OK


def _ask_fingerprint(output: Output, card: "Card") -> str:
    import sys

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("usage", "--fingerprint is needed: the one that the partner told by another way")
    output.say(f"{card.code}  {card.origin}  {card.name}")
    return str(typer.prompt("Fingerprint, as the partner told it", err=True))


def list_partners(ctx: typer.Context) -> int:
    """List the roster."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    records: list[dict[str, Any]] = []
    with reading(output) as node:
        heads = {head.origin: head for head in node.store.followed.heads()}
        for partner in node.store.roster.partners():
            head = heads.get(partner.origin)
            records.append(
                {
                    "code": partner.code,
                    "origin": partner.origin,
                    "name": partner.name,
                    "url": partner.base_url,
                    "state": "frozen" if head is not None and head.frozen else partner.health,
                    "verified_size": head.verified_size if head is not None else 0,
                    "applied_index": head.next_index if head is not None else 0,
                }
            )
    output.show_all(
        "mithaq/partner-list/1",
        records,
        ("code", "origin", "url", "state", "verified_size", "applied_index", "name"),
    )
    return OK
