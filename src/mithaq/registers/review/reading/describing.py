"""A campaign as JSON-ready values: one shape for the API and the command line."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from mithaq.core.encoding import format_time
from mithaq.registers.review.reading.reviews import CellView, ReviewView, TextView
from mithaq.registers.review.rules.sealing import Given, Side


def describe_review(
    review: ReviewView, today: date, own: str, may_read: Callable[[str], bool]
) -> dict[str, Any]:
    """The whole matrix. ``may_read`` says of an opinion or an outcome whether the reader may read it."""
    return {
        **summarise(review, today),
        "content_hash": review.plan.content_hash,
        "signed_by": list(review.plan.signed_by),
        "waiting": list(review.plan.waiting),
        "questions": [dict(each) for each in review.plan.data.get("questions", [])],
        "basis": list(review.plan.data.get("basis", [])),
        "agreements": [_describe_cell(each, may_read) for each in review.cells],
        "to_deposit": [each.sealed.agreement for each in review.to_deposit(own) if each.sealed],
        "to_open": [each.sealed.agreement for each in review.to_open(own) if each.sealed],
    }


def summarise(review: ReviewView, today: date) -> dict[str, Any]:
    """A campaign in one line of a list."""
    return {
        "id": review.object_id,
        "title": dict(review.title),
        "state": review.word,
        "version": review.plan.version,
        "due_on": review.due_on.isoformat(),
        "overdue": review.is_late(today),
        "sealed": review.is_sealed,
        "signatories": list(review.parties),
        "count": len(review.cells),
        "done": review.done,
    }


def _describe_cell(cell: CellView, may_read: Callable[[str], bool]) -> dict[str, Any]:
    return {
        "no": cell.reviewed.no,
        "agreement": cell.reviewed.agreement,
        "title": dict(cell.reviewed.title),
        "state": str(cell.state),
        "sides": [_describe_side(each, may_read) for each in cell.sides],
        "outcome": _describe_outcome(cell.outcome, may_read),
    }


def _describe_side(side: Side, may_read: Callable[[str], bool]) -> dict[str, Any]:
    held = side.opinion or side.sealed
    deposit = side.deposit
    return {
        "administration": side.by,
        "state": str(side.word),
        "doubts": [str(each) for each in side.doubts],
        "deposit": {"index": deposit.index, "c": deposit.commitment} if deposit is not None else None,
        "opinion": _describe_opinion(held) if held is not None and may_read(held.object_id) else None,
    }


def _describe_opinion(one: Given) -> dict[str, Any]:
    body: Mapping[str, Any] = one.body
    named = {name: body[name] for name in ("reason", "articles", "merge_with") if name in body}
    return {
        "id": one.object_id,
        "opinion": body["opinion"],
        **named,
        "is_opened": one.is_opened,
        "delivered_at": format_time(one.delivered_at) if one.delivered_at else None,
    }


def _describe_outcome(outcome: TextView | None, may_read: Callable[[str], bool]) -> dict[str, Any] | None:
    if outcome is None or not may_read(outcome.object_id):
        return None
    named = {
        name: outcome.data[name]
        for name in ("opinion", "articles", "merge_with", "text")
        if name in outcome.data
    }
    return {
        "id": outcome.object_id,
        "state": outcome.state,
        "verdict": outcome.data["verdict"],
        **named,
        "signed_by": list(outcome.signed_by),
    }
