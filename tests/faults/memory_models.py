"""The read models of the two primitives in memory."""

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from msgspec import structs

from mithaq.core.instruments.next_step import DatedStep, Series, Step
from mithaq.core.notes.standing import OPEN
from mithaq.core.types import AdministrationCode, LeafIndex
from mithaq.node.records import (
    InstrumentDate,
    NearVersions,
    NoteRow,
)

from .memory_tables import Tables

MINUTE = timedelta(minutes=1)


class MemoryProjections:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def clear(self) -> None:
        for table in (
            self._tables.notes,
            self._tables.instruments,
            self._tables.versions,
            self._tables.links,
            self._tables.bases,
            self._tables.dates,
        ):
            for key in list(table):
                table.drop(key)

    def forget(self, object_id: str) -> None:
        for key in [key for key in self._tables.notes if key[0] == object_id]:
            row = self._tables.notes[key]
            self._tables.places.remove(row.log, (row.log, row.leaf_index, key))
            self._tables.notes.drop(key)
        for key in [key for key in self._tables.bases if key[0] == object_id]:
            self._tables.bases.drop(key)
        for table in (
            self._tables.instruments,
            self._tables.versions,
            self._tables.links,
            self._tables.dates,
        ):
            table.drop(object_id)

    def save_notes(self, rows: Sequence[NoteRow]) -> None:
        for row in rows:
            key = (row.object_id, row.recipient)
            if (row.log, row.leaf_index, key) not in self._tables.places.of(row.log):
                self._tables.places.insert(row.log, (row.log, row.leaf_index, key))
            self._tables.notes.put(key, row)

    def save_instruments(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._tables.instruments.put(row.object_id, row)

    def save_versions(self, object_id: str, versions: Sequence[Any], links: Sequence[Any]) -> None:
        self._tables.versions.put(object_id, tuple(versions))
        self._tables.links.put(object_id, tuple(links))

    def save_dates(self, object_id: str, fixed: Sequence[DatedStep], series: Sequence[Series]) -> None:
        self._tables.dates.put(object_id, (tuple(fixed), tuple(series)))

    def dates_between(
        self, first: date, end: date, steps: Collection[Step], limit: int, object_ids: Sequence[str] = ()
    ) -> list[InstrumentDate]:
        found = []
        for object_id, (fixed, series) in self._tables.dates.items():
            days = [(one.step, one.on, one.who) for one in fixed if one.on and first <= one.on < end]
            days += [(one.step, on, ()) for one in series for on in one.between(first, end)]
            if not object_ids or object_id in object_ids:
                found += [InstrumentDate(object_id, *each) for each in days if each[0] in steps]
        return sorted(found, key=lambda one: (one.on, one.step, one.object_id))[:limit]

    def versions_of(self, object_id: str) -> list[Any]:
        return list(self._tables.versions.get(object_id, ()))

    def find_version(self, content_hash: str) -> Any:
        found = (one for rows in self._tables.versions.values() for one in rows)
        return next((one for one in found if one.content_hash == content_hash), None)

    def near_versions(self, object_ids: Sequence[str]) -> NearVersions:
        own = [one for each in object_ids for one in self.versions_of(each)]
        return NearVersions({one.content_hash: self.find_successors(one.content_hash) for one in own})

    def find_successors(self, content_hash: str) -> list[Any]:
        replacing = {
            link.own_hash
            for links in self._tables.links.values()
            for link in links
            if link.other_hash == content_hash and link.relation == "replaces"
        }
        rows = (one for found in self._tables.versions.values() for one in found)
        return [one for one in rows if one.content_hash in replacing]

    def dependents(self, object_id: str, content_hashes: Sequence[str]) -> list[str]:
        changed = set(content_hashes)
        links = [(owner, link) for owner, found in self._tables.links.items() for link in found]
        objects = {owner for owner, link in links if link.other_hash in changed}
        replaced = {
            link.other_hash for _, link in links if link.relation == "replaces" and link.own_hash in changed
        }
        for owner, versions in self._tables.versions.items():
            objects |= {owner for one in versions if one.content_hash in replaced}
        return sorted(objects - {object_id})

    def save_basis(self, note_id: str, log: str, leaf_index: LeafIndex, instruments: Sequence[str]) -> None:
        for one in instruments:
            self._tables.bases.put((note_id, one), (log, leaf_index))

    def resting_on(self, instrument_id: str) -> list[str]:
        return sorted(note for note, one in self._tables.bases if one == instrument_id)

    def resting_in(self, log: str, first: LeafIndex, last: LeafIndex) -> list[str]:
        places = self._tables.bases.items()
        return sorted({note for (note, _), (at, index) in places if at == log and first <= index <= last})

    def deliver_notes(
        self, log: str, recipient: str, first: LeafIndex, last: LeafIndex, at: datetime
    ) -> None:
        places = self._tables.places.of(log)
        start = bisect_left(places, (log, first))
        for _, leaf_index, key in places[start:]:
            if leaf_index > last:
                break
            row = self._tables.notes.get(key)
            if row and row.recipient == recipient and row.state == "sent" and row.act_count == 1:
                self._tables.notes.put(key, _deliver(row, at))

    def notes(self, **filters: str) -> list[NoteRow]:
        return self._select(self._tables.notes.values(), filters)

    def instruments(self, **filters: str) -> list[Any]:
        return self._select(self._tables.instruments.values(), filters)

    def _select(self, rows: Iterable[Any], filters: Mapping[str, str]) -> list[Any]:
        found = [row for row in rows if all(getattr(row, name) == value for name, value in filters.items())]
        return sorted(found, key=lambda row: (-row.created_at.timestamp(), row.object_id))

    def count_due(self, own_code: AdministrationCode, now: datetime) -> tuple[int, int, int]:
        due = [row for row in self._tables.notes.values() if row.due_at is not None and row.state in OPEN]
        by_us = sum(row.recipient == own_code for row in due)
        by_partner = sum(row.sender == own_code for row in due)
        return by_us, by_partner, sum(row.due_at < now for row in due)

    def digest(self) -> dict[str, tuple[int, str]]:
        found = {}
        for name, table in (("notes", self._tables.notes), ("instruments", self._tables.instruments)):
            rows = [describe(table[key]) for key in sorted(table)]
            found[name] = (len(rows), hashlib.sha256(orjson.dumps(rows)).hexdigest())
        dates = self._tables.dates
        days = [[key, repr(each)] for key in sorted(dates) for part in dates[key] for each in part]
        found["dates"] = (len(days), hashlib.sha256(orjson.dumps(days)).hexdigest())
        return found


def describe(row: Any) -> list[Any]:
    """A row of a read model as JSON-ready values: equal rows, equal values, on every node."""
    return [_plain(getattr(row, name)) for name in row.__struct_fields__]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _deliver(row: NoteRow, at: datetime) -> NoteRow:
    """As the SQL of the database does it."""
    is_clocked = row.expects != "none"
    limit_s = row.limit_s if is_clocked else None
    marks = ["no_procedure"] if is_clocked else []
    if row.created_at - at > timedelta(seconds=300):
        marks.append("time_disputed")
    due_at = None if limit_s is None else _round_up(at + timedelta(seconds=limit_s))
    return structs.replace(
        row, state="delivered", delivered_at=at, limit_s=limit_s, due_at=due_at, marks=marks
    )


def _round_up(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE
