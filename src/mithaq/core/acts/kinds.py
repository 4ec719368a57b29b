"""The core kinds of acts, and which of them a post must sign.

Registers add object kinds, never kinds; so this list is all that a node of this version folds.

Spec: docs/spec 5.4, 5.5.
"""

from enum import StrEnum
from typing import Final

ENVELOPE_VERSION: Final = 1
ERASURE_NOTICE: Final = "core.erasure_notice"


class Kind(StrEnum):
    """What happens. ``instrument.*`` and ``note.*`` belong to an object; the rest stand alone."""

    INSTRUMENT_PROPOSE = "instrument.propose"
    INSTRUMENT_COUNTER = "instrument.counter"
    INSTRUMENT_SIGN = "instrument.sign"
    INSTRUMENT_DECLINE = "instrument.decline"
    INSTRUMENT_WITHDRAW = "instrument.withdraw"
    INSTRUMENT_NOTIFY = "instrument.notify"
    INSTRUMENT_SUSPEND = "instrument.suspend"
    INSTRUMENT_RESUME = "instrument.resume"
    INSTRUMENT_DENOUNCE = "instrument.denounce"
    INSTRUMENT_SUPERSEDE = "instrument.supersede"
    NOTE_SEND = "note.send"
    NOTE_READ = "note.read"
    NOTE_ACCEPT = "note.accept"
    NOTE_CLARIFY = "note.clarify"
    NOTE_EXPLAIN = "note.explain"
    NOTE_ANSWER = "note.answer"
    NOTE_REFUSE = "note.refuse"
    NOTE_EXTEND = "note.extend"
    NOTE_WITHDRAW = "note.withdraw"
    NOTE_CORRECT = "note.correct"
    NOTE_CLOSE = "note.close"
    RECEIPT = "receipt"
    RELEASE = "release"
    KEY_ROOT = "key.root"
    KEY_REVOKE = "key.revoke"
    ALARM_EQUIVOCATION = "alarm.equivocation"
    ALARM_CLOCK = "alarm.clock"
    NOOP = "noop"


POST_SIGNED_KINDS: Final[frozenset[str]] = frozenset(
    {
        Kind.INSTRUMENT_SIGN,
        Kind.INSTRUMENT_WITHDRAW,
        Kind.INSTRUMENT_NOTIFY,
        Kind.INSTRUMENT_SUSPEND,
        Kind.INSTRUMENT_RESUME,
        Kind.INSTRUMENT_DENOUNCE,
        Kind.INSTRUMENT_SUPERSEDE,
    }
)
"""Kinds that the ``post`` key of the authorised post must sign, whatever the object."""

_ANSWERS: Final[frozenset[str]] = frozenset({Kind.NOTE_ANSWER, Kind.NOTE_REFUSE})
_KNOWN: Final[frozenset[str]] = frozenset(Kind)


def is_known_kind(kind: str) -> bool:
    """Whether this node folds acts of this kind; others are kept and receipted ``unknown``."""
    return kind in _KNOWN


def is_post_signed(kind: str, object_kind: str | None = None) -> bool:
    """Whether an act needs a ``post`` signature.

    Args:
        kind: the act's kind.
        object_kind: kind of the object it belongs to; an answer to an erasure notice is the
            erasure receipt and is signed too (spec 5.4.3).
    """
    return kind in POST_SIGNED_KINDS or (object_kind == ERASURE_NOTICE and kind in _ANSWERS)
