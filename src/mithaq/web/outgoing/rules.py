"""Who starts a command, who performs it, and whether that takes two persons. Data, and pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mithaq.core.acts.kinds import Kind
from mithaq.web.access.table import Verb


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of act leaves.

    Attributes:
        start: verb of whoever drafts it.
        perform: verb of whoever lets it go.
        two_persons: whether these must be two.
    """

    start: Verb
    perform: Verb
    two_persons: bool = True


_ALONE: Final = Way(Verb.REPLY, Verb.REPLY, two_persons=False)
_NOTE: Final = Way(Verb.REPLY, Verb.RELEASE)
_TAKING_BACK: Final = Way(Verb.WITHDRAW, Verb.RELEASE)
_TEXT: Final = Way(Verb.DRAFT, Verb.RELEASE)
_BINDING: Final = Way(Verb.DRAFT, Verb.SIGN)

WAYS: Final[Mapping[str, Way]] = {
    Kind.NOTE_SEND: _TEXT,
    Kind.NOTE_READ: _ALONE,
    Kind.NOTE_ACCEPT: _ALONE,
    Kind.NOTE_CLARIFY: _NOTE,
    Kind.NOTE_EXPLAIN: _NOTE,
    Kind.NOTE_ANSWER: _NOTE,
    Kind.NOTE_REFUSE: _NOTE,
    Kind.NOTE_EXTEND: _NOTE,
    Kind.NOTE_CLOSE: _NOTE,
    Kind.NOTE_WITHDRAW: _TAKING_BACK,
    Kind.NOTE_CORRECT: _TAKING_BACK,
    Kind.INSTRUMENT_PROPOSE: _TEXT,
    Kind.INSTRUMENT_COUNTER: _TEXT,
    Kind.INSTRUMENT_SIGN: Way(Verb.SIGN, Verb.SIGN),
    Kind.INSTRUMENT_DECLINE: _BINDING,
    Kind.INSTRUMENT_WITHDRAW: _BINDING,
    Kind.INSTRUMENT_NOTIFY: _BINDING,
    Kind.INSTRUMENT_SUSPEND: _BINDING,
    Kind.INSTRUMENT_RESUME: _BINDING,
    Kind.INSTRUMENT_DENOUNCE: _BINDING,
    Kind.INSTRUMENT_SUPERSEDE: _BINDING,
    Kind.RELEASE: _TEXT,
}
"""A signing is by one who did not draft the text; where a partner drafted it, no second person is needed."""

URGENT_CLASS: Final = "urgent_8h"
ALERT: Final = "protection.alert"


def way_of(kind: str) -> Way:
    """How acts of a kind leave; a kind that nobody planned takes two persons, of whom one signs."""
    return WAYS.get(kind, _BINDING)


def may_be_emergency(kind: str, object_kind: str, note_class: str) -> bool:
    """Whether one person alone may let it go: alerts, and requests of the class of 8 hours."""
    return kind == Kind.NOTE_SEND and (object_kind == ALERT or note_class == URGENT_CLASS)
