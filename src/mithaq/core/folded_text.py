"""A text folded letter by letter for comparing, with the place of every letter in the raw text kept.

Folding loses what spellings differ in without meaning another word: case, accents, Arabic vowel marks,
tatweel, the forms of alef, final yeh and teh marbuta, kinds of digits, of spaces, apostrophes and dashes,
and invisible characters. Matches are found in the folded text; what is shown and stored is the raw one.

Spec: registers 3.12.3, "Folding".
"""

import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = {
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ة": "ه",
    "ۀ": "ه",
    "ہ": "ه",
    "ڤ": "ف",
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
    "ß": "ss",
    **dict.fromkeys("'’‘ʼ‛`´", "'"),
    **dict.fromkeys("-‐‑‒–—―−", "-"),
    **{chr(0x660 + digit): str(digit) for digit in range(10)},
    **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
    "\n": "\n",
    "\u0640": "",
}
_DROPPED = frozenset({"Mn", "Me", "Cf"})
_SPACES = frozenset({"Zs", "Zl", "Zp", "Cc"})


@lru_cache(4096)
def fold_letter(letter: str) -> str:
    """One character folded: none, one, or a few where it stands for several."""
    known = _LETTERS.get(letter)
    if known is not None:
        return known
    category = unicodedata.category(letter)
    if category in _SPACES:
        return " "
    if category in _DROPPED:
        return ""
    is_arabic = "\u0600" <= letter <= "\u06ff"
    # Arabic letters with hamza on a seat are letters of their own, not a seat with a mark.
    whole = letter if is_arabic else unicodedata.normalize("NFKD", letter)
    if whole == letter:
        return letter.lower()
    kept = (each for each in whole if unicodedata.category(each) not in _DROPPED)
    return "".join(_LETTERS.get(each, each.lower()) for each in kept)


def _is_on_letter(letter: str) -> bool:
    return letter == "\u0640" or unicodedata.category(letter) == "Mn"


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A raw text beside its folded form.

    Attributes:
        raw: as it was given.
        text: folded.
        places: for each character of ``text`` the code point of ``raw`` it came from.
    """

    raw: str
    text: str
    places: "array[int]"

    def place_of(self, start: int, end: int) -> tuple[int, int]:
        """The part of the raw text that ``text[start:end]`` came from; ``start < end``.

        Marks and tatweel on the last letter belong to it.
        """
        raw_end = self.places[end - 1] + 1
        while raw_end < len(self.raw) and _is_on_letter(self.raw[raw_end]):
            raw_end += 1
        return self.places[start], raw_end


def fold_text(raw: str) -> FoldedText:
    """Fold a text. Linear in its length."""
    parts: list[str] = []
    places = array("I")
    for place, letter in enumerate(raw):
        folded = fold_letter(letter)
        parts.append(folded)
        if len(folded) == 1:
            places.append(place)
        else:
            places.extend([place] * len(folded))
    return FoldedText(raw, "".join(parts), places)
