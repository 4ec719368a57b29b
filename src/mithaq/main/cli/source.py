"""``mithaq source``: public texts as evidence; what was found, what is proposed, what is not guessed."""

import sys
from typing import Annotated, Any

import typer

from mithaq.main.cli.app import make_noun, output_of
from mithaq.main.cli.failure import OK
from mithaq.main.cli.inputs import read_input
from mithaq.main.cli.layout import isolate
from mithaq.main.cli.output import Output

SHORT_ID = 8
_SHOWN = 12
SourceId = Annotated[str, typer.Argument(metavar="ID", help="The id, or a beginning of it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    noun = make_noun("Sources: public texts as evidence. Nothing of them leaves this node by itself.")
    noun.command("add")(add)
    noun.command("list")(list_all)
    noun.command("show")(show)
    noun.command("meetings")(meetings)
    app.add_typer(noun, name="source")


def add(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A public text; - is stdin.")],
    published: Annotated[
        str | None,
        typer.Option("--published", metavar="DATE", help="Day of publication; relative dates count from it."),
    ] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="Who published it.")] = None,
    text_lang: Annotated[
        str | None,
        typer.Option(
            "--text-lang",
            metavar="ar|fr|en",
            help="Language of the text; --lang says it too where the letters agree.",
        ),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where it stood; never fetched.")] = None,
    genre: Annotated[str | None, typer.Option("--genre", help="As communique, press_report.")] = None,
    post: Annotated[str | None, typer.Option("--post", help="The post that acts.")] = None,
) -> int:
    """Take in a text: the raw bytes are kept with their hash, and the rules say what they find.

    The same bytes again are the same source; what is said anew about it is kept.
    """
    from mithaq.main.cli.homes import author_of, reading
    from mithaq.registers.sources.rules.reading import MAX_SOURCE_BYTES

    output = output_of(ctx)
    data = read_input(file, MAX_SOURCE_BYTES)
    author = author_of(output, post)
    with reading(output) as node:
        from mithaq.registers.sources.intake.adding import Described, add_source
        from mithaq.registers.sources.reading.records import describe_added, find_source

        said = Described(published, publisher, text_lang or _lang_of(output, data), url, genre)
        added = add_source(node, data, said, author)
        row = find_source(added.source_id)
        record = {**describe_added(row), "is_new": added.is_new}
    if not added.is_new:
        output.say(f"{output.word('source_again')} {', '.join(added.changed) or output.word('nothing_new')}")
    output.show("mithaq/source-add/1", record, _tell_added(record))
    return OK


def _lang_of(output: Output, data: bytes) -> str | None:
    """The language that ``--lang`` names, unless the letters of the text are of another script."""
    from mithaq.registers.sources.rules.languages import language_of
    from mithaq.registers.sources.rules.reading import read_source

    if not output.face.is_lang_given:
        return None
    found = language_of(read_source(data).text)
    is_arabic = output.face.lang == "ar"
    return output.face.lang if (found == "ar") is is_arabic else None


def _tell_added(record: dict[str, Any]) -> str:
    """Three lists for people: found, proposed, open."""
    lines = [f"{record['id']}  {_wrap(record['title'])}"]
    for name in ("findings", "proposals", "open"):
        rows = record[name]
        lines.append(f"{name}: {len(rows)}")
        lines += [f"  {_tell_one(one)}" for one in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            lines.append(
                f"  … and {len(rows) - _SHOWN} more; see: mithaq source show {record['id'][:SHORT_ID]}"
            )
    return "\n".join(lines)


def _tell_one(one: dict[str, Any]) -> str:
    if "what" in one:
        return f"{one['what']} ({one['reason']}) {_wrap(one['exact'])}".rstrip()
    value = one["value"]
    told = value.get("id") or value.get("edtf") or value.get("code") or value.get("status") or "open"
    if one["type"] == "quotation":
        told = value["speaker"] or "speaker open"
    return f"{one['type']} {told} [{one['rule_id']}] {_wrap(one['exact'])}"


def _wrap(text: str) -> str:
    short = " ".join(text.split())
    return isolate(short if len(short) <= 90 else short[:89] + "…", sys.stdout.isatty())


def list_all(
    ctx: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that wait for a person.")] = False,
) -> int:
    """List the sources, the newest first."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output):
        from mithaq.registers.sources.reading.records import describe_row, list_sources

        records = [describe_row(row) for row in list_sources(only_open=only_open)]
    columns = ("id", "published_on", "language", "proposals_open", "title")
    output.show_all("mithaq/source-list/1", records, columns)
    return OK


def show(
    ctx: typer.Context,
    source_id: SourceId,
    only_open: Annotated[bool, typer.Option("--open", help="Only what waits for a person.")] = False,
) -> int:
    """Show one source. Offsets are code points of the raw text, from 0, end exclusive."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output):
        from mithaq.registers.sources.reading.records import describe_source, find_source

        record = describe_source(find_source(source_id), only_open=only_open)
    output.show("mithaq/source-show/1", record, None if output.face.is_json else _tell_source(record))
    return OK


def _tell_source(record: dict[str, Any]) -> str:
    head = ("id", "title", "publisher", "published_on", "language", "genre", "encoding", "sha256")
    lines = [f"{name}: {_wrap(str(record[name]))}" for name in head if record[name] is not None]
    marked = record["boilerplate_spans"]
    lines.append(f"paragraphs: {len(record['paragraphs'])}, of them marked as no content: {len(marked)}")
    for name in ("persons", "bodies", "places", "events"):
        told = [f"{one['id']} ({len(one['mentions'])})" for one in record[name]]
        lines.append(f"{name}: {', '.join(told) or '-'}")
    lines += [
        f"date: {one['value'] or 'open'} ({one['precision']}) {_wrap(one['text'])}" for one in record["dates"]
    ]
    lines.append(f"themes: {', '.join(record['themes']) or '-'}")
    lines += [f"quote: {one['speaker'] or 'speaker open'}: {_wrap(one['text'])}" for one in record["quotes"]]
    lines += [
        f"commitment: {one['status']} by {one['by'] or 'open'}: {_wrap(one['text'])}"
        for one in record["commitments"]
    ]
    lines += [f"open: {one['what']} ({one['reason']}) {_wrap(one['exact'])}" for one in record["open"]]
    return "\n".join(lines)


def meetings(ctx: typer.Context) -> int:
    """Which texts tell of the same meeting, with the reasons, and where their accounts differ."""
    from mithaq.main.cli.homes import reading

    output = output_of(ctx)
    with reading(output):
        from mithaq.registers.sources.reading.meetings import describe_groups, find_meetings

        known = find_meetings()
        records = describe_groups(known, known.groups)
    if output.face.is_json:
        output.show_array(records)
    else:
        output.write_text("\n\n".join(_tell_meeting(one) for one in records))
    return OK


def _tell_meeting(record: dict[str, Any]) -> str:
    names = [one.get("fr") or one.get("ar") or "?" for one in record["participant_names"]]
    place = (record["place_names"] or {}).get("fr", "place open")
    lines = [f"{' – '.join(names)}, {place}, {record['date'] or 'day open'}"]
    lines.append(f"  texts: {', '.join(one[:SHORT_ID] for one in record['sources'])}")
    lines += [f"  because {reason}" for reason in record["reasons"]]
    lines += [f"  open: {reason}" for reason in record["open"]]
    for account in record.get("accounts", ()):
        if account["differs"]:
            lines.append(f"  {account['label']['en']}:")
            lines += [f"    {_tell_account(cell)}" for cell in account["accounts"]]
    return "\n".join(lines)


def _tell_account(cell: dict[str, Any]) -> str:
    if not cell["reports"]:
        return f"{cell['source'][:SHORT_ID]} silent"
    said = "; ".join(f"{one['label']['en']}: {_wrap(one['text'])}" for one in cell["reports"])
    return f"{cell['source'][:SHORT_ID]} {cell['state'].replace('_', ' ')}: {said}"
