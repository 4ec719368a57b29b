"""The words of this register for where a version stands: names for the states of the record, and no others.

Spec: docs/spec 15.3.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from mithaq.core.instruments.state import (
    InstrumentState,
    Mark,
    State,
    Version,
    in_force_at,
    marks_at,
    state_at,
)

OPEN: Final = frozenset({State.PROPOSED, State.COUNTERED, State.PART_SIGNED})
"""Still to be signed by somebody."""

OVER: Final = frozenset({State.SUPERSEDED, State.TERMINATED, State.DECLINED, State.WITHDRAWN})

TEXT_AGREED: Final = "text_agreed"
PROVISIONALLY_APPLIED: Final = "provisionally_applied"
AMENDED: Final = "amended"
CORRECTED: Final = "corrected"
EXPIRED: Final = "expired"


def word_of(
    version: Version, at: datetime, *, is_initialled: bool = False, siblings: Collection[Version] = ()
) -> str:
    """The word for ``version`` at an instant.

    Args:
        version: from a fold.
        at: the instant asked about.
        is_initialled: whether every signatory has initialled it.
        siblings: all versions of the same text; its successor is sought among them.
    """
    state, marks = state_at(version, at), marks_at(version, at)
    if state in (State.PROPOSED, State.COUNTERED) and is_initialled:
        return TEXT_AGREED
    if state is State.SIGNED and Mark.PROVISIONAL in marks:
        return PROVISIONALLY_APPLIED
    if state is State.TERMINATED and Mark.EXPIRED in marks:
        return EXPIRED
    if state is State.SUPERSEDED:
        return _word_of_superseded(version, siblings)
    return str(state)


def _word_of_superseded(version: Version, siblings: Collection[Version]) -> str:
    by = version.successions[0].by if version.successions else ""
    successor = next((each for each in siblings if each.content_hash == by), None)
    if successor is None:
        return str(State.SUPERSEDED)
    return CORRECTED if "correction" in (successor.manifest.data or {}) else AMENDED


def binding_version(state: InstrumentState, at: datetime) -> Version | None:
    """The version that notices are given about: in force, else signed or suspended; None without one."""
    standing = in_force_at(state, at)
    if standing is not None:
        return standing
    alive = [each for each in state.versions if state_at(each, at) in (State.SIGNED, State.SUSPENDED)]
    return max(alive, key=lambda version: version.rank, default=None)
