"""Weighted edit distance of two words, with the aligned letters and the reason of each cost.

Spec: registers 3.12.3, Skeleton.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Final

from mithaq.core.names.sounds import Sound, SoundKind


class Reason(StrEnum):
    """Why a step costs what it costs; the words for people are made in ``web``."""

    SAME = "same"
    VOWEL = "vowel"
    SEMIVOWEL = "semivowel"
    H = "h"
    FREE = "free"
    NASAL = "nasal"
    CONFUSABLE = "confusable"
    OTHER = "other"
    NUMBER = "number"
    WORD = "word"
    SURNAME = "surname"
    CLITIC = "clitic"


@dataclass(frozen=True, slots=True)
class Step:
    """One pair of the alignment.

    Attributes:
        a, b: folded letters on each side, empty where one side has nothing.
        cost: 0 for the same sound.
        reason: of the cost.
    """

    a: str
    b: str
    cost: float
    reason: Reason

    def turned(self) -> "Step":
        """The same step seen from the other name."""
        return Step(self.b, self.a, self.cost, self.reason)


OTHER_COST: Final = 1.1
_CONFUSABLE: Final = {
    frozenset(pair.split("/")): cost
    for pair, cost in {
        "f/v": 0.1, "g/gh": 0.1, "g/j": 0.2, "j/gh": 0.3, "t/th": 0.2, "d/dh": 0.2, "z/dh": 0.2, "s/th": 0.3,
        "s/z": 0.3, "s/sh": 0.4, "z/j": 0.4, "k/kh": 0.4, "k/g": 0.4, "k/gh": 0.5, "kh/gh": 0.5, "t/d": 0.5,
        "kh/h": 0.4, "s/k": 0.5,
    }.items()
}  # fmt: skip
_DROPPED: Final = {
    SoundKind.CONSONANT: (OTHER_COST, Reason.OTHER),
    SoundKind.NASAL: (0.6, Reason.NASAL),
    SoundKind.SEMIVOWEL: (0.4, Reason.SEMIVOWEL),
    SoundKind.VOWEL: (0.15, Reason.VOWEL),
    SoundKind.H: (0.3, Reason.H),
    SoundKind.FREE: (0.0, Reason.FREE),
}
_STRONG: Final = frozenset({SoundKind.CONSONANT, SoundKind.NASAL})
_NEAR: Final = {"w": "ou", "y": "ie"}
_NEVER: Final = (math.inf, Reason.OTHER)


def pair_cost(a: Sound, b: Sound) -> tuple[float, Reason]:
    """What it costs to read one sound for the other; infinite where dropping both is the only way."""
    if a.name == b.name and (a.kind is b.kind or (a.kind in _STRONG and b.kind in _STRONG)):
        return 0.0, Reason.SAME
    if a.kind in _STRONG and b.kind in _STRONG:
        cost = _CONFUSABLE.get(frozenset((a.name, b.name)))
        return (OTHER_COST, Reason.OTHER) if cost is None else (cost, Reason.CONFUSABLE)
    if a.kind in _STRONG or b.kind in _STRONG:
        cost = _CONFUSABLE.get(frozenset((a.name, b.name)))
        return _NEVER if cost is None else (cost, Reason.CONFUSABLE)
    return _weak_cost(a, b) if a.kind <= b.kind else _weak_cost(b, a)


def _weak_cost(a: Sound, b: Sound) -> tuple[float, Reason]:
    """Cost of two weak sounds, kinds in the order free, h, semivowel, vowel."""
    match a.kind, b.kind:
        case SoundKind.VOWEL, SoundKind.VOWEL:
            return 0.1, Reason.VOWEL
        case SoundKind.SEMIVOWEL, SoundKind.VOWEL:
            return (0.05 if b.name in _NEAR[a.name] else 0.15), Reason.VOWEL
        case SoundKind.SEMIVOWEL, SoundKind.SEMIVOWEL:
            return 0.3, Reason.SEMIVOWEL
        case SoundKind.H, SoundKind.VOWEL:
            return 0.15, Reason.H
        case SoundKind.FREE, SoundKind.VOWEL:
            return 0.05, Reason.FREE
    return _NEVER


def align(a: tuple[Sound, ...], b: tuple[Sound, ...]) -> tuple[float, tuple[Step, ...]]:
    """Least distance of two words and the steps that give it.

    Both are at most ``MAX_SOUNDS`` long, so the square of it bounds the work.
    """
    table = _fill(a, b)
    steps: list[Step] = []
    row, column = len(a), len(b)
    while row or column:
        step, row, column = _step_back(table, a, b, row, column)
        steps.append(step)
    return table[len(a)][len(b)], tuple(reversed(steps))


def measure(a: tuple[Sound, ...], b: tuple[Sound, ...]) -> float:
    """Least distance of two words without the steps, for the many that are looked at and left."""
    drops = [_DROPPED[sound.kind][0] for sound in b]
    others = [(sound.name, sound.kind) for sound in b]
    above = [0.0, *accumulate(drops)]
    for one in a:
        name, kind = one.name, one.kind
        drop = _DROPPED[kind][0]
        left = above[0] + drop
        line = [left]
        for column, (other_name, other_kind) in enumerate(others):
            left = min(
                above[column] + _cost(name, kind, other_name, other_kind),
                above[column + 1] + drop,
                left + drops[column],
            )
            line.append(left)
        above = line
    return above[-1]


@lru_cache(16_384)
def _cost(a_name: str, a_kind: SoundKind, b_name: str, b_kind: SoundKind) -> float:
    return pair_cost(Sound("", a_name, a_kind), Sound("", b_name, b_kind))[0]


def _fill(a: tuple[Sound, ...], b: tuple[Sound, ...]) -> list[list[float]]:
    first = [0.0]
    for sound in b:
        first.append(first[-1] + _DROPPED[sound.kind][0])
    table = [first]
    for one in a:
        above, drop = table[-1], _DROPPED[one.kind][0]
        line = [above[0] + drop]
        for column, other in enumerate(b):
            line.append(
                min(
                    above[column] + pair_cost(one, other)[0],
                    above[column + 1] + drop,
                    line[column] + _DROPPED[other.kind][0],
                )
            )
        table.append(line)
    return table


def _step_back(
    table: list[list[float]], a: tuple[Sound, ...], b: tuple[Sound, ...], row: int, column: int
) -> tuple[Step, int, int]:
    here = table[row][column]
    if row and column:
        cost, reason = pair_cost(a[row - 1], b[column - 1])
        if math.isclose(here, table[row - 1][column - 1] + cost, abs_tol=1e-9):
            return Step(a[row - 1].letters, b[column - 1].letters, cost, reason), row - 1, column - 1
    if row:
        cost, reason = _DROPPED[a[row - 1].kind]
        if not column or math.isclose(here, table[row - 1][column] + cost, abs_tol=1e-9):
            return Step(a[row - 1].letters, "", cost, reason), row - 1, column
    cost, reason = _DROPPED[b[column - 1].kind]
    return Step("", b[column - 1].letters, cost, reason), row, column - 1
