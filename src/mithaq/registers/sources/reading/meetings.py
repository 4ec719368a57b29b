"""Groups of texts that tell of one meeting, and the comparison of their accounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import orjson
from django.db.models import Count, Max, Q

from mithaq.errors import MissingError
from mithaq.registers.sources.models import Ruling, Sighting, Source
from mithaq.registers.sources.rules.accounts import Report, Row, compare_accounts
from mithaq.registers.sources.rules.candidates import Candidate
from mithaq.registers.sources.rules.entities import starting_table
from mithaq.registers.sources.rules.explaining import explain
from mithaq.registers.sources.rules.grouping import Group, Told, group_meetings
from mithaq.registers.sources.rules.grouping import Ruling as Word
from mithaq.registers.sources.rules.records import read_report
from mithaq.web.runtime import get_part, is_serving

AT_ONCE: Final = 400
"""Sources asked for in one question."""

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


@dataclass(slots=True)
class _Kept:
    """The groups as they were last made, and what they were made from."""

    version: tuple[object, ...] = ()
    known: Known | None = None


def find_meetings() -> Known:
    """The groups of meetings that sources tell of; made anew when a source or a word of a person is new."""
    if not is_serving():
        return _read_meetings()
    kept, version = get_part(_Kept), _read_version()
    if kept.known is None or kept.version != version:
        kept.version, kept.known = version, _read_meetings()
    return kept.known


def _read_version() -> tuple[object, ...]:
    """What changes with every source taken in, described or classified, and with every ruling."""
    sources = Source.objects.aggregate(count=Count("source_id"), last=Max("entry"))
    rulings = Ruling.objects.aggregate(
        count=Count("id"), last=Max("at_ms"), same=Count("id", filter=Q(is_same=True))
    )
    return (*sources.values(), *rulings.values())


def _read_meetings() -> Known:
    """Group the sightings of every source, the oldest taken in first: three questions, however many.

    The texts and what else the rules said of them stay where they are.
    """
    rows = {
        row.source_id: row
        for row in Source.objects.order_by("added_ms", "source_id").defer("analysis", "overrides", "reports")
    }
    sightings: dict[str, list[_Sighted]] = {}
    # Plain values: ten thousand objects of the model cost more than all else here.
    for source_id, *one in Sighting.objects.order_by("source_id", "number").values_list(
        "source_id", *_SIGHTED
    ):
        sightings.setdefault(source_id, []).append(_Sighted(*one))
    told = [_tell(row, one) for row in rows.values() for one in sightings.get(row.source_id, ())]
    rulings = [Word(one.first, one.second, one.is_same) for one in Ruling.objects.order_by("at_ms", "id")]
    names: dict[str, Mapping[str, str]] = {
        ident: found for each in reversed(told) for ident, found in each.names.items()
    }
    names |= {ident: named.names for ident, named in starting_table().named.items()}
    return Known(group_meetings(told, rulings), rows, names)


class _Sighted(NamedTuple):
    """What a ``Sighting`` says."""

    number: int
    participants: str
    names: str
    place: str
    date: str
    date_precision: str
    date_text: str
    start: int
    end: int
    is_main: bool


_SIGHTED: Final = _Sighted._fields


def _tell(row: Source, one: _Sighted) -> Told:
    candidate = Candidate(
        participants=tuple(orjson.loads(one.participants)),
        place=one.place,
        date=one.date,
        date_precision=one.date_precision,
        date_text=one.date_text,
        start=one.start,
        end=one.end,
        is_main=one.is_main,
    )
    published = date.fromisoformat(row.published_on) if row.published_on else None
    return Told(row.source_id, one.number, candidate, published, orjson.loads(one.names))


def demand_group(known: Known, group_id: str) -> Group:
    """One group.

    Raises:
        MissingError: ``meeting_candidate``.
    """
    found = next((one for one in known.groups if one.id == group_id), None)
    if found is None:
        raise MissingError("meeting_candidate", "no text here tells of that meeting any more")
    return found


Reports = Mapping[str, Sequence[Report]]
"""Source -> what it says of topics."""


def load_reports(source_ids: Iterable[str]) -> dict[str, list[Report]]:
    """What these sources say of topics, in one question for some hundreds of them."""
    wanted = list(dict.fromkeys(source_ids))
    found: dict[str, list[Report]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        for ident, reports in Source.objects.filter(source_id__in=part).values_list("source_id", "reports"):
            found[ident] = [read_report(each) for each in orjson.loads(reports)]
    return found


def compare_sources(source_ids: Sequence[str], reports: Reports | None = None) -> list[Row]:
    """The table of accounts over these sources, in their order."""
    known = load_reports(source_ids) if reports is None else reports
    return compare_accounts([(each, known.get(each, ())) for each in source_ids])


def describe_groups(known: Known, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Groups as JSON-ready values; accounts are compared where there are two or more."""
    told_twice = [one for one in groups if len(one.sources) > 1]
    reports = load_reports(ident for one in told_twice for ident in one.sources)
    return [_describe_group(known, one, reports) for one in groups]


def _describe_group(known: Known, group: Group, reports: Reports) -> dict[str, Any]:
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
        rows = compare_sources(group.sources, reports)
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
