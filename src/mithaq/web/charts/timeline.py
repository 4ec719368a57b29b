"""Bars between two days, in groups: progress within each bar, a diamond for each step, a line for today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString

from mithaq.web.charts.drawing import Sheet, fit, open_svg

WIDTH: Final = 980
_LABELS: Final = 310
_WORDS: Final = 140
_START: Final = _LABELS + _WORDS
_PAD: Final = 14
_ROW: Final = 24
_HEAD: Final = 40
_GROUP: Final = 30
_SIZE: Final = 13
_MOST_TICKS: Final = 9
_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 600)


@dataclass(frozen=True, slots=True)
class Step:
    """A diamond: a day, and whether it is behind us, late or still to come."""

    on: date
    is_done: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One row.

    Attributes:
        label: what stands beside it, cut where it is too long.
        word: its state, in words.
        look: of the bar: ``plain``, ``running``, ``waiting``, ``done``, ``back`` or ``out``.
        percent: how much of it is filled.
    """

    label: str
    word: str
    starts_on: date
    ends_on: date
    look: str
    percent: int = 0
    is_late: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A chart, in the words of one language.

    Attributes:
        name: for ids, once on a page.
        today_word: what stands at the line of today.
    """

    name: str
    lang: str
    title: str
    desc: str
    today: date
    today_word: str
    groups: Sequence[Group]


def draw_timeline(chart: Timeline) -> SafeString:
    """The chart as inline SVG."""
    sheet, scale = Sheet(WIDTH, chart.lang), _Scale.of(chart)
    height = _HEAD + sum(_GROUP + _ROW * len(group.bars) for group in chart.groups) + _PAD
    parts = [
        open_svg(sheet, height, chart.name, {"title": chart.title, "desc": chart.desc}),
        _hatch(chart.name),
        *_draw_grid(sheet, scale, height),
    ]
    y = float(_HEAD)
    for group in chart.groups:
        parts.append(sheet.text(_PAD, y + 19, fit(group.label, WIDTH - 2 * _PAD, 14), "chart-group"))
        y += _GROUP
        for bar in group.bars:
            parts += _draw_bar(sheet, scale, bar, y, chart.name)
            y += _ROW
    parts += _draw_today(sheet, scale, chart, height)
    return SafeString("".join(parts) + "</svg>")


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    @classmethod
    def of(cls, chart: Timeline) -> "_Scale":
        bars = [bar for group in chart.groups for bar in group.bars]
        days = [day for bar in bars for day in (bar.starts_on, bar.ends_on, *(one.on for one in bar.steps))]
        days.append(chart.today)
        return cls(min(days), max(days))

    def x(self, day: date) -> float:
        whole = max((self.last - self.first).days, 1)
        return _START + (WIDTH - _START - _PAD) * (day - self.first).days / whole

    def ticks(self) -> Iterator[date]:
        """First days of months, as many as there is room for."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step = next((each for each in _STEPS if months / each <= _MOST_TICKS), _STEPS[-1])
        number = self.first.year * 12 + self.first.month - 1
        number += -number % step
        while number < 9999 * 12:
            day = date(number // 12, number % 12 + 1, 1)
            if day > self.last:
                return
            if day >= self.first:
                yield day
            number += step


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="chart-hatch-ground" width="6" height="6"/>'
        '<rect class="chart-hatch" width="3" height="6"/></pattern></defs>'
    )


def _draw_grid(sheet: Sheet, scale: _Scale, height: float) -> Iterator[str]:
    for day in scale.ticks():
        yield sheet.line(scale.x(day), _HEAD, height - _PAD, "chart-grid")
        if scale.x(day) < WIDTH - 40:
            yield sheet.text(scale.x(day), _HEAD - 10, f"{day:%m/%Y}", "chart-tick", "middle")


def _draw_bar(sheet: Sheet, scale: _Scale, bar: Bar, y: float, name: str) -> Iterator[str]:
    start, end = scale.x(bar.starts_on), scale.x(bar.ends_on)
    width = max(end - start, 4.0)
    late = " chart-late" if bar.is_late else ""
    yield sheet.text(_PAD, y + 16, fit(bar.label, _LABELS - _PAD - 8, _SIZE), "chart-label")
    yield sheet.text(_LABELS, y + 16, fit(bar.word, _WORDS - 8, _SIZE), f"chart-word{late}")
    yield sheet.rect(start, y + 6, width, 12, f"chart-bar chart-{bar.look}{late}")
    if bar.percent and bar.look not in ("done", "out"):
        box = sheet.rect(start, y + 9, width * bar.percent / 100, 6, "chart-part")
        is_waiting = bar.look == "waiting"
        yield box.replace("/>", f' fill="url(#{name}-hatch)"/>') if is_waiting else box
    for step in bar.steps:
        kind = "chart-step-done" if step.is_done else "chart-step-late" if step.is_late else "chart-step"
        yield sheet.diamond(scale.x(step.on), y + 12, 6, kind)


def _draw_today(sheet: Sheet, scale: _Scale, chart: Timeline, height: float) -> Iterator[str]:
    x = scale.x(chart.today)
    yield sheet.line(x, _HEAD - 6, height - _PAD, "chart-today")
    is_near_end = x > WIDTH - 90
    yield sheet.text(x, 11, chart.today_word, "chart-today-word", "end" if is_near_end else "middle")


# The same as a table


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table: cells as they stand in the page already."""

    heading: SafeString
    cells: Sequence[SafeString]


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Rows under one heading, which spans the table."""

    heading: SafeString
    rows: Sequence[TableRow]


def write_table(columns: Sequence[str], groups: Sequence[TableGroup]) -> SafeString:
    """A table of many rows without a template: a chart may have hundreds."""
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    parts = [f'<table class="table list chart-table"><thead><tr>{heads}</tr></thead>']
    labels = [f'<span class="cell-label" aria-hidden="true">{escape(each)}</span>' for each in columns[1:]]
    for group in groups:
        span = f'<tr class="chart-table-group"><th scope="rowgroup" colspan="{len(columns)}">'
        parts.append(f"<tbody>{span}{group.heading}</th></tr>")
        for row in group.rows:
            cells = "".join(f"<td>{label}{cell}</td>" for label, cell in zip(labels, row.cells, strict=True))
            parts.append(f'<tr><th scope="row">{row.heading}</th>{cells}</tr>')
        parts.append("</tbody>")
    return SafeString("".join(parts) + "</table>")
