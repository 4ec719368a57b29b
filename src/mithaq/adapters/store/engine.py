"""What the two engines must be set to, and the transaction that every write runs in.

Spec: docs/spec 7.3.3. ``NORMAL`` and ``OFF`` are refused: a power
cut would then lose acknowledged acts.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, connections, transaction

from mithaq.adapters.durable import disk_errors, sync_folder
from mithaq.errors import ConflictError, RefusedError, UnavailableError

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
    "secure_delete": "ON",
    "wal_autocheckpoint": "4000",
    "cache_size": "-32768",
}
"""Set on every connection, in this order; ``wal_autocheckpoint`` in pages, negative ``cache_size`` in KiB."""

BUSY_TIMEOUT_S = 20
"""How long a SQLite writer waits for another one."""

POSTGRESQL_REQUIRED = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "data_sync_retry": "off",
    "data_checksums": "on",
}
"""Server settings without which an acknowledged act may be lost."""

SEQUENCER_LOCK_KEY = 0x4D495448
"""Advisory lock of the one sequencer of a PostgreSQL database ("MITH")."""

WRITE_LOCK_KEY = 0x4D495457
"""Advisory lock of a write transaction of a PostgreSQL database ("MITW")."""


def sqlite_database(path: Path, *, synchronous: str = "FULL") -> dict[str, Any]:
    """Django settings of a SQLite file with the record's pragmas."""
    pragmas = {**SQLITE_PRAGMAS, "synchronous": synchronous}
    return {
        "ENGINE": "mithaq.adapters.store.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_TIMEOUT_S,
            "init_command": ";".join(f"PRAGMA {name}={value}" for name, value in pragmas.items()),
        },
    }


def close_connections() -> None:
    """Close the connections of this thread: what a thread does last that is not one of a few for good."""
    connections.close_all()


def check_engine() -> None:
    """Refuse an engine whose settings could lose an acknowledged act.

    Raises:
        RefusedError: ``engine_settings``.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            wrong = _wrong_sqlite_settings(cursor)
        else:
            wrong = _wrong_postgresql_settings(cursor)
    if wrong:
        raise RefusedError("engine_settings", "unsafe database settings: " + ", ".join(wrong))


def _wrong_sqlite_settings(cursor: Any) -> list[str]:
    required = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    wrong = []
    for name, value in required.items():
        cursor.execute(f"PRAGMA {name}")
        found = cursor.fetchone()[0]
        if found != value and not (name == "synchronous" and found == 3):
            wrong.append(f"{name}={found}")
    return wrong


def _wrong_postgresql_settings(cursor: Any) -> list[str]:
    wrong = []
    for name, value in POSTGRESQL_REQUIRED.items():
        cursor.execute("SELECT current_setting(%s)", [name])
        found = cursor.fetchone()[0]
        if found != value:
            wrong.append(f"{name}={found}")
    return wrong


_turn = threading.Lock()


@contextmanager
def write_transaction() -> Iterator[None]:
    """One durable write transaction of this thread; joins the one that runs already.

    Raises:
        UnavailableError: ``disk``; the commit is in doubt, so the writer must stop (spec 7.1.8).
    """
    if connection.in_atomic_block:
        yield
        return
    try:
        with _turn_of_this_thread(), transaction.atomic():
            _take_write_lock()
            yield
    except DatabaseError as error:
        connection.close()
        raise UnavailableError("disk", f"the database did not commit: {error}") from error


@contextmanager
def _turn_of_this_thread() -> Iterator[None]:
    """One write transaction at a time in this process.

    SQLite sees to that too, but whoever waits there sleeps, up to 100 ms at a time.
    """
    if connection.vendor != "sqlite":
        yield
        return
    if not _turn.acquire(timeout=BUSY_TIMEOUT_S):
        raise UnavailableError("disk", "the database is busy")
    try:
        yield
    finally:
        _turn.release()


def _take_write_lock() -> None:
    """On PostgreSQL, one write transaction at a time, as IMMEDIATE gives on SQLite.

    A projection is read, folded and written back: two at once would each miss what the other adds.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK_KEY])


def _sync_what_was_left(database: Path) -> None:
    """Sync the write-ahead log: after a kill a start reads commits in it that no disk may have yet.

    The signer would sign over them; if the power went then, it would stand ahead of this database.
    """
    log = database.with_name(f"{database.name}-wal")
    if not log.exists():
        return
    with disk_errors():
        # No locks hang on this file, so closing it here takes none away from SQLite.
        descriptor = os.open(log, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(database.parent)


def take_sequencer_lock() -> None:
    """On PostgreSQL, hold the advisory lock of the sequencer for the life of this connection.

    On SQLite a file lock does this (``adapters.process_lock``); there, what a killed writer left is
    brought to the disk.

    Raises:
        ConflictError: ``sequencer_running``; another process holds it.
        UnavailableError: ``disk``.
    """
    if connection.vendor != "postgresql":
        _sync_what_was_left(Path(connection.settings_dict["NAME"]))
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SEQUENCER_LOCK_KEY])
        if not cursor.fetchone()[0]:
            raise ConflictError("sequencer_running", "another process appends to this log")
