"""Partners and their keys; alarms; small facts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from mithaq.core.acts.revocations import Revocation
from mithaq.core.types import AdministrationCode, Origin
from mithaq.node.records import Alarm, Partner

MOST_EVIDENCE = 64
"""Pieces of evidence kept of one log and kind."""


class Roster(Protocol):
    """Partners and root versions."""

    def codes(self) -> list[AdministrationCode]:
        """Codes of all partners, sorted; cheap."""
        ...

    def partners(self) -> list[Partner]:
        """All, sorted by code."""
        ...

    def partner(self, code: AdministrationCode) -> Partner:
        """One partner.

        Raises:
            MissingError: ``partner``.
        """
        ...

    def save(self, partner: Partner) -> None:
        """Insert or replace."""
        ...

    def set_contact(self, code: AdministrationCode, at: datetime, health: str) -> None:
        """Note when we last heard from a partner, and how it stands."""
        ...

    def root_versions(self, code: AdministrationCode) -> list[bytes]:
        """Root files of that administration (own ones too), version 1 first."""
        ...

    def last_root(self, code: AdministrationCode) -> bytes:
        """Root file of the highest verified version; b"" when none is known."""
        ...

    def revocations(self, code: AdministrationCode) -> dict[str, Revocation]:
        """Keys of that administration that were revoked, by keyid."""
        ...

    def revocations_of(
        self, codes: Iterable[AdministrationCode]
    ) -> dict[AdministrationCode, dict[str, Revocation]]:
        """As ``revocations``, for several in one look-up; every one of ``codes`` is a key."""
        ...

    def add_revocation(self, code: AdministrationCode, revocation: Revocation) -> None:
        """Keep a verified revocation; of two of one key the smaller size counts."""
        ...

    def add_root(self, code: AdministrationCode, version: int, document: bytes) -> None:
        """Keep a verified root file."""
        ...


class AlarmStore(Protocol):
    """Alarms and the evidence behind them."""

    def raise_alarm(self, alarm: Alarm) -> bool:
        """Keep it once per (code, subject); answers whether it is new."""
        ...

    def alarms(self) -> list[Alarm]:
        """All that stand."""
        ...

    def clear(self, code: str, subject: str) -> None:
        """End an alarm whose cause is gone (a gap filled, a clock right again)."""
        ...

    def keep_evidence(self, origin: Origin, kind: str, notes: Sequence[bytes]) -> None:
        """Keep SignedNotes verbatim, the first ``MOST_EVIDENCE`` of a kind: a liar could send ever more."""
        ...

    def evidence(self, origin: Origin) -> list[tuple[str, list[bytes]]]:
        """(kind, notes) kept about that log."""
        ...


class Settings(Protocol):
    """Small durable facts of the node: mode, backup generation, last self-check."""

    def get(self, name: str) -> str | None:
        """Value, or None."""
        ...

    def set(self, name: str, value: str | None) -> None:
        """Set, or remove with None."""
        ...
