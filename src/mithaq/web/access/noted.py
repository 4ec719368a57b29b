"""What the gate has decided in one request, until it is written down.

The three ways in (pages, API, feeds) open a ``Noting`` around each request, and close it before they send
anything: what cannot be written down is not shown. Outside of one a decision is written at once.
"""

import uuid
from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from mithaq.errors import UnavailableError
from mithaq.web.access.policy import Decision, Protected, Subject, rank_of
from mithaq.web.access.table import NAMED_READERS, Field, Verb

ALLOWED = "allowed"
"""Decision of a row that tells of no refusal."""

TAKING: Final = frozenset({Verb.EXPORT, Verb.PRINT})
_OPENING: Final = frozenset({Verb.READ, Verb.EXPORT, Verb.PRINT})
NOT_SHOWN: Final = frozenset({"access_log", "sealed_reads", "exports"})
"""Codes of what ends an answer in its place: it could not be written down, or it was too much."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Noted:
    """One decision.

    Attributes:
        decision: ``allowed``, or the check that failed.
    """

    user_id: str
    post: str
    roles: tuple[str, ...]
    verb: str
    object_id: str
    field: str
    code: str
    purpose: str
    reason: str
    decision: str
    recipients: tuple[str, ...] = ()

    def group(self) -> Hashable:
        """What is the same in decisions that make one row."""
        return (
            self.user_id,
            self.post,
            self.verb,
            self.decision,
            self.reason,
            self.recipients,
            self.is_sealed,
        )

    @property
    def is_sealed(self) -> bool:
        """Whether it is of something that lies sealed here: for named readers, or about persons."""
        return rank_of(self.code) >= NAMED_READERS or self.field == Field.PERSONS

    @property
    def is_sealed_read(self) -> bool:
        """Whether something sealed was opened by it."""
        return self.is_sealed and self.verb in _OPENING and self.decision == ALLOWED


@dataclass(slots=True)
class Noting:
    """What one request has decided.

    Attributes:
        way: ``page``, ``file``, ``api``, ``feed``, ``command``, ``partner``; ``inside`` outside of requests.
        is_safe: whether the request changes nothing, as GET.
        sealed_before: sealed reads of the person in the hour before this request; -1 until they are counted.
        sealed_here: ids of what is sealed and was opened by it.
        taken: ids of what was taken away by it; ``export_number`` is that of the export.
    """

    way: str = "inside"
    is_safe: bool = False
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    notes: dict[Noted, None] = field(default_factory=dict)
    sealed_before: int = -1
    sealed_here: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    export_number: int = 0

    @property
    def has_refusal(self) -> bool:
        """Whether a refusal is among them."""
        return any(note.decision != ALLOWED for note in self.notes)


_open: ContextVar[Noting | None] = ContextVar("mithaq_noting", default=None)


def answer_noted(
    noting: Noting, make: Callable[[], _Answer], fail: Callable[[UnavailableError], _Answer]
) -> _Answer:
    """Make an answer, write down what was decided for it, and only then give it.

    Args:
        noting: of this request.
        make: makes the answer; nothing of it has left when it returns.
        fail: the answer in its place when the rows could not be written.
    """
    if _open.get() is not None:  # a page that lets another one answer
        return make()
    token = _open.set(noting)
    try:
        answer = make()
        _write(noting)
    except UnavailableError as error:
        if error.code not in NOT_SHOWN:
            raise
        return fail(error)
    finally:
        _open.reset(token)
    return answer


def is_only_shown() -> bool:
    """Whether the request that runs changes nothing."""
    noting = _open.get()
    return noting is not None and noting.is_safe


def note(
    subject: Subject, verb: str, thing: Protected, part: str, decision: Decision, *, now: bool = False
) -> None:
    """Keep a decision for the log; with ``now`` write it before this returns, in the transaction that runs.

    Raises:
        UnavailableError: ``access_log``; only where it is written before this returns. ``sealed_reads``; the
            person has opened so much of what is sealed that he is stopped.
    """
    noting = _open.get()
    made = _make(subject, verb, thing, part, decision)
    if made.is_sealed_read and (noting is None or made not in noting.notes):
        _hold_to_rate(Noting() if noting is None else noting, made)
    if noting is None or now:
        at_once = Noting() if noting is None else Noting(noting.way, request_id=noting.request_id)
        at_once.notes[made] = None
        _write(at_once)
    else:
        noting.notes[made] = None


def shown_codes() -> list[str]:
    """Handling codes, from AMBER on, of what the request that runs has been allowed to show."""
    noting = _open.get()
    return [] if noting is None else [one.code for one in noting.notes if one.decision == ALLOWED]


def note_taken(subject: Subject, object_ids: Iterable[str], code: str) -> int:
    """Count what a person takes away; the number of the export that it belongs to.

    Raises:
        UnavailableError: ``exports``; it would be more than a person takes in a day.
    """
    from mithaq.web.access_log.exports import take_away

    noting = _open.get() or Noting()
    new = set(object_ids) - noting.taken
    if new or not noting.export_number:
        noting.export_number = take_away(subject, len(new), code, noting.export_number)
        noting.taken |= new
    return noting.export_number


def note_refusal(subject: Subject, verb: str, reason: str) -> None:
    """Keep a refusal that the policy was not asked for, unless one of this request is kept already."""
    noting = _open.get()
    if subject.user_id and (noting is None or not noting.has_refusal):
        note(subject, verb, Protected(code=""), "", Decision(False, reason))


def write_given(
    way: str,
    user_id: str,
    verb: str,
    things: Iterable[Protected],
    *,
    field: str = "",
    decision: str = ALLOWED,
    recipients: tuple[str, ...] = (),
) -> None:
    """Write down what is given to who has no account, and of whom the policy is not asked.

    Args:
        way: ``command`` or ``partner``.
        user_id: what stands for an account, ``partner:fr-mi``.
        verb: as of the policy.
        things: what is given.
        field: the part of them.
        decision: ``ALLOWED``, or why not.
        recipients: who gets it; those of each thing where none is named.

    Raises:
        UnavailableError: ``access_log``; then nothing is given.
    """
    noting = Noting(way)
    for each in things:
        told = (user_id, "", (), verb, each.object_id, field, each.code, each.purpose, "", decision)
        noting.notes[Noted(*told, recipients or each.recipients)] = None
    _write(noting)


def _make(subject: Subject, verb: str, thing: Protected, part: str, decision: Decision) -> Noted:
    return Noted(
        user_id=subject.user_id,
        post=min(subject.posts, default=""),
        roles=tuple(sorted(subject.roles)),
        verb=str(verb),
        object_id=thing.object_id,
        field=str(part),
        code=thing.code,
        purpose=thing.purpose,
        reason=subject.cross_purpose_reason or thing.reason,
        decision=ALLOWED if decision.allowed else decision.reason,
        recipients=thing.recipients,
    )


def _hold_to_rate(noting: Noting, made: Noted) -> None:
    """Let a sealed read pass, or keep its refusal and stop.

    Raises:
        UnavailableError: ``sealed_reads``.
    """
    from mithaq.web.access_log.rates import check_sealed_reads

    try:
        check_sealed_reads(noting, made)
    except UnavailableError as error:
        noting.notes[replace(made, decision=error.code)] = None
        if _open.get() is not noting:
            _write(noting)
        raise


def _write(noting: Noting) -> None:
    if not noting.notes:
        return
    from mithaq.web.access_log.writer import write_rows  # it has models, which most answers never ask for

    write_rows(noting, list(noting.notes))
    noting.notes.clear()
