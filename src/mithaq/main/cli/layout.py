"""Text for people: fields and tables, padded by display width; directions isolated on a terminal."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_FSI, _PDI = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
GAP = "  "


def isolate(text: str, is_terminal: bool) -> str:
    """The text; on a terminal isolated when it holds right-to-left characters: the line stays whole."""
    if is_terminal and any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_FSI}{text}{_PDI}"
    return text


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_width_of_character(character) for character in text)


def _width_of_character(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def lay_out_pairs(record: Mapping[str, Any], is_terminal: bool, indent: str = "") -> str:
    """One field a line: name, then value."""
    shown = {name: value for name, value in record.items() if value not in (None, "", [], {}, ())}
    name_width = max((len(name) for name in shown), default=0)
    return "\n".join(
        f"{indent}{name.ljust(name_width)}{GAP}{isolate(write_cell(value), is_terminal)}"
        for name, value in shown.items()
    )


def lay_out_table(records: Iterable[Mapping[str, Any]], columns: Sequence[str], is_terminal: bool) -> str:
    """A table with a heading; nothing for no rows. Text that people wrote stands in the last column."""
    rows = [[write_cell(record.get(column)) for column in columns] for record in records]
    if not rows:
        return ""
    widths = [max(width_of(cell) for cell in column) for column in zip(columns, *rows, strict=True)]
    return "\n".join(_lay_out_row(row, widths, is_terminal) for row in [list(columns), *rows])


def _lay_out_row(row: Sequence[str], widths: Sequence[int], is_terminal: bool) -> str:
    *cells, last = row
    padded = [cell + " " * (width - width_of(cell)) for cell, width in zip(cells, widths, strict=False)]
    return GAP.join([*padded, isolate(last, is_terminal)]).rstrip()


def write_cell(value: Any) -> str:
    """A value in one line."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{key}={write_cell(item)}" for key, item in value.items())
        case list() | tuple():
            return "; ".join(write_cell(item) for item in value) or "-"
        case _:
            return str(value).replace("\n", " ").replace("\t", " ")
