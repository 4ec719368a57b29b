"""``mithaq rebuild``: drop and replay the read models, or only compare."""

from typing import Annotated

import typer

from mithaq.errors import MissingError
from mithaq.main.cli.app import output_of
from mithaq.main.cli.failure import OK, PROBLEMS, FoundProblem


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rebuild")(run)


def run(
    ctx: typer.Context,
    register_name: Annotated[
        str | None, typer.Option("--register", metavar="NAME", help="Report this model only.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only; the present rows stay.")] = False,
) -> int:
    """Drop the read models and replay them from the acts; with --check say whether they are equal.

    Where MITHAQ_DATABASE_OWNER names the owner of the tables (PostgreSQL), they are upgraded first, and the
    node is given its rights anew.
    """
    from mithaq.main.cli.homes import reading
    from mithaq.main.wiring.database_owner import is_owner_named, make_tables
    from mithaq.node.read.rebuild import SEARCH, rebuild, rebuild_search

    output = output_of(ctx)
    if is_owner_named():
        from mithaq.main.wiring.setup import setup

        setup(output.face.folder().resolve())
        make_tables()
    with reading(output) as node:
        found = rebuild(node, check=check)
        if not check and register_name in (None, SEARCH):
            found.append(rebuild_search(node))
    chosen = [one for one in found if register_name in (None, one.name)]
    if not chosen:
        raise MissingError("register", f"there is no read model {register_name}")
    records = [
        {"name": one.name, "acts": getattr(one, "acts", None), "rows": one.rows, "equal": one.equal}
        for one in chosen
    ]
    if output.face.is_json:
        output.show("mithaq/rebuild/1", {"registers": records})
    else:
        output.show_all("mithaq/rebuild/1", records, ("name", "rows", "equal"))
    differing = [one.name for one in chosen if not one.equal]
    if check and differing:
        output.tell_failure(
            FoundProblem(
                "model_differs", f"a replay gives other rows of {', '.join(differing)}", "do_rebuild"
            )
        )
        return PROBLEMS
    return OK
