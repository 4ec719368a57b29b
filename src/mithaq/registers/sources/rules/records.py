"""An analysis as JSON-ready values, and back: what the journal keeps and the read model is filled from."""

from collections.abc import Mapping, Sequence
from typing import Any

from mithaq.registers.sources.rules.accounts import Report
from mithaq.registers.sources.rules.analysis import RULES_VERSION, Analysis
from mithaq.registers.sources.rules.candidates import Candidate
from mithaq.registers.sources.rules.values import Assertion, OpenQuestion, Paragraph


def write_analysis(analysis: Analysis, reports: Sequence[Report]) -> dict[str, Any]:
    """Everything of an analysis."""
    return {
        "rules_version": RULES_VERSION,
        "language": analysis.language,
        "title": analysis.title,
        "genre": analysis.genre,
        "paragraphs": [write_paragraph(one) for one in analysis.paragraphs],
        "assertions": [write_assertion(one) for one in analysis.assertions],
        "candidates": [_write_candidate(one) for one in analysis.candidates],
        "open": [write_open(one) for one in analysis.open],
        "reports": [
            {
                "topic": one.topic,
                "variant": one.variant,
                "start": one.start,
                "end": one.end,
                "exact": one.exact,
            }
            for one in reports
        ],
    }


def write_paragraph(one: Paragraph) -> dict[str, Any]:
    """A paragraph; ``class`` is ``content`` or ``not_content``, with the reason."""
    return {
        "no": one.no,
        "start": one.start,
        "end": one.end,
        "language": one.language,
        "class": "content" if one.is_content else "not_content",
        "reason": None if one.reason is None else str(one.reason),
        "rule_id": one.rule_id,
        "is_title": one.is_title,
    }


def write_assertion(one: Assertion) -> dict[str, Any]:
    """An assertion, not yet decided."""
    return {
        "id": one.id,
        "type": str(one.type),
        "start": one.start,
        "end": one.end,
        "exact": one.exact,
        "rule_id": one.rule_id,
        "rule_version": one.rule_version,
        "value": dict(one.value),
        "is_proposal": one.is_proposal,
    }


def write_open(one: OpenQuestion) -> dict[str, Any]:
    """What was not guessed."""
    return {"what": one.what, "start": one.start, "end": one.end, "reason": one.reason, "exact": one.exact}


def _write_candidate(one: Candidate) -> dict[str, Any]:
    return {
        "participants": list(one.participants),
        "place": one.place,
        "date": one.date,
        "date_precision": one.date_precision,
        "date_text": one.date_text,
        "start": one.start,
        "end": one.end,
        "is_main": one.is_main,
        "reasons": [dict(each) for each in one.reasons],
    }


def read_candidate(record: Mapping[str, Any]) -> Candidate:
    """A candidate as ``write_analysis`` wrote it."""
    return Candidate(
        tuple(record["participants"]),
        record["place"],
        record["date"],
        record["date_precision"],
        record["date_text"],
        record["start"],
        record["end"],
        record["is_main"],
        tuple(record["reasons"]),
    )


def read_report(record: Mapping[str, Any]) -> Report:
    """A report as ``write_analysis`` wrote it."""
    return Report(record["topic"], record["variant"], record["start"], record["end"], record["exact"])
