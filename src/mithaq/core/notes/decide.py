"""What a node may submit on a note: the check before an act is sealed.

An act that passes here has its effect when folded, unless it crosses one that beats it.

Spec: docs/spec 10.1; bodies: ``mithaq.core.notes.bodies``.
"""

from collections.abc import Mapping
from typing import Final

from mithaq.core.acts.kinds import Kind
from mithaq.core.notes.bodies import AnswerBody, CloseBody, Expects, RefuseBody, ReplyBody, parse_reply
from mithaq.core.notes.standing import FINAL, OPEN, NoteState, NoteStatus, Result
from mithaq.core.notes.times import OWING_KINDS
from mithaq.core.types import AdministrationCode
from mithaq.errors import ConflictError, MalformedError, NotAllowedError

FROM: Final[Mapping[str, frozenset[NoteStatus]]] = {
    Kind.NOTE_READ: frozenset({NoteStatus.DELIVERED}),
    Kind.NOTE_ACCEPT: frozenset({NoteStatus.DELIVERED, NoteStatus.READ}),
    Kind.NOTE_CLARIFY: frozenset({NoteStatus.DELIVERED, NoteStatus.READ, NoteStatus.ACCEPTED}),
    Kind.NOTE_EXPLAIN: frozenset({NoteStatus.CLARIFICATION}),
    Kind.NOTE_ANSWER: OPEN,
    Kind.NOTE_REFUSE: OPEN,
    Kind.NOTE_EXTEND: OPEN,
    Kind.NOTE_WITHDRAW: OPEN,
    Kind.NOTE_CORRECT: frozenset(NoteStatus),
    Kind.NOTE_CLOSE: frozenset({NoteStatus.ANSWERED, NoteStatus.REFUSED}),
}
"""Kind of act -> the states from which it leads."""

CLOSES_FROM: Final[Mapping[Expects, frozenset[NoteStatus]]] = {
    Expects.NONE: frozenset({NoteStatus.DELIVERED, NoteStatus.READ}),
    Expects.ACK: frozenset({NoteStatus.ACCEPTED}),
    Expects.ANSWER: frozenset(),
}
"""The further states from which ``note.close`` leads, by what the note expects."""


def decide_reply(
    state: NoteState, kind: str, body: Mapping[str, object], author: AdministrationCode
) -> ReplyBody:
    """Check an act on a note before it is sealed.

    Args:
        state: the note as the own node sees it: ``fold_note(..., with_pending=True)``.
        kind: ``note.read`` to ``note.close``.
        body: the body it would have.
        author: the administration that would submit it.

    Returns:
        The body, read.

    Raises:
        MalformedError: ``unknown_reply``, a code of ``parse_reply``, or ``unknown_question`` for a
            number that the note does not have.
        NotAllowedError: ``wrong_side``, an act of the other side, or of neither.
        ConflictError: ``final_state``, the note is answered, refused, withdrawn or closed;
            ``out_of_state``, the act does not lead from the state; ``question_has_result``.
    """
    if kind not in FROM:
        raise MalformedError("unknown_reply", "this is not a kind of reply to a note")
    if author != (state.recipient if kind in OWING_KINDS else state.sender):
        raise NotAllowedError("wrong_side", f"{kind} is an act of the other side of this note")
    read = parse_reply(kind, body)
    if isinstance(read, AnswerBody | RefuseBody):
        _check_questions_exist(state, read)
    _check_status(state, kind, read)
    if isinstance(read, AnswerBody | RefuseBody):
        _check_questions_are_open(state, read)
    return read


def _check_status(state: NoteState, kind: str, body: ReplyBody) -> None:
    allowed = FROM[kind]
    if isinstance(body, CloseBody):
        allowed |= CLOSES_FROM[state.terms.expects]
    if state.status in allowed:
        return
    if state.status in FINAL:
        raise ConflictError("final_state", f"the note is {state.status}")
    raise ConflictError("out_of_state", f"{kind} does not lead from {state.status}")


def _check_questions_exist(state: NoteState, body: AnswerBody | RefuseBody) -> None:
    if not set(body.question_nos) <= {question.no for question in state.questions}:
        raise MalformedError("unknown_question", "a question number is not one of the note")


def _check_questions_are_open(state: NoteState, body: AnswerBody | RefuseBody) -> None:
    held = {question.no for question in state.questions if question.result is not Result.NONE}
    if held & set(body.question_nos):
        raise ConflictError("question_has_result", "a question has been answered or refused before")
    # Neither a result nor an end: on a note with questions such an answer would say nothing.
    if state.questions and isinstance(body, AnswerBody) and not body.question_nos and not body.final:
        raise MalformedError("bad_answers", "an answer that is not final answers no question")
