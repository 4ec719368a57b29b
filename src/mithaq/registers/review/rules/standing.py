"""Where a review stands: computed from its acts and the day, never stored and never sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mithaq.registers.review.rules.outcome import Verdict
from mithaq.registers.review.rules.sealing import Side, SideWord


class ReviewState(StrEnum):
    """The words of a campaign in force, and of one of its agreements (which is never closed)."""

    OPEN = "open"
    BOTH_OPINED = "both_opined"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    CLOSED = "closed"


DECIDED: Final = frozenset({ReviewState.AGREED, ReviewState.DISAGREED})


@dataclass(frozen=True, slots=True)
class Cell:
    """One agreement of a campaign.

    Attributes:
        sides: in the order of the signatories.
        verdict: of the outcome in force; empty while there is none.
    """

    agreement: str
    sides: Sequence[Side]
    verdict: str = ""

    @property
    def state(self) -> ReviewState:
        """Its word."""
        if self.verdict in (Verdict.AGREED, Verdict.DISAGREED):
            return ReviewState(self.verdict)
        has_all = bool(self.sides) and all(each.word is SideWord.GIVEN for each in self.sides)
        return ReviewState.BOTH_OPINED if has_all else ReviewState.OPEN


def state_of(cells: Sequence[Cell]) -> ReviewState:
    """The word of a campaign that is in force."""
    states = [each.state for each in cells]
    if states and all(each in DECIDED for each in states):
        return ReviewState.CLOSED
    if states and all(each is not ReviewState.OPEN for each in states):
        return ReviewState.BOTH_OPINED
    return ReviewState.OPEN


def count_done(cells: Sequence[Cell]) -> int:
    """Agreements with an outcome."""
    return sum(each.state in DECIDED for each in cells)
