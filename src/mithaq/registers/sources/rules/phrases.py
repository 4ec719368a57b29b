"""Many phrases looked up in one pass over a text, with the particles that Arabic writes before a word.

Linear: each word of the text meets only the phrases that start with it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mithaq.core.folded_text import FoldedText, fold_text

_Payload = TypeVar("_Payload")
_WORD = re.compile(r"[^\W_]+")
_ARABIC_FIRST = "\u0600"
_PARTICLES = ("و", "ف", "ب", "ل", "ك")
_BREAK = re.compile(r"[^\s'\-]|\n\s*\n")
MAX_GAP = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a folded text; ``start`` and ``end`` are places in the folded text."""

    text: str
    start: int
    end: int


def find_tokens(folded: FoldedText) -> list[Token]:
    """The words of a folded text; apostrophes and hyphens part words."""
    return [Token(match[0], *match.span()) for match in _WORD.finditer(folded.text)]


def _variants(word: str) -> Iterator[tuple[str, int]]:
    """The word without the particles before it, and how many letters they took.

    The particle l swallows the alef of the article after it.
    """
    yield word, 0
    if word[0] < _ARABIC_FIRST or len(word) < 4:
        return
    for length in (1, 2):
        head, rest = word[:length], word[length:]
        if len(rest) < 2 or any(letter not in _PARTICLES for letter in head):
            return
        yield rest, length
        if head[-1] == "ل" and rest[0] == "ل":
            # The article is in the particle: what is shown is the whole word.
            yield "ا" + rest, 0


@dataclass(frozen=True, slots=True)
class Hit(Generic[_Payload]):
    """A phrase found.

    Attributes:
        first, last: indexes of its words among the tokens, both inclusive.
        start, end: in the raw text, without particles.
        particles: how many letters of particles stand before it in its first word.
        payload: of the phrase.
    """

    first: int
    last: int
    start: int
    end: int
    particles: int
    payload: _Payload


class PhraseTable(Generic[_Payload]):
    """Phrases with a payload each."""

    def __init__(self, phrases: Iterable[tuple[str, _Payload]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], _Payload]]] = defaultdict(list)
        for phrase, payload in phrases:
            words = tuple(token.text for token in find_tokens(fold_text(phrase)))
            if words:
                self._by_first[words[0]].append((words, payload))
        for found in self._by_first.values():
            found.sort(key=lambda one: -len(one[0]))

    def find(self, folded: FoldedText, tokens: Sequence[Token]) -> Iterator[Hit[_Payload]]:
        """Every phrase at every word, the longest of a place first; they may overlap."""
        for at, token in enumerate(tokens):
            for variant, particles in _variants(token.text):
                for words, payload in self._by_first.get(variant, ()):
                    if _matches(folded, tokens, at, words):
                        last = at + len(words) - 1
                        start, _ = folded.place_of(token.start + particles, token.end)
                        _, end = folded.place_of(tokens[last].start, tokens[last].end)
                        yield Hit(at, last, start, end, particles, payload)


def _matches(folded: FoldedText, tokens: Sequence[Token], at: int, words: tuple[str, ...]) -> bool:
    if at + len(words) > len(tokens):
        return False
    for offset in range(1, len(words)):
        token, before = tokens[at + offset], tokens[at + offset - 1]
        if token.text != words[offset] or token.start - before.end > MAX_GAP:
            return False
        if _BREAK.search(folded.text, before.end, token.start):
            return False
    return True


def keep_longest(hits: Iterable[Hit[_Payload]]) -> list[Hit[_Payload]]:
    """Without those that lie in, or run into, a longer one: in order, none overlapping.

    At one place without particles goes before with particles, then the first phrase given.
    """
    kept: list[Hit[_Payload]] = []
    for hit in sorted(hits, key=lambda one: (one.first, -one.last, one.particles)):
        if kept and hit.first <= kept[-1].last:
            continue
        kept.append(hit)
    return kept
