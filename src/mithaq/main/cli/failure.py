"""What an error becomes: a code, one line, what is kept, what to do, and an exit code.

===== =====================================================================================
exit  meaning
===== =====================================================================================
0     ok
1     found problems; malformed input; no such record
2     usage
3     not allowed
4     partner unreachable, or a part of this node that cannot serve now
5     conflict: changed since shown, wrong state, another hash, another writer
===== =====================================================================================
"""

from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass

from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)
from mithaq.main.cli.face import UsageError
from mithaq.main.cli.words import say

OK, PROBLEMS, USAGE, NOT_ALLOWED, UNREACHABLE, CONFLICT = range(6)

DOCS = "docs/cli.md#errors"

RIGHTS_CODES = frozenset({"key_mode", "key_owner", "card_mismatch", "fingerprint", "root_pin"})
"""Codes of ``RefusedError`` that are about rights and trust, not about state."""

_ADVICE = {
    "home": ("kept_all", "do_init"),
    "no_home": ("kept_all", "do_init"),
    "transport_key_unknown": ("kept_all", "do_enrol"),
    "fingerprint": ("kept_nothing_stored", "do_fingerprint"),
    "not_cosigned": ("kept_all", "do_wait_cosign"),
    "timeout": ("kept_unknown", "do_state"),
    "internal": ("kept_unknown", "do_report"),
    "interrupted": ("kept_unknown", "do_state"),
}


class FoundProblem(MithaqError):
    """A check found damage: exit code 1 whatever rule it broke.

    Args:
        code: as ``MithaqError``.
        message: as ``MithaqError``.
        remedy: key of ``words`` that says what to do.
    """

    def __init__(self, code: str, message: str, remedy: str = "do_damage") -> None:
        super().__init__(code, message)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as people and programs see it."""

    code: str
    message: str
    kept: str
    do: str
    exit_code: int

    def to_record(self) -> dict[str, object]:
        """The JSON object that goes to stdout."""
        told = {"code": self.code, "message": self.message, "kept": self.kept, "do": self.do, "docs": DOCS}
        return {"schema": "mithaq/error/1", "error": told}


def describe_failure(error: BaseException, lang: str) -> Failure:
    """The failure of any exception."""
    known = _to_known(error)
    kept, do = _ADVICE.get(known.code) or _advise(known)
    message = " ".join(known.message.split())
    return Failure(known.code, message, say(kept, lang), say(do, lang), exit_code_of(known))


def exit_code_of(error: MithaqError) -> int:
    """Exit code by family; see the table above."""
    match error:
        case UsageError():
            return USAGE
        case NotAllowedError():
            return NOT_ALLOWED
        case RefusedError():
            return NOT_ALLOWED if error.code in RIGHTS_CODES else CONFLICT
        case UnavailableError():
            return UNREACHABLE
        case _:
            return PROBLEMS


def _to_known(error: BaseException) -> MithaqError:
    match error:
        case MithaqError():
            return error
        case FutureTimeout():
            return UnavailableError("timeout", "the act was handed over and no answer came in time")
        case KeyboardInterrupt():
            return MithaqError("interrupted", "interrupted")
        case OSError():
            return UnavailableError("disk", f"{error.strerror or error}: {error.filename or 'the disk'}")
    if hasattr(error, "format_message"):  # what the parser of the command line raises
        return UsageError("usage", error.format_message())
    return MithaqError("internal", f"{type(error).__name__}: {error}")


def _advise(error: MithaqError) -> tuple[str, str]:
    match error:
        case UsageError():
            return "kept_all", "do_usage"
        case FoundProblem():
            return "kept_all", error.remedy
        case MalformedError():
            return "kept_nothing_stored", "do_input"
        case NotAllowedError():
            return "kept_nothing_sent", "do_rights"
        case ConflictError() | RefusedError():
            return "kept_nothing_sent", "do_state"
        case MissingError():
            return "kept_nothing_sent", "do_find"
        case _:
            return "kept_all", "do_later"
