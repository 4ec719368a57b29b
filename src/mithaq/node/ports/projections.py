"""Read models of the two primitives."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from mithaq.core.instruments.next_step import DatedStep, Series, Step
from mithaq.core.instruments.state import OtherVersion
from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.node.records import InstrumentDate, InstrumentLink, InstrumentRow, NearVersions, NoteRow


class Projections(Protocol):
    """Read models of the two primitives; filled by ``node.projection`` alone."""

    def clear(self) -> None:
        """Drop every row (``rebuild``)."""
        ...

    def forget(self, object_id: str) -> None:
        """Drop every row of one object: the act that opened it does not count."""
        ...

    def save_notes(self, rows: Sequence[NoteRow]) -> None:
        """Insert or replace rows, by (object, recipient)."""
        ...

    def save_instruments(self, rows: Sequence[InstrumentRow]) -> None:
        """Insert or replace rows, by object."""
        ...

    def save_versions(
        self, object_id: str, versions: Sequence[OtherVersion], links: Sequence[InstrumentLink]
    ) -> None:
        """Replace what other instruments may ask of this one, and on what it hangs."""
        ...

    def versions_of(self, object_id: str) -> list[OtherVersion]:
        """Versions last saved of that instrument."""
        ...

    def find_version(self, content_hash: str) -> OtherVersion | None:
        """The version of any instrument with that content hash."""
        ...

    def find_successors(self, content_hash: str) -> list[OtherVersion]:
        """Versions linked to that hash by ``replaces``."""
        ...

    def near_versions(self, object_ids: Sequence[str]) -> NearVersions:
        """What ``find_successors`` and ``find_version`` answer about these instruments, in one look-up."""
        ...

    def dependents(self, object_id: str, content_hashes: Sequence[str]) -> list[str]:
        """Other objects to fold again when these versions of ``object_id`` have changed.

        Those that depend on one of them, and those that one of them replaces.
        """
        ...

    def save_dates(self, object_id: str, fixed: Sequence[DatedStep], series: Sequence[Series]) -> None:
        """Replace the days of one instrument."""
        ...

    def dates_between(
        self, first: date, end: date, steps: Collection[Step], limit: int, object_ids: Sequence[str] = ()
    ) -> list[InstrumentDate]:
        """Days of these steps in ``[first, end)``, the earliest first; a span is at most 18 months.

        ``object_ids`` asks for these instruments alone, at most a few hundred.
        """
        ...

    def save_basis(
        self, note_id: str, log: Origin, leaf_index: LeafIndex, instruments: Sequence[str]
    ) -> None:
        """Keep on which instruments a note rests that was opened at that place."""
        ...

    def resting_on(self, instrument_id: str) -> list[str]:
        """Notes that rest on that instrument."""
        ...

    def resting_in(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[str]:
        """Notes opened in that range that rest on an instrument."""
        ...

    def deliver_notes(
        self, log: Origin, recipient: AdministrationCode, first: LeafIndex, last: LeafIndex, at: datetime
    ) -> None:
        """Mark untouched notes (one act, state ``sent``) opened in that range as delivered at ``at``."""
        ...

    def notes(self, **filters: str) -> list[NoteRow]:
        """Rows, newest first."""
        ...

    def instruments(self, **filters: str) -> list[InstrumentRow]:
        """Rows, newest first."""
        ...

    def count_due(self, own_code: AdministrationCode, now: datetime) -> tuple[int, int, int]:
        """Open notes with a due minute: (for us to answer, for partners, of both overdue at ``now``)."""
        ...

    def digest(self) -> dict[str, tuple[int, str]]:
        """Model name -> (row count, hex SHA-256 over all rows in key order); equal models, equal digests."""
        ...
