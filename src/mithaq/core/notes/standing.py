"""Where a note stands with one recipient: the values that ``state`` computes.

Spec: docs/spec 10.1.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.notes.bodies import Expects
from mithaq.core.notes.times import Interval
from mithaq.core.types import AdministrationCode


class NoteStatus(StrEnum):
    """The states of a note. No other is stored or sent; registers have words of their own for them."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    ACCEPTED = "accepted"
    CLARIFICATION = "clarification"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


FINAL: Final = frozenset({NoteStatus.ANSWERED, NoteStatus.REFUSED, NoteStatus.WITHDRAWN, NoteStatus.CLOSED})
OPEN: Final = frozenset(NoteStatus) - FINAL


class NoteMark(StrEnum):
    """What stands beside the state. Marks of time, as overdue, are those of ``clock``."""

    PART_ANSWERED = "part_answered"
    CORRECTED = "corrected"
    WITHDRAWN_LATE = "withdrawn_late"
    ANSWERED_BEFORE_CORRECTION = "answered_before_correction"
    PENDING = "pending"
    TIME_DISPUTED = "time_disputed"


class NoEffectReason(StrEnum):
    """Why an act changes nothing. Such an act is kept and shown."""

    WRONG_SIDE = "wrong_side"
    NOT_ADDRESSED = "not_addressed"
    UNKNOWN_REPLY = "unknown_reply"
    MALFORMED_BODY = "malformed_body"
    OUT_OF_STATE = "out_of_state"
    FINAL_STATE = "final_state"
    """Its author had seen a final state."""
    OVERTAKEN = "overtaken"
    """It crossed an act that beats it."""
    ATTACHED = "attached"
    """An answer or refusal that crossed another, or whose questions all have a result."""


class Result(StrEnum):
    """What became of one question."""

    NONE = "none"
    ANSWERED = "answered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NoteTerms:
    """What the kind of a note, at its schema version, asks of it.

    Attributes:
        expects: what ends the waiting.
        default_limit_s: the limit where no procedure is in force, seconds; None where the kind has none.
    """

    expects: Expects
    default_limit_s: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question and its result.

    Attributes:
        no: number of the question in ``note.send``.
        result: the first result in fold order.
        act: the act that gave it; None while there is none.
        ground: code of the refusal; None unless refused.
    """

    no: int
    result: Result = Result.NONE
    act: PlacedAct | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Clarification:
    """A question back to the sender, from ``note.clarify`` to ``note.explain``.

    Attributes:
        asked: the clarification.
        explained: the explanation; None while it is awaited, or when the note ended without one.
        span: from event_at of the one to delivered_at of the other, or to the end of the note.
    """

    asked: PlacedAct
    explained: PlacedAct | None
    span: Interval


@dataclass(frozen=True, slots=True)
class WithoutEffect:
    """An act that changes nothing, and why."""

    act: PlacedAct
    reason: NoEffectReason


@dataclass(frozen=True, slots=True)
class NoteState:
    """A note as one recipient and its sender both see it. Equal acts and receipts give equal states.

    Attributes:
        send: the act that opened the note.
        recipient: whose state it is.
        terms: what the kind asks.
        status: the state.
        marks: what stands beside it.
        delivered_at: T of the recipient's first ``applied`` receipt (aware UTC); None while sent.
        questions: in the order of ``note.send``, each with its result.
        read_by, accepted_by: the act that did so; None if none.
        clarifications: in fold order.
        replies: answers and refusals that count, in fold order.
        extended_s: seconds added by ``note.extend``.
        corrections: in fold order.
        met_by: the act that meets ``expects``; None while none does.
        met_at: event_at of it (aware UTC).
        ended_by: the act that made the state final: the answer or refusal, else the withdrawal,
            else the closing; None while open.
        ended_at: event_at of it (aware UTC).
        closed_by: the closing; None unless closed.
        outcome: code of the closing.
        pending: acts that no receipt of the other side covers yet; they count from that receipt.
        without_effect: acts that change nothing: in fold order, those beaten in a crossing last.
    """

    send: PlacedAct
    recipient: AdministrationCode
    terms: NoteTerms
    status: NoteStatus
    marks: frozenset[NoteMark] = frozenset()
    delivered_at: datetime | None = None
    questions: tuple[QuestionResult, ...] = ()
    read_by: PlacedAct | None = None
    accepted_by: PlacedAct | None = None
    clarifications: tuple[Clarification, ...] = ()
    replies: tuple[PlacedAct, ...] = ()
    extended_s: int = 0
    corrections: tuple[PlacedAct, ...] = ()
    met_by: PlacedAct | None = None
    met_at: datetime | None = None
    ended_by: PlacedAct | None = None
    ended_at: datetime | None = None
    closed_by: PlacedAct | None = None
    outcome: str | None = None
    pending: tuple[PlacedAct, ...] = ()
    without_effect: tuple[WithoutEffect, ...] = ()

    @property
    def sender(self) -> AdministrationCode:
        """The administration that asks."""
        return self.send.author

    @property
    def is_final(self) -> bool:
        """Whether it is answered, refused, withdrawn or closed."""
        return self.status in FINAL
