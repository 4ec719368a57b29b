"""The fold of a note: from its acts to where it stands with one recipient.

One pass in causal order. Each act is judged by **what its author had seen**, not by where the
tie-break puts it among acts it crossed: an ``explain`` ends only clarifications it saw, a ``close``
needs the answer it saw. So the answer does not hang on the names of the logs. Where two acts cross,
the table of crossings decides, at the end of the pass.

Spec: docs/spec 10.1, 10.2; 8.5.4, 8.5.5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.placed import PlacedAct, sort_causally
from mithaq.core.notes.bodies import (
    AcceptBody,
    AnswerBody,
    ClarifyBody,
    CloseBody,
    CorrectBody,
    Expects,
    ExplainBody,
    ExtendBody,
    ReadBody,
    RefuseBody,
    ReplyBody,
    WithdrawBody,
    parse_question_nos,
    parse_reply,
)
from mithaq.core.notes.standing import (
    FINAL,
    OPEN,
    Clarification,
    NoEffectReason,
    NoteMark,
    NoteState,
    NoteStatus,
    NoteTerms,
    QuestionResult,
    Result,
    WithoutEffect,
)
from mithaq.core.notes.times import ASKING_KINDS, OWING_KINDS, Interval, event_at, is_time_disputed
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError, MissingError

__all__ = [
    "FINAL",
    "OPEN",
    "Clarification",
    "NoEffectReason",
    "NoteMark",
    "NoteState",
    "NoteStatus",
    "NoteTerms",
    "QuestionResult",
    "Result",
    "WithoutEffect",
    "fold_note",
    "initial_state",
]

_NO_MARKS: Final[frozenset[NoteMark]] = frozenset()
_DISPUTED: Final = frozenset({NoteMark.TIME_DISPUTED})


def initial_state(send: PlacedAct, recipient: AdministrationCode, terms: NoteTerms) -> NoteState:
    """The state of a note that has no act but ``note.send``. A few microseconds.

    Args:
        send: the act that opens the note.
        recipient: one of its recipients.
        terms: what its kind asks.

    Raises:
        MissingError: ``not_a_recipient``.
    """
    if recipient not in send.recipients:
        raise MissingError("not_a_recipient", "the note was not sent to this administration")
    delivered_at = send.deliveries.get(recipient)
    return NoteState(
        send,
        recipient,
        terms,
        NoteStatus.SENT if delivered_at is None else NoteStatus.DELIVERED,
        _DISPUTED if is_time_disputed(send, recipient) else _NO_MARKS,
        delivered_at,
        _open_questions(send) if "questions" in send.body else (),
    )


def fold_note(
    acts: Iterable[PlacedAct],
    recipient: AdministrationCode,
    terms: NoteTerms,
    *,
    with_pending: bool = False,
) -> NoteState:
    """Where a note stands with one recipient, from all its acts in any order.

    Only acts between the sender and this recipient count; acts of and to other recipients are left
    aside before anything is ordered, so that both nodes order the same acts.

    Args:
        acts: the acts of one object, ``note.send`` among them, none twice.
        recipient: whose state is asked for.
        terms: what the kind asks.
        with_pending: False for the shared state, where an act counts from the receipt of the other
            side; True for the view of the own node before it submits the next act, where its own
            acts count at once.

    Raises:
        MissingError: ``no_send`` when no act opens the note for this recipient.

    Spec: docs/spec 10.1; 8.5.4, 8.5.5.
    """
    listed = tuple(acts)
    if len(listed) == 1 and listed[0].kind == Kind.NOTE_SEND:
        return initial_state(listed[0], recipient, terms)
    send = _find_send(listed, recipient)
    start = initial_state(send, recipient, terms)
    fold = _Fold(start)
    counted: list[PlacedAct] = []
    for act in sorted(listed, key=lambda act: act.place):
        if act is not send and fold.is_between_sides(act):
            reader = fold.reader_of(act)
            if reader not in act.recipients:
                # Only one side has it, so it must not even enter the order.
                fold.without_effect.append(WithoutEffect(act, NoEffectReason.NOT_ADDRESSED))
            elif with_pending or reader in act.deliveries:
                counted.append(act)
            else:
                fold.pending.append(act)
    for act in sort_causally(counted):
        fold.apply(act)
    return fold.finish(counted)


def _find_send(acts: tuple[PlacedAct, ...], recipient: AdministrationCode) -> PlacedAct:
    sends = [
        act
        for act in acts
        if act.kind == Kind.NOTE_SEND and recipient in act.recipients and act.author != recipient
    ]
    if not sends:
        raise MissingError("no_send", "no act opens this note for this administration")
    return sends[0] if len(sends) == 1 else sort_causally(sends)[0]


def _open_questions(send: PlacedAct) -> tuple[QuestionResult, ...]:
    try:
        return tuple(QuestionResult(no) for no in parse_question_nos(send.body))
    except MalformedError:
        # The register parks such an act; here both nodes only need the same answer.
        return ()


@dataclass(frozen=True, slots=True)
class _Ending:
    """A final state in the eyes of those who saw ``acts``, the last of which made it."""

    status: NoteStatus
    acts: tuple[PlacedAct, ...]

    @property
    def act(self) -> PlacedAct:
        return self.acts[-1]

    def was_seen_by(self, act: PlacedAct) -> bool:
        return all(act.saw(one) for one in self.acts)


class _Fold:
    """The running values of one fold."""

    __slots__ = (
        "accepts", "answered_by", "clarifies", "closing", "corrections", "extended_s", "outcome", "pending",
        "questions", "reads", "replies", "result", "start", "withdrawals", "without_effect",
    )  # fmt: skip

    def __init__(self, start: NoteState) -> None:
        self.start = start
        self.questions = {question.no: question for question in start.questions}
        self.reads: list[PlacedAct] = []
        self.accepts: list[PlacedAct] = []
        self.clarifies: list[tuple[PlacedAct, PlacedAct | None]] = []
        self.replies: list[PlacedAct] = []
        self.answered_by: list[PlacedAct] = []
        self.corrections: list[PlacedAct] = []
        self.extended_s = 0
        self.outcome: str | None = None
        self.result: _Ending | None = None
        self.closing: _Ending | None = None
        self.withdrawals: list[_Ending] = []
        self.pending: list[PlacedAct] = []
        self.without_effect: list[WithoutEffect] = []

    # --- sides ---

    def is_between_sides(self, act: PlacedAct) -> bool:
        """Whether this state has to do with the act: acts of and to other recipients are theirs."""
        if act.author == self.start.sender:
            return self.start.recipient in act.recipients
        return act.author == self.start.recipient

    def reader_of(self, act: PlacedAct) -> AdministrationCode:
        """The side whose receipt gives the act its effect."""
        return self.start.recipient if act.author == self.start.sender else self.start.sender

    def _find_fault(self, act: PlacedAct) -> NoEffectReason | None:
        if act.kind not in OWING_KINDS and act.kind not in ASKING_KINDS:
            return NoEffectReason.UNKNOWN_REPLY
        side = self.start.recipient if act.kind in OWING_KINDS else self.start.sender
        return None if act.author == side else NoEffectReason.WRONG_SIDE

    # --- what an author had seen ---

    def _has_seen_end(self, act: PlacedAct) -> bool:
        endings = (self.result, self.closing, *self.withdrawals)
        return any(ending is not None and ending.was_seen_by(act) for ending in endings)

    def _view_of(self, act: PlacedAct) -> NoteStatus:
        """The open state that the author of an act had before it."""
        if self.start.delivered_at is None:
            return NoteStatus.SENT
        for asked, explained in self.clarifies:
            if act.saw(asked) and (explained is None or not act.saw(explained)):
                return NoteStatus.CLARIFICATION
        if any(act.saw(accept) for accept in self.accepts):
            return NoteStatus.ACCEPTED
        return NoteStatus.READ if any(act.saw(read) for read in self.reads) else NoteStatus.DELIVERED

    # --- the pass ---

    def apply(self, act: PlacedAct) -> None:
        """Take in the next act in causal order."""
        fault = self._find_fault(act)
        if fault is None:
            try:
                body = parse_reply(act.kind, act.body)
            except MalformedError:
                fault = NoEffectReason.MALFORMED_BODY
            else:
                fault = self._apply_body(act, body)
        if fault is not None:
            self.without_effect.append(WithoutEffect(act, fault))

    def _apply_body(self, act: PlacedAct, body: ReplyBody) -> NoEffectReason | None:
        if isinstance(body, CorrectBody):
            # Contradicts no state: also an answered note, or a closed one, may have to be corrected.
            self.corrections.append(act)
            return None
        if isinstance(body, CloseBody):
            return self._close(act, body)
        if self._has_seen_end(act):
            return NoEffectReason.FINAL_STATE
        match body:
            case AnswerBody() | RefuseBody():
                return self._reply(act, body)
            case WithdrawBody():
                self.withdrawals.append(_Ending(NoteStatus.WITHDRAWN, (act,)))
            case ExtendBody(add_s=add_s):
                self.extended_s += add_s
            case ReadBody() | AcceptBody() | ClarifyBody() | ExplainBody():
                return self._move(act, body)
        return None

    def _move(
        self, act: PlacedAct, body: ReadBody | AcceptBody | ClarifyBody | ExplainBody
    ) -> NoEffectReason | None:
        """The acts that lead from one open state to another."""
        match body, self._view_of(act):
            case ReadBody(), NoteStatus.DELIVERED:
                self.reads.append(act)
            case AcceptBody(), NoteStatus.DELIVERED | NoteStatus.READ:
                self.accepts.append(act)
            case ClarifyBody(), NoteStatus.DELIVERED | NoteStatus.READ | NoteStatus.ACCEPTED:
                self.clarifies.append((act, None))
            case ExplainBody(), NoteStatus.CLARIFICATION:
                self.clarifies = [
                    (asked, act if explained is None and act.saw(asked) else explained)
                    for asked, explained in self.clarifies
                ]
            case _:
                return NoEffectReason.OUT_OF_STATE
        return None

    def _reply(self, act: PlacedAct, body: AnswerBody | RefuseBody) -> NoEffectReason | None:
        if self.result is not None:
            return NoEffectReason.ATTACHED
        ground: str | None = None
        if isinstance(body, RefuseBody):
            result, ground, ends = Result.REFUSED, body.ground, not body.question_nos
            named = tuple(self.questions) if ends else body.question_nos
        else:
            result, ends, named = Result.ANSWERED, body.final, body.question_nos
        fresh = [no for no in named if no in self.questions and self.questions[no].result is Result.NONE]
        # A note without numbered questions may have an answer in parts; it has no part to refuse.
        if not fresh and not ends and (self.questions or result is Result.REFUSED):
            return NoEffectReason.ATTACHED
        self.questions |= {no: QuestionResult(no, result, act, ground) for no in fresh}
        self.replies.append(act)
        if result is Result.ANSWERED:
            self.answered_by.append(act)
        self._end_by_results(act, result, ends)
        return None

    def _end_by_results(self, act: PlacedAct, result: Result, ends: bool) -> None:
        """Answered by a final answer, refused by a whole refusal, else when every question is met."""
        if ends:
            status = NoteStatus.ANSWERED if result is Result.ANSWERED else NoteStatus.REFUSED
            self.result = _Ending(status, (act,))
        elif self.questions and all(one.act is not None for one in self.questions.values()):
            results = {one.result for one in self.questions.values()}
            status = NoteStatus.ANSWERED if Result.ANSWERED in results else NoteStatus.REFUSED
            self.result = _Ending(status, tuple(self.replies))

    def _close(self, act: PlacedAct, body: CloseBody) -> NoEffectReason | None:
        if self.closing is not None:
            return NoEffectReason.FINAL_STATE
        if self.result is None or not self.result.was_seen_by(act):
            if self._has_seen_end(act):
                return NoEffectReason.FINAL_STATE
            match self.start.terms.expects, self._view_of(act):
                case Expects.ACK, NoteStatus.ACCEPTED:
                    pass
                case Expects.NONE, NoteStatus.DELIVERED | NoteStatus.READ:
                    pass
                case _:
                    return NoEffectReason.OUT_OF_STATE
        self.closing = _Ending(NoteStatus.CLOSED, (act,))
        self.outcome = body.outcome
        return None

    # --- the end of the pass ---

    def finish(self, counted: list[PlacedAct]) -> NoteState:
        """Settle what crossed, and give the state."""
        end = self.result or (self.withdrawals[0] if self.withdrawals else self.closing)
        if end is not None:
            self._settle_crossings(end)
        read_by = self.reads[0] if self.reads else None
        accepted_by = self.accepts[0] if self.accepts else None
        met_by = self._find_met(accepted_by)
        ended_at = None if end is None else event_at(end.act, self.reader_of(end.act))
        return replace(
            self.start,
            status=self._find_status(end),
            marks=self._find_marks(counted),
            questions=tuple(self.questions.values()),
            read_by=read_by,
            accepted_by=accepted_by,
            clarifications=self._date_clarifications(ended_at),
            replies=tuple(self.replies),
            extended_s=self.extended_s,
            corrections=tuple(self.corrections),
            met_by=met_by,
            met_at=None if met_by is None else event_at(met_by, self.start.sender),
            ended_by=None if end is None else end.act,
            ended_at=ended_at,
            closed_by=None if self.closing is None else self.closing.act,
            outcome=self.outcome,
            pending=tuple(self.pending),
            without_effect=tuple(self.without_effect),
        )

    def _settle_crossings(self, end: _Ending) -> None:
        """Whatever led to another open state and crossed the end is beaten by it."""

        def is_kept(act: PlacedAct) -> bool:
            return end.act.saw(act)

        moves = [*self.reads, *self.accepts, *(asked for asked, _ in self.clarifies)]
        explains = {one.place: one for _, one in self.clarifies if one is not None}
        late = [ending.act for ending in self.withdrawals if ending is not end]
        beaten = [act for act in (*moves, *explains.values()) if not is_kept(act)] + late
        self.without_effect += [WithoutEffect(act, NoEffectReason.OVERTAKEN) for act in beaten]
        self.reads = [act for act in self.reads if is_kept(act)]
        self.accepts = [act for act in self.accepts if is_kept(act)]
        self.clarifies = [
            (asked, explained if explained is not None and is_kept(explained) else None)
            for asked, explained in self.clarifies
            if is_kept(asked)
        ]

    def _find_status(self, end: _Ending | None) -> NoteStatus:
        if self.closing is not None:
            return NoteStatus.CLOSED
        if end is not None:
            return end.status
        if any(explained is None for _, explained in self.clarifies):
            return NoteStatus.CLARIFICATION
        if self.accepts:
            return NoteStatus.ACCEPTED
        return NoteStatus.READ if self.reads else self.start.status

    def _find_met(self, accepted_by: PlacedAct | None) -> PlacedAct | None:
        match self.start.terms.expects:
            case Expects.ACK:
                return accepted_by
            case Expects.ANSWER:
                return None if self.result is None else self.result.act
            case Expects.NONE:
                return None

    def _find_marks(self, counted: list[PlacedAct]) -> frozenset[NoteMark]:
        marks = set(self.start.marks)
        if self.answered_by and self.result is None:
            marks.add(NoteMark.PART_ANSWERED)
        if self.corrections:
            marks.add(NoteMark.CORRECTED)
        if self.result is not None and self.withdrawals:
            marks.add(NoteMark.WITHDRAWN_LATE)
        if self._is_answered_before_correction():
            marks.add(NoteMark.ANSWERED_BEFORE_CORRECTION)
        if self.pending:
            marks.add(NoteMark.PENDING)
        if any(is_time_disputed(act, self.reader_of(act)) for act in counted):
            marks.add(NoteMark.TIME_DISPUTED)
        return frozenset(marks)

    def _is_answered_before_correction(self) -> bool:
        if self.result is None or self.result.status is not NoteStatus.ANSWERED:
            return False
        return any(
            not answer.saw(correction) and not correction.saw(answer)
            for answer in self.answered_by
            for correction in self.corrections
        )

    def _date_clarifications(self, ended_at: datetime | None) -> tuple[Clarification, ...]:
        dated = []
        for asked, explained in self.clarifies:
            until_at = ended_at if explained is None else event_at(explained, self.start.recipient)
            span = Interval(event_at(asked, self.start.sender), until_at)
            dated.append(Clarification(asked, explained, span))
        return tuple(dated)
