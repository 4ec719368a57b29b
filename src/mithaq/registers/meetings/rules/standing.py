"""Where a meeting stands: computed from its acts and the clock, never stored and never sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from mithaq.core.notes.standing import NoteStatus


class MeetingState(StrEnum):
    """The words of registers for a meeting."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    HELD = "held"
    MINUTED = "minuted"
    CLOSED = "closed"


CANCELLED: Final = "cancelled"
HELD: Final = "held"
"""Outcomes of the closing of an invitation."""

OVER: Final = frozenset({MeetingState.CANCELLED, MeetingState.CLOSED})
"""Nothing more is due."""


class MeetingMark(StrEnum):
    """What stands beside the state."""

    COUNTERED = "countered"
    REFUSED = "refused"
    ANSWER_AWAITED = "answer_awaited"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state of a meeting rests on.

    Attributes:
        states: invited administration -> state of the invitation there.
        results: invited administration -> its latest ``result``.
        is_moved: whether its start was corrected after the first answer.
        ends_at: aware.
        is_minuted: whether minutes of it are in force.
        outcome: with which it was closed; an accepted meeting is called off by closing it as cancelled.
    """

    states: Mapping[str, str]
    results: Mapping[str, str]
    is_moved: bool
    ends_at: datetime
    is_minuted: bool
    outcome: str = ""


def state_of(facts: Facts, now: datetime) -> MeetingState:
    """The word for a meeting at ``now``."""
    states = set(facts.states.values())
    if states and states <= {NoteStatus.WITHDRAWN}:
        return MeetingState.CANCELLED
    if states and states <= {NoteStatus.CLOSED, NoteStatus.WITHDRAWN}:
        return MeetingState.CANCELLED if facts.outcome == CANCELLED else MeetingState.CLOSED
    if facts.is_minuted:
        return MeetingState.MINUTED
    if not is_accepted(facts):
        return MeetingState.PROPOSED
    if facts.ends_at <= now:
        return MeetingState.HELD
    return MeetingState.POSTPONED if facts.is_moved else MeetingState.CONFIRMED


def is_accepted(facts: Facts) -> bool:
    """Whether every invited side has said yes."""
    done = {NoteStatus.ANSWERED, NoteStatus.CLOSED}
    return bool(facts.states) and all(
        state in done and facts.results.get(code) == "accept" for code, state in facts.states.items()
    )


def marks_of(facts: Facts, state: MeetingState) -> list[MeetingMark]:
    """The marks beside the state."""
    marks = []
    if state in (MeetingState.PROPOSED, MeetingState.POSTPONED):
        if "counter" in facts.results.values():
            marks.append(MeetingMark.COUNTERED)
        if NoteStatus.REFUSED in facts.states.values():
            marks.append(MeetingMark.REFUSED)
        elif state is MeetingState.PROPOSED and not marks:
            marks.append(MeetingMark.ANSWER_AWAITED)
    return marks
