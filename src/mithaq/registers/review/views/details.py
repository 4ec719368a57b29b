"""The matrix of a campaign; an opinion, a deposit, an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from mithaq.errors import MissingError
from mithaq.registers.review.forms.opinions import OPINION_WORDS
from mithaq.registers.review.forms.outcomes import VERDICT_WORDS
from mithaq.registers.review.reading.doable import may_conclude, may_opine, may_revise
from mithaq.registers.review.reading.reviews import (
    CellView,
    ReviewView,
    TextView,
    plan_of,
    read_review,
    read_text,
)
from mithaq.registers.review.rules.kinds import NAME, OUTCOME, PLAN
from mithaq.registers.review.rules.sealing import Given, Side
from mithaq.registers.review.views.about import may_draft
from mithaq.registers.review.views.words import DOUBTS, SIDES, state_code
from mithaq.web.access.gate import may
from mithaq.web.access.protected import protect_objects
from mithaq.web.access.subject import subject_of
from mithaq.web.basis import name_basis
from mithaq.web.parties import parties, party_of
from mithaq.web.records.offers import list_offers
from mithaq.web.records.record import Record, load_record
from mithaq.web.records.views import record_page
from mithaq.web.runtime import get_node
from mithaq.web.view import has_verb, workspace_page

_OFFERED: Final = frozenset({"sign", "decline", "withdraw"})
"""A plan and an outcome are signed or not; to suspend or denounce one would say nothing."""


@dataclass(frozen=True, slots=True)
class SideShown:
    """A cell of the matrix.

    Attributes:
        opinion: that the reader may see; None where there is none, or it is closed.
        is_private: whether it is our own and still closed for the others.
    """

    side: Side
    name: Any
    word: Any
    icon: str
    opinion: Given | None
    verdict: Any
    doubts: list[Any]
    is_private: bool


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of the matrix."""

    cell: CellView
    state: str
    sides: list[SideShown]
    outcome: TextView | None
    outcome_word: Any
    opinion_url: str
    outcome_url: str


@workspace_page(verb="read")
def show(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """A record of this register."""
    record = load_record(request, str(object_id), NAME)
    if record.object_kind == PLAN:
        return _show_review(request, record)
    if record.object_kind == OUTCOME:
        return _show_outcome(request, record)
    return _show_note(request, record)


# A campaign


def _show_review(request: HttpRequest, record: Record) -> HttpResponseBase:
    node = get_node()
    review = _read(record.object_id)
    own, known, drafting = str(node.identity.code), parties(), may_draft(request)
    readable = _readable(request, review)
    may_settle = has_verb(request, "release") and bool(review.to_deposit(own) or review.to_open(own))
    context = {
        "review": review,
        "state": state_code(review.word),
        "is_late": review.is_late(node.clock.now().date()),
        "names": [party_of(code, known).name for code in review.parties],
        "rows": [_row(review, each, own, readable, drafting=drafting) for each in review.cells],
        "waiting": [party_of(code, known).name for code in review.plan.waiting],
        "basis": [name_basis(each) for each in review.plan.data.get("basis", ())],
        "to_deposit": len(review.to_deposit(own)),
        "to_open": len(review.to_open(own)),
        "may_settle": may_settle,
        "may_revise": drafting and may_revise(review, own),
        **_offers(request, record),
    }
    return record_page(request, record, "detail", "review/review.html", context)


def _read(plan_id: str) -> ReviewView:
    try:
        return read_review(get_node(), plan_id)
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error


def _offers(request: HttpRequest, record: Record) -> dict[str, Any]:
    offers = [each for each in list_offers(request, record) if each.name in _OFFERED]
    return {"offers": offers, "act_url": f"{NAME}-act"}


def _readable(request: HttpRequest, review: ReviewView) -> set[str]:
    """Opinions and outcomes of this campaign that the reader may read; one question for all."""
    held = [one for cell in review.cells for side in cell.sides for one in (side.opinion, side.sealed) if one]
    ids = [each.object_id for each in held]
    ids += [each.outcome.object_id for each in review.cells if each.outcome is not None]
    subject = subject_of(request)
    guarded = protect_objects(ids) if ids else []
    return {each for each, guard in zip(ids, guarded, strict=True) if may(subject, "read", guard).allowed}


def _row(review: ReviewView, cell: CellView, own: str, readable: set[str], *, drafting: bool) -> RowShown:
    ids = [review.object_id, cell.reviewed.agreement]
    opines = drafting and may_opine(review, cell, own)
    concludes = drafting and may_conclude(review, cell, own)
    seen = cell.outcome if cell.outcome is not None and cell.outcome.object_id in readable else None
    return RowShown(
        cell,
        state_code(str(cell.state)),
        [_side(each, readable) for each in cell.sides],
        seen,
        _outcome_word(seen),
        reverse("review-opinion", args=ids) if opines else "",
        reverse("review-outcome", args=ids) if concludes else "",
    )


def _side(side: Side, readable: set[str]) -> SideShown:
    held = side.opinion or side.sealed
    seen = held if held is not None and held.object_id in readable else None
    word, icon = SIDES[side.word]
    return SideShown(
        side,
        party_of(side.by, parties()).name,
        word,
        icon,
        seen,
        OPINION_WORDS.get(str(seen.body["opinion"])) if seen is not None else "",
        [DOUBTS[each] for each in side.doubts],
        side.sealed is not None,
    )


def _outcome_word(outcome: TextView | None) -> Any:
    if outcome is None:
        return ""
    opinion = outcome.data.get("opinion")
    return OPINION_WORDS[opinion] if opinion else VERDICT_WORDS[outcome.data["verdict"]]


# An outcome, an opinion, a deposit


def _show_outcome(request: HttpRequest, record: Record) -> HttpResponseBase:
    outcome = read_text(get_node(), record.object_id)
    review = _read(outcome.plan_id)
    known = parties()
    context = {
        "outcome": outcome,
        "verdict": VERDICT_WORDS[outcome.data["verdict"]],
        "opinion": OPINION_WORDS.get(outcome.data.get("opinion", "")),
        "signing": [(party_of(code, known).name, code in outcome.signed_by) for code in outcome.signatories],
        **_about(review, outcome.data),
        **_offers(request, record),
    }
    return record_page(request, record, "detail", "review/outcome.html", context)


def _show_note(request: HttpRequest, record: Record) -> HttpResponseBase:
    review = _read(plan_of(record.object_id))
    body: Mapping[str, Any] = record.first.parsed.body
    own, known = get_node().identity.code, parties()
    context = {
        "body": body,
        "sender": party_of(record.first.parsed.author, known).name,
        "opinion": OPINION_WORDS.get(str(body.get("opinion", ""))),
        "place": record.first.leaf_index,
        "commitment": record.first.commitment.hex(),
        "is_closed": _is_closed(review, record.object_id),
        "is_own": record.first.parsed.author == own,
        "deposits": [
            (review_title(review, str(each["agreement"])), each["index"], each["c"])
            for each in body.get("deposits", [])
        ],
        **_about(review, body),
    }
    return record_page(request, record, "detail", "review/note.html", context)


def _is_closed(review: ReviewView, opinion_id: str) -> bool:
    """Whether it is our own and no other side can read it yet."""
    sides = [side for cell in review.cells for side in cell.sides]
    return any(side.sealed is not None and side.sealed.object_id == opinion_id for side in sides)


def review_title(review: ReviewView, agreement: str) -> Mapping[str, str] | str:
    """The title of an agreement of a campaign; its id where a side named another one."""
    return next(
        (each.reviewed.title for each in review.cells if each.reviewed.agreement == agreement), agreement
    )


def _about(review: ReviewView, body: Mapping[str, Any]) -> dict[str, Any]:
    agreement, other = str(body.get("agreement", "")), str(body.get("merge_with", ""))
    return {
        "review": review,
        "agreement_id": agreement,
        "agreement": review_title(review, agreement) if agreement else "",
        "merge_with": review_title(review, other) if other else "",
    }
