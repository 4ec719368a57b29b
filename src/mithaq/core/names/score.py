"""How alike two names sound, 0 to 1, with every step that was counted.

Spec: registers 3.12.3, Skeleton.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from mithaq.core.names.distance import OTHER_COST, Reason, Step, align, measure
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


def value_of(a: tuple[Word, ...], b: tuple[Word, ...]) -> float:
    """The value of ``score_words`` without its steps, for the many that are looked at and left."""
    if not a or not b:
        return 0.0
    if _order(b) < _order(a):
        a, b = b, a
    return _value(a, b, _assign(a, b))


def _value(a: tuple[Word, ...], b: tuple[Word, ...], pairs: list[tuple[int, int]]) -> float:
    values = [value_of_word(a[row], b[column]) for row, column in pairs]
    value = (sum(values) / len(values) + min(values)) / 2 - UNMATCHED_COST * (len(b) - len(pairs))
    return max(0.0, min(1.0, value))


def _score_in_order(a: tuple[Word, ...], b: tuple[Word, ...]) -> Score:
    pairs = _assign(a, b)
    steps = [step for row, column in sorted(pairs) for step in steps_of_word(a[row], b[column])]
    partners = {column for _, column in pairs}
    steps += [
        Step("", word.text, UNMATCHED_COST, Reason.WORD)
        for column, word in enumerate(b)
        if column not in partners
    ]
    return Score(_value(a, b, pairs), tuple(steps))


def _assign(a: tuple[Word, ...], b: tuple[Word, ...]) -> list[tuple[int, int]]:
    """Best pairs first; every word of the shorter name ``a`` gets one."""
    grid = product(range(len(a)), range(len(b)))
    ranked = sorted(
        ((value_of_word(a[row], b[column]), -abs(row - column), -row, -column) for row, column in grid),
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


@lru_cache(131_072)
def value_of_word(a: Word, b: Word) -> float:
    """Likeness of two words, 0 to 1. Numbers of rulers are equal or wholly different.

    So are words of sounds that weigh nothing, as an ayn alone: nothing else tells them apart.
    """
    if a.number or b.number:
        return 1.0 if a.number == b.number else 0.0
    weight = max(a.weight, b.weight)
    if not weight:
        return 1.0 if a.text == b.text else 0.0
    return max(0.0, 1.0 - measure(a.sounds, b.sounds) / weight)


def steps_of_word(a: Word, b: Word) -> tuple[Step, ...]:
    """The steps behind ``value_of_word``."""
    if a.number or b.number:
        is_equal = a.number == b.number
        reason = Reason.SAME if is_equal else Reason.NUMBER
        return (Step(a.text, b.text, 0.0 if is_equal else 1.0, reason),)
    return align(a.sounds, b.sounds)[1]


def at_most(a: Word, b: Word) -> float:
    """More than two words can be alike, known without aligning them.

    A consonant that one side has more of costs at least 1.1 where no other is taken for it, at least 0.4 in
    the blocks of confusable ones; one step settles at most one on each side. A last nasal may go for 0.6.
    """
    if a.number or b.number:
        return 1.0
    more, less = _excess(a.carriers, b.carriers)
    more_confused, less_confused = _excess(a.confused, b.confused)
    carried = max(more, less)
    others = max(0, max(more + more_confused, less + less_confused) - carried)
    least = OTHER_COST * carried + _LEAST_CONFUSED * others - _NASAL_RELIEF
    weight = max(a.weight, b.weight)
    return max(0.0, 1.0 - max(0.0, least) / weight) if weight else 1.0


def _excess(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, int]:
    """How many one side has beyond the other, and the other way round."""
    more = less = 0
    for x, y in zip(a, b, strict=True):
        if x > y:
            more += x - y
        else:
            less += y - x
    return more, less


_NASAL_RELIEF: Final = 0.5
_LEAST_CONFUSED: Final = 0.4
