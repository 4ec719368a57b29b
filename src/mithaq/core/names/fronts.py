"""What Arabic writes at the front of a word: article, conjunctions, prepositions.

For finding alone: a word without its front is a second way to the same text, never another form of it.
"""

from collections.abc import Iterator
from typing import Final

FRONTS: Final = ("وال", "بال", "فال", "كال", "لل", "ال")
LETTERS: Final = ("و", "ف", "ب", "ل", "ك")
LEAST_STEM: Final = 3
"""Letters that must be left."""


def without_front(word: str) -> Iterator[str]:
    """The folded word without what is written at its front; nothing where nothing is."""
    if not "\u0621" <= word[:1] <= "\u064a":
        return
    for front in FRONTS:
        if word.startswith(front) and len(word) - len(front) >= LEAST_STEM:
            yield word[len(front) :]
            return
    if word[0] in LETTERS and len(word) > LEAST_STEM + 1:
        yield word[1:]
