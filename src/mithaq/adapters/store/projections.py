"""Read models of the two primitives in the database; ``node.projection`` alone writes them."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

import orjson
from django.db import connection
from django.db.models.functions import Collate

from mithaq.adapters.store.instrument_dates import InstrumentDates
from mithaq.adapters.store.instrument_links import InstrumentLinks
from mithaq.adapters.store.lost_connection import with_engine_errors
from mithaq.adapters.store.models import Instrument, Note
from mithaq.adapters.store.rows import LogNumbers, Row, execute, insert_many, marks, maybe_from_ms, query
from mithaq.core.encoding import from_ms, to_ms
from mithaq.core.notes.standing import OPEN
from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.node.records import InstrumentRow, NoteRow

NOTE_COLUMNS = (
    "object_id", "recipient", "position", "object_kind", "sender", "subject", "state", "expects", "priority",
    "handling", "dossier", "created_ms", "act_count", "marks", "delivered_ms", "limit_s", "due_ms",
    "remaining_s", "met_ms", "fields",
)  # fmt: skip
INSTRUMENT_COLUMNS = (
    "object_id", "position", "object_kind", "proposer", "subject", "version", "content_hash",
    "state", "dossier",
    "created_ms", "versions", "marks", "signed_on", "entry_into_force_on", "is_public", "fields",
    "unsigned_by",
)  # fmt: skip

BYTE_ORDER = {"sqlite": "BINARY", "postgresql": "C"}
"""Collation that compares bytes, by engine."""

NOTE_FILTERS = frozenset({"object_id", "recipient", "sender", "state", "object_kind", "dossier"})
INSTRUMENT_FILTERS = frozenset({"object_id", "proposer", "state", "object_kind", "dossier", "is_public"})


def _replace(columns: Sequence[str], key: Sequence[str]) -> str:
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


REPLACE_NOTE = _replace(NOTE_COLUMNS, ("object_id", "recipient"))
REPLACE_INSTRUMENT = _replace(INSTRUMENT_COLUMNS, ("object_id",))

# What the fold of ``core.notes`` gives for a note that is delivered and no more, in SQL. A due time is
# rounded up to the whole minute (spec 10.5.2); 60,000 ms a minute, and a time of over 300,000 ms ahead is
# disputed.
DELIVER_NOTES = (
    "UPDATE store_note SET state = 'delivered', delivered_ms = %s,"
    " limit_s = CASE WHEN expects = 'none' THEN NULL ELSE limit_s END,"
    " due_ms = CASE WHEN expects = 'none' OR limit_s IS NULL THEN NULL"
    " ELSE ((%s + limit_s * 1000 + 59999) / 60000) * 60000 END,"
    " marks = TRIM(CASE WHEN expects = 'none' THEN '' ELSE 'no_procedure ' END"
    " || CASE WHEN created_ms - %s > 300000 THEN 'time_disputed' ELSE '' END)"
    " WHERE position BETWEEN %s AND %s AND recipient = %s AND state = 'sent' AND act_count = 1"
)


@with_engine_errors()
class DatabaseProjections(InstrumentLinks, InstrumentDates):
    """Implements ``node.ports.Projections``."""

    def __init__(self, numbers: LogNumbers) -> None:
        self._numbers = numbers

    def clear(self) -> None:
        """Drop every row."""
        for table in (
            "note",
            "notebasis",
            "instrument",
            "instrumentversion",
            "instrumentlink",
            "instrumentdate",
        ):
            execute(f"DELETE FROM store_{table}")

    def forget(self, object_id: str) -> None:
        """Drop every row of one object."""
        for table in ("note", "instrument", "instrumentversion", "instrumentlink", "instrumentdate"):
            execute(f"DELETE FROM store_{table} WHERE object_id = %s", (object_id,))
        execute("DELETE FROM store_notebasis WHERE note_id = %s", (object_id,))

    def save_notes(self, rows: Sequence[NoteRow]) -> None:
        """Insert or replace rows."""
        # A partner may send an id twice, and PostgreSQL replaces no row twice in one statement.
        last = {(row.object_id, row.recipient): row for row in rows}
        insert_many(
            "store_note", NOTE_COLUMNS, [self._note_values(row) for row in last.values()], REPLACE_NOTE
        )

    def save_instruments(self, rows: Sequence[InstrumentRow]) -> None:
        """Insert or replace rows."""
        values = [self._instrument_values(row) for row in {row.object_id: row for row in rows}.values()]
        insert_many("store_instrument", INSTRUMENT_COLUMNS, values, REPLACE_INSTRUMENT)

    def deliver_notes(
        self, log: Origin, recipient: AdministrationCode, first: LeafIndex, last: LeafIndex, at: datetime
    ) -> None:
        """Mark untouched notes opened in that range as delivered."""
        at_ms = to_ms(at)
        execute(DELIVER_NOTES, (at_ms, at_ms, at_ms, *self._numbers.span(log, first, last), recipient))

    def save_basis(
        self, note_id: str, log: Origin, leaf_index: LeafIndex, instruments: Sequence[str]
    ) -> None:
        """Keep on which instruments a note rests."""
        position = self._numbers.position(log, leaf_index)
        rows = [(note_id, position, one) for one in instruments]
        insert_many(
            "store_notebasis", ("note_id", "position", "instrument_id"), rows, "ON CONFLICT DO NOTHING"
        )

    def resting_on(self, instrument_id: str) -> list[str]:
        """Notes that rest on that instrument."""
        found = query("SELECT note_id FROM store_notebasis WHERE instrument_id = %s", (instrument_id,))
        return sorted(row[0] for row in found)

    def resting_in(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[str]:
        """Notes opened in that range that rest on an instrument."""
        span = self._numbers.span(log, first, last)
        found = query("SELECT DISTINCT note_id FROM store_notebasis WHERE position BETWEEN %s AND %s", span)
        return sorted(row[0] for row in found)

    def notes(self, **filters: str) -> list[NoteRow]:
        """Rows, newest first."""
        return [self._note(row) for row in _select("store_note", NOTE_COLUMNS, NOTE_FILTERS, filters)]

    def instruments(self, **filters: str) -> list[InstrumentRow]:
        """Rows, newest first."""
        found = _select("store_instrument", INSTRUMENT_COLUMNS, INSTRUMENT_FILTERS, filters)
        return [self._instrument(row) for row in found]

    def count_due(self, own_code: AdministrationCode, now: datetime) -> tuple[int, int, int]:
        """Open notes with a due minute: (for us, for partners, overdue)."""
        states = [str(state) for state in sorted(OPEN)]
        found = query(
            "SELECT COUNT(CASE WHEN recipient = %s THEN 1 END), COUNT(CASE WHEN sender = %s THEN 1 END),"
            " COUNT(CASE WHEN due_ms < %s THEN 1 END) FROM store_note"
            f" WHERE due_ms IS NOT NULL AND state IN ({marks(len(states))})",
            (own_code, own_code, to_ms(now), *states),
        )
        by_us, by_partner, overdue = found[0]
        return int(by_us), int(by_partner), int(overdue)

    def digest(self) -> dict[str, tuple[int, str]]:
        """Row count and hash of each model, without local numbers."""
        return {
            "notes": _digest(Note, self._note_digest, ("object_id", "recipient")),
            "instruments": _digest(Instrument, self._instrument_digest, ("object_id",)),
            "dates": self.digest_dates(),
        }

    def _note_digest(self, row: Row) -> object:
        return [*self._numbers.place(row[2]), *row[:2], *row[3:]]

    def _instrument_digest(self, row: Row) -> object:
        return [*self._numbers.place(row[1]), row[0], *row[2:]]

    def _note_values(self, row: NoteRow) -> Row:
        return (
            row.object_id,
            row.recipient,
            self._numbers.position(row.log, row.leaf_index),
            row.object_kind,
            row.sender,
            orjson.dumps(row.subject).decode(),
            row.state,
            row.expects,
            row.priority,
            row.handling,
            row.dossier,
            to_ms(row.created_at),
            row.act_count,
            " ".join(row.marks),
            None if row.delivered_at is None else to_ms(row.delivered_at),
            row.limit_s,
            None if row.due_at is None else to_ms(row.due_at),
            row.remaining_s,
            None if row.met_at is None else to_ms(row.met_at),
            join_fields(row.fields),
        )

    def _note(self, row: Row) -> NoteRow:
        log, leaf_index = self._numbers.place(row[2])
        return NoteRow(
            object_id=row[0],
            recipient=AdministrationCode(row[1]),
            log=log,
            leaf_index=leaf_index,
            object_kind=row[3],
            sender=AdministrationCode(row[4]),
            subject=orjson.loads(row[5]),
            state=row[6],
            expects=row[7],
            priority=row[8],
            handling=row[9],
            dossier=row[10],
            created_at=from_ms(row[11]),
            act_count=row[12],
            marks=tuple(row[13].split()),
            delivered_at=maybe_from_ms(row[14]),
            limit_s=row[15],
            due_at=maybe_from_ms(row[16]),
            remaining_s=row[17],
            met_at=maybe_from_ms(row[18]),
            fields=tuple(row[19].split()),
        )

    def _instrument_values(self, row: InstrumentRow) -> Row:
        return (
            row.object_id,
            self._numbers.position(row.log, row.leaf_index),
            row.object_kind,
            row.proposer,
            orjson.dumps(row.subject).decode(),
            row.version,
            row.content_hash,
            row.state,
            row.dossier,
            to_ms(row.created_at),
            orjson.dumps(list(row.versions)).decode(),
            " ".join(row.marks),
            row.signed_on,
            row.entry_into_force_on,
            row.is_public,
            join_fields(row.fields),
            join_fields(row.unsigned_by),
        )

    def _instrument(self, row: Row) -> InstrumentRow:
        log, leaf_index = self._numbers.place(row[1])
        return InstrumentRow(
            object_id=row[0],
            log=log,
            leaf_index=leaf_index,
            object_kind=row[2],
            proposer=AdministrationCode(row[3]),
            subject=orjson.loads(row[4]),
            version=row[5],
            content_hash=row[6],
            state=row[7],
            dossier=row[8],
            created_at=from_ms(row[9]),
            versions=orjson.loads(row[10]),
            marks=tuple(row[11].split()),
            signed_on=row[12],
            entry_into_force_on=row[13],
            is_public=bool(row[14]),
            fields=tuple(row[15].split()),
            unsigned_by=tuple(row[16].split()),
        )


def join_fields(fields: Sequence[str]) -> str:
    """Codes with a space around each, so that one can be asked for."""
    return f" {' '.join(fields)} " if fields else ""


def _select(
    table: str, columns: Sequence[str], allowed: frozenset[str], filters: dict[str, str]
) -> list[Row]:
    unknown = set(filters) - allowed
    if unknown:
        raise TypeError(f"no filter of that name: {sorted(unknown)}")
    where = " AND ".join(f"{name} = %s" for name in filters) or "1 = 1"
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY created_ms DESC, object_id"
    return query(sql, list(filters.values()))


def _digest(
    model: type[Note] | type[Instrument], values: Callable[[Row], object], key: Sequence[str]
) -> tuple[int, str]:
    columns = NOTE_COLUMNS if model is Note else INSTRUMENT_COLUMNS
    digest, count = hashlib.sha256(), 0
    # Byte by byte on every engine: the order of a language would give two nodes two digests.
    order = [Collate(column, BYTE_ORDER[connection.vendor]) for column in key]
    for row in model.objects.order_by(*order).values_list(*columns).iterator(chunk_size=2000):
        digest.update(orjson.dumps(values(row)))
        count += 1
    return count, digest.hexdigest()
