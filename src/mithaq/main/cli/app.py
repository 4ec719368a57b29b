"""The commands put together, and the one place where errors end."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from mithaq import __version__
from mithaq.main.cli.face import LANGUAGES, Face, UsageError, read_face
from mithaq.main.cli.output import Output

NOUNS = (
    "node",
    "partner",
    "sync",
    "log",
    "proof",
    "act",
    "instrument",
    "note",
    "balance",
    "directory",
    "source",
    "meeting",
    "roadmap",
    "agreement",
    "review",
    "dates",
    "rebuild",
    "demo",
    "bench",
)
"""Modules of this package; each has ``register(app)``. One that is not there is left out."""

GLOBAL_OPTIONS = (
    "--home DIR, --json, --quiet, --no-color, --lang, --xlsx FILE, --debug: before the noun or"
    " after the verb."
)


def make_app(arguments: Sequence[str] = ()) -> typer.Typer:
    """The whole command line; or as much of it as these arguments name, where they begin with a noun."""
    app = typer.Typer(
        name="mithaq",
        help="One record, co-signed by administrations, that none of them can alter alone.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_take_globals)
    for noun in [each for each in NOUNS if each in arguments[:1]] or NOUNS:
        name = f"mithaq.main.cli.{noun}"
        if find_spec(name) is not None:
            import_module(name).register(app)
    return app


def make_noun(help_text: str) -> typer.Typer:
    """A group of verbs."""
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        epilog=GLOBAL_OPTIONS,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"mithaq {__version__}\n")
        raise typer.Exit


def _take_globals(
    home: Annotated[
        str | None, typer.Option(metavar="DIR", envvar="MITHAQ_HOME", help="The node's folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout, with stable keys.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, no messages; errors only.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour; also NO_COLOR.")] = False,
    lang: Annotated[str, typer.Option(metavar="|".join(LANGUAGES), help="Language of messages.")] = "en",
    xlsx: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write a list as a table, in a new file.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    # Declared for --help alone: ``read_face`` has taken them out before the parser sees the line.
    pass


def run(arguments: Sequence[str]) -> int:
    """Run one command line; answers the exit code. Never a traceback without ``--debug``."""
    try:
        face, rest = read_face(arguments)
    except UsageError as error:
        return Output(Face(is_json="--json" in arguments)).fail(error)
    output = Output(face)
    if not face.has_color:
        os.environ["NO_COLOR"] = "1"  # read by what draws help and progress
    try:
        code = make_app(rest)(rest, prog_name="mithaq", standalone_mode=False, obj=output)
    except BrokenPipeError:
        # Whoever read us has gone; a second error while Python ends would only be noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except typer.Abort:
        return output.fail(KeyboardInterrupt())
    except (Exception, KeyboardInterrupt) as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(f"{error}\n")
            return 2
        return output.fail(error)
    return code if isinstance(code, int) else 0


def output_of(ctx: typer.Context) -> Output:
    """The output of a command."""
    found = ctx.find_root().obj
    assert isinstance(found, Output)
    return found
