"""What one side thinks of one agreement, and the deposit that binds it before the other side is known."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from mithaq.core.fields import Fields
from mithaq.errors import MalformedError
from mithaq.registers.review.rules.fields import (
    check_articles,
    check_boolean,
    check_choice,
    check_hash,
    check_id,
    check_index,
    check_some_text,
    read_items,
)


class Opinion(StrEnum):
    """What should become of an agreement."""

    KEEP = "keep"
    AMEND = "amend"
    REPLACE = "replace"
    MERGE_WITH = "merge_with"
    TERMINATE = "terminate"
    UNDECIDED = "undecided"


OPINIONS: Final = tuple(str(each) for each in Opinion)


def check_opinion(body: Fields) -> None:
    """Body of a ``review_opinion``.

    Raises:
        MalformedError: a code that begins with ``review_``.
    """
    check_id(body, "plan")
    check_verdict(body)
    check_some_text(body, "reason")
    check_boolean(body, "sealed")


def check_verdict(fields: Fields) -> None:
    """Agreement, opinion, articles, and with what to merge: the members that opinion and outcome share.

    Raises:
        MalformedError: a code that begins with ``review_``.
    """
    agreement = check_id(fields, "agreement")
    opinion = check_choice(fields, "opinion", OPINIONS)
    check_articles(fields)
    if opinion == Opinion.MERGE_WITH:
        if check_id(fields, "merge_with") == agreement:
            raise MalformedError("review_reference", "an agreement is not merged with itself")
    elif "merge_with" in fields:
        raise MalformedError("review_choice", "merge_with belongs to the opinion of that name")


def check_deposit(body: Fields) -> None:
    """Body of a ``review_deposit``: the places and commitments of sealed opinions, told to the other side.

    Raises:
        MalformedError: a code that begins with ``review_``.
    """
    check_id(body, "plan")
    seen: set[str] = set()
    for each in read_items(body, "deposits", least=1):
        agreement = check_id(each, "agreement")
        if agreement in seen:
            raise MalformedError("review_reference", "an agreement stands twice in the deposit")
        seen.add(agreement)
        check_index(each, "index")
        check_hash(each, "c")


def write_deposit(plan: str, sealed: Sequence[tuple[str, int, str]]) -> dict[str, Any]:
    """Body of a deposit; ``sealed`` holds (agreement, leaf index, commitment in hex)."""
    return {
        "plan": plan,
        "deposits": [{"agreement": agreement, "index": index, "c": c} for agreement, index, c in sealed],
    }
