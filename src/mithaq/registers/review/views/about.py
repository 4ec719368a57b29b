"""What a page is about, once the policy has let the reader in."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentRow
from mithaq.registers.review.forms.base import Case
from mithaq.registers.review.reading.reviews import ReviewView, read_review
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_instruments, protect_local, protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.records.rights import visible_rows
from mithaq.web.runtime import get_node

AGREEMENTS: Final = "agreements"
"""Name of the register whose instruments are reviewed: reached by its kinds alone."""

MOST_AGREEMENTS: Final = 300
_CHOSEN: Final = ("signed", "in_force", "suspended", "proposed", "countered", "part_signed")


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def may_draft(request: HttpRequest) -> bool:
    """Whether buttons that begin something are shown."""
    return may(subject_of(request), "draft", protect_local()).allowed


def demand_draft(request: HttpRequest) -> None:
    """That the reader may keep something of this node alone.

    Raises:
        NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "draft", protect_local())


def open_review(request: HttpRequest, plan_id: str, verb: str = "read") -> ReviewView:
    """A campaign that the reader may see.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    demand(subject_of(request), verb, protect_objects([plan_id])[0])
    try:
        return read_review(get_node(), plan_id)
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error


def make_case(request: HttpRequest, review: ReviewView | None = None) -> Case:
    """For a form."""
    assignment = acting_assignment(request)
    return Case(get_node(), assignment.post if assignment else "", language(), review)


def list_agreements(
    request: HttpRequest, review: ReviewView | None = None
) -> Sequence[tuple[str, Mapping[str, str]]]:
    """What may be put under review, the oldest first: agreements, and what the plan names so far."""
    query = RowQuery(register=AGREEMENTS, states=_CHOSEN)
    found = get_node().store.rows.instruments(query, MOST_AGREEMENTS)
    seen = visible_rows(request, list(reversed(found)), protect_instruments)
    chosen = {one.object_id: _titled(one) for one, has_title in seen if has_title and one.subject}
    if review is not None:
        chosen |= {each.reviewed.agreement: each.reviewed.title for each in review.cells}
    return list(chosen.items())


def _titled(row: InstrumentRow) -> Mapping[str, str]:
    return {str(lang): str(text) for lang, text in row.subject.items()}
