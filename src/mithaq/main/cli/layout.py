"""Text for people: fields and tables, padded by display width; directions isolated on a terminal."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_FSI, _PDI = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
GAP = "  "
MAX_INLINE = 60
"""Columns; a value of fields that takes more is laid out below its name."""


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
    """One field a line: name, then value; a value with fields of its own stands below, further in."""
    shown = {name: value for name, value in record.items() if value not in (None, "", [], {}, ())}
    name_width = max((len(name) for name in shown), default=0)
    lines: list[str] = []
    for name, value in shown.items():
        if _is_inline(value):
            lines.append(f"{indent}{name.ljust(name_width)}{GAP}{isolate(write_cell(value), is_terminal)}")
        else:
            lines += [f"{indent}{name}", _lay_out_below(value, is_terminal, indent + GAP)]
    return "\n".join(lines)


def _is_inline(value: Any) -> bool:
    match value:
        case Mapping():
            return not any(_has_fields(item) for item in value.values()) and _is_short(value)
        case list() | tuple():
            return not _has_fields(value) or (len(value) == 1 and _is_inline(value[0]))
        case _:
            return True


def _has_fields(value: Any) -> bool:
    is_list = isinstance(value, (list, tuple))
    return isinstance(value, Mapping) or (is_list and any(_has_fields(item) for item in value))


def _is_short(value: Any) -> bool:
    return width_of(write_cell(value)) <= MAX_INLINE


def _lay_out_below(value: Any, is_terminal: bool, indent: str) -> str:
    """The fields of a value; each item of a list begins with a dash."""
    if isinstance(value, Mapping):
        return lay_out_pairs(value, is_terminal, indent)
    blocks: list[str] = []
    for item in value:
        if _is_inline(item):
            block = indent + GAP + isolate(write_cell(item), is_terminal)
        else:
            block = _lay_out_below(item, is_terminal, indent + GAP)
        blocks.append(f"{indent}- {block[len(indent) + len(GAP) :]}")
    return "\n".join(blocks)


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
