"""What the gate has decided in one request, until it is written down.

The three ways in (pages, API, feeds) open a ``Noting`` around each request, and close it before they send
anything: what cannot be written down is not shown. Outside of one a decision is written at once.
"""

import uuid
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from mithaq.errors import UnavailableError
from mithaq.web.access.policy import Decision, Protected, Subject

ALLOWED = "allowed"
"""Decision of a row that tells of no refusal."""

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
        return (self.user_id, self.post, self.verb, self.decision, self.reason, self.recipients)


@dataclass(slots=True)
class Noting:
    """What one request has decided.

    Attributes:
        way: ``page``, ``file``, ``api``, ``feed``; ``inside`` outside of requests.
        is_safe: whether the request changes nothing, as GET.
    """

    way: str = "inside"
    is_safe: bool = False
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    notes: dict[Noted, None] = field(default_factory=dict)

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
        if error.code != "access_log":
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
        UnavailableError: ``access_log``; only where it is written before this returns.
    """
    noting = _open.get()
    made = _make(subject, verb, thing, part, decision)
    if noting is None or now:
        at_once = Noting() if noting is None else Noting(noting.way, request_id=noting.request_id)
        at_once.notes[made] = None
        _write(at_once)
    else:
        noting.notes[made] = None


def note_refusal(subject: Subject, verb: str, reason: str) -> None:
    """Keep a refusal that the policy was not asked for, unless one of this request is kept already."""
    noting = _open.get()
    if subject.user_id and (noting is None or not noting.has_refusal):
        note(subject, verb, Protected(code=""), "", Decision(False, reason))


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


def _write(noting: Noting) -> None:
    if not noting.notes:
        return
    from mithaq.web.access_log.writer import write_rows

    write_rows(noting, list(noting.notes))
    noting.notes.clear()
