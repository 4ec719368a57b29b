"""Writes docs/cli.md from the commands themselves.

    python tools/cli_reference.py            write the page
    python tools/cli_reference.py --check    exit 1 when the page is not what the code says

Needs the package installed, as every other check.
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from mithaq.main.cli import documents, failure
from mithaq.main.cli.app import NOUNS, make_app
from mithaq.main.cli.schemas import SCHEMAS

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"

HEAD = """\
# Command line

<!-- Made by tools/cli_reference.py from the code; do not edit by hand. -->

`mithaq [--home DIR] [--json] NOUN VERB`. `--home` (or `MITHAQ_HOME`) is a node's folder. The options of the
next table, but `--version`, are taken before the noun as well as after the verb; what stands after `--` is
never one of them.

- stdout is data; stderr is progress, previews, messages and errors. `-` as a file is stdin.
- With `--json` a command prints one object, or for a list JSON Lines. Each object has `schema`,
  `mithaq/<noun>-<verb>/1`; keys are snake_case and stable. Times are RFC 3339 in UTC, hashes hex, but
  `root_hash` base64 as in a checkpoint; keys vkeys.
- What is sent to a partner is previewed on stderr. A question is asked only when stdin and stderr are
  terminals and `--yes` is absent. `--dry-run` shows the preview, sends nothing, and exits 0.
- Both `log verify --dir` and `proof verify` need no home, no node and no network.
"""


def describe_option(option: Any) -> str:
    """One row of a table of options."""
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    metavar = "" if getattr(option, "is_flag", False) else (option.metavar or (option.name or "").upper())
    needed = " (needed)" if option.required else ""
    told = " ".join((getattr(option, "help", None) or "").split())
    shown = f" `{metavar}`".replace("|", "\\|") if metavar else ""
    return f"| {names}{shown} | {told}{needed} |"


def split_params(command: Any) -> tuple[list[Any], list[Any]]:
    """(arguments, options) of a command; ``--help`` is left out."""
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    return arguments, options


def write_command(path: str, command: Any) -> Iterator[str]:
    """The section of one command."""
    arguments, options = split_params(command)
    names = [(one.metavar or one.name.upper()).strip("[]") for one in arguments]
    shown = [name if one.required else f"[{name}]" for name, one in zip(names, arguments, strict=True)]
    yield f"### `{' '.join(['mithaq', path, *shown])}`\n"
    yield inspect.cleandoc(command.help or "").strip() + "\n"
    rows = [f"| `{name}` | {one.help or ''} |" for name, one in zip(names, arguments, strict=True)]
    rows += [describe_option(option) for option in options]
    if rows:
        yield "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n"
    schema = SCHEMAS.get(f"mithaq/{path.replace(' ', '-')}/1")
    if schema is not None:
        form = "JSON Lines, each" if schema.many else "JSON"
        yield f"{form}: {', '.join(f'`{key}`' for key in schema.keys)}.\n"


def write_group(noun: str, group: Any) -> Iterator[str]:
    """The section of a noun."""
    yield f"## {noun}\n"
    if not hasattr(group, "commands"):
        yield from write_command(noun, group)
        return
    yield f"{group.help}\n"
    for verb, command in group.commands.items():
        yield from write_command(f"{noun} {verb}", command)


def write_exit_codes() -> str:
    """The table of the docstring of ``failure``, as Markdown."""
    rows = [line.split(None, 1) for line in (failure.__doc__ or "").splitlines() if line[:1].isdigit()]
    table = "\n".join(f"| {code} | {meaning} |" for code, meaning in rows)
    return f"## Exit codes\n\n| code | meaning |\n|---|---|\n{table}\n"


def write_errors() -> str:
    """How an error looks."""
    return (
        "## Errors\n\n"
        "One line on stderr: `error <code>: what happened. Kept: … Do: …`; with `--json` also on stdout\n"
        '`{"schema": "mithaq/error/1", "error": {"code", "message", "kept", "do", "docs"}}`. The codes are\n'
        "those of [docs/spec/13](spec/13-errors.md): stable, never translated. A check that finds damage\n"
        "(`log verify`, `proof verify`) prints its own object with `ok` false and `problems`, and the line\n"
        "on stderr. `--debug` adds a traceback.\n"
    )


def write_documents() -> str:
    """The formats of the input files, from the docstring of ``documents``."""
    text = inspect.cleandoc(documents.__doc__ or "").partition("\n\n")[2]
    lines = []
    is_code = False
    for line in text.splitlines():
        if line.startswith("    "):
            lines += ["```json", line[4:]] if not is_code else [line[4:]]
            is_code = True
            continue
        if is_code and line.strip():
            lines.insert(len(lines) - (1 if lines[-1] == "" else 0), "```")
            is_code = False
        lines.append(line.replace("::", ":").replace("``", "`"))
    return "## Input files\n\n" + "\n".join(lines) + "\n"


def write_page() -> str:
    """The whole page."""
    root = typer.main.get_command(make_app())
    _, options = split_params(root)
    table = ["| option | meaning |", "|---|---|", *(describe_option(option) for option in options)]
    parts = [HEAD, "\n".join(table) + "\n", write_exit_codes(), write_errors(), write_documents()]
    commands: dict[str, Any] = root.commands  # type: ignore[attr-defined]
    for noun in sorted(commands, key=NOUNS.index):
        parts.extend(write_group(noun, commands[noun]))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def main(arguments: list[str]) -> int:
    """Write, or compare; 0 when all is well."""
    page = write_page()
    if arguments == ["--check"]:
        if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
            return 0
        print(f"{PAGE.name} is not what the code says; run: python tools/cli_reference.py", file=sys.stderr)
        return 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
