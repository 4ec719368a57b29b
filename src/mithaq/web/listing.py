"""What a list is, and the same list as CSV and JSON."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from unicodedata import bidirectional

import orjson
from django.utils.functional import Promise

from mithaq.core.encoding import format_time
from mithaq.formats.icalendar.values import isolate
from mithaq.web.language import direction_of
from mithaq.web.texts import pick

PAGE_ROWS: Final = 50
_WORDS: Final = ("text", "kind", "party", "parties")
_DIRECTIONS: Final = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_FORMULA_STARTS: Final = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        name: key of its values in a row, of the CSV and of the JSON.
        kind: ``text`` (a string or a text by language), ``code``, ``number``, ``date``, ``time``, ``state``,
            ``marks`` (codes), ``kind`` (an object kind), ``party`` (a name of an administration) or
            ``parties`` (several).
    """

    name: str
    label: Promise | str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list; its first cell leads to ``url``, if there is one."""

    values: Mapping[str, Any]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a list; without choices it is a field to type in.

    Attributes:
        none: what it means that nothing is chosen; "All" where it is not said.
    """

    name: str
    label: Promise | str
    choices: Sequence[tuple[str, Promise | str]] = ()
    none: Promise | str = ""


@dataclass(frozen=True, slots=True)
class ChosenFilter:
    """A filter and what was chosen."""

    name: str
    label: Promise | str
    choices: Sequence[tuple[str, Promise | str]]
    value: str
    none: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list as the address gives them."""

    chosen: tuple[ChosenFilter, ...] = ()

    @property
    def values(self) -> dict[str, str]:
        """Name -> value of those that are set."""
        return {each.name: each.value for each in self.chosen if each.value}

    @property
    def is_active(self) -> bool:
        """Whether any is set."""
        return any(each.value for each in self.chosen)


@dataclass(frozen=True, slots=True)
class PageSlice:
    """Which rows of a list are on this page.

    Attributes:
        number: from 1.
        start, stop: of the rows, as of a slice.
        query: the other parts of the address, encoded, with a ``&`` at the end if there are any.
        is_counted: whether ``count`` is of what the reader may list; else it is told to nobody.
    """

    number: int
    start: int
    stop: int
    count: int
    query: str = ""
    is_counted: bool = True

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.count // PAGE_ROWS))

    @property
    def previous(self) -> int:
        """Number of the page before; 0 when there is none."""
        return self.number - 1

    @property
    def next(self) -> int:
        """Number of the page after; 0 when there is none."""
        return self.number + 1 if self.number < self.last else 0


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what belongs here, and one button."""

    text: Promise | str
    button: Promise | str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, ready to be shown."""

    title: Promise | str
    columns: Sequence[Column]
    rows: Sequence[Row]
    page: PageSlice
    empty: Empty
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row with its column."""

    column: Column
    value: Any


def make_cells(listing: Listing) -> list[tuple[str, list[Cell]]]:
    """(address, cells in the order of the columns) of each row, for the template."""
    return [
        (row.url, [Cell(column, row.values.get(column.name)) for column in listing.columns])
        for row in listing.rows
    ]


def write_csv(listing: Listing, lang: str) -> bytes:
    """RFC 4180 with a mark for spreadsheets; no cell begins as a formula would (trust 7.10)."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([column.name for column in listing.columns])
    for row in listing.rows:
        writer.writerow([_tell(row.values.get(column.name), column, lang) for column in listing.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_json(listing: Listing) -> bytes:
    """``{"items": [...], "count": n}``, texts by language, times in RFC 3339; no count where none is told."""
    items = [
        {column.name: _json(row.values.get(column.name)) for column in listing.columns}
        for row in listing.rows
    ]
    return orjson.dumps({"items": items, "count": listing.page.count if listing.page.is_counted else None})


def _tell(value: Any, column: Column, lang: str) -> str:
    """A cell; words of the other direction are set apart, codes and dates are for programs too."""
    text = _guard(plain_value(value, lang))
    if column.kind not in _WORDS:
        return text
    own = next((_DIRECTIONS[kind] for kind in map(bidirectional, text) if kind in _DIRECTIONS), "")
    return text if own in ("", direction_of(lang)) else isolate(text, own)


def plain_value(value: Any, lang: str) -> str:
    """A value of a cell as text, without its form on the page."""
    if isinstance(value, Mapping):
        return pick(value, lang)[0]
    value = _json(value)
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _json(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(each) for each in value]
    return value if isinstance(value, int | float | bool | None) else str(value)


def _guard(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
