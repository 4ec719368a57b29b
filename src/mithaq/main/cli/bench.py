"""``mithaq bench``: what this machine does."""

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mithaq.errors import MissingError
from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK


class StoreChoice(StrEnum):
    """Engine of both nodes."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


def register(app: typer.Typer) -> None:
    """Add the noun."""
    noun = make_noun("Measure this machine.")
    noun.command("exchange")(exchange)
    app.add_typer(noun, name="bench")


def exchange(
    ctx: typer.Context,
    acts: Annotated[int, typer.Option(min=1, metavar="N", help="Acts under load.")] = 20_000,
    size: Annotated[int, typer.Option(min=1, max=200_000, metavar="BYTES", help="Size of an act.")] = 1_024,
    store: Annotated[StoreChoice, typer.Option(help="Engine of both nodes.")] = StoreChoice.SQLITE,
    server: Annotated[
        str | None,
        typer.Option(
            envvar="MITHAQ_BENCH_POSTGRESQL",
            metavar="URL",
            help="PostgreSQL server, postgresql://user:password@host:port; two databases are made there.",
        ),
    ] = None,
) -> int:
    """Two real node processes over HTTP: append, pull, verify, apply, project."""
    from mithaq.main.bench_databases import temporary_databases
    from mithaq.main.benchmark import measure_exchange

    output = output_of(ctx)
    if store is StoreChoice.POSTGRESQL and server is None:
        raise MissingError("bench_server", "name a server with --server or MITHAQ_BENCH_POSTGRESQL")
    with (
        tempfile.TemporaryDirectory(prefix="mithaq-bench-") as made,
        temporary_databases(server if store is StoreChoice.POSTGRESQL else None) as addresses,
    ):
        record = measure_exchange(Path(made), acts, size, addresses, output.say)
    output.show("mithaq/bench-exchange/1", record)
    return OK
