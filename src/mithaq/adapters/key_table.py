"""Data keys of sealed content, wrapped, in a database file of their own: destroying a key erases content.

The file is small and is written seldom, so it takes the strictest settings: a rollback journal that
is gone after each commit, the folder synced too, deleted rows overwritten.
"""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from mithaq.adapters.durable import PRIVATE_FILE, create_file
from mithaq.errors import MalformedError, MissingError, RefusedError, UnavailableError

KEY_BYTES = 32
_BUSY_TIMEOUT_S = 20
_PRAGMAS = ("journal_mode=DELETE", "synchronous=EXTRA", "secure_delete=ON", "trusted_schema=OFF")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS data_key (
    key_id TEXT PRIMARY KEY, generation INTEGER NOT NULL, wrapped BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blob (
    key_id TEXT PRIMARY KEY REFERENCES data_key, owner TEXT NOT NULL, size_bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blob_owner ON blob (owner);
"""


@dataclass(frozen=True, slots=True)
class BlobRow:
    """Whose quota a file counts against, and by how much.

    Attributes:
        owner: code of the partner it came from; empty for our own.
        size_bytes: of the whole file, as its manifest says.
    """

    owner: str
    size_bytes: int


class KeyTable:
    """``<home>/keytable.sqlite3``. Threads and processes may share the file.

    Args:
        path: of the file; made 0600 when missing.
        kek: 32 bytes, wraps every data key (AES-KW, RFC 3394).
        generation: of the KEK; written beside each key wrapped under it.

    Raises:
        MalformedError: ``kek_length``.
        RefusedError: ``key_table_mode``; the file cannot be set as it must be.
        UnavailableError: ``disk``.
    """

    def __init__(self, path: Path, kek: bytes, generation: int = 1) -> None:
        if len(kek) != KEY_BYTES:
            raise MalformedError("kek_length", "A key-encryption key is 32 bytes.")
        self._kek = kek
        self._generation = generation
        self._lock = threading.RLock()
        if not path.exists():
            create_file(path, b"", PRIVATE_FILE)
        with _database_errors():
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._prepare()

    def _prepare(self) -> None:
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        found = [
            self._connection.execute(f"PRAGMA {pragma.split('=')[0]}").fetchone()[0] for pragma in _PRAGMAS
        ]
        if found != ["delete", 3, 1, 0]:
            raise RefusedError("key_table_mode", "The table of data keys cannot be set as it must be.")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        with self._lock, _database_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def add_blob(self, key_id: str, data_key: bytes, row: BlobRow, quota_bytes: int) -> bytes:
        """Keeps a key for a new file within its owner's quota.

        Returns:
            The key to use: the one kept before, when there is one.

        Raises:
            RefusedError: ``blob_quota``; with this file the owner's files are over ``quota_bytes``.
            UnavailableError: ``disk``, ``busy``.
        """
        with self._transaction() as connection:
            query = "SELECT wrapped, owner FROM data_key LEFT JOIN blob USING (key_id) WHERE key_id = ?"
            known = connection.execute(query, (key_id,)).fetchone()
            owner = row.owner if known is None or known[1] is None else known[1]
            query = "SELECT coalesce(sum(size_bytes), 0) FROM blob WHERE owner = ? AND key_id <> ?"
            others: int = connection.execute(query, (owner, key_id)).fetchone()[0]
            if others + row.size_bytes > quota_bytes:
                raise RefusedError("blob_quota", "The files of this administration are over its quota.")
            if known is None:
                wrapped = aes_key_wrap(self._kek, data_key)
                connection.execute(
                    "INSERT INTO data_key VALUES (?, ?, ?)", (key_id, self._generation, wrapped)
                )
            connection.execute(
                "INSERT OR REPLACE INTO blob VALUES (?, ?, ?)", (key_id, owner, row.size_bytes)
            )
        return data_key if known is None else self._unwrap(known[0])

    def data_key(self, key_id: str) -> bytes:
        """One data key, 32 bytes.

        Raises:
            MissingError: ``data_key``; never made, or destroyed.
            RefusedError: ``data_key_wrapped``; it does not open under this KEK.
            UnavailableError: ``disk``, ``busy``.
        """
        with self._lock, _database_errors():
            query = "SELECT wrapped FROM data_key WHERE key_id = ?"
            row = self._connection.execute(query, (key_id,)).fetchone()
        if row is None:
            raise MissingError("data_key", "There is no such data key.")
        return self._unwrap(row[0])

    def _unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._kek, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise RefusedError("data_key_wrapped", "A data key does not open under this key.") from error

    def used_bytes(self, owner: str) -> int:
        """Sum of the sizes of an owner's files.

        Raises:
            UnavailableError: ``disk``, ``busy``.
        """
        with self._lock, _database_errors():
            query = "SELECT coalesce(sum(size_bytes), 0) FROM blob WHERE owner = ?"
            used: int = self._connection.execute(query, (owner,)).fetchone()[0]
        return used

    def destroy(self, key_id: str) -> None:
        """Destroys a key: what it sealed is unreadable from here on. Doing it twice is harmless.

        Raises:
            UnavailableError: ``disk``, ``busy``.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM blob WHERE key_id = ?", (key_id,))
            connection.execute("DELETE FROM data_key WHERE key_id = ?", (key_id,))


@contextmanager
def _database_errors() -> Generator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        is_busy = (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        raise UnavailableError(
            "busy" if is_busy else "disk", "The table of data keys cannot be used."
        ) from error
    except sqlite3.DatabaseError as error:
        raise UnavailableError("disk", "The table of data keys is damaged.") from error
