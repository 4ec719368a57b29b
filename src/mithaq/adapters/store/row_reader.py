"""Pages of rows from the database.

Ids of objects are UUIDv7: their order is that of time, and the keys of the tables serve it.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import connection

from mithaq.adapters.store import rows
from mithaq.adapters.store.lost_connection import with_engine_errors
from mithaq.adapters.store.projections import INSTRUMENT_COLUMNS, NOTE_COLUMNS, DatabaseProjections
from mithaq.adapters.store.rows import LogNumbers, Row, marks, query
from mithaq.core.encoding import to_ms
from mithaq.core.notes.standing import OPEN
from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.node.ports.row_reader import MOST_SOUGHT, DossierSpan, InstrumentDays, RowQuery, Tally
from mithaq.node.records import InstrumentRow, NoteRow, ParkedAct, SealedAct, StoredAct

_IS_OPEN = "met_ms IS NULL AND state IN ({})".format(", ".join(f"'{one}'" for one in sorted(OPEN)))
TALLY = f"""SELECT sender, recipient, object_kind, COUNT(*),
    SUM(CASE WHEN {_IS_OPEN} THEN 1 ELSE 0 END),
    SUM(CASE WHEN {_IS_OPEN} AND due_ms < %s THEN 1 ELSE 0 END),
    SUM(CASE WHEN met_ms IS NOT NULL AND (due_ms IS NULL OR met_ms <= due_ms) THEN 1 ELSE 0 END),
    SUM(CASE WHEN met_ms > due_ms THEN 1 ELSE 0 END),
    SUM(CASE WHEN met_ms IS NULL AND NOT ({_IS_OPEN}) THEN 1 ELSE 0 END)
    FROM store_note WHERE expects <> 'none' AND created_ms >= %s AND created_ms < %s
    GROUP BY sender, recipient, object_kind"""

GENERATION = """SELECT SUM(tree_size), SUM(next_index), SUM(applied_size),
    (SELECT MAX(id) FROM store_receipt), (SELECT MAX(number) FROM store_journalrow),
    (SELECT SUM(last_good_size + 1) FROM store_revocation) FROM store_log"""

HOLDS = {"sqlite": "instr(envelope, %s) > 0", "postgresql": "position(%s::bytea IN envelope) > 0"}
"""Whether an envelope holds some bytes, by engine."""

_NOTE_ORDERS = {
    "oldest": "object_id, recipient",
    "due": f"CASE WHEN due_ms IS NOT NULL AND {_IS_OPEN} THEN 0 ELSE 1 END,"
    f" CASE WHEN {_IS_OPEN} THEN due_ms END, object_id DESC, recipient DESC",
}

IDS_AT_ONCE = 400
"""Ids in one IN list."""

_Where = tuple[list[str], list[object]]


class _Forms(DatabaseProjections):
    """The same rows in the same columns, read one by one."""

    def read_note(self, row: Row) -> NoteRow:
        return self._note(row)

    def read_instrument(self, row: Row) -> InstrumentRow:
        return self._instrument(row)


@with_engine_errors()
class DatabaseRowReader:
    """Implements ``node.ports.RowReader``."""

    def __init__(self, numbers: LogNumbers) -> None:
        self._numbers = numbers
        self._forms = _Forms(numbers)

    def notes(
        self, query: RowQuery, limit: int, after: tuple[str, str] | None = None, offset: int = 0
    ) -> list[NoteRow]:
        """Notes, the newest first, or the first due first."""
        where, values = _note_filters(query)
        if after is not None:
            where.append("(object_id, recipient) < (%s, %s)")
            values += after
        found = _select("store_note", NOTE_COLUMNS, (where, values), _order_notes(query), limit, offset)
        return [self._forms.read_note(row) for row in found]

    def notes_each(self, asked: Sequence[tuple[RowQuery, int]]) -> list[list[NoteRow]]:
        """The first notes of each of these queries."""
        parts = [(_note_filters(one), _order_notes(one), limit) for one, limit in asked]
        found = _select_each("store_note", NOTE_COLUMNS, parts)
        return [[self._forms.read_note(row) for row in part] for part in found]

    def count_notes(self, query: RowQuery) -> int:
        """How many rows the query has."""
        return _count("store_note", _note_filters(query))

    def count_each(self, notes: Sequence[RowQuery], instruments: Sequence[RowQuery] = ()) -> list[int]:
        """How many notes, then how many instruments, each of these queries has."""
        parts = [("store_note", *_note_filters(one)) for one in notes]
        parts += [("store_instrument", *_instrument_filters(one)) for one in instruments]
        if not parts:
            return []
        columns = [f"(SELECT COUNT(*) FROM {table} WHERE {_all_of(where)})" for table, where, _ in parts]
        found = query(f"SELECT {', '.join(columns)}", [value for *_, values in parts for value in values])
        return [int(count) for count in found[0]]

    def generation(self) -> tuple[int, ...]:
        """Something else after every write to the logs or the journal."""
        return tuple(int(number or 0) for number in query(GENERATION)[0])

    def instruments(
        self, query: RowQuery, limit: int, after: str | None = None, offset: int = 0
    ) -> list[InstrumentRow]:
        """Instruments, the newest first."""
        where, values = _instrument_filters(query)
        if after is not None:
            where.append("object_id < %s")
            values.append(after)
        found = _select(
            "store_instrument", INSTRUMENT_COLUMNS, (where, values), _order_instruments(query), limit, offset
        )
        return [self._forms.read_instrument(row) for row in found]

    def instruments_each(self, asked: Sequence[tuple[RowQuery, int]]) -> list[list[InstrumentRow]]:
        """The newest instruments of each of these queries."""
        parts = [(_instrument_filters(one), _order_instruments(one), limit) for one, limit in asked]
        found = _select_each("store_instrument", INSTRUMENT_COLUMNS, parts)
        return [[self._forms.read_instrument(row) for row in part] for part in found]

    def count_instruments(self, query: RowQuery) -> int:
        """How many rows the query has."""
        return _count("store_instrument", _instrument_filters(query))

    def instrument_days(self, query: RowQuery) -> list[InstrumentDays]:
        """Every instrument of the query with its days alone."""
        where, values = _instrument_filters(query)
        found = rows.query(
            "SELECT object_id, content_hash, state, signed_on, entry_into_force_on,"
            """ CASE WHEN versions LIKE '%%"terminated_on"%%' OR versions LIKE '%%"superseded_on"%%'"""
            " THEN versions ELSE '' END"
            f" FROM store_instrument WHERE {_all_of(where)}",
            values,
        )
        return [
            InstrumentDays(row[0], row[1], row[2], row[3], row[4], _read_end(row[1], row[5])) for row in found
        ]

    def dossiers(self, codes: Sequence[str] | None, limit: int) -> list[DossierSpan]:
        """Dossiers, the one that was filed into last first."""
        of_notes = "" if codes is None else " AND 1 = 0"
        if codes:
            of_notes = f" AND handling IN ({marks(len(codes))})"
        found = query(
            "SELECT dossier, MIN(object_id), MAX(object_id) FROM"
            f" (SELECT dossier, object_id FROM store_note WHERE dossier IS NOT NULL{of_notes}"
            " UNION ALL SELECT dossier, object_id FROM store_instrument WHERE dossier IS NOT NULL) AS filed"
            " GROUP BY dossier ORDER BY MAX(object_id) DESC LIMIT %s",
            [*(codes or ()), limit],
        )
        return [DossierSpan(*row) for row in found]

    def acts_between(
        self,
        log: Origin,
        first: LeafIndex,
        last: LeafIndex,
        needles: Sequence[bytes] = (),
        *,
        newest_first: bool = False,
    ) -> list[SealedAct]:
        """Acts held of ``first..last``; with needles the engine looks for them, and few are handed over."""
        where = "position BETWEEN %s AND %s"
        values: list[object] = list(self._numbers.span(log, first, last))
        if not needles:
            return self._acts(where, values)
        where += f" AND {HOLDS[connection.vendor]}" * len(needles)
        order = "position DESC" if newest_first else "position"
        found = self._acts(where, [*values, *needles], f"{order} LIMIT {MOST_SOUGHT}")
        return sorted(found, key=lambda act: act.leaf_index)

    def acts_at(self, places: Sequence[tuple[Origin, LeafIndex]]) -> list[SealedAct]:
        """Acts held at these places."""
        if not places:
            return []
        wanted = [self._numbers.position(log, leaf_index) for log, leaf_index in places]
        found = {
            (act.log, act.leaf_index): act
            for act in self._acts(f"position IN ({marks(len(wanted))})", wanted)
        }
        return [found[place] for place in places if place in found]

    def first_acts(self, object_ids: Sequence[str]) -> dict[str, SealedAct]:
        """The act that opened each of these objects."""
        found: list[SealedAct] = []
        for start in range(0, len(object_ids), IDS_AT_ONCE):
            part = list(object_ids[start : start + IDS_AT_ONCE])
            found += self._acts(f"act_id IN ({marks(len(part))})", part)
        # A partner may use an id twice; the one that opened it here counts, which came first.
        return {act.parsed.id: act for act in reversed(found)}

    def parked_between(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[ParkedAct]:
        """Acts set aside among ``first..last``."""
        found = query(
            "SELECT position, reason, line FROM store_parked WHERE position BETWEEN %s AND %s"
            " ORDER BY position",
            self._numbers.span(log, first, last),
        )
        return [ParkedAct(*self._numbers.place(place), reason, bytes(line)) for place, reason, line in found]

    def tally(self, since: datetime, until: datetime, now: datetime) -> list[Tally]:
        """Notes that wait for something, counted by parties and register."""
        found = query(TALLY, (to_ms(now), to_ms(since), to_ms(until)))
        counted: dict[tuple[str, str, str], list[int]] = {}
        for sender, recipient, kind, *counts in found:
            key = (sender, recipient, kind.partition(".")[0])
            counted[key] = [
                one + int(more) for one, more in zip(counted.get(key, [0] * 6), counts, strict=True)
            ]
        return [
            Tally(AdministrationCode(sender), AdministrationCode(recipient), register, *counts)
            for (sender, recipient, register), counts in sorted(counted.items())
        ]

    def parties(self) -> list[AdministrationCode]:
        """Everyone who is on a note here."""
        found = query(
            "SELECT DISTINCT recipient FROM store_note UNION SELECT DISTINCT sender FROM store_note"
        )
        return sorted(AdministrationCode(row[0]) for row in found)

    def _acts(self, where: str, values: Sequence[object], order: str = "position") -> list[SealedAct]:
        found = query(
            f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE {where} AND {rows.HAS_CONTENT} ORDER BY {order}",
            values,
        )
        return [self._read(row) for row in found]

    def _read(self, row: Row) -> SealedAct:
        position, commitment, salt, envelope, signatures = row
        log, leaf_index = self._numbers.place(position)
        given = rows.decode_signatures(signatures)
        return StoredAct(log, leaf_index, bytes(commitment), bytes(salt), bytes(envelope), given).read()


def _object_filters(query: RowQuery) -> _Where:
    where: list[str] = []
    values: list[object] = []
    if query.register:
        # A range and no pattern: "%" of a register's name would be one, and a range can use an index.
        where.append("object_kind >= %s AND object_kind < %s")
        values += [f"{query.register}.", f"{query.register}/"]
    if query.object_kind:
        where.append("object_kind = %s")
        values.append(query.object_kind)
    if query.dossier:
        # Of a dossier that a record makes, that record is a part too.
        where.append("(dossier = %s OR object_id = %s)")
        values += [query.dossier, query.dossier]
    if query.field:
        where.append("fields LIKE %s ESCAPE '!'")
        values.append("% " + re.sub("([!%_])", r"!\1", query.field) + " %")
    if query.object_ids:
        where.append(f"object_id IN ({marks(len(query.object_ids))})")
        values += query.object_ids
    if query.except_kinds:
        where.append(f"object_kind NOT IN ({marks(len(query.except_kinds))})")
        values += query.except_kinds
    if query.states:
        where.append(f"state IN ({marks(len(query.states))})")
        values += query.states
    return where, values


def _instrument_filters(query: RowQuery) -> _Where:
    where, values = _object_filters(query)
    if query.sender:
        where.append("proposer = %s")
        values.append(query.sender)
    if query.unsigned_by:
        where.append("unsigned_by <> '' AND unsigned_by LIKE %s ESCAPE '!'")
        values.append("% " + re.sub("([!%_])", r"!\1", query.unsigned_by) + " %")
    if query.since is not None:
        where.append("created_ms >= %s")
        values.append(to_ms(query.since))
    for sign, value in ((">=", query.binding_from), ("<", query.binding_before)):
        if value:
            where.append(f"entry_into_force_on {sign} %s")
            values.append(value)
    return where, values


def _read_end(content_hash: str, versions: str) -> str | None:
    """The day on which the version that stands ends; most rows say of none, and are not even read."""
    if not versions:
        return None
    found: list[dict[str, str]] = orjson.loads(versions)
    version = next((one for one in found if one.get("content_hash") == content_hash), {})
    days = [version[name] for name in ("terminated_on", "superseded_on") if name in version]
    return min(days, default=None)


def _note_filters(query: RowQuery) -> _Where:
    where, values = _object_filters(query)
    for column, value in (("sender", query.sender), ("recipient", query.recipient)):
        if value:
            where.append(f"{column} = %s")
            values.append(value)
    if query.codes is not None:
        where.append(f"handling IN ({marks(len(query.codes))})" if query.codes else "1 = 0")
        values += query.codes
    if query.rests_on:
        where.append("object_id IN (SELECT note_id FROM store_notebasis WHERE instrument_id = %s)")
        values.append(query.rests_on)
    if query.waits:
        where.append("expects <> 'none' AND met_ms IS NULL")
    if query.since is not None:
        where.append("delivered_ms >= %s")
        values.append(to_ms(query.since))
    if query.due_before is not None:
        where.append("due_ms IS NOT NULL AND due_ms < %s")
        values.append(to_ms(query.due_before))
        if query.due_from is not None:
            where.append("due_ms >= %s")
            values.append(to_ms(query.due_from))
    return where, values


def _select(
    table: str, columns: Sequence[str], where: _Where, order: str, limit: int, offset: int
) -> list[Row]:
    conditions, values = where
    sql = (
        f"SELECT {', '.join(columns)} FROM {table} WHERE {' AND '.join(conditions) or '1 = 1'}"
        f" ORDER BY {order} LIMIT %s OFFSET %s"
    )
    return query(sql, [*values, limit, offset])


def _select_each(
    table: str, columns: Sequence[str], parts: Sequence[tuple[_Where, str, int]]
) -> list[list[Row]]:
    """Rows of several queries in one statement, each in its order; one for nothing is not even asked."""
    wanted = [(number, part) for number, part in enumerate(parts) if part[2] > 0]
    found: list[list[Row]] = [[] for _ in parts]
    if not wanted:
        return found
    asked = [
        f"SELECT {number} AS part, ROW_NUMBER() OVER () AS place, one.* FROM (SELECT {', '.join(columns)}"
        f" FROM {table} WHERE {_all_of(where)} ORDER BY {order} LIMIT %s) AS one"
        for number, ((where, _), order, _) in wanted
    ]
    values = [value for _, ((_, given), _, limit) in wanted for value in (*given, limit)]
    for part, _place, *row in sorted(
        query(" UNION ALL ".join(asked), values), key=lambda row: (row[0], row[1])
    ):
        found[part].append(row)
    return found


def _order_notes(query: RowQuery) -> str:
    if query.due_before is not None:
        return "due_ms, object_id"
    return _NOTE_ORDERS.get(query.order, "object_id DESC, recipient DESC")


def _order_instruments(query: RowQuery) -> str:
    return "object_id" if query.order == "oldest" else "object_id DESC"


def _all_of(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "1 = 1"


def _count(table: str, where: _Where) -> int:
    conditions, values = where
    found = query(f"SELECT COUNT(*) FROM {table} WHERE {' AND '.join(conditions) or '1 = 1'}", values)
    return int(found[0][0])
