"""The index in unlogged tables of the record's database: a crash empties them, and they are read anew."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import DatabaseError, connection, transaction

from mithaq.adapters.search.document_rows import (
    FORM,
    bare_words,
    decode_cursors,
    decode_document,
    encode_cursors,
    encode_document,
    folded_text,
    known_words,
    plain_terms,
    rank_of,
    sound_of,
    written_words,
)
from mithaq.adapters.store.lost_connection import engine_errors
from mithaq.errors import UnavailableError
from mithaq.node.ports.search import Cursors, KnownWord, SearchDocument, SearchHit, SearchQuery

TABLES: Final = """
DROP TABLE IF EXISTS search_fact, search_document, search_word;
CREATE UNLOGGED TABLE search_fact (name text PRIMARY KEY, value text NOT NULL);
CREATE UNLOGGED TABLE search_document (
    place bigserial PRIMARY KEY, object_id text NOT NULL UNIQUE, register text NOT NULL,
    rank integer NOT NULL, is_named boolean NOT NULL, data bytea NOT NULL, words tsvector NOT NULL
);
CREATE INDEX search_document_words ON search_document USING gin (words);
CREATE INDEX search_document_place ON search_document (register, place DESC);
CREATE INDEX search_document_named ON search_document (is_named) WHERE is_named;
CREATE UNLOGGED TABLE search_word (
    folded text PRIMARY KEY, written text NOT NULL, block text NOT NULL, strong integer NOT NULL
);
CREATE INDEX search_word_sound ON search_word (block, strong)
"""
MAX_VECTOR_TEXT: Final = 200_000
"""Characters; a tsvector holds at most 1 MiB."""

Cursor = Any


class PostgresqlIndex:
    """Implements ``node.ports.search.SearchIndex`` over tsvector."""

    def __init__(self) -> None:
        self._is_made = False

    def cursors(self) -> Cursors:
        """How far it has read."""
        with self._cursor() as cursor:
            return decode_cursors(_fact(cursor, "cursors"))

    def take(
        self, documents: Sequence[SearchDocument], gone: Sequence[str], before: Cursors, after: Cursors
    ) -> bool:
        """Replace documents and move the cursors, or neither."""
        with self._writing() as cursor:
            if decode_cursors(_fact(cursor, "cursors")) != before:
                return False
            named = [self._remove(cursor, object_id) for object_id in gone]
            named += [self._put(cursor, one) for one in documents]
            for document in documents:
                _add_words(cursor, document)
            _set_fact(cursor, "cursors", encode_cursors(after))
            if any(named):
                _set_fact(cursor, "generation", str(int(_fact(cursor, "generation") or 0) + 1))
        return True

    def clear(self) -> None:
        """Drop everything."""
        with self._writing() as cursor:
            _make(cursor)

    def find(self, query: SearchQuery, limit: int) -> dict[str, list[SearchHit]]:
        """Hits by register, the newest first."""
        terms = plain_terms(query.terms)
        if not terms:
            return {}
        top = max((rank_of(code) for code in query.codes), default=-1)
        wanted = " & ".join("(" + " | ".join(f"'{word}':*" for word in choices) + ")" for choices in terms)
        sql = (
            "SELECT register, place, data FROM (SELECT register, place, data,"
            " row_number() OVER (PARTITION BY register ORDER BY place DESC) AS number FROM search_document"
            " WHERE words @@ to_tsquery('simple', %s) AND rank <= %s AND place < %s{}) AS found"
            " WHERE number <= %s ORDER BY register, place DESC"
        )
        values: list[object] = [wanted, top, query.before if query.before is not None else 2**62]
        if query.registers:
            values.append(list(query.registers))
        with self._cursor() as cursor:
            cursor.execute(sql.format(" AND register = ANY(%s)" if query.registers else ""), [*values, limit])
            found: dict[str, list[SearchHit]] = {}
            for register, place, data in cursor.fetchall():
                found.setdefault(register, []).append(SearchHit(place, decode_document(bytes(data))))
        return found

    def words_near(self, blocks: Sequence[str], strong: int, limit: int) -> list[KnownWord]:
        """Words of these classes of sound."""
        sql = (
            "SELECT folded, written FROM search_word WHERE block = ANY(%s) AND strong BETWEEN %s AND %s"
            " ORDER BY abs(strong - %s), folded LIMIT %s"
        )
        with self._cursor() as cursor:
            cursor.execute(sql, [list(blocks), strong - 1, strong + 1, strong, limit])
            return known_words(cursor.fetchall())

    def holds(self, folded: str) -> bool:
        """Whether some document holds that word."""
        with self._cursor() as cursor:
            cursor.execute("SELECT 1 FROM search_word WHERE folded = %s", [folded])
            return cursor.fetchone() is not None

    def names(self) -> tuple[int, list[tuple[SearchDocument, str]]]:
        """Documents with names."""
        with self._cursor() as cursor:
            generation = int(_fact(cursor, "generation") or 0)
            cursor.execute("SELECT data FROM search_document WHERE is_named")
            documents = [decode_document(bytes(row[0])) for row in cursor.fetchall()]
        return generation, [(one, name) for one in documents for name in one.names]

    def generation(self) -> int:
        """Changes when names do."""
        with self._cursor() as cursor:
            return int(_fact(cursor, "generation") or 0)

    def count(self) -> int:
        """Documents."""
        with self._cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM search_document")
            return int(cursor.fetchone()[0])

    def _put(self, cursor: Cursor, document: SearchDocument) -> bool:
        was_named = self._remove(cursor, document.object_id, keep=True)
        folded = folded_text(document)[:MAX_VECTOR_TEXT]
        cursor.execute(
            "INSERT INTO search_document (object_id, register, rank, is_named, data, words)"
            " VALUES (%s, %s, %s, %s, %s, to_tsvector('simple', %s))"
            " ON CONFLICT (object_id) DO UPDATE SET register = excluded.register, rank = excluded.rank,"
            " is_named = excluded.is_named, data = excluded.data, words = excluded.words",
            [
                document.object_id,
                document.register,
                rank_of(document.code),
                bool(document.names),
                encode_document(document),
                f"{folded} {bare_words(folded)}",
            ],
        )
        return was_named or bool(document.names)

    def _remove(self, cursor: Cursor, object_id: str, *, keep: bool = False) -> bool:
        cursor.execute("SELECT is_named FROM search_document WHERE object_id = %s", [object_id])
        known = cursor.fetchone()
        if known is not None and not keep:
            cursor.execute("DELETE FROM search_document WHERE object_id = %s", [object_id])
        return bool(known and known[0])

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        if not self._is_made:
            with self._writing():
                pass
        with engine_errors(), connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def _writing(self) -> Iterator[Cursor]:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # An index that a crash has emptied is read anew: no author waits for its disk.
                cursor.execute("SET LOCAL synchronous_commit = off")
                if not self._is_made:
                    _prepare(cursor)
                yield cursor
            self._is_made = True
        except DatabaseError as error:
            raise UnavailableError("search_index", "the search index cannot be written", 1) from error


def _prepare(cursor: Cursor) -> None:
    cursor.execute("SELECT to_regclass('search_fact')")
    if cursor.fetchone()[0] is None or _fact(cursor, "form") != FORM:
        _make(cursor)


def _make(cursor: Cursor) -> None:
    cursor.execute(TABLES)
    _set_fact(cursor, "form", FORM)


def _fact(cursor: Cursor, name: str) -> str | None:
    cursor.execute("SELECT value FROM search_fact WHERE name = %s", [name])
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def _set_fact(cursor: Cursor, name: str, value: str) -> None:
    cursor.execute(
        "INSERT INTO search_fact (name, value) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )


def _add_words(cursor: Cursor, document: SearchDocument) -> None:
    rows = []
    for folded, written in written_words(document).items():
        sound = sound_of(folded)
        if sound is not None:
            rows.append((folded, written, *sound))
    if rows:
        cursor.executemany(
            "INSERT INTO search_word (folded, written, block, strong) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            rows,
        )
