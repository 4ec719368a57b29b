"""One object for all durable state, as ``node`` sees it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction

from mithaq.adapters.store import models
from mithaq.adapters.store.acts import DatabaseActs
from mithaq.adapters.store.engine import write_transaction
from mithaq.adapters.store.followed import DatabaseFollowed
from mithaq.adapters.store.journal import DatabaseJournal
from mithaq.adapters.store.lost_connection import engine_errors
from mithaq.adapters.store.own_log import DatabaseOwnLog
from mithaq.adapters.store.projections import DatabaseProjections
from mithaq.adapters.store.receipts import DatabaseReceipts
from mithaq.adapters.store.roster import DatabaseAlarms, DatabaseRoster, DatabaseSettings, DatabaseWitnessed
from mithaq.adapters.store.router import DEFAULT, EPHEMERAL, is_one_database
from mithaq.adapters.store.row_reader import DatabaseRowReader
from mithaq.adapters.store.rows import LogNumbers
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.types import AdministrationCode, Origin
from mithaq.node import ports


class DatabaseStore:
    """Implements ``node.ports.Store``."""

    def __init__(self, code: AdministrationCode, origin: Origin) -> None:
        numbers = LogNumbers()
        self.own: ports.OwnLogStore = DatabaseOwnLog(numbers, origin)
        self.followed: ports.FollowedStore = DatabaseFollowed(numbers, code)
        self.witnessed: ports.WitnessStore = DatabaseWitnessed()
        self.acts: ports.ActStore = DatabaseActs(numbers)
        self.receipts: ports.ReceiptStore = DatabaseReceipts(numbers)
        self.projections: ports.Projections = DatabaseProjections(numbers)
        self.journal: ports.Journal = DatabaseJournal()
        self.rows: ports.RowReader = DatabaseRowReader(numbers)
        self.roster: ports.Roster = DatabaseRoster()
        self.alarms: ports.AlarmStore = DatabaseAlarms()
        self.settings: ports.Settings = DatabaseSettings()

    def transaction(self) -> AbstractContextManager[None]:
        """Durable write transaction of this thread."""
        return write_transaction()


def create_own_log(code: AdministrationCode, origin: Origin) -> None:
    """The empty own log of a new node; does nothing when it exists."""
    models.Log.objects.get_or_create(
        origin=origin,
        defaults={
            "administration": code,
            "is_own": True,
            "root_hash": EMPTY_ROOT,
            "applied_root": EMPTY_ROOT,
            "compact_range": CompactRange().encode(),
        },
    )


TAKE_NONCE = "INSERT INTO store_nonce (key, expires_s) VALUES (%s, %s) ON CONFLICT DO NOTHING"

PURGE_EVERY = 256
"""Nonces taken between two looks for expired ones."""

SURELY_EXPIRED_S = 3_600
"""A nonce that expires this long before a fresh one has expired: requests live for minutes."""


class DatabaseNonces:
    """Implements ``node.ports.NonceStore``.

    On SQLite in the ephemeral file; on PostgreSQL over the one connection that a thread has, by commits
    that do not wait for the disk.
    """

    def __init__(self) -> None:
        self._taken = 0

    def is_fresh(self, keyid: str, nonce: str, expires_at: datetime) -> bool:
        """Take a nonce once."""
        self._taken += 1  # a race of two threads costs no more than a purge
        if self._taken % PURGE_EVERY == 0:
            self.forget_expired(expires_at - timedelta(seconds=SURELY_EXPIRED_S))
        row = (f"{keyid[:64]}:{nonce}", int(expires_at.timestamp()))
        with self._cursor() as cursor:
            cursor.execute(TAKE_NONCE, row)
            return bool(cursor.rowcount == 1)

    def forget_expired(self, now: datetime) -> int:
        """Drop nonces past their time; answers how many."""
        with self._cursor() as cursor:
            cursor.execute("DELETE FROM store_nonce WHERE expires_s < %s", (int(now.timestamp()),))
            return int(cursor.rowcount)

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        alias = DEFAULT if is_one_database() else EPHEMERAL
        with engine_errors(alias), transaction.atomic(alias), connections[alias].cursor() as cursor:
            if alias == DEFAULT:
                cursor.execute("SET LOCAL synchronous_commit = off")
            yield cursor
