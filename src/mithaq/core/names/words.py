"""A name as words of sounds: article stripped, compounds joined, ruler's numbers read.

Spec: registers 3.12.3, Skeleton.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mithaq.core.names.fold import fold
from mithaq.core.names.sounds import Sound, SoundKind, make_sounds

MAX_NAME_CHARACTERS: Final = 200
"""Longer texts are no names: they have no skeleton, so that a comparison never takes long."""

MAX_WORDS: Final = 8
MAX_SOUNDS: Final = 40

_ORDINALS: Final = {
    "الاول": 1, "الثاني": 2, "الثالث": 3, "الرابع": 4, "الخامس": 5, "السادس": 6, "السابع": 7, "الثامن": 8,
    "التاسع": 9, "العاشر": 10, "الحادي عشر": 11, "ier": 1, "premier": 1,
}  # fmt: skip
_ROMAN: Final = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11,
    "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20,
}  # fmt: skip
_TITLES: Final = frozenset(
    [
        *("m", "mm", "mme", "mr", "mrs", "dr", "monsieur", "madame", "السيد", "السيده", "الدكتور"),
        *("roi", "king", "الملك", "president", "الرئيس", "ministre", "minister", "الوزير"),
    ]
)
_ARTICLES: Final = frozenset({"el", "al", "ال"})
_ASSIMILATED: Final = {
    "er": "r",
    "ar": "r",
    "es": "s",
    "as": "s",
    "ed": "d",
    "ez": "z",
    "ech": "ch",
    "ach": "ch",
}
_JOINED_TO_NEXT: Final = {
    "abd": "abd", "abdel": "abd", "abdal": "abd", "abdul": "abd", "abdou": "abd", "عبد": "عبد", "ben": "ben",
    "bin": "ben", "ibn": "ben", "بن": "بن", "ابن": "بن", "bou": "bou", "bu": "bou", "بو": "بو",
    "abou": "abou", "abu": "abou", "ابو": "ابو",
}  # fmt: skip
_SERVANT: Final = re.compile(r"abd[aeu](?:l(?=[a-z]{2})|([bcdfghjkmnpqrstvwxyz])(?=\1))([a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name. Its letters determine its sounds, so two of one text and number are equal.

    Attributes:
        text: its folded letters, article stripped, compounds joined.
        sounds: at most ``MAX_SOUNDS``.
        number: of a ruler (VI = السادس = 6); 0 for a word.
        weight: sum over its sounds.
        carriers, confused: how often each of ``CARRIERS`` and of ``CONFUSED`` stands in it.
    """

    text: str
    sounds: tuple[Sound, ...] = field(compare=False)
    number: int = 0
    weight: float = field(compare=False, default=0.0)
    carriers: tuple[int, ...] = field(compare=False, default=())
    confused: tuple[int, ...] = field(compare=False, default=())

    @property
    def strong(self) -> int:
        """How many consonants carry it."""
        return sum(sound.kind in (SoundKind.CONSONANT, SoundKind.NASAL) for sound in self.sounds)

    @property
    def block(self) -> str:
        """First strong consonant, confusable ones as one; names of other blocks are not compared."""
        if self.number:
            return f"#{self.number}"
        first = (sound.name for sound in self.sounds if sound.kind in (SoundKind.CONSONANT, SoundKind.NASAL))
        name = next(first, "")
        return _BLOCKS.get(name, name)


CARRIERS: Final = ("b", "f", "l", "m", "n", "r")
"""Blocks of sounds that are confused with none of another block: one too many costs in any case."""

CONFUSED: Final = ("d", "g")
"""Blocks of sounds that may be confused with one of another block, or with h."""

_BLOCKS: Final = {
    "gh": "g", "j": "g", "kh": "g", "k": "g", "th": "d", "t": "d", "dh": "d", "s": "d", "z": "d", "sh": "d",
    "v": "f",
}  # fmt: skip


@lru_cache(16_384)
def skeleton(text: str) -> tuple[Word, ...]:
    """The words of a name by sound; empty for a text too long to be a name or without letters."""
    if len(text) > MAX_NAME_CHARACTERS:
        return ()
    folded = fold(text.replace("ç", "s").replace("Ç", "S")).split()
    words = [_make_word(piece) for piece in _join(_drop_titles(folded))]
    return tuple(word for word in words if word.sounds or word.number)[:MAX_WORDS]


def _drop_titles(pieces: list[str]) -> list[str]:
    kept = [piece for piece in pieces if piece not in _TITLES]
    return kept or pieces


def _join(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    prefix = ""
    for place, piece in enumerate(pieces):
        follower = pieces[place + 1] if place + 1 < len(pieces) else ""
        if follower and (piece in _ARTICLES or _is_assimilated(piece, follower)):
            continue
        if follower and not prefix and piece in _JOINED_TO_NEXT:
            prefix = _JOINED_TO_NEXT[piece]
            continue
        is_number = bool(joined) and (piece in _ORDINALS or piece in _ROMAN)
        joined.append(piece if is_number and not prefix else prefix + _strip_article(piece))
        prefix = ""
    return joined


def _is_assimilated(piece: str, follower: str) -> bool:
    return piece in _ASSIMILATED and follower.startswith(_ASSIMILATED[piece])


def _strip_article(piece: str) -> str:
    if piece.startswith("ال") and len(piece) > 3:
        return piece[2:]
    servant = _SERVANT.fullmatch(piece)
    return f"abd{servant.group(2)}" if servant else piece


def _make_word(piece: str) -> Word:
    number = _ORDINALS.get(piece, 0) or _ROMAN.get(piece, 0)
    sounds = make_sounds(piece)[:MAX_SOUNDS]
    blocks = [_BLOCKS.get(sound.name, sound.name) for sound in sounds if sound.weight == 1.0]
    carriers, confused = (tuple(blocks.count(each) for each in group) for group in (CARRIERS, CONFUSED))
    return Word(piece, sounds, number, sum(sound.weight for sound in sounds), carriers, confused)
