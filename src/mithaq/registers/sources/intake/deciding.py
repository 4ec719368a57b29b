"""What a person decides about a source. Each decision is an entry of the journal and can be taken back."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from mithaq.errors import ConflictError, MalformedError, MissingError
from mithaq.node.append.submit import Author
from mithaq.node.journal import append_entry
from mithaq.node.node import Node
from mithaq.registers.sources.intake.adding import (
    REGISTER,
    analyse_again,
    check_line,
    demand_source,
    row_overrides,
)
from mithaq.registers.sources.models import Attached, Finding, Source
from mithaq.registers.sources.reading.meetings import compare_sources
from mithaq.registers.sources.reading.records import analysis_of
from mithaq.registers.sources.rules.accounts import Says
from mithaq.registers.sources.rules.values import AssertionType, Reason

DECISIONS: Final = ("accepted", "rejected", "proposed")
"""``proposed`` takes a decision back."""
MAX_REPORTED_BY: Final = 200
MAX_QUOTED: Final = 400
_VERDICTS: Final = {Says.SAYS: "says", Says.SILENT: "silent", Says.OTHERWISE: "otherwise"}
"""In the words of the register of meetings."""
MEETING_KIND: Final = "meetings.invitation"
"""A meeting is the note that invited to it; the register of meetings keeps accounts beside it."""


def decide(node: Node, source_id: str, assertion_id: str, status: str, author: Author) -> None:
    """Accept or reject one assertion, or take that back.

    A spelling that was proposed by sound and is accepted becomes an alias of its person from now on.

    Raises:
        MissingError: ``source``, ``assertion``. MalformedError: ``source_decision``.
    """
    demand_source(source_id)
    if status not in DECISIONS:
        raise MalformedError("source_decision", f"a decision is one of {', '.join(DECISIONS)}")
    row = Finding.objects.filter(source_id=source_id, assertion_id=assertion_id).first()
    if row is None:
        raise MissingError("assertion", "this source has no such assertion any more")
    if row.status == status:
        return
    body = {"assertion": assertion_id, "status": status, "type": row.type, "rule_id": row.rule_id}
    with node.store.transaction():
        append_entry(node, REGISTER, "assertion.decided", source_id, body, author)
        if row.type == AssertionType.PERSON and row.rule_id == "name.sound":
            _keep_alias(node, row, status, author)


def _keep_alias(node: Node, row: Finding, status: str, author: Author) -> None:
    kind = "alias.confirmed" if status == "accepted" else "alias.dropped"
    entity_id = str(orjson.loads(row.value)["id"])
    append_entry(node, REGISTER, kind, entity_id, {"text": row.exact, "source": row.source_id}, author)


def classify_paragraph(node: Node, source_id: str, number: int, reason: str | None, author: Author) -> None:
    """Say that a paragraph is content (no reason), or that it is not; the text is read again under it.

    Raises:
        MissingError: ``source``, ``paragraph``. MalformedError: ``source_reason``.
    """
    row = demand_source(source_id)
    if reason is not None and reason not in set(Reason):
        raise MalformedError("source_reason", "this is no reason of the list")
    paragraph = next((one for one in analysis_of(row)["paragraphs"] if one["no"] == number), None)
    if paragraph is None:
        raise MissingError("paragraph", "this source has no such paragraph")
    place = (int(paragraph["start"]), int(paragraph["end"]))
    overrides = [one for one in row_overrides(row) if one[:2] != place]
    overrides.append((*place, None if reason is None else Reason(reason)))
    body: dict[str, Any] = {
        "start": place[0],
        "end": place[1],
        "reason": reason,
        "overrides": [
            [start, end, None if one is None else str(one)]
            for start, end, one in sorted(overrides, key=lambda each: each[:2])
        ],
        **analyse_again(node, row, overrides),
    }
    append_entry(node, REGISTER, "source.classified", source_id, body, author)


def rule_on_meetings(node: Node, first: str, second: str, *, is_same: bool, author: Author) -> None:
    """Say that two candidates are one meeting, or two.

    Candidates are named as ``source#number``.

    Raises:
        MissingError: ``source``, ``meeting_candidate``. ConflictError: ``same_candidate``.
    """
    if first == second:
        raise ConflictError("same_candidate", "these are the same candidate")
    for key in (first, second):
        source_id, _, number = key.partition("#")
        candidates = analysis_of(demand_source(source_id))["candidates"]
        if not (number.isascii() and number.isdigit() and int(number) < len(candidates)):
            raise MissingError("meeting_candidate", "no text here tells of that meeting any more")
    low, high = sorted((first, second))
    body = {"first": low, "second": high, "is_same": is_same}
    append_entry(node, REGISTER, "meeting.ruled", low.partition("#")[0], body, author)


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where a source is put.

    Attributes:
        object_id: of a meeting or text.
        item: of the agenda; None for the whole.
        reported_by: who reports it.
        topics_in: language in which the topics of the account are named there; empty to name none.
    """

    object_id: str
    reported_by: str
    item: int | None = None
    topics_in: str = ""


def attach(node: Node, source_id: str, chosen: Attachment, author: Author) -> None:
    """Put a source beside a meeting, "as reported by"; the register of meetings shows it there.

    With topics, what the text reports is held against the texts that stand there already: says, is silent,
    says otherwise, each with its quotation. It stays on this node and is never part of what was agreed.

    Raises:
        MissingError: ``source``, ``object``. MalformedError: ``source_field``.
    """
    row = demand_source(source_id)
    object_id = chosen.object_id
    by = check_line("reported_by", chosen.reported_by or row.publisher, MAX_REPORTED_BY)
    if not by:
        raise MalformedError("source_field", "say who reports it")
    acts = node.store.acts.of_objects([object_id]).get(object_id, ())
    first = next((act for act in acts if act.parsed.id == object_id), None)
    if first is None:
        raise MissingError("object", "there is no meeting or text of that id here")
    with node.store.transaction():
        account = {"source": source_id, "reported_by": by, "item": chosen.item}
        topics = _topics(row, chosen) if chosen.topics_in else []
        body = {"object": object_id, "item": chosen.item, "reported_by": by}
        append_entry(node, REGISTER, "source.attached", source_id, body, author)
        if first.parsed.object_kind == MEETING_KIND:
            for topic in ({}, *topics):
                append_entry(node, "meetings", "account", object_id, {**account, **topic}, author)


def _topics(row: Source, chosen: Attachment) -> list[dict[str, str]]:
    """What this text does with each topic, beside the texts that are attached there."""
    ids = (
        Attached.objects.filter(object_id=chosen.object_id)
        .order_by("at_ms")
        .values_list("source_id", flat=True)
    )
    others = [one for one in dict.fromkeys(ids) if one != row.source_id]
    found = []
    for topic in compare_sources([*others, row.source_id]):
        cell = next(one for one in topic.cells if one.source_id == row.source_id)
        quotation = " … ".join(one.exact[:MAX_QUOTED] for one in cell.reports)
        label = topic.topic.label.get(chosen.topics_in) or topic.topic.label["fr"]
        found.append({"topic": label, "verdict": _VERDICTS[cell.state], "quotation": quotation})
    return found
