"""One record with all its acts, as far as the reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpRequest

from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.state import InstrumentState, State, Version, state_at
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.records import NoteRow, SealedAct
from mithaq.node.registry import Primitive
from mithaq.web.access.gate import demand, may
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_act, without_closed
from mithaq.web.access.subject import subject_of
from mithaq.web.runtime import get_node
from mithaq.web.scope import marks_of_scope

NOTHING_HERE: Final = "There is nothing at this address."

__all__ = ["NOTHING_HERE", "Record", "load_record", "reference_of"]


@dataclass(frozen=True, slots=True)
class Record:
    """A record that the reader may read.

    Attributes:
        first: the act that opened it.
        acts: every act of it that is held here and the reader may read, by log and place.
        revoked: ids of those from which a revocation of their key has taken the ground.
        instrument: its versions; None for a note.
        notes: its rows, one a recipient; none for an instrument.
    """

    object_id: str
    object_kind: str
    register: str
    first: SealedAct
    acts: tuple[SealedAct, ...]
    protected: Protected
    revoked: frozenset[str] = frozenset()
    instrument: InstrumentState | None = None
    notes: tuple[NoteRow, ...] = ()

    @property
    def title(self) -> Mapping[str, Any]:
        """By language."""
        return self.first.parsed.subject or {}

    @property
    def reference(self) -> str:
        """Short, the same on every node."""
        return reference_of(self.first)

    @property
    def standing(self) -> Version | None:
        """The version in force at this moment, else the newest; None for a note."""
        if self.instrument is None:
            return None
        now = get_node().clock.now()
        entered = [each for each in self.instrument.versions if state_at(each, now) is State.IN_FORCE]
        return max(entered, key=lambda each: each.rank) if entered else self.instrument.latest

    @property
    def state(self) -> str:
        """Of the version that stands, now; or of the note with its first recipient."""
        standing = self.standing
        if standing is not None:
            return str(state_at(standing, get_node().clock.now()))
        return self.notes[0].state if self.notes else "sent"

    @property
    def marks(self) -> tuple[str, ...]:
        """Beside the state, those of time among them."""
        if self.instrument is not None:
            standing = self.standing
            pending = ("withdrawal_pending",) if standing and standing.withdrawal_pending else ()
            return (*pending, *marks_of_scope(self.first))
        now = get_node().clock.now()
        found = {mark for row in self.notes for mark in row.marks}
        if any(is_overdue(row, now) for row in self.notes):
            found.add("overdue")
        return (*sorted(found), *marks_of_scope(self.first))

    def version(self, number: int) -> Version | None:
        """The version of that number; of two, the greater."""
        found = [
            each for each in (self.instrument.versions if self.instrument else ()) if each.number == number
        ]
        return max(found, key=lambda each: each.rank, default=None)


def is_overdue(row: NoteRow, now: Any) -> bool:
    """Whether a note waits beyond its due minute."""
    is_open = row.state in ("sent", "delivered", "read", "accepted", "clarification")
    return is_open and row.due_at is not None and row.due_at < now and row.remaining_s is None


def reference_of(first: SealedAct) -> str:
    """``side/year/number``: author, year of making, place in the author's log; the same on every node."""
    return f"{first.parsed.author}/{first.parsed.created_at.year}/{first.leaf_index}"


def load_record(request: HttpRequest, object_id: str, register: str = "", verb: str = "read") -> Record:
    """A record of a register.

    Raises:
        MissingError: ``not_found``; there is none, or none the reader may know of.
        NotAllowedError: he may know of it, and no more.
    """
    node = get_node()
    acts = node.store.acts.of_objects([object_id])[object_id]
    first = next((act for act in acts if act.parsed.id == object_id), None)
    kind = first.parsed.object_kind if first is not None else None
    if first is None or not kind or (register and kind.partition(".")[0] != register):
        raise MissingError("not_found", NOTHING_HERE)  # the same as for one the reader may not know of
    protected = protect_act(first)
    subject = subject_of(request)
    demand(subject, verb, protected)
    return _fold(node, first, without_closed(acts, lambda one: may(subject, verb, one).allowed), protected)


def _fold(node: Node, first: SealedAct, acts: tuple[SealedAct, ...], protected: Protected) -> Record:
    name = first.parsed.object_kind or ""
    counted = without_revoked(node.store, acts)
    kept = {(act.log, act.leaf_index) for act in counted}
    record = Record(
        object_id=first.object_id,
        object_kind=name,
        register=name.partition(".")[0],
        first=first,
        acts=acts,
        protected=protected,
        revoked=frozenset(act.parsed.id for act in acts if (act.log, act.leaf_index) not in kept),
    )
    kind = node.registry.find(name, first.parsed.object_v)
    if kind is None:
        return record
    if kind.primitive is Primitive.INSTRUMENT:
        others = KnownInstruments(node.store.projections, [first.object_id])
        state = fold_instrument(place_acts(counted, node.store.receipts), others)
        return replace(record, instrument=state)
    return replace(record, notes=tuple(node.store.projections.notes(object_id=first.object_id)))
