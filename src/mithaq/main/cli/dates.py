"""``mithaq dates``: days of agreements and other texts that come near."""

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.failure import OK
from mithaq.main.cli.titles import pick_title

MOST_DAYS = 400


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Days ahead: missing notifications, entries into force, objections, ends, reviews.")
    noun.command("list")(list_all)
    app.add_typer(noun, name="dates")


def list_all(
    ctx: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, as 2026-12-31.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day.")] = "",
) -> int:
    """List what to be reminded of now: 90 days ahead; with --from or --until every day between."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.web.reminders.ahead import list_ahead, list_reminders, with_rows
        from mithaq.web.reminders.describing import describe_ahead

        if first or until:
            start, end = _read_span(first, until, node.clock.now().date())
            found = list_ahead(node, start, end + timedelta(days=1))
        else:
            found = with_rows(node, list_reminders(node))
        records = [_show(describe_ahead(each), output.face.lang) for each in found]
    columns = ("on", "step", "reminder", "waits_for", "id", "title")
    output.show_all("mithaq/dates-list/1", iter(records), columns)
    return OK


def _show(record: dict[str, Any], lang: str) -> dict[str, Any]:
    return {**record, "title": pick_title(record["title"], lang)}


def _read_span(first: str, until: str, today: date) -> tuple[date, date]:
    start = _read_day("--from", first) if first else today
    end = _read_day("--until", until) if until else start + timedelta(days=90)
    if not start <= end <= start + timedelta(days=MOST_DAYS):
        raise UsageError("usage", f"--until is not before --from, and at most {MOST_DAYS} days after it")
    return start, end


def _read_day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("usage", f"{option} is a day as 2026-12-31") from error
