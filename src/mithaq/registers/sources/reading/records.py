"""A source as JSON-ready values: one shape for the command line, the API and the pages.

Offsets are code points of the raw text, from 0, end exclusive.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from django.db.models import Count, Q, QuerySet

from mithaq.core.encoding import format_time, from_ms
from mithaq.errors import MissingError
from mithaq.registers.sources.models import Finding, Source
from mithaq.registers.sources.rules.entities import starting_table
from mithaq.registers.sources.rules.themes import TERMS

_NAMED: Final = {"person": "persons", "body": "bodies", "place": "places", "event": "events"}
SHORTEST_PREFIX: Final = 6


def find_source(given: str) -> Source:
    """A source by its id, or by a beginning of it that only one has.

    Raises:
        MissingError: ``source``.
    """
    wanted = given.strip().lower()
    if len(wanted) >= SHORTEST_PREFIX and set(wanted) <= set("0123456789abcdef"):
        rows = list(Source.objects.filter(source_id__startswith=wanted[:32])[:2])
        if len(rows) == 1 and rows[0].sha256.startswith(wanted):
            return rows[0]
    raise MissingError("source", "there is no source of that id here")


def list_sources(*, only_open: bool = False) -> "QuerySet[Source]":
    """Sources, the newest first, each with ``proposals_open``."""
    open_ones = Q(assertions__is_proposal=True, assertions__status="proposed")
    rows = Source.objects.annotate(proposals_open=Count("assertions", filter=open_ones))
    if only_open:
        rows = rows.filter(proposals_open__gt=0)
    return rows.order_by("-added_ms", "source_id")


def describe_row(row: Any) -> dict[str, Any]:
    """A source in a list."""
    return {
        "id": row.source_id,
        "sha256": row.sha256,
        "published_on": row.published_on or None,
        "publisher": row.publisher or None,
        "language": row.language,
        "genre": row.genre,
        "proposals_open": row.proposals_open,
        "added_at": format_time(from_ms(row.added_ms)),
        "title": row.title,
    }


def describe_assertion(row: Finding) -> dict[str, Any]:
    """An assertion with what a person made of it."""
    return {
        "id": row.assertion_id,
        "type": row.type,
        "start": row.start,
        "end": row.end,
        "exact": row.exact,
        "rule_id": row.rule_id,
        "rule_version": row.rule_version,
        "value": orjson.loads(row.value),
        "status": row.status,
        "decided_by_post": row.decided_by_post or None,
        "decided_at": None if row.decided_ms is None else format_time(from_ms(row.decided_ms)),
    }


def describe_added(row: Source) -> dict[str, Any]:
    """What intake answers: found by rule, proposed to a person, left open."""
    rows = list(row.assertions.order_by("position"))
    return {
        "id": row.source_id,
        "sha256": row.sha256,
        "title": row.title,
        "published_on": row.published_on or None,
        "publisher": row.publisher or None,
        "language": row.language,
        "encoding": row.encoding,
        "findings": [describe_assertion(one) for one in rows if not one.is_proposal],
        "proposals": [describe_assertion(one) for one in rows if one.is_proposal],
        "open": analysis_of(row)["open"],
    }


def analysis_of(row: Source) -> dict[str, Any]:
    """What the last analysis said beside its assertions."""
    found: dict[str, Any] = orjson.loads(row.analysis)
    return {"paragraphs": [], "candidates": [], "open": [], "reports": [], **found}


def describe_source(row: Source, *, only_open: bool = False) -> dict[str, Any]:
    """Everything of one source. What a person rejected is left out."""
    analysis = analysis_of(row)
    rows = [one for one in row.assertions.order_by("position") if one.status != "rejected"]
    if only_open:
        rows = [one for one in rows if one.is_proposal and one.status == "proposed"]
    by_type: dict[str, list[Finding]] = {}
    for one in rows:
        by_type.setdefault(one.type, []).append(one)
    paragraphs = analysis["paragraphs"]
    return {
        "id": row.source_id,
        "sha256": row.sha256,
        "title": row.title,
        "publisher": row.publisher or None,
        "published_on": row.published_on or None,
        "url": row.url or None,
        "genre": row.genre,
        "language": row.language,
        "encoding": row.encoding,
        "media_type": row.media_type,
        "size": row.size_bytes,
        "added_at": format_time(from_ms(row.added_ms)),
        "paragraphs": paragraphs,
        "content_spans": _spans(paragraphs, "content"),
        "boilerplate_spans": _spans(paragraphs, "not_content"),
        **{many: _named(by_type.get(kind, ())) for kind, many in _NAMED.items()},
        "dates": [_date(one) for one in by_type.get("date", ())],
        "themes": _themes(by_type.get("theme", ())),
        "quotes": [_quote(one) for one in by_type.get("quotation", ())],
        "commitments": [_commitment(one) for one in by_type.get("commitment", ())],
        "candidate_meetings": analysis["candidates"],
        "open": analysis["open"],
        "rules_version": row.rules_version,
    }


def _spans(paragraphs: Sequence[Mapping[str, Any]], wanted: str) -> list[dict[str, Any]]:
    return [
        {
            "start": one["start"],
            "end": one["end"],
            **({} if one["reason"] is None else {"reason": one["reason"]}),
        }
        for one in paragraphs
        if one["class"] == wanted
    ]


def _place(one: Finding) -> dict[str, Any]:
    return {"text": one.exact, "start": one.start, "end": one.end}


def _judged(one: Finding) -> dict[str, Any]:
    return {
        "assertion": one.assertion_id,
        "rule_id": one.rule_id,
        "rule_version": one.rule_version,
        "is_proposal": one.is_proposal,
        "decision": one.status,
    }


def _named(rows: Iterable[Finding]) -> list[dict[str, Any]]:
    """Entities in the order of their first mention, each with all its mentions."""
    found: dict[str, dict[str, Any]] = {}
    for one in rows:
        value = orjson.loads(one.value)
        names = value.get("names", {})
        entity = found.setdefault(
            value["id"],
            {
                "id": value["id"],
                "names": {"ar": names.get("ar"), "fr": names.get("fr")},
                "side": value.get("side"),
                "mentions": [],
            },
        )
        if value.get("detail"):
            entity["detail"] = value["detail"]
        if value.get("role"):
            entity["role"] = value["role"]
        entity["mentions"].append({**_place(one), "spelling": value.get("spelling"), **_judged(one)})
    return list(found.values())


def _date(one: Finding) -> dict[str, Any]:
    value = orjson.loads(one.value)
    return {
        **_place(one),
        "value": value["edtf"] or None,
        "precision": value["precision"],
        "calendar": value["calendar"],
        "relative": value["relative"],
        "warning": value["warning"] or None,
        **_judged(one),
    }


def _themes(rows: Iterable[Finding]) -> list[str]:
    present = {orjson.loads(one.value)["code"] for one in rows}
    return [code for code in TERMS if code in present]


def _quote(one: Finding) -> dict[str, Any]:
    value = orjson.loads(one.value)
    return {
        **_place(one),
        "speaker": value["speaker"],
        "speaker_names": dict(starting_table().name_of(value["speaker"] or "")) or None,
        **_judged(one),
    }


def _commitment(one: Finding) -> dict[str, Any]:
    value = orjson.loads(one.value)
    return {
        **_place(one),
        "by": value["by"],
        "status": value["status"],
        "themes": value["themes"],
        "due": value["due"],
        "cue": value["cue"],
        "reason": value["reason"],
        **_judged(one),
    }
