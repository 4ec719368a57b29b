"""Sentences of a paragraph. A semicolon ends one: in communiqués it parts acts of different speakers."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from mithaq.registers.sources.rules.values import Paragraph

_END = re.compile(r"[.!?؟…;؛]+[\"”»'’)\]]*(?=\s|$)|\n")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(«\"“])(?:[A-Za-zÀ-Þ]|MM|Mme|Mmes|Mr|Mrs|Ms|Dr|Pr|St|art|al|cf|etc|n°|No)$"
)
_TRIM: Final = " \t\r\n\xa0\u202f.;؛"
_MOST_CHARS = 4_000


def split_sentences(raw: str, paragraph: Paragraph) -> list[tuple[int, int]]:
    """Places of the sentences of a paragraph, trimmed, in order."""
    found: list[tuple[int, int]] = []
    start = paragraph.start
    for match in _END.finditer(raw, paragraph.start, paragraph.end):
        if match[0].startswith(".") and _ABBREVIATED.search(
            raw, max(start, match.start() - 6), match.start()
        ):
            continue
        _add(raw, found, start, match.end())
        start = match.end()
    _add(raw, found, start, paragraph.end)
    return found


def _add(raw: str, found: list[tuple[int, int]], start: int, end: int) -> None:
    whole = raw[start:end]
    kept = whole.strip(_TRIM)
    if kept:
        first = start + len(whole) - len(whole.lstrip(_TRIM))
        found.append((first, first + len(kept)))


class Sentences:
    """All sentences of a text, to find the one that holds a place."""

    def __init__(self, raw: str, paragraphs: Sequence[Paragraph]) -> None:
        self.all = [
            place
            for paragraph in paragraphs
            if paragraph.is_read
            for place in split_sentences(raw, paragraph)
        ]
        self._starts = [start for start, _ in self.all]

    def holding(self, place: int) -> tuple[int, int] | None:
        """The sentence that holds a place."""
        at = bisect_right(self._starts, place) - 1
        if at < 0:
            return None
        start, end = self.all[at]
        return (start, end) if place <= end else None
