"""The outcome of a review: signed by both sides, for one agreement."""

from enum import StrEnum
from typing import Final

from mithaq.core.fields import MAX_TITLE_CHARS, Fields
from mithaq.errors import MalformedError
from mithaq.registers.review.rules.fields import check_choice, check_id, check_texts
from mithaq.registers.review.rules.opinions import Opinion, check_verdict


class Verdict(StrEnum):
    """Whether both sides want the same."""

    AGREED = "agreed"
    DISAGREED = "disagreed"


VERDICTS: Final = tuple(str(each) for each in Verdict)


def check_outcome(data: Fields) -> None:
    """Data of a ``review_outcome``: an agreed outcome names what becomes of the agreement.

    Raises:
        MalformedError: a code that begins with ``review_``.
    """
    check_texts(data, "title", most=MAX_TITLE_CHARS)
    check_id(data, "plan")
    check_id(data, "agreement")
    if "text" in data:
        check_texts(data)
    verdict = check_choice(data, "verdict", VERDICTS)
    if verdict == Verdict.AGREED:
        check_verdict(data)
        if data["opinion"] == Opinion.UNDECIDED:
            raise MalformedError("review_choice", "an agreed outcome decides")
    elif "opinion" in data:
        raise MalformedError("review_choice", "sides that disagree name no common opinion")
