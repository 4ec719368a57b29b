"""One object for all durable state, as ``node`` sees it."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db import IntegrityError

from mithaq.adapters.store import models
from mithaq.adapters.store.acts import DatabaseActs
from mithaq.adapters.store.engine import write_transaction
from mithaq.adapters.store.followed import DatabaseFollowed
from mithaq.adapters.store.lost_connection import with_engine_errors
from mithaq.adapters.store.own_log import DatabaseOwnLog
from mithaq.adapters.store.projections import DatabaseProjections
from mithaq.adapters.store.receipts import DatabaseReceipts
from mithaq.adapters.store.roster import DatabaseAlarms, DatabaseRoster, DatabaseSettings, DatabaseWitnessed
from mithaq.adapters.store.router import EPHEMERAL
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


PURGE_EVERY = 256
"""Nonces taken between two looks for expired ones."""

SURELY_EXPIRED_S = 3_600
"""A nonce that expires this long before a fresh one has expired: requests live for minutes."""


@with_engine_errors(EPHEMERAL)
class DatabaseNonces:
    """Implements ``node.ports.NonceStore`` on the ephemeral database."""

    def __init__(self) -> None:
        self._taken = 0

    def is_fresh(self, keyid: str, nonce: str, expires_at: datetime) -> bool:
        """Take a nonce once."""
        self._taken += 1  # a race of two threads costs no more than a purge
        if self._taken % PURGE_EVERY == 0:
            self.forget_expired(expires_at - timedelta(seconds=SURELY_EXPIRED_S))
        try:
            models.Nonce.objects.using(EPHEMERAL).create(
                key=f"{keyid[:64]}:{nonce}", expires_s=int(expires_at.timestamp())
            )
        except IntegrityError:
            return False
        return True

    def forget_expired(self, now: datetime) -> int:
        """Drop nonces past their time; answers how many."""
        expired = models.Nonce.objects.using(EPHEMERAL).filter(expires_s__lt=int(now.timestamp()))
        return expired.delete()[0]
