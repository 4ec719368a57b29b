"""Charts: the same bytes for the same data, mirrored for Arabic, labels that fit and keep their direction."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.web.charts.drawing import Sheet, fit, width_of
from mithaq.web.charts.timeline import (
    WIDTH,
    Bar,
    Group,
    Step,
    TableGroup,
    TableRow,
    Timeline,
    draw_timeline,
    write_table,
)

DAY = date(2026, 1, 1)


def make_chart(lang: str, label: str = "Réunions (GMMP)") -> Timeline:
    bars = [
        Bar(label, "En retard", DAY, DAY + timedelta(days=200), "running", 40, True, (Step(DAY, True),)),
        Bar("<b>", "x", DAY + timedelta(days=90), DAY + timedelta(days=900), "waiting", 100),
    ]
    title, desc = "Feuille & route", "Deux lignes"
    return Timeline("road", lang, title, desc, date(2026, 6, 15), "aujourd’hui", [Group("Migration", bars)])


def test_the_same_data_give_the_same_bytes_and_well_formed_xml() -> None:
    drawn = draw_timeline(make_chart("fr"))
    assert drawn == draw_timeline(make_chart("fr"))
    root = ElementTree.fromstring(drawn)
    assert (root.get("role"), root.get("direction")) == ("img", "ltr")
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert "&lt;b&gt;" in drawn
    assert "style=" not in drawn


def places(drawn: str) -> list[tuple[float, float]]:
    boxes = re.findall(r'<rect class="chart-bar[^"]*" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawn)
    return [(float(x), float(width)) for x, width in boxes]


def test_arabic_is_the_mirror_of_french() -> None:
    french, arabic = (places(draw_timeline(make_chart(lang))) for lang in ("fr", "ar"))
    for (left, width), (mirrored, same) in zip(french, arabic, strict=True):
        assert same == width
        assert mirrored == pytest.approx(WIDTH - left - width, abs=0.11)
    drawn = draw_timeline(make_chart("ar"))
    labels = re.findall(r'class="chart-label" x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)">(.)', drawn)
    assert {(anchor, mark) for _, anchor, mark in labels} == {("end", "\u2067")}
    assert all(float(x) > WIDTH / 2 for x, _, _ in labels)
    assert drawn.count("\u2067") == drawn.count("\u2069")


@given(st.text(max_size=80), st.sampled_from(("ar", "fr")))
def test_a_label_fits_its_room(label: str, lang: str) -> None:
    cut = fit(label, 120, 13)
    assert width_of(cut, 13) <= 120
    assert cut == label or cut.endswith("…")
    assert Sheet(100, lang).text(0, 0, cut, "x").endswith("\u2069</text>")


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_any_span_of_days_can_be_drawn(first: int, length: int) -> None:
    start = date(1990, 1, 1) + timedelta(days=first)
    bar = Bar("x", "y", start, start + timedelta(days=length), "plain")
    chart = Timeline("t", "en", "t", "d", start, "today", [Group("g", [bar])])
    drawn = draw_timeline(chart)
    assert 1 <= drawn.count("chart-tick") <= 10 or length < 62
    [(left, width)] = places(drawn)
    assert left >= 0
    assert left + width <= WIDTH + 0.2


def test_the_table_says_the_same_row_by_row() -> None:
    row = TableRow("1. Line", ["ma-mi", "2026"])  # type: ignore[arg-type, list-item]
    group = TableGroup("Migration", [row])  # type: ignore[arg-type]
    table = write_table(["Line <", "Owner", "Due"], [group])
    root = ElementTree.fromstring(table)
    assert root.find("tbody/tr/th").get("colspan") == "3"  # type: ignore[union-attr]
    assert [cell.find("span").text for cell in root.findall("tbody/tr/td")] == ["Owner", "Due"]  # type: ignore[union-attr]
