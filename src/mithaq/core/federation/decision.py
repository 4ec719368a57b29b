"""What to do about a partner's checkpoint: pure, from what is stored and what has come.

Spec: docs/spec 8.3.1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.types import RootHash, TreeSize

RECOSIGN_AFTER_S: Final = 600
"""An idle pair cosigns again after ten minutes, so that freshness shows."""

MAX_STEP_ENTRIES: Final = 10_000_000
"""A checkpoint further ahead than this is refused: it would bind the node for hours."""


class Step(StrEnum):
    """What follows from a verified checkpoint."""

    NOTHING = "nothing"
    RECOSIGN = "recosign"
    FETCH = "fetch"
    ROLLBACK = "rollback"
    """Smaller than what we verified: kept as evidence, alarmed, no change."""
    EQUIVOCATION = "equivocation"
    """Same size, other root: two histories."""
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class KnownHead:
    """What this node knows of the log.

    Attributes:
        cosigned_at_s: POSIX seconds of our last cosignature of it; None before the first.
        is_applied: whether everything up to ``tree_size`` is applied here.
    """

    tree_size: TreeSize
    root_hash: RootHash
    cosigned_at_s: int | None = None
    is_applied: bool = True


def decide(known: KnownHead, received: Checkpoint, now_s: int) -> Step:
    """The step for a checkpoint whose origin and signature are already verified."""
    if received.tree_size < known.tree_size:
        return Step.ROLLBACK
    if received.tree_size > known.tree_size + MAX_STEP_ENTRIES:
        return Step.TOO_FAR
    if received.tree_size > known.tree_size:
        return Step.FETCH
    if received.root_hash != known.root_hash:
        return Step.EQUIVOCATION
    if known.tree_size == 0:
        return Step.NOTHING
    is_stale = known.cosigned_at_s is None or now_s - known.cosigned_at_s >= RECOSIGN_AFTER_S
    return Step.RECOSIGN if known.is_applied and is_stale else Step.NOTHING
