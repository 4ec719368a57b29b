"""Where found words stand in a text as it was written: a stretch around the first, each of them marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mithaq.core.names import fold
from mithaq.core.names.fronts import FRONTS, LETTERS

BEFORE: Final = 70
AFTER: Final = 150
"""Characters shown around the first found word."""

_MARKS: Final = "[\u0610-\u061a\u064b-\u065f\u0670\u0640\u0300-\u036f'\u2019\u02bc]*"
_LETTERS_SEEN: Final = [
    chr(code) for span in ((0x41, 0x250), (0x621, 0x6D6), (0x1E00, 0x1F00)) for code in range(*span)
]
_FRONT: Final = f"(?:{'|'.join(FRONTS)}|[{''.join(LETTERS)}])?"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text.

    Attributes:
        parts: (text, whether it is a found word), in order.
        is_cut_before, is_cut_after: whether there is more of the text.
    """

    parts: tuple[tuple[str, bool], ...]
    is_cut_before: bool = False
    is_cut_after: bool = False


def find_passage(texts: Iterable[str], words: Sequence[str]) -> Passage | None:
    """The stretch around the first of these folded words in the first text that holds one."""
    pattern = _compile(tuple(words))
    if pattern is None:
        return None
    for text in texts:
        found = pattern.search(text)
        if found:
            return _cut(text, found.start(), pattern)
    return None


def mark_words(text: str, words: Sequence[str]) -> Passage:
    """A whole text, a title, with the words marked."""
    pattern = _compile(tuple(words))
    return Passage(tuple(_parts(text, pattern)) if pattern else ((text, False),))


def _cut(text: str, at: int, pattern: re.Pattern[str]) -> Passage:
    start, end = max(0, at - BEFORE), min(len(text), at + AFTER)
    if start:
        start = max(start, text.find(" ", start, at) + 1)
    if end < len(text):
        end = max(text.rfind(" ", at, end), at + 1)
    return Passage(tuple(_parts(text[start:end].strip(), pattern)), start > 0, end < len(text))


def _parts(text: str, pattern: re.Pattern[str]) -> Iterable[tuple[str, bool]]:
    place = 0
    for found in pattern.finditer(text):
        if found.start() > place:
            yield text[place : found.start()], False
        yield found.group(), True
        place = found.end()
    if place < len(text):
        yield text[place:], False


@lru_cache(256)
def _compile(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern for every way to write words with these folds: linear, one class of letters after another."""
    wanted = sorted({word for word in words if word}, key=len, reverse=True)
    if not wanted:
        return None
    written = "|".join(_MARKS.join(_written_as(letter) for letter in word) for word in wanted)
    return re.compile(rf"(?<!\w){_FRONT}(?:{written})[\w\u064b-\u065f\u0640]*")


@lru_cache(1024)
def _written_as(letter: str) -> str:
    same = _spellings().get(letter, "")
    return f"[{re.escape(letter)}{re.escape(same)}]"


@lru_cache(1)
def _spellings() -> dict[str, str]:
    """Folded letter -> the letters that fold to it."""
    found: dict[str, str] = {}
    for letter in _LETTERS_SEEN:
        folded = fold(letter)
        if len(folded) == 1 and folded != letter:
            found[folded] = found.get(folded, "") + letter
    return found
