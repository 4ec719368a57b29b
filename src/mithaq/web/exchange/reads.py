"""Rows of the access log for what a partner is given: no row, no read.

A partner may have what was released to it; that is judged where the acts are looked up. Here it is written
down, under the partner's code, from AMBER on, and for what is about persons or attached. Acts that carry no
record (receipts, keys, alarms) leave no row.

Spec: trust 5.4.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from mithaq.core.acts.kinds import Kind
from mithaq.node.records import Partner, StoredAct
from mithaq.web.access.noted import ALLOWED, write_given
from mithaq.web.access.policy import Protected, is_sensitive
from mithaq.web.access.protected import PERSONS, protect_objects, read_code_of
from mithaq.web.access.table import CODES

NOT_RELEASED: Final = "not_released"
_OPEN: Final = frozenset(code for code in CODES if not is_sensitive(Protected(code=code)))


class _Told(msgspec.Struct, frozen=True, gc=False):
    """As much of an envelope as says what protects it; the rest is not looked at."""

    id: str
    kind: str
    object: str | None = None
    object_kind: str | None = None
    handling: Any = None
    sections: dict[str, Any] = {}  # msgspec copies it


_decode = msgspec.json.Decoder(_Told).decode


def note_acts(partner: Partner, acts: Sequence[StoredAct]) -> None:
    """Acts that are about to be sent.

    Raises:
        UnavailableError: ``access_log``; then nothing is sent.
    """
    told = [one for one in map(_read, acts) if not _is_plain(one)]
    bare = [one.object for one in told if one.handling is None and one.object not in (None, one.id)]
    first = {
        each.object_id: each
        for each in (protect_objects(list(dict.fromkeys(map(str, bare)))) if bare else ())
    }
    found = []
    for one in told:
        if one.object_kind is None and one.handling is None and one.kind != Kind.RELEASE:
            continue
        thing = first.get(str(one.object)) if one.handling is None else None
        found.append(thing or _protect(one))
    _write(partner, [each for each in found if is_sensitive(each) or each.has_persons])


def note_blob(partner: Partner, sha256: str, *, is_released: bool) -> None:
    """An attachment that is about to be sent, or was asked for in vain.

    Raises:
        UnavailableError: ``access_log``.
    """
    thing = Protected(object_id=sha256, code="")
    _write(partner, [thing], ALLOWED if is_released else NOT_RELEASED, "attachments")


def _read(act: StoredAct) -> _Told:
    """What cannot be read here, of a newer version, counts as closed."""
    try:
        return _decode(act.envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Told(f"leaf:{act.leaf_index}", "", handling={})


def _is_plain(one: _Told) -> bool:
    """An open act about nobody: it leaves no row, and most of what is sent is such."""
    code = one.handling.get("code") if type(one.handling) is dict else None
    return type(code) is str and code in _OPEN and PERSONS not in one.sections


def _protect(one: _Told) -> Protected:
    handling = one.handling if isinstance(one.handling, dict) else {}
    return Protected(
        code=read_code_of(handling),
        purpose=str(handling.get("purpose") or ""),
        has_persons=PERSONS in one.sections,
        object_id=one.object or one.id,
    )


def _write(partner: Partner, things: Iterable[Protected], decision: str = ALLOWED, field: str = "") -> None:
    code = str(partner.code)
    write_given(
        "partner", f"partner:{code}", "read", things, field=field, decision=decision, recipients=(code,)
    )
