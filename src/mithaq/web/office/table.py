"""A list as an ``xlsx``: texts stay texts, whatever they begin with; from right to left in Arabic.

A second sheet says which export it is: handling code, day, post, number (trust 7.10).
"""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from mithaq.core.encoding import format_time
from mithaq.web.office.libraries import check_can_write
from mithaq.web.office.xml_text import clean_text

MAX_TEXT: Final = 32_767
_WIDTH, _MOST_WIDTH = 14, 60

Value = str | int | date | datetime | None


def write_table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Value]],
    facts: Sequence[tuple[str, str]],
    *,
    is_rtl: bool,
) -> bytes:
    """The file.

    Args:
        title: of the list; the name of its sheet.
        heads: of the columns.
        rows: values in the order of the columns.
        facts: (label, value) that say which export it is; none for none.
        is_rtl: whether the first column stands at the right.

    Raises:
        UnavailableError: ``office_missing``.
    """
    check_can_write()
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "Mithaq"
    _fill(book.active, title, [heads, *rows], is_rtl=is_rtl)
    book.active.freeze_panes = "A2"
    if facts:
        _fill(book.create_sheet(), "Mithaq", facts, is_rtl=is_rtl)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, title: str, rows: Sequence[Sequence[Value]], *, is_rtl: bool) -> None:
    sheet.title = _name_sheet(title)
    sheet.sheet_view.rightToLeft = is_rtl
    widths: dict[int, int] = {}
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            _put(sheet.cell(number, column), value)
            widths[column] = max(widths.get(column, _WIDTH), min(len(str(value or "")) + 2, _MOST_WIDTH))
    for column, width in widths.items():
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width


def _put(cell: Any, value: Value) -> None:
    if isinstance(value, datetime):
        value = format_time(value)
    if isinstance(value, date):
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    elif isinstance(value, str):
        cell.value = clean_text(value)[:MAX_TEXT]
        cell.data_type = "s"  # never a formula, whatever it begins with
    else:
        cell.value = value


def _name_sheet(title: str) -> str:
    """What a sheet may be called: 31 characters, and none of those that addresses of cells are made of."""
    return clean_text(re.sub(r"[\\/*?:\[\]']", " ", title))[:31].strip() or "Mithaq"
