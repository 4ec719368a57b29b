"""Groups of texts that tell of one meeting, and the comparison of their accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from mithaq.errors import MissingError
from mithaq.registers.sources.models import Finding, Ruling, Source
from mithaq.registers.sources.reading.records import analysis_of
from mithaq.registers.sources.rules.accounts import Row, compare_accounts
from mithaq.registers.sources.rules.entities import starting_table
from mithaq.registers.sources.rules.explaining import explain
from mithaq.registers.sources.rules.grouping import Group, Told, group_meetings
from mithaq.registers.sources.rules.grouping import Ruling as Word
from mithaq.registers.sources.rules.records import read_candidate, read_report

Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """All groups with what is needed to show them.

    Attributes:
        names: of persons and places by id.
    """

    groups: Sequence[Group]
    sources: Mapping[str, Source]
    names: Names


def find_meetings() -> Known:
    """Group the candidates of every source, the oldest taken in first."""
    rows = list(Source.objects.order_by("added_ms", "source_id"))
    rulings = [Word(one.first, one.second, one.is_same) for one in Ruling.objects.order_by("at_ms", "id")]
    fresh = _fresh_names()
    told = []
    for row in rows:
        for number, record in enumerate(analysis_of(row)["candidates"]):
            published = date.fromisoformat(row.published_on) if row.published_on else None
            told.append(Told(row.source_id, number, read_candidate(record), published, fresh))
    table = starting_table()
    names: dict[str, Mapping[str, str]] = {ident: one.names for ident, one in table.named.items()}
    names.update(fresh)
    return Known(group_meetings(told, rulings), {row.source_id: row for row in rows}, names)


def _fresh_names() -> dict[str, Mapping[str, str]]:
    """Names of persons that no starting list has, as the texts gave them."""
    known = starting_table().named
    found: dict[str, Mapping[str, str]] = {}
    for value in Finding.objects.filter(type="person").values_list("value", flat=True).distinct():
        record = orjson.loads(value)
        if record["id"] not in known:
            found.setdefault(record["id"], record.get("names", {}))
    return found


def demand_group(known: Known, group_id: str) -> Group:
    """One group.

    Raises:
        MissingError: ``meeting_candidate``.
    """
    found = next((one for one in known.groups if one.id == group_id), None)
    if found is None:
        raise MissingError("meeting_candidate", "no text here tells of that meeting any more")
    return found


def compare_sources(rows: Sequence[Source]) -> list[Row]:
    """The table of accounts over these sources, in their order."""
    accounts = [(row.source_id, [read_report(each) for each in analysis_of(row)["reports"]]) for row in rows]
    return compare_accounts(accounts)


def describe_group(known: Known, group: Group) -> dict[str, Any]:
    """A group as JSON-ready values; accounts are compared where there are two or more."""
    titles = {ident: known.sources[ident].title for ident in group.sources}
    record: dict[str, Any] = {
        "id": group.id,
        "sources": group.sources,
        "participants": list(group.participants),
        "participant_names": [dict(known.names.get(one, {})) for one in group.participants],
        "place": group.place or None,
        "place_names": dict(known.names.get(group.place, {})) or None,
        "date": group.date or None,
        "date_precision": group.date_precision,
        "reasons": [explain(one.code, one.values, known.names, titles) for one in group.reasons],
        "open": [explain(one.code, one.values, known.names, titles) for one in group.open],
        "is_main": any(one.candidate.is_main for one in group.told),
    }
    if len(group.sources) > 1:
        rows = compare_sources([known.sources[ident] for ident in group.sources])
        record["accounts"] = [describe_account(one) for one in rows]
    return record


def describe_account(row: Row) -> dict[str, Any]:
    """One topic over all accounts."""
    labels = {variant.id: variant.label for variant in row.topic.variants}
    return {
        "topic": row.topic.id,
        "label": row.topic.label,
        "differs": row.differs,
        "contradicts": row.contradicts,
        "accounts": [
            {
                "source": cell.source_id,
                "state": str(cell.state),
                "reports": [
                    {
                        "variant": one.variant,
                        "label": labels[one.variant],
                        "text": one.exact,
                        "start": one.start,
                        "end": one.end,
                    }
                    for one in cell.reports
                ],
            }
            for cell in row.cells
        ],
    }
