"""What every chart is drawn with: elements, places that are mirrored for Arabic, labels.

An ``<svg>`` that inherits a direction flips the anchors of its texts, so each one says ``ltr`` and its maker
mirrors the places instead. Each label is isolated, or an acronym in brackets would move to the wrong side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from mithaq.web.charts.widths import DEFAULT, WIDTHS

RTL: Final = frozenset({"ar"})
_ELLIPSIS: Final = "…"
_WIDTH_OF: Final = {letter: width for letters, width in WIDTHS.items() for letter in letters}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of a chart: its width in units, and which way its time runs."""

    width: int
    lang: str

    @property
    def is_mirrored(self) -> bool:
        """Whether it runs from right to left."""
        return self.lang in RTL

    def x(self, x: float) -> str:
        """A place from the side where reading begins."""
        return number(self.width - x if self.is_mirrored else x)

    def rect(self, x: float, y: float, width: float, height: float, kind: str) -> str:
        """A box that begins at ``x``."""
        left = self.width - x - width if self.is_mirrored else x
        return (
            f'<rect class="{kind}" x="{number(left)}" y="{number(y)}"'
            f' width="{number(width)}" height="{number(height)}"/>'
        )

    def line(self, x: float, top: float, bottom: float, kind: str) -> str:
        """An upright line."""
        at = self.x(x)
        return f'<path class="{kind}" d="M{at} {number(top)}V{number(bottom)}"/>'

    def diamond(self, x: float, y: float, half: float, kind: str) -> str:
        """A diamond around a place."""
        top, step = number(y - half), number(half)
        return f'<path class="{kind}" d="M{self.x(x)} {top}l{step} {step}l-{step} {step}l-{step} -{step}z"/>'

    def text(self, x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
        """Words that begin, end or stand in the middle at ``x``, as they are read."""
        if self.is_mirrored:
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        return (
            f'<text class="{kind}" x="{self.x(x)}" y="{number(y)}" text-anchor="{anchor}">'
            f"{isolate(escape(words), self.lang)}</text>"
        )


def number(value: float) -> str:
    """A number with one place at most: the same bytes wherever it is computed."""
    return f"{value:.1f}".removesuffix(".0")


def isolate(text: str, lang: str) -> str:
    """A label apart from the direction around it."""
    return f"\u2067{text}\u2069" if lang in RTL else f"\u2066{text}\u2069"


def width_of(text: str, size: float) -> float:
    """How wide a text is, in units, at a size of the font."""
    return sum(_WIDTH_OF.get(letter, DEFAULT) for letter in text) * size / 1000


def fit(text: str, width: float, size: float) -> str:
    """A text that is not wider than that; cut with an ellipsis where it would be."""
    if width_of(text, size) <= width:
        return text
    room = width - width_of(_ELLIPSIS, size)
    for end, letter in enumerate(text):
        room -= _WIDTH_OF.get(letter, DEFAULT) * size / 1000
        if room < 0:
            return text[:end].rstrip() + _ELLIPSIS
    return text


def open_svg(sheet: Sheet, height: float, name: str, words: Mapping[str, str]) -> str:
    """The opening of an image with its title and description.

    Args:
        sheet: of the chart.
        height: in units.
        name: for the ids, once on a page.
        words: ``title`` and ``desc``.
    """
    return (
        f'<svg class="chart" direction="ltr" role="img" aria-labelledby="{name}-title {name}-desc"'
        f' viewBox="0 0 {sheet.width} {number(height)}" width="{sheet.width}" height="{number(height)}">'
        f'<title id="{name}-title">{escape(words["title"])}</title>'
        f'<desc id="{name}-desc">{escape(words["desc"])}</desc>'
    )
