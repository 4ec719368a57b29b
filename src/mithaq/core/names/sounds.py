"""Sounds of a word: both scripts on some twenty-five classes, with what each weighs in a comparison.

Spec: registers 3.12.3, Skeleton.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SoundKind(StrEnum):
    """How much a sound says about a name; the scripts write weak sounds differently or not at all."""

    CONSONANT = "consonant"
    NASAL = "nasal"  # a last n after a vowel, in French often only a colour of the vowel
    SEMIVOWEL = "semivowel"
    VOWEL = "vowel"
    H = "h"
    FREE = "free"  # ayn and hamza, which Latin letters do not write


WEIGHTS: Final = {
    SoundKind.CONSONANT: 1.0,
    SoundKind.NASAL: 1.0,
    SoundKind.SEMIVOWEL: 0.4,
    SoundKind.VOWEL: 0.15,
    SoundKind.H: 0.3,
    SoundKind.FREE: 0.0,
}


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound.

    Attributes:
        letters: the folded letters that write it.
        name: its class, as ``sh``; for a vowel its quality.
        kind: gives its weight.
    """

    letters: str
    name: str
    kind: SoundKind

    @property
    def weight(self) -> float:
        """Share in the weight of its word, 0 to 1."""
        return WEIGHTS[self.kind]


_ARABIC: Final = {
    "ب": "b", "پ": "b", "ت": "t", "ط": "t", "ث": "th", "ج": "j", "چ": "sh", "خ": "kh", "د": "d", "ض": "d",
    "ذ": "dh", "ظ": "dh", "ر": "r", "ز": "z", "س": "s", "ص": "s", "ش": "sh", "غ": "gh", "گ": "g", "ݣ": "g",
    "ڭ": "g", "ف": "f", "ق": "k", "ك": "k", "ک": "k", "ل": "l", "م": "m", "ن": "n",
}  # fmt: skip
_ARABIC_WEAK: Final = {
    "ا": ("a", SoundKind.VOWEL), "و": ("w", SoundKind.SEMIVOWEL), "ي": ("y", SoundKind.SEMIVOWEL),
    "ی": ("y", SoundKind.SEMIVOWEL), "ؤ": ("o", SoundKind.VOWEL), "ئ": ("i", SoundKind.VOWEL),
    "ه": ("h", SoundKind.H), "ح": ("h", SoundKind.H), "ع": ("", SoundKind.FREE), "ء": ("", SoundKind.FREE),
}  # fmt: skip

# Longest first. Each gives the sounds it writes; capitals are classes, see _NAMED.
_LATIN: Final = (
    ("ouill", "W Y"), ("euill", "e Y"), ("eaux", "o"), ("aill", "a Y"), ("eill", "e Y"), ("tsch", "t SH"),
    ("tch", "t SH"), ("sch", "SH"), ("eau", "o"), ("dj", "j"), ("ch", "SH"), ("sh", "SH"), ("kh", "KH"),
    ("gh", "GH"), ("dh", "DH"), ("th", "TH"), ("ph", "f"), ("ou", "W"), ("oo", "W"), ("qu", "k"), ("ck", "k"),
    ("gn", "n Y"), ("x", "k s"), ("w", "W"), ("y", "Y"), ("q", "k"), ("p", "b"),
)  # fmt: skip
_NAMED: Final = {"SH": "sh", "KH": "kh", "GH": "gh", "DH": "dh", "TH": "th"}
_SEMIVOWELS: Final = {"W": "w", "Y": "y"}
_VOWELS: Final = frozenset("aeiou")
_SOFTENING: Final = frozenset("eiy")
_PIECES: Final = re.compile("|".join(letters for letters, _ in _LATIN) + "|.", re.DOTALL)
_SPELLED: Final = dict(_LATIN)


def make_sounds(word: str) -> tuple[Sound, ...]:
    """Sounds of one folded word of any script; a letter of another script stands for itself."""
    sounds: list[Sound] = []
    for match in _PIECES.finditer(word):
        letters, follower = match.group(), word[match.end() : match.end() + 1]
        for sound in _read(letters, follower):
            _add(sounds, sound)
    return tuple(_mark_nasal(sounds))


def _read(letters: str, follower: str) -> list[Sound]:
    if letters in _ARABIC:
        return [Sound(letters, _ARABIC[letters], SoundKind.CONSONANT)]
    if letters in _ARABIC_WEAK:
        name, kind = _ARABIC_WEAK[letters]
        return [Sound(letters, name, kind)]
    names = _SPELLED.get(letters, _soften(letters, follower)).split(" ")
    return [_latin_sound(letters if place == 0 else "", name) for place, name in enumerate(names)]


def _soften(letter: str, follower: str) -> str:
    if letter == "c":
        return "s" if follower in _SOFTENING else "k"
    if letter == "g" and follower in _SOFTENING:
        return "j"
    return letter


def _latin_sound(letters: str, name: str) -> Sound:
    if name in _SEMIVOWELS:
        return Sound(letters, _SEMIVOWELS[name], SoundKind.SEMIVOWEL)
    if name in _VOWELS:
        return Sound(letters, name, SoundKind.VOWEL)
    if name == "h":
        return Sound(letters, name, SoundKind.H)
    return Sound(letters, _NAMED.get(name, name), SoundKind.CONSONANT)


def _add(sounds: list[Sound], sound: Sound) -> None:
    """A doubled Latin consonant is one sound; Arabic writes a doubled one once already."""
    last = sounds[-1] if sounds else None
    if last is not None and sound.letters.isascii() and last.letters.isascii():
        is_double = last.kind is sound.kind is SoundKind.CONSONANT and last.name == sound.name
        if is_double and (sound.letters == last.letters[-1:] or not sound.letters):
            sounds[-1] = Sound(last.letters + sound.letters, last.name, last.kind)
            return
    sounds.append(sound)


def _mark_nasal(sounds: list[Sound]) -> list[Sound]:
    if len(sounds) > 2 and sounds[-1].letters == "n" and sounds[-2].kind is SoundKind.VOWEL:
        sounds[-1] = Sound("n", "n", SoundKind.NASAL)
    return sounds
