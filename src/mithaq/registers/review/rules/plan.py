"""A review campaign: which agreements are looked at anew, with which questions, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mithaq.core.fields import MAX_TITLE_CHARS, Fields
from mithaq.core.instruments.entry_into_force import add_months
from mithaq.errors import MalformedError
from mithaq.registers.review.rules.fields import (
    check_basis,
    check_boolean,
    check_id,
    check_texts,
    read_date,
    read_numbered,
)

DEFAULT_MONTHS: Final = 6
"""From the proposal to the day until which both sides say what they think."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One agreement of a campaign: its id, and its title as it stood when the plan was made."""

    no: int
    agreement: str
    title: Mapping[str, str]


def check_plan(data: Fields) -> None:
    """Data of a ``review_plan``.

    Raises:
        MalformedError: a code that begins with ``review_``, or ``line_address``.
    """
    check_texts(data, "title", most=MAX_TITLE_CHARS)
    if "text" in data:
        check_texts(data)
    seen: set[str] = set()
    for _, each in read_numbered(data, "agreements", least=1):
        agreement = check_id(each, "agreement")
        if agreement in seen:
            raise MalformedError("review_reference", "an agreement stands twice in the plan")
        seen.add(agreement)
        check_texts(each, "title", most=MAX_TITLE_CHARS, is_whole=False)
    for _, each in read_numbered(data, "questions"):
        check_texts(each)
    read_date(data, "due_on")
    check_boolean(data, "sealed_opinions")
    check_basis(data)


def list_reviewed(data: Mapping[str, Any]) -> list[Reviewed]:
    """The agreements of a plan that ``check_plan`` took, by number."""
    found = [Reviewed(each["no"], each["agreement"], each["title"]) for each in data["agreements"]]
    return sorted(found, key=lambda each: each.no)


def default_due_on(today: date) -> date:
    """The day that is proposed where nobody names another."""
    return add_months(today, DEFAULT_MONTHS)
