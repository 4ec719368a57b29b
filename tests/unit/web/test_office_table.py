"""Tables for offices: what is typed in a record never becomes a formula."""

import io
from datetime import date, datetime
from typing import Any

import pytest

pytest.importorskip("openpyxl", reason="office files need mithaq[office]")


def read_table(data: bytes) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


def test_texts_stay_texts_whatever_they_begin_with() -> None:
    from mithaq.web.office.table import write_table

    data = write_table(
        "a/b:c'" * 9, ["x"], [["=1+1"], ["@cmd\x07|"], [7], [date(2025, 4, 1)]], (), is_rtl=False
    )
    sheet = read_table(data).worksheets[0]
    assert [(cell.data_type, cell.value) for (cell,) in sheet.iter_rows(min_row=2)] == [
        ("s", "=1+1"),
        ("s", "@cmd|"),
        ("n", 7),
        ("d", datetime(2025, 4, 1)),  # noqa: DTZ001  # a day of a table has no zone
    ]
