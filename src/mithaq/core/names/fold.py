"""Folding: two spellings with the same fold are the same text for a look-up. Nothing is guessed."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TATWEEL: Final = "\u0640"
_APOSTROPHES: Final = frozenset("'\u2018\u2019\u02bc\u02bb\u02be\u02bf\u0060\u00b4\u2032\uff07")
_SAME_LETTER: Final = {
    "\u0623": "\u0627",  # alef with hamza above
    "\u0625": "\u0627",  # alef with hamza below
    "\u0622": "\u0627",  # alef with madda
    "\u0671": "\u0627",  # alef wasla
    "\u0649": "\u064a",  # alef maqsura
    "\u0629": "\u0647",  # teh marbuta
    "\u06a4": "\u0641",  # veh
    "\u0153": "oe",
    "\u00e6": "ae",
    "\u0142": "l",
    "\u00f8": "o",
}


@dataclass(frozen=True, slots=True)
class FoundWord:
    """One word of a text.

    Attributes:
        start, end: code points of the text as given, from 0, end exclusive.
        text: the fold of the word.
    """

    start: int
    end: int
    text: str


def fold(text: str) -> str:
    """The form of a text for exact look-up: letters and digits only, one space between words.

    NFKC; Arabic: no vowel signs, no tatweel, hamza forms of alef as alef, ى as ي, ة as ه, ڤ as ف;
    other scripts: no marks, lower case. Apostrophes vanish, other signs become a space. Folding twice
    changes nothing.

    Spec: registers 3.12.3, Folding.
    """
    return " ".join("".join(map(_fold_character, unicodedata.normalize("NFKC", text))).split())


def find_words(text: str) -> tuple[FoundWord, ...]:
    """The words of a text with their places, each folded; a word ends at any sign but an apostrophe.

    Joining the folds with a space gives the fold of the text, but where a sign of compatibility
    stands for several words.
    """
    words: list[FoundWord] = []
    start, folded = 0, ""
    for place, character in enumerate(text):
        part = fold_character(character)
        if part.isspace():
            _add_word(words, start, place, folded)
            folded = ""
            continue
        start = start if folded else place
        folded += part
    _add_word(words, start, len(text), folded)
    return tuple(words)


def _add_word(words: list[FoundWord], start: int, end: int, folded: str) -> None:
    if folded:
        words.append(FoundWord(start, end, fold(folded).replace(" ", "")))


@lru_cache(4_096)
def fold_character(character: str) -> str:
    """Fold of one character by itself: empty for a mark or an apostrophe, a space for other signs."""
    if character in _APOSTROPHES:
        return ""
    return "".join(map(_fold_character, unicodedata.normalize("NFKC", character)))


@lru_cache(4_096)
def _fold_character(character: str) -> str:
    if character in _APOSTROPHES or character == _TATWEEL or unicodedata.category(character) in ("Mn", "Cf"):
        return ""
    same = _SAME_LETTER.get(character)
    if same is not None:
        return same
    if "\u0600" <= character <= "\u06ff":
        return _keep(character)
    bare = (part for part in unicodedata.normalize("NFKD", character) if unicodedata.category(part) != "Mn")
    return "".join(_SAME_LETTER.get(part, _keep(part)) for part in "".join(bare).casefold())


def _keep(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Mn":
        return ""
    return character if category[0] in "LN" or category == "Mc" else " "
