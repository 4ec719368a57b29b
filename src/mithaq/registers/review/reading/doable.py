"""What our side may do with a campaign now; pages and API ask the same."""

from mithaq.registers.review.reading.reviews import CellView, ReviewView
from mithaq.registers.review.rules.sealing import SideWord
from mithaq.registers.review.rules.standing import DECIDED, ReviewState


def may_revise(review: ReviewView, own: str) -> bool:
    """Whether our side may put forward another version: not of its own open one."""
    is_own_open = bool(review.plan.open_hash) and review.plan.proposer == own
    return own in review.parties and not is_own_open and review.word != ReviewState.CLOSED


def may_opine(review: ReviewView, cell: CellView, own: str) -> bool:
    """Whether our side may say what it thinks: once, where opinions are sealed."""
    if own not in review.parties or not review.plan.is_binding or cell.state in DECIDED:
        return False
    side = cell.side(own)
    return side.word is SideWord.NONE or (not review.is_sealed and side.deposit is None)


def may_conclude(review: ReviewView, cell: CellView, own: str) -> bool:
    """Whether our side may propose an outcome: both have said what they think, and none is in force."""
    if own not in review.parties or not review.plan.is_binding or cell.state is not ReviewState.BOTH_OPINED:
        return False
    outcome = cell.outcome
    return outcome is None or not outcome.open_hash or outcome.proposer != own
