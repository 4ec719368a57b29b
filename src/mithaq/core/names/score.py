"""How alike two names sound, 0 to 1, with every step that was counted.

Spec: registers 3.12.3, Skeleton.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from mithaq.core.names.distance import Reason, Step, align
from mithaq.core.names.words import Word, skeleton

UNMATCHED_COST: Final = 0.35


@dataclass(frozen=True, slots=True)
class Score:
    """Likeness of two names.

    Attributes:
        value: 0 (nothing alike) to 1.
        steps: the alignment, word by word; a word without a partner is one step.
    """

    value: float
    steps: tuple[Step, ...]

    def turned(self) -> "Score":
        """The same score seen from the other name."""
        return Score(self.value, tuple(step.turned() for step in self.steps))


_NOTHING: Final = Score(0.0, ())


def score(a: str, b: str) -> Score:
    """Compare two names of any script by sound; the order of the two makes no difference to the value.

    Words are assigned one to one; the value is the mean of their average and of the worst of them,
    less 0.35 for each word left over. Texts longer than a name score 0.
    """
    return score_words(skeleton(a), skeleton(b))


def score_words(a: tuple[Word, ...], b: tuple[Word, ...]) -> Score:
    """As ``score``, of names already taken apart."""
    if not a or not b:
        return _NOTHING
    if _order(b) < _order(a):
        return _score_in_order(b, a).turned()
    return _score_in_order(a, b)


def _order(words: tuple[Word, ...]) -> tuple[int, list[str]]:
    return len(words), [word.text for word in words]


def _score_in_order(a: tuple[Word, ...], b: tuple[Word, ...]) -> Score:
    pairs = _assign(a, b)
    values = [score_word(a[row], b[column])[0] for row, column in pairs]
    unmatched = len(b) - len(pairs)
    value = (sum(values) / len(values) + min(values)) / 2 - UNMATCHED_COST * unmatched
    steps = [step for row, column in sorted(pairs) for step in score_word(a[row], b[column])[1]]
    partners = {column for _, column in pairs}
    steps += [
        Step("", word.text, UNMATCHED_COST, Reason.WORD)
        for column, word in enumerate(b)
        if column not in partners
    ]
    return Score(max(0.0, min(1.0, value)), tuple(steps))


def _assign(a: tuple[Word, ...], b: tuple[Word, ...]) -> list[tuple[int, int]]:
    """Best pairs first; every word of the shorter name ``a`` gets one."""
    grid = product(range(len(a)), range(len(b)))
    ranked = sorted(
        ((score_word(a[row], b[column])[0], -abs(row - column), -row, -column) for row, column in grid),
        reverse=True,
    )
    rows: set[int] = set()
    columns: set[int] = set()
    pairs = []
    for _, _, minus_row, minus_column in ranked:
        if -minus_row not in rows and -minus_column not in columns:
            rows.add(-minus_row)
            columns.add(-minus_column)
            pairs.append((-minus_row, -minus_column))
    return pairs


@lru_cache(65_536)
def score_word(a: Word, b: Word) -> tuple[float, tuple[Step, ...]]:
    """Likeness of two words and its steps. Numbers of rulers are equal or wholly different."""
    if a.number or b.number:
        is_equal = a.number == b.number
        return (1.0 if is_equal else 0.0), (
            Step(a.text, b.text, 0.0 if is_equal else 1.0, Reason.SAME if is_equal else Reason.NUMBER),
        )
    distance, steps = align(a.sounds, b.sounds)
    weight = max(a.weight, b.weight)
    return (max(0.0, 1.0 - distance / weight) if weight else 0.0), steps
