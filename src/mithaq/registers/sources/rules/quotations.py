"""Exact words between marks, and who said them.

Spec: registers 3.12.2, step 8.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mithaq.registers.sources.rules.hits import Text
from mithaq.registers.sources.rules.speech import Speakers
from mithaq.registers.sources.rules.values import Assertion, AssertionType, Paragraph

LEAST_WORDS: Final = 5
_PAIRS: Final = {"«": "»", "“": "”", "„": "“"}
_MARK = re.compile('[«»“”„"]')
_WORD = re.compile(r"\w+")


def find_quoted(raw: str, paragraphs: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Places between paired marks, the marks left out; a mark without its pair is ignored."""
    return [place for paragraph in paragraphs if paragraph.is_content for place in _pairs(raw, paragraph)]


def _pairs(raw: str, paragraph: Paragraph) -> Iterator[tuple[int, int]]:
    opened: tuple[str, int] | None = None
    for match in _MARK.finditer(raw, paragraph.start, paragraph.end):
        mark, at = match[0], match.start()
        if opened is not None and _closes(raw, opened[0], mark, at):
            yield from _trimmed(raw, opened[1], at)
            opened = None
        elif opened is None:
            if mark in _PAIRS or mark == '"':
                opened = (mark, at + 1)
        elif mark == '"' == opened[0]:
            opened = (mark, at + 1)  # the one before never closed


def _closes(raw: str, opener: str, mark: str, at: int) -> bool:
    if opener != '"':
        return mark == _PAIRS[opener]
    if mark != '"':
        return False
    # A straight mark after a space and before a letter opens another one.
    before, after = raw[at - 1 : at], raw[at + 1 : at + 2]
    return not (before.isspace() and after.isalnum())


def _trimmed(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    whole = raw[start:end]
    kept = whole.strip()
    if kept:
        first = start + len(whole) - len(whole.lstrip())
        yield first, first + len(kept)


def find_quotations(text: Text, quoted: Sequence[tuple[int, int]], speakers: Speakers) -> list[Assertion]:
    """Quotations of at least five words, each with a speaker or none."""
    found = []
    for start, end in quoted:
        paragraph = text.paragraph_at(start, end)
        if paragraph is None or len(_WORD.findall(text.raw, start, end)) < LEAST_WORDS:
            continue
        before = text.paragraphs[max(0, paragraph.no - 2)]
        actor = speakers.attributed_after(end) or speakers.speaking_at(start, before.start)
        value = {
            "speaker": None if actor is None else actor.speaker,
            "side": "" if actor is None else actor.side,
        }
        found.append(
            Assertion(
                AssertionType.QUOTATION,
                start,
                end,
                text.raw[start:end],
                "quotation.marks",
                value,
                is_proposal=True,
            )
        )
    return found
