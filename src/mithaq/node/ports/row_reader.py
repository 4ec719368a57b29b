"""Reading rows a page at a time: what lists of pages and of the API show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.node.records import InstrumentRow, NoteRow, ParkedAct, SealedAct

MOST_SOUGHT = 256
"""Acts that one search by bytes hands over: an act may hold 256 KiB."""


class RowQuery(Struct, frozen=True):
    """Which rows; a field left out asks for all.

    Attributes:
        register: first part of ``object_kind``.
        states: any of them.
        codes: handling codes that may be shown; notes only (an instrument's is in its acts).
        field: code of a field of cooperation that the object names.
        object_ids: only these objects, at most a few hundred.
        rests_on: only notes whose clock rests on that instrument.
        due_before: only notes with a due minute before it; then ordered by it, the earliest first.
        due_from: not before that; with ``due_before``.
        binding_from, binding_before: only instruments that enter into force in ``[from, before)``; dates.
        except_kinds: object kinds left out.
        unsigned_by: only instruments whose newest version waits for the signature of that administration.
        waits: only notes that still wait for an answer or an acknowledgement.
        since: only what was delivered here (a note) or opened (an instrument) at or after it.
        order: ``oldest`` for the oldest first; ``due`` for the notes that wait, the first due first, then the
            others, the newest first. Not for pages that go on after a row.
    """

    register: str = ""
    object_kind: str = ""
    states: Sequence[str] = ()
    dossier: str = ""
    sender: str = ""
    recipient: str = ""
    codes: Sequence[str] | None = None
    field: str = ""
    due_before: datetime | None = None
    due_from: datetime | None = None
    binding_from: str = ""
    binding_before: str = ""
    except_kinds: Sequence[str] = ()
    unsigned_by: str = ""
    waits: bool = False
    since: datetime | None = None
    object_ids: Sequence[str] = ()
    rests_on: str = ""
    order: str = ""


class Tally(Struct, frozen=True):
    """How one administration stands with another in one register.

    Attributes:
        sender, recipient: who asked, and who owes.
        opened: notes that expect an answer or an acknowledgement.
        open: of these, what still waits; ``overdue`` of them at the instant asked for.
        in_time, late: of these, met before or after the due minute; without one a note is in time.
        ended: over without being met (withdrawn, closed).
    """

    sender: AdministrationCode
    recipient: AdministrationCode
    register: str
    opened: int
    open: int
    overdue: int
    in_time: int
    late: int
    ended: int


class InstrumentDays(Struct, frozen=True):
    """The days of an instrument's newest version, for lists that are ordered by them; dates are ISO 8601.

    Attributes:
        ends_on: the first day on which it is terminated or replaced; None while none is known.
    """

    object_id: str
    content_hash: str
    state: str
    signed_on: str | None
    entry_into_force_on: str | None
    ends_on: str | None


class DossierSpan(Struct, frozen=True):
    """A dossier, and the first and the last object that was opened in it; ids of objects grow with time."""

    dossier: str
    first_id: str
    last_id: str


class RowReader(Protocol):
    """Pages of rows. Ids of objects grow with time: their order is the newest first, with no other index.

    Acts come without the content of their sections: a list shows none.
    """

    def notes(
        self, query: RowQuery, limit: int, after: tuple[str, str] | None = None, offset: int = 0
    ) -> list[NoteRow]:
        """Notes, the newest first; after the row of that (object, recipient) if it is given."""
        ...

    def count_notes(self, query: RowQuery) -> int:
        """How many rows the query has."""
        ...

    def notes_each(self, asked: Sequence[tuple[RowQuery, int]]) -> list[list[NoteRow]]:
        """The first notes of each of these queries, at most so many of each, in one statement."""
        ...

    def count_each(self, notes: Sequence[RowQuery], instruments: Sequence[RowQuery] = ()) -> list[int]:
        """How many notes, then how many instruments, each of these queries has, in one statement."""
        ...

    def generation(self) -> tuple[int, ...]:
        """Something else after every write to the logs or the journal: what rows are made of.

        A receipt, a revoked key and what a partner sent count as such. One look-up, cheap on any store.
        """
        ...

    def instruments(
        self, query: RowQuery, limit: int, after: str | None = None, offset: int = 0
    ) -> list[InstrumentRow]:
        """Instruments, the newest first; after that object if it is given."""
        ...

    def instruments_each(self, asked: Sequence[tuple[RowQuery, int]]) -> list[list[InstrumentRow]]:
        """The newest instruments of each of these queries, at most so many of each, in one statement."""
        ...

    def count_instruments(self, query: RowQuery) -> int:
        """How many rows the query has; what notes alone have does not count. ``sender`` is the proposer."""
        ...

    def instrument_days(self, query: RowQuery) -> list[InstrumentDays]:
        """Every instrument of the query with its days alone, in no order: thousands in one look-up."""
        ...

    def dossiers(self, codes: Sequence[str] | None, limit: int) -> list[DossierSpan]:
        """Dossiers of instruments, and of notes of these codes; the one that was filed into last first."""
        ...

    def acts_between(
        self,
        log: Origin,
        first: LeafIndex,
        last: LeafIndex,
        needles: Sequence[bytes] = (),
        *,
        newest_first: bool = False,
    ) -> list[SealedAct]:
        """Acts with content held of ``first..last``, in index order.

        With ``needles`` only those whose envelope holds each of these bytes, at most ``MOST_SOUGHT``: the
        first ones, or the last ones with ``newest_first``.
        """
        ...

    def acts_at(self, places: Sequence[tuple[Origin, LeafIndex]]) -> list[SealedAct]:
        """Acts with content held at these places, in their order."""
        ...

    def first_acts(self, object_ids: Sequence[str]) -> dict[str, SealedAct]:
        """The act that opened each of these objects, by object; without those not held."""
        ...

    def parked_between(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[ParkedAct]:
        """Acts set aside among ``first..last``, in index order."""
        ...

    def tally(self, since: datetime, until: datetime, now: datetime) -> list[Tally]:
        """Notes that wait for something, counted: opened in ``[since, until)``, by parties and register."""
        ...

    def parties(self) -> list[AdministrationCode]:
        """Everyone who is on a note here, sorted."""
        ...
