"""The index in a file of its own: its writes never wait for the record's, nor the record's for them."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

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
    plain_word,
    rank_of,
    sound_of,
    sounding_words,
    written_words,
)
from mithaq.errors import UnavailableError
from mithaq.node.ports.search import Cursors, KnownWord, SearchDocument, SearchHit, SearchQuery

TABLES: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    place INTEGER PRIMARY KEY AUTOINCREMENT, object_id TEXT NOT NULL UNIQUE, register TEXT NOT NULL,
    rank INTEGER NOT NULL, is_named INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX document_named ON document (is_named) WHERE is_named;
CREATE VIRTUAL TABLE passage USING fts5 (
    folded, bare, tags, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3', detail = 'column'
);
CREATE TABLE word (
    folded TEXT PRIMARY KEY, written TEXT NOT NULL, block TEXT NOT NULL, strong INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX word_sound ON word (block, strong);
"""
DROPPED: Final = ("fact", "document", "passage", "word")
PRAGMAS: Final = ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON", "trusted_schema = OFF")
BUSY_S: Final = 20.0
KNOWN_WORDS_MAX: Final = 200_000


class SqliteIndex:
    """Implements ``node.ports.search.SearchIndex`` over FTS5."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        self._known: set[str] = set()
        self._is_made = False

    def cursors(self) -> Cursors:
        """How far it has read."""
        with self._reading() as connection:
            return decode_cursors(self._fact(connection, "cursors"))

    def take(
        self, documents: Sequence[SearchDocument], gone: Sequence[str], before: Cursors, after: Cursors
    ) -> bool:
        """Replace documents and move the cursors, or neither."""
        prepared = [(one, folded_text(one)) for one in documents]
        words = self._new_words(prepared)
        with self._writing() as connection:
            if decode_cursors(self._fact(connection, "cursors")) != before:
                self._known.clear()
                return False
            names_changed = [self._remove(connection, object_id) for object_id in gone]
            names_changed += [self._put(connection, one, folded) for one, folded in prepared]
            connection.executemany("INSERT OR IGNORE INTO word VALUES (?, ?, ?, ?)", words)
            self._set_fact(connection, "cursors", encode_cursors(after))
            if any(names_changed):
                generation = int(self._fact(connection, "generation") or 0) + 1
                self._set_fact(connection, "generation", str(generation))
        return True

    def clear(self) -> None:
        """Drop everything."""
        with self._writing() as connection:
            self._make(connection)

    def find(self, query: SearchQuery, limit: int) -> dict[str, list[SearchHit]]:
        """Hits by register, the newest first."""
        terms = plain_terms(query.terms)
        if not terms:
            return {}
        with self._reading() as connection:
            registers = list(query.registers) or self._registers(connection)
            found: dict[str, list[SearchHit]] = {}
            for register in registers:
                hits = self._find_in(connection, query, terms, register, limit)
                if hits:
                    found[register] = hits
        return found

    def _find_in(
        self,
        connection: sqlite3.Connection,
        query: SearchQuery,
        terms: Sequence[Sequence[str]],
        register: str,
        limit: int,
    ) -> list[SearchHit]:
        top = max((rank_of(code) for code in query.codes), default=-1)
        sql = (
            "SELECT document.place, document.data"
            " FROM passage JOIN document ON document.place = passage.rowid"
            " WHERE passage MATCH ? AND document.rank <= ? AND passage.rowid < ?"
            " ORDER BY passage.rowid DESC LIMIT ?"
        )
        match = f"tags: {_quote(f'in{register}')} AND {{folded bare}}: ({_match(terms)})"
        before = query.before if query.before is not None else 2**62
        rows = connection.execute(sql, (match, top, before, limit))
        return [SearchHit(place, decode_document(data)) for place, data in rows]

    def _registers(self, connection: sqlite3.Connection) -> list[str]:
        told = self._fact(connection, "registers")
        return told.split() if told else []

    def words_near(self, blocks: Sequence[str], strong: int, limit: int) -> list[KnownWord]:
        """Words of these classes of sound."""
        places = ", ".join("?" * len(blocks))
        sql = (
            f"SELECT folded, written FROM word WHERE block IN ({places}) AND strong BETWEEN ? AND ?"
            " ORDER BY abs(strong - ?), folded LIMIT ?"
        )
        with self._reading() as connection:
            return known_words(
                connection.execute(sql, (*blocks, strong - 1, strong + 1, strong, limit)).fetchall()
            )

    def holds(self, folded: str) -> bool:
        """Whether some document holds that word."""
        with self._reading() as connection:
            found = connection.execute("SELECT 1 FROM word WHERE folded = ?", (folded,)).fetchone()
        return found is not None

    def names(self) -> tuple[int, list[tuple[SearchDocument, str]]]:
        """Documents with names."""
        with self._reading() as connection:
            generation = int(self._fact(connection, "generation") or 0)
            rows = connection.execute("SELECT data FROM document WHERE is_named").fetchall()
        documents = [decode_document(row[0]) for row in rows]
        return generation, [(one, name) for one in documents for name in one.names]

    def count(self) -> int:
        """Documents."""
        with self._reading() as connection:
            return int(connection.execute("SELECT COUNT(*) FROM document").fetchone()[0])

    def generation(self) -> int:
        """Changes when names do."""
        with self._reading() as connection:
            return int(self._fact(connection, "generation") or 0)

    # Rows

    def _put(self, connection: sqlite3.Connection, document: SearchDocument, folded: str) -> bool:
        known = connection.execute(
            "SELECT place, is_named FROM document WHERE object_id = ?", (document.object_id,)
        ).fetchone()
        is_named = bool(document.names)
        values = (document.register, rank_of(document.code), is_named, encode_document(document))
        if known is None:
            sql = "INSERT INTO document (object_id, register, rank, is_named, data) VALUES (?, ?, ?, ?, ?)"
            place = connection.execute(sql, (document.object_id, *values)).lastrowid
            self._add_register(connection, document.register)
        else:
            place = known[0]
            sql = "UPDATE document SET register = ?, rank = ?, is_named = ?, data = ? WHERE place = ?"
            connection.execute(sql, (*values, place))
            connection.execute("DELETE FROM passage WHERE rowid = ?", (place,))
        connection.execute(
            "INSERT INTO passage (rowid, folded, bare, tags) VALUES (?, ?, ?, ?)",
            (place, folded, bare_words(folded), f"in{document.register}"),
        )
        return is_named or bool(known and known[1])

    def _remove(self, connection: sqlite3.Connection, object_id: str) -> bool:
        known = connection.execute(
            "SELECT place, is_named FROM document WHERE object_id = ?", (object_id,)
        ).fetchone()
        if known is None:
            return False
        connection.execute("DELETE FROM passage WHERE rowid = ?", (known[0],))
        connection.execute("DELETE FROM document WHERE place = ?", (known[0],))
        return bool(known[1])

    def _add_register(self, connection: sqlite3.Connection, register: str) -> None:
        known = self._registers(connection)
        if register not in known:
            self._set_fact(connection, "registers", " ".join(sorted([*known, register])))

    def _new_words(self, prepared: Sequence[tuple[SearchDocument, str]]) -> list[tuple[str, str, str, int]]:
        """Words not met before; how they are written is only looked for where there are some."""
        if len(self._known) > KNOWN_WORDS_MAX:
            self._known.clear()
        found = []
        for document, folded_words in prepared:
            words = sounding_words(folded_words)
            if self._known.issuperset(words):
                continue
            for folded, written in written_words(document).items():
                if folded not in self._known:
                    self._known.add(folded)
                    sound = sound_of(folded)
                    if sound is not None:
                        found.append((folded, written, *sound))
            self._known.update(words)
        return found

    @staticmethod
    def _fact(connection: sqlite3.Connection, name: str) -> str | None:
        row = connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    @staticmethod
    def _set_fact(connection: sqlite3.Connection, name: str, value: str) -> None:
        connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # Connections: one a thread

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connect()
        except sqlite3.Error as error:
            self._forget()
            raise UnavailableError("search_index", "the search index cannot be read", 1) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._forget()
            raise UnavailableError("search_index", "the search index cannot be written", 1) from error

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            return connection
        connection = sqlite3.connect(self._file, timeout=BUSY_S, isolation_level=None)
        # Lost writes of an index cost a second of reading; its form stays whole all the same.
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "secure_delete = ON",
            "trusted_schema = OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")
        self._file.chmod(0o600)
        self._local.connection = connection
        if not self._is_made:
            self._prepare(connection)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if self._form(connection) != FORM:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if self._form(connection) != FORM:
                    self._make(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        self._is_made = True

    def _form(self, connection: sqlite3.Connection) -> str | None:
        try:
            return self._fact(connection, "form")
        except sqlite3.OperationalError:
            return None

    def _make(self, connection: sqlite3.Connection) -> None:
        for table in DROPPED:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in TABLES.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        self._set_fact(connection, "form", FORM)
        self._known.clear()

    def _forget(self) -> None:
        self._known.clear()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def close(self) -> None:
        """Close the connection of this thread."""
        self._forget()


def _match(terms: Sequence[Sequence[str]]) -> str:
    return " AND ".join("(" + " OR ".join(f"{_quote(word)}*" for word in choices) + ")" for choices in terms)


def _quote(word: str) -> str:
    return f'"{plain_word(word)}"'
