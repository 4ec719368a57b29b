"""Options that are taken before the noun as well as after the verb, and what they came to."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mithaq.errors import MithaqError

LANGUAGES = ("en", "fr", "ar")
FLAGS = ("--json", "--quiet", "--no-color", "--debug")
VALUED = ("--home", "--lang", "--xlsx")


class UsageError(MithaqError):
    """The command line itself is wrong: exit code 2."""


@dataclass(frozen=True, slots=True)
class Face:
    """How to speak, and of which node.

    Attributes:
        home: the node's folder as given, by ``--home`` or ``MITHAQ_HOME``; None when neither is.
        is_json: one JSON value, or JSON Lines, on stdout.
        is_quiet: no progress and no messages on stderr; errors still.
        has_color: colour on a terminal.
        lang: of messages; keys never change.
        is_debug: show the traceback of an error.
        is_lang_given: whether ``lang`` was named on the command line.
        xlsx: where a list is written as a table instead of on stdout.
    """

    home: Path | None = None
    is_json: bool = False
    is_quiet: bool = False
    has_color: bool = True
    lang: str = "en"
    is_debug: bool = False
    is_lang_given: bool = False
    xlsx: Path | None = None

    def folder(self) -> Path:
        """The node's folder.

        Raises:
            UsageError: ``no_home``; it was not named, and the current folder is none.
        """
        if self.home is not None:
            return self.home
        if Path("node.toml").is_file():
            return Path.cwd()
        raise UsageError("no_home", "no node is named: give --home DIR, or set MITHAQ_HOME")


def read_face(arguments: Sequence[str]) -> tuple[Face, list[str]]:
    """Take the options of ``Face`` out of a command line, wherever they stand before ``--``.

    Returns:
        The face, and the arguments that are left.

    Raises:
        UsageError: ``usage``; an option without its value, or an unknown language.
    """
    flags: set[str] = set()
    values: dict[str, str] = {}
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, separator, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in FLAGS:
            flags.add(argument)
        elif name in VALUED:
            values[name] = _demand_value(name, value if separator else next(waiting, ""))
        else:
            rest.append(argument)
    return _make_face(flags, values), rest


def _demand_value(name: str, value: str) -> str:
    if not value:
        raise UsageError("usage", f"option {name} needs a value")
    return value


def _make_face(flags: set[str], values: dict[str, str]) -> Face:
    home = values.get("--home") or os.environ.get("MITHAQ_HOME")
    lang = values.get("--lang", "en")
    if lang not in LANGUAGES:
        raise UsageError("usage", f"--lang is one of {', '.join(LANGUAGES)}")
    return Face(
        home=Path(home) if home else None,
        is_json="--json" in flags,
        is_quiet="--quiet" in flags,
        has_color="--no-color" not in flags and "NO_COLOR" not in os.environ,
        lang=lang,
        is_debug="--debug" in flags,
        is_lang_given="--lang" in values,
        xlsx=Path(values["--xlsx"]) if "--xlsx" in values else None,
    )
