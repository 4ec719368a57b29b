"""Lists as files: nothing in them is a formula, and texts come in the language of the page."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from mithaq.web.listing import Column, Empty, Listing, PageSlice, Row, write_csv, write_json

AT = datetime(2025, 4, 14, 9, 5, tzinfo=UTC)


def make_listing(**values: Any) -> Listing:
    columns = [Column(name, name) for name in values]
    return Listing("t", columns, [Row(values)], PageSlice(1, 0, 1, 1), Empty("none"))


def read_csv(listing: Listing) -> list[str]:
    text = write_csv(listing, "fr").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1]


@pytest.mark.parametrize("start", list("=+-@\t\r＝＋－＠"))
def test_no_cell_begins_as_a_formula(start: str) -> None:
    [cell] = read_csv(make_listing(title=f"{start}cmd|' /C calc'!A0"))
    assert cell.startswith("'")


def test_values_of_every_kind() -> None:
    values = {
        "a": None,
        "b": 3,
        "c": AT,
        "d": date(2024, 12, 2),
        "e": ["x", "y"],
        "f": {"fr": "Titre"},
        "g": True,
    }
    assert read_csv(make_listing(**values)) == [
        "", "3", "2025-04-14T09:05:00.000Z", "2024-12-02", "x y", "Titre", "True",
    ]  # fmt: skip
    [item] = orjson.loads(write_json(make_listing(**values)))["items"]
    assert item == {**values, "c": "2025-04-14T09:05:00.000Z", "d": "2024-12-02"}


def test_words_of_the_other_direction_are_set_apart_for_people_alone() -> None:
    listing = make_listing(title={"ar": "اتفاق (2000)"}, said="=لا")
    assert read_csv(listing) == ["\u2067اتفاق (2000)\u2069", "\u2067'=لا\u2069"]
    assert "\u2067" not in write_csv(listing, "ar").decode()
    assert "\u2067" not in write_json(listing).decode()
    code = Listing(
        "t", [Column("code", "", "code")], [Row({"code": "FR-7"})], PageSlice(1, 0, 1, 1), Empty("none")
    )
    assert "\u2066" not in write_csv(code, "ar").decode()


@pytest.mark.parametrize(
    ("number", "count", "last", "following"), [(1, 0, 1, 0), (1, 50, 1, 0), (1, 51, 2, 2), (2, 51, 2, 0)]
)
def test_pages(number: int, count: int, last: int, following: int) -> None:
    page = PageSlice(number, (number - 1) * 50, min(number * 50, count), count)
    assert (page.last, page.next, page.previous) == (last, following, number - 1)
