"""What the body of each note act holds. Each class is one shape, its parser the one check of it.

Every body is a JSON object. Fields not named here belong to the register of the ``object_kind``;
they are kept and not looked at. Personal data stand in sections, never in a body, so a text that
names a person is left out here and given as a section.

Spec: docs/spec 10.1.2.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mithaq.core.acts.kinds import Kind
from mithaq.errors import MalformedError

MAX_QUESTION_NO: Final = 999
MAX_ADDED_S: Final = 315_360_000
"""Most that one ``note.extend`` may add: ten years of 365 days."""

_CODE: Final = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)

Fields = Mapping[str, object]


class Expects(StrEnum):
    """What a note waits for; ``expects`` in the body of ``note.send``."""

    NONE = "none"
    ACK = "ack"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class SendBody:
    """``note.send``: ``{"expects": "none"|"ack"|"answer", "questions"?: [QUESTION, …], …}``.

    ``QUESTION`` is ``{"no": 1..999, "text": text}``: 1 to 999 of them, no number twice, ``text`` not
    empty; ``questions`` is absent on a note that asks nothing by number. The rest is the register's.

    Attributes:
        expects: what the note waits for.
        question_nos: numbers of its questions, in the order written.
    """

    expects: Expects
    question_nos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReadBody:
    """``note.read``: ``{}``. A post has read the note; never written by software alone."""


@dataclass(frozen=True, slots=True)
class AcceptBody:
    """``note.accept``: ``{}``. Acknowledged, taken in hand."""


@dataclass(frozen=True, slots=True)
class ClarifyBody:
    """``note.clarify``: ``{"text": text}`` or ``{"questions": [{"no": 1..999, "text": text}, …]}``, or both.

    The numbers are those of the clarification itself, 1 to 999 questions, no number twice.

    Attributes:
        text: what is asked, as one text; None when only questions are given.
        questions: number -> text.
    """

    text: str | None
    questions: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ExplainBody:
    """``note.explain``: ``{"text": text}``. Ends every clarification that its author had seen."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerBody:
    """``note.answer``: ``{"answers": [{"question_no": 1..999, "text"?: text, …}, …], "final": bool}``.

    ``answers`` may be empty: a note without questions is answered by ``final`` alone, and the
    register's own fields say how. ``text`` is absent where the answer stands in a section.

    Attributes:
        question_nos: the questions answered, none twice.
        final: whether it ends the note whatever is left open.
    """

    question_nos: tuple[int, ...]
    final: bool


@dataclass(frozen=True, slots=True)
class RefuseBody:
    """``note.refuse``: ``{"ground": code, "questions"?: [1..999, …], …}``.

    Attributes:
        ground: code of the register's closed list, ``[a-z0-9_]{1,64}``.
        question_nos: the questions refused, none twice; empty: the note as a whole.
    """

    ground: str
    question_nos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExtendBody:
    """``note.extend``: ``{"add_s": 1..315360000, "reason"?: text}``.

    Attributes:
        add_s: seconds added to the limit. Time is given, never taken away.
    """

    add_s: int


@dataclass(frozen=True, slots=True)
class WithdrawBody:
    """``note.withdraw``: ``{"reason": text}``."""

    reason: str


@dataclass(frozen=True, slots=True)
class CorrectBody:
    """``note.correct``: ``{"fields": {name: new value, …}, "reason": text}``, at least one field.

    Attributes:
        fields: field of the note's body -> its right value. The original stays.
        reason: why.
    """

    fields: Fields
    reason: str


@dataclass(frozen=True, slots=True)
class CloseBody:
    """``note.close``: ``{"outcome": code}``, ``[a-z0-9_]{1,64}``, of the register's closed list."""

    outcome: str


ReplyBody = (
    ReadBody
    | AcceptBody
    | ClarifyBody
    | ExplainBody
    | AnswerBody
    | RefuseBody
    | ExtendBody
    | WithdrawBody
    | CorrectBody
    | CloseBody
)


def parse_send(body: Fields) -> SendBody:
    """Read the body of ``note.send``.

    Raises:
        MalformedError: ``bad_expects``, ``bad_questions``.
    """
    try:
        expects = Expects(str(body.get("expects")))
    except ValueError as error:
        raise MalformedError("bad_expects", "expects is not none, ack or answer") from error
    return SendBody(expects, parse_question_nos(body))


def parse_question_nos(body: Fields) -> tuple[int, ...]:
    """Numbers of the questions of a ``note.send``, in the order written.

    Raises:
        MalformedError: ``bad_questions``.
    """
    return tuple(_read_questions(body))


def parse_reply(kind: str, body: Fields) -> ReplyBody:
    """Read the body of any act of a note but ``note.send``.

    Args:
        kind: ``note.read`` to ``note.close``.
        body: the object under ``body`` of the envelope.

    Raises:
        MalformedError: ``unknown_reply`` for another kind; ``bad_questions``, ``bad_text``,
            ``bad_answers``, ``bad_final``, ``bad_ground``, ``bad_add_s``, ``bad_reason``,
            ``bad_fields``, ``bad_outcome`` for a field that is missing or not of its form.
    """
    parse = _PARSERS.get(kind)
    if parse is None:
        raise MalformedError("unknown_reply", "this is not a kind of reply to a note")
    return parse(body)


def _parse_clarify(body: Fields) -> ClarifyBody:
    text = _read_text(body, "text") if "text" in body else None
    questions = _read_questions(body)
    if text is None and not questions:
        raise MalformedError("bad_text", "a clarification asks nothing")
    return ClarifyBody(text, questions)


def _parse_answer(body: Fields) -> AnswerBody:
    answers, final = body.get("answers"), body.get("final")
    if not isinstance(answers, list | tuple):
        raise MalformedError("bad_answers", "answers is not a list")
    if not isinstance(final, bool):
        raise MalformedError("bad_final", "final is not a boolean")
    numbers: list[object] = []
    for answer in answers:
        if not isinstance(answer, Mapping):
            raise MalformedError("bad_answers", "an answer is not an object")
        if "text" in answer:
            _read_text(answer, "text")
        numbers.append(answer.get("question_no"))
    return AnswerBody(_check_numbers(numbers, "bad_answers"), final)


def _parse_refuse(body: Fields) -> RefuseBody:
    numbers = body.get("questions", ())
    if not isinstance(numbers, list | tuple):
        raise MalformedError("bad_questions", "questions is not a list of numbers")
    return RefuseBody(_read_code(body, "ground"), _check_numbers(numbers, "bad_questions"))


def _parse_extend(body: Fields) -> ExtendBody:
    add_s = body.get("add_s")
    if type(add_s) is not int or not 1 <= add_s <= MAX_ADDED_S:
        raise MalformedError("bad_add_s", f"add_s is not an integer from 1 to {MAX_ADDED_S}")
    return ExtendBody(add_s)


def _parse_correct(body: Fields) -> CorrectBody:
    fields = body.get("fields")
    if not isinstance(fields, Mapping) or not fields:
        raise MalformedError("bad_fields", "a correction names no field")
    return CorrectBody(fields, _read_text(body, "reason"))


_PARSERS: Final[Mapping[str, Callable[[Fields], ReplyBody]]] = {
    Kind.NOTE_READ: lambda body: ReadBody(),
    Kind.NOTE_ACCEPT: lambda body: AcceptBody(),
    Kind.NOTE_CLARIFY: _parse_clarify,
    Kind.NOTE_EXPLAIN: lambda body: ExplainBody(_read_text(body, "text")),
    Kind.NOTE_ANSWER: _parse_answer,
    Kind.NOTE_REFUSE: _parse_refuse,
    Kind.NOTE_EXTEND: _parse_extend,
    Kind.NOTE_WITHDRAW: lambda body: WithdrawBody(_read_text(body, "reason")),
    Kind.NOTE_CORRECT: _parse_correct,
    Kind.NOTE_CLOSE: lambda body: CloseBody(_read_code(body, "outcome")),
}


def _read_questions(body: Fields) -> dict[int, str]:
    """The list ``questions`` of ``{no, text}``; empty when absent."""
    if "questions" not in body:
        return {}
    questions = body["questions"]
    if not isinstance(questions, list | tuple) or not questions:
        raise MalformedError("bad_questions", "questions is not a list of at least one question")
    texts: list[str] = []
    numbers: list[object] = []
    for question in questions:
        if not isinstance(question, Mapping):
            raise MalformedError("bad_questions", "a question is not an object")
        numbers.append(question.get("no"))
        texts.append(_read_text(question, "text", "bad_questions"))
    return dict(zip(_check_numbers(numbers, "bad_questions"), texts, strict=True))


def _check_numbers(numbers: Sequence[object], code: str) -> tuple[int, ...]:
    checked = tuple(number for number in numbers if type(number) is int and 1 <= number <= MAX_QUESTION_NO)
    if len(checked) != len(numbers) or len(set(checked)) != len(checked):
        raise MalformedError(code, f"question numbers are not 1 to {MAX_QUESTION_NO}, each once")
    return checked


def _read_text(body: Fields, field: str, code: str = "") -> str:
    text = body.get(field)
    if not isinstance(text, str) or not text.strip():
        raise MalformedError(code or f"bad_{field}", f"{field} is missing, empty or not a string")
    return text


def _read_code(body: Fields, field: str) -> str:
    text = body.get(field)
    if not isinstance(text, str) or _CODE.fullmatch(text) is None:
        raise MalformedError(f"bad_{field}", f"{field} is not a code of [a-z0-9_], at most 64 characters")
    return text
