"""Cards, posts, entities and decisions as JSON: the same for the API and the command line."""

from datetime import date
from typing import Any

from mithaq.core.encoding import format_time
from mithaq.registers.directory.models import Card, Decision
from mithaq.registers.directory.reading.entities import Candidate, EntityPage, describe_steps
from mithaq.registers.directory.reading.posts import PostLine, term_of


def describe_card(row: Card, today: date) -> dict[str, Any]:
    """A card as JSON: what its issuer wrote, and where it stands."""
    return {
        "id": row.object_id,
        "issuer": row.issuer,
        "card": row.card,
        "card_id": row.card_id,
        "label": row.label,
        "names": row.names,
        "state": str(term_of(row).state_on(today)),
        "is_current": row.is_current,
        "is_withdrawn": row.is_withdrawn,
        "is_corrected": row.is_corrected,
        "handling": row.handling,
        "created_at": format_time(row.created_at),
        "body": row.body,
    }


def describe_post(line: PostLine) -> dict[str, Any]:
    """A post as a list has it."""
    holder, duty = line.holder, line.duty
    gap = duty.gap if duty is not None else None
    watch = duty.watch if duty is not None else None
    return {
        "id": line.post.object_id,
        "issuer": line.post.issuer,
        "card_id": line.post.card_id,
        "label": line.post.label,
        "organisation": line.post.parent,
        "role_code": line.post.role_code,
        "always_on": line.post.always_on,
        "holder": None
        if holder is None
        else {"person": holder.card.person, "names": dict(holder.names), "acting": holder.card.acting},
        "on_duty_until": None if watch is None or watch.until_at is None else format_time(watch.until_at),
        "duty_gap_at": None if gap is None else format_time(gap.from_at),
    }


def describe_entity(found: EntityPage) -> dict[str, Any]:
    """An entity as JSON."""
    return {
        "id": found.entity_id,
        "type": found.type,
        "names": found.label,
        "card": found.card.object_id if found.card is not None else None,
        "spellings": [
            {"text": one.text, "lang": one.lang, "script": one.script, "kind": one.kind, "origin": one.origin}
            for one in found.spellings
        ],
        "decisions": [describe_decision(one) for one in found.decisions],
    }


def describe_decision(row: Decision) -> dict[str, Any]:
    """A decision as JSON."""
    return {
        "number": row.number,
        "decision": row.kind,
        "entity": row.entity_id,
        "text": row.text,
        "kind": row.name_kind,
        "reason": row.reason,
        "score": row.score,
        "steps": row.steps,
        "post": row.post,
        "at": format_time(row.at),
        "reversed_by": row.reversed_by,
        "reversed_at": None if row.reversed_at is None else format_time(row.reversed_at),
    }


def describe_candidate(one: Candidate) -> dict[str, Any]:
    """A proposal as JSON, with the reason of each difference."""
    return {
        "entity": one.proposal.entity_id,
        "type": one.type,
        "names": one.label,
        "spelling": one.proposal.spelling,
        "score": round(one.proposal.score.value, 4),
        "is_exact": one.proposal.is_exact,
        "is_link": one.proposal.is_link and one.rejected is None,
        "rejected_by": one.rejected.number if one.rejected is not None else None,
        "steps": describe_steps(one.proposal.score.steps),
    }
