"""``mithaq roadmap``: what both sides promised, line by line, and what became of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.titles import pick_title

LINE_COLUMNS = ("no", "due_on", "owner", "state", "marks", "percent", "title")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("What both sides promised: late lines first.")
    noun.command("list")(list_all)
    noun.command("show")(show)
    noun.command("lines")(list_lines)
    noun.command("diff")(show_diff)
    noun.command("ics")(write_file)
    app.add_typer(noun, name="roadmap")


def list_all(ctx: typer.Context) -> int:
    """List the roadmaps, the newest first."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.roadmap.reading.records import describe_roadmap
        from mithaq.registers.roadmap.reading.roadmaps import list_roadmaps

        records = [_titled(describe_roadmap(each), output.face.lang) for each in list_roadmaps(node)]
        output.show_all(
            "mithaq/roadmap-list/1", records, ("id", "version", "state", "period_to_on", "lines", "title")
        )
    return OK


def _titled(record: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {**record, "title": pick_title(record["title"], lang)}


def show(ctx: typer.Context, roadmap_id: Annotated[str, typer.Argument(metavar="ID")]) -> int:
    """Show one roadmap with its chapters, lines and versions."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.roadmap.reading.lines import stand_lines
        from mithaq.registers.roadmap.reading.records import describe_whole
        from mithaq.registers.roadmap.reading.roadmaps import read_roadmap

        record = describe_whole(stand_lines(node, read_roadmap(node, roadmap_id)))
        output.show("mithaq/roadmap-show/1", _titled(record, output.face.lang))
    return OK


def list_lines(
    ctx: typer.Context,
    roadmap_id: Annotated[str, typer.Argument(metavar="[ID]", help="Of one roadmap; else of all.")] = "",
    owner: Annotated[str, typer.Option("--owner", metavar="CODE", help="Of one side, or joint.")] = "",
    state: Annotated[str, typer.Option("--state", help="As planned, in_progress, reported_done.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Only late ones.")] = False,
) -> int:
    """List the lines in force, late ones first."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.roadmap.reading.lines import stand_all
        from mithaq.registers.roadmap.reading.records import describe_line
        from mithaq.registers.roadmap.reading.roadmaps import list_roadmaps, read_roadmap

        known = [read_roadmap(node, roadmap_id)] if roadmap_id else list_roadmaps(node)
        found = [each for each in known if each.binding is not None]
        records = [
            _titled(describe_line(one, each), output.face.lang)
            for one in stand_all(node, found)
            for each in one.lines
            if owner in ("", each.line.owner) and state in ("", each.state) and (each.is_late or not late)
        ]
        output.show_all("mithaq/roadmap-lines/1", records, LINE_COLUMNS)
    return OK


def show_diff(
    ctx: typer.Context,
    roadmap_id: Annotated[str, typer.Argument(metavar="ID")],
    before: Annotated[int, typer.Option("--from", min=1, help="The older version.")] = 1,
    after: Annotated[int, typer.Option("--to", min=1, help="The newer version.")] = 2,
) -> int:
    """Compare two versions line by line."""
    from mithaq.errors import MissingError
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.roadmap.reading.records import describe_change
        from mithaq.registers.roadmap.reading.roadmaps import load_data, read_roadmap
        from mithaq.registers.roadmap.rules.changes import compare_plans

        roadmap = read_roadmap(node, roadmap_id)
        old, new = roadmap.version(before), roadmap.version(after)
        if old is None or new is None:
            raise MissingError("version", "there is no such version")
        data = load_data([old.content_hash, new.content_hash])
        change = compare_plans(data[old.content_hash], data[new.content_hash])
        record = {"id": roadmap_id, "from": before, "to": after, **describe_change(change)}
        output.show("mithaq/roadmap-diff/1", record)
    return OK


def write_file(
    ctx: typer.Context,
    roadmap_id: Annotated[str, typer.Argument(metavar="ID")],
    file: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where; - is stdout.")] = Path(
        "-"
    ),
) -> int:
    """Write the days of a roadmap as a calendar file."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output) as node:
        from mithaq.registers.roadmap.reading.files import CALENDAR_WORDS, write_calendar
        from mithaq.registers.roadmap.reading.lines import stand_lines
        from mithaq.registers.roadmap.reading.roadmaps import read_roadmap

        standings, lang = stand_lines(node, read_roadmap(node, roadmap_id)), output.face.lang
        own = str(node.identity.code)
        output.take_away(roadmap_id)
        data = write_calendar(standings, CALENDAR_WORDS[lang], lang, node.clock.now(), own)
    if str(file) == "-":
        output.write_bytes(data)
        return OK
    file.write_bytes(data)
    output.show("mithaq/roadmap-ics/1", {"id": roadmap_id, "file": str(file), "bytes": len(data)})
    return OK
