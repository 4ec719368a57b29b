"""How database rows become values of the node and back."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias

import orjson
from django.db import connections

from mithaq.adapters.store.lost_connection import engine_errors
from mithaq.adapters.store.models import POSITION_BITS, Log
from mithaq.adapters.store.router import DEFAULT
from mithaq.core.acts.dsse import ActSignature
from mithaq.core.encoding import encode_base64, from_ms, parse_base64
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.node.records import SealedAct, SectionContent, StoredAct

LEAF_MASK = (1 << POSITION_BITS) - 1

ACT_COLUMNS = "position, commitment, salt, envelope, signatures"

HAS_CONTENT = "length(envelope) > 0"
"""Leaves out acts whose content is lost or erased: only their commitment is left."""

NAMES_SECTIONS = b'"sections"'
"""Stands in the canonical bytes of every envelope that has sections, which few have."""

ADD_ACT_COLUMNS = ("position", "act_id", "object_id", "commitment", "salt", "envelope", "signatures")

MOST_ROWS_A_STATEMENT = 128
"""A power of two, so that few statements are prepared; 128 rows of 18 columns stay below every limit."""

NEARBY_POSITIONS = 4096
"""Rows of a page lie within this span of one log; a range scan then beats a list of keys."""

Row: TypeAlias = Sequence[Any]


def maybe_from_ms(at_ms: int | None) -> datetime | None:
    """Aware UTC time, or None."""
    return None if at_ms is None else from_ms(at_ms)


def query(sql: str, values: Sequence[Any] = ()) -> list[Row]:
    """Rows of one statement."""
    with _ready_cursor() as cursor:
        cursor.execute(_spell(sql, cursor), values)
        found: list[Row] = cursor.fetchall()
        return found


def execute(sql: str, values: Sequence[Any] = ()) -> int:
    """Run one statement; answers how many rows it changed."""
    with _ready_cursor() as cursor:
        cursor.execute(_spell(sql, cursor), values)
        return int(cursor.rowcount)


def execute_many(sql: str, rows: Sequence[Row]) -> None:
    """Run one statement for each row. For a few rows; ``insert_many`` is for many."""
    if rows:
        with _ready_cursor() as cursor:
            cursor.executemany(_spell(sql, cursor), rows)


def insert_many(table: str, columns: tuple[str, ...], rows: Sequence[Row], on_conflict: str = "") -> None:
    """Insert rows, many in one statement.

    The driver lets go of the interpreter lock at every statement it steps, and beside busy threads each
    time costs a wait; so 256 rows go in a few steps instead of 256.
    """
    start = 0
    with _ready_cursor() as cursor:
        while start < len(rows):
            count = 1 << min(len(rows) - start, MOST_ROWS_A_STATEMENT).bit_length() - 1
            values = list(chain.from_iterable(rows[start : start + count]))
            cursor.execute(_spell(_insert_sql(table, columns, count, on_conflict), cursor), values)
            start += count


@contextmanager
def _ready_cursor() -> Iterator[Any]:
    """A cursor of this thread. Of SQLite the driver's own, with Django's errors and transactions.

    Django rewrites the marks of each statement, which for a small one costs more than running it.
    """
    database = connections[DEFAULT]
    with engine_errors():
        if database.vendor != "sqlite":
            with database.cursor() as cursor:
                yield cursor
            return
        database.ensure_connection()
        database.validate_no_broken_transaction()
        with database.wrap_database_errors:
            yield database.connection.cursor()


def _spell(sql: str, cursor: Any) -> str:
    """The statement with the marks of the driver."""
    return _spell_for_sqlite(sql) if isinstance(cursor, sqlite3.Cursor) else sql


@lru_cache(1_024)
def _spell_for_sqlite(sql: str) -> str:
    return sql.replace("%s", "?")


@lru_cache(256)
def _insert_sql(table: str, columns: tuple[str, ...], count: int, on_conflict: str) -> str:
    row = f"({marks(len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)} {on_conflict}"


def marks(count: int) -> str:
    """``%s, %s, ...`` for an IN list."""
    return ", ".join(["%s"] * count)


class LogNumbers:
    """Origin <-> local number of a log. The numbers stay inside the database."""

    def __init__(self) -> None:
        self._ids: dict[Origin, int] = {}
        self._origins: dict[int, Origin] = {}

    def id_of(self, origin: Origin) -> int:
        """Local number.

        Raises:
            MissingError: ``origin``.
        """
        if origin not in self._ids:
            self._load()
        if origin not in self._ids:
            raise MissingError("origin", "this node does not hold that log")
        return self._ids[origin]

    def origin_of(self, log_id: int) -> Origin:
        """Origin of a local number."""
        if log_id not in self._origins:
            self._load()
        return self._origins[log_id]

    def position(self, origin: Origin, leaf_index: int) -> int:
        """Database key of an act."""
        return (self.id_of(origin) << POSITION_BITS) | leaf_index

    def span(self, origin: Origin, first: int, last: int) -> tuple[int, int]:
        """Database keys of a range of a log, never beyond it: a partner's claim may go up to 2^53."""
        base = self.position(origin, 0)
        return base + min(first, LEAF_MASK), base + min(last, LEAF_MASK)

    def place(self, position: int) -> tuple[Origin, LeafIndex]:
        """(origin, leaf index) of a database key."""
        return self.origin_of(position >> POSITION_BITS), LeafIndex(position & LEAF_MASK)

    def _load(self) -> None:
        with engine_errors():
            found = list(Log.objects.values_list("id", "origin"))
        for log_id, origin in found:
            self._ids[Origin(origin)] = log_id
            self._origins[log_id] = Origin(origin)


def encode_signatures(signatures: Sequence[ActSignature]) -> bytes | None:
    """Stored form of ``sigs[]``; None when an act has none, which is the common case."""
    if not signatures:
        return None
    return orjson.dumps([[signature.keyid, encode_base64(signature.sig)] for signature in signatures])


def decode_signatures(stored: bytes | None) -> tuple[ActSignature, ...]:
    """Signatures of a stored act."""
    if stored is None:
        return ()
    return tuple(ActSignature(keyid, parse_base64(sig)) for keyid, sig in orjson.loads(bytes(stored)))


def act_row(act: SealedAct, position: int) -> Row:
    """Row of the table of acts."""
    return (
        position,
        act.parsed.id,
        act.parsed.object,
        act.commitment,
        act.salt,
        act.envelope,
        encode_signatures(act.signatures),
    )


def stored_acts(rows: Iterable[Row], numbers: LogNumbers) -> list[StoredAct]:
    """Acts of rows of ``ACT_COLUMNS``, with their sections."""
    rows = list(rows)
    sections = _sections_of([row[0] for row in rows if NAMES_SECTIONS in bytes(row[3])])
    result = []
    for position, commitment, salt, envelope, signatures in rows:
        log, leaf_index = numbers.place(position)
        result.append(
            StoredAct(
                log,
                leaf_index,
                bytes(commitment),
                bytes(salt),
                bytes(envelope),
                decode_signatures(signatures),
                sections.get(position, ()),
            )
        )
    return result


def _sections_of(positions: Sequence[int]) -> Mapping[int, tuple[SectionContent, ...]]:
    if not positions:
        return {}
    first, last = min(positions), max(positions)
    if last - first < NEARBY_POSITIONS:
        where, values = "position BETWEEN %s AND %s", [first, last]
    else:
        where, values = f"position IN ({marks(len(positions))})", list(positions)
    found: dict[int, list[SectionContent]] = {}
    for position, name, salt, data in query(
        f"SELECT position, name, salt, data FROM store_section WHERE {where} ORDER BY position, name", values
    ):
        found.setdefault(position, []).append(SectionContent(name, bytes(salt), bytes(data)))
    return {position: tuple(sections) for position, sections in found.items()}


def add_parts(acts: Sequence[SealedAct], positions: Sequence[int]) -> None:
    """Insert the sections of these acts, and which blobs they name."""
    execute_many(
        "INSERT INTO store_blobname (position, sha256) VALUES (%s, %s)",
        [
            (position, blob.sha256)
            for act, position in zip(acts, positions, strict=True)
            for blob in act.parsed.blobs
        ],
    )
    execute_many(
        "INSERT INTO store_section (position, name, salt, data) VALUES (%s, %s, %s, %s)",
        [
            (position, section.name, section.salt, section.data)
            for act, position in zip(acts, positions, strict=True)
            for section in act.sections
        ],
    )


def add_acts(rows: Sequence[Row]) -> None:
    """Insert rows of acts, as ``act_row`` makes them."""
    insert_many("store_act", ADD_ACT_COLUMNS, rows)
