"""``mithaq balance``: who owes whom an answer, and how much came in time."""

from typing import Annotated

import typer

from mithaq.main.cli.app import output_of
from mithaq.main.cli.failure import OK

SCHEMA = "mithaq/balance/1"
PROMISE_SCHEMA = "mithaq/balance-commitments/1"
PROMISE_COLUMNS = ("owner", "register", "made", "open", "late", "at_risk", "kept")
COLUMNS = ("year", "from", "to", "register", "opened", "open", "overdue", "in_time", "late", "ended")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("balance")(run)


def run(
    ctx: typer.Context,
    year: Annotated[str | None, typer.Option("--year", help="Of opening, UTC; this year by default.")] = None,
    commitments: Annotated[
        bool, typer.Option("--commitments", help="Commitments in force today, by owner, instead.")
    ] = False,
) -> int:
    """Open and answered notes of a year; both nodes count the same."""
    from mithaq.main.cli.homes import prepare, reading
    from mithaq.web.balance.api import describe, describe_promised
    from mithaq.web.balance.figures import parse_year, read_balance, read_promises

    output = output_of(ctx)
    prepare(output)
    with reading(output) as node:
        if commitments:
            promises = [describe_promised(one) for one in read_promises(node)]
            output.show_all(PROMISE_SCHEMA, promises, PROMISE_COLUMNS)
            return OK
        chosen = parse_year(year if year is not None else str(node.clock.now().year))
        rows = [{"year": chosen, **describe(one)} for one in read_balance(node, chosen)]
    output.show_all(SCHEMA, rows, COLUMNS)
    return OK
