"""Rows from what the gate has noted: one transaction, on the disk before anything is shown.

The service has one lane and the command line another, and the database takes its head along with each row: it
refuses a row that does not follow the head as it stands. Whoever appends holds the lane, which SQLite gives
with the write transaction and PostgreSQL with a lock on the row. So threads and processes alike stand in one
queue, and a transaction that is undone undoes its rows and the head together.

The head as it was left is tried first, which makes a row one statement on either engine; where something else
has written meanwhile, the database refuses that, and the head is read anew, under its lock. What several
requests show at one moment shares a commit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from mithaq.core.encoding import format_time, from_ms, to_ms
from mithaq.errors import MithaqError, UnavailableError
from mithaq.web.access.noted import Noted, Noting
from mithaq.web.access.policy import rank_of
from mithaq.web.access_log.chain import hash_row
from mithaq.web.access_log.models import AccessLane, AccessRow
from mithaq.web.access_log.shared_commit import SharedCommit
from mithaq.web.runtime import get_node, get_part

LANE: Final = "web"
COMMANDS: Final = "command"
MOST_REASON: Final = 500


@dataclass(slots=True)
class _Head:
    """Where a lane ends, as this process knows it; ``size`` is -1 before it has looked."""

    lane: str = LANE
    size: int = -1
    hash: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """The rows of one request."""

    lane: str
    noting: Noting
    parts: Sequence[Sequence[Noted]]


def write_rows(noting: Noting, notes: Sequence[Noted]) -> None:
    """Write down what was decided: with what others read at this moment, or in the transaction that runs.

    Raises:
        UnavailableError: ``access_log``; nothing was written, so nothing is shown.
    """
    told = _Told(COMMANDS if noting.way == "command" else LANE, noting, _group(notes))
    try:
        if connection.in_atomic_block:
            _commit([told])
        else:
            get_part(_make_shared)[told.lane].put(told, _commit)
    except (DatabaseError, AccessLane.DoesNotExist, OSError, MithaqError) as error:
        raise UnavailableError("access_log", "The access log cannot be written.", retry_after_s=5) from error


def _make_shared() -> dict[str, SharedCommit[_Told]]:
    """Of this process, a lane each."""
    return {lane: SharedCommit((IntegrityError, DataError)) for lane in (LANE, COMMANDS)}


def _commit(waiting: Sequence[_Told]) -> None:
    """The rows of some requests of one lane, in one transaction."""
    at = from_ms(to_ms(get_node().clock.now()))
    name = waiting[0].lane
    with transaction.atomic():
        if not _append_to_known(name, waiting, at):
            lane = AccessLane.objects.select_for_update().get(pk=name)
            _append(_Head(name, lane.size, lane.head_hash), waiting, at)


def _append_to_known(name: str, waiting: Sequence[_Told], at: datetime) -> bool:
    """Whether the rows could follow the head that this process knows."""
    known = get_part(_Head)
    if known.lane != name or known.size < 0:
        return False
    try:
        with transaction.atomic():
            _append(_Head(name, known.size, known.hash), waiting, at)
    except IntegrityError:
        return False
    return True


def _append(head: _Head, waiting: Sequence[_Told], at: datetime) -> None:
    """Rows after this head. If they are undone later, what is known then is refused, and read anew."""
    rows = [_make_row(head, each.noting, part, at) for each in waiting for part in each.parts]
    AccessRow.objects.bulk_create(rows)
    known = get_part(_Head)
    known.lane, known.size, known.hash = head.lane, head.size, head.hash


def _group(notes: Iterable[Noted]) -> list[list[Noted]]:
    """Notes that make one row: of one person, one verb and one answer."""
    found: dict[object, list[Noted]] = {}
    for note in notes:
        found.setdefault(note.group(), []).append(note)
    return list(found.values())


def _make_row(head: _Head, noting: Noting, notes: Sequence[Noted], at: datetime) -> AccessRow:
    first = notes[0]
    row = AccessRow(
        lane=head.lane,
        seq=head.size,
        at=at,
        way=noting.way,
        request_id=noting.request_id,
        user=first.user_id,
        post=first.post,
        roles=_join(first.roles),
        verb=first.verb[:40],
        objects_named=_join(dict.fromkeys(note.object_id for note in notes)),
        fields_named=_join(sorted({note.field for note in notes})),
        code=max((note.code for note in notes), key=rank_of),
        purpose=_join(sorted({note.purpose for note in notes})),
        reason=_clean(first.reason)[:MOST_REASON],
        decision=first.decision,
        recipients=_join(first.recipients),
        prev_hash=head.hash,
    )
    row.row_hash = hash_row(row.prev_hash, say(row))
    head.size, head.hash = head.size + 1, row.row_hash
    return row


def say(row: AccessRow) -> dict[str, Any]:
    """Everything that a row says, as its hash takes it."""
    return {
        "seq": row.seq,
        "lane": row.lane,
        "at": format_time(row.at),
        "way": row.way,
        "request_id": row.request_id,
        "user": row.user,
        "post": row.post,
        "roles": row.roles,
        "verb": row.verb,
        "objects": row.objects_named,
        "fields": row.fields_named,
        "code": row.code,
        "purpose": row.purpose,
        "reason": row.reason,
        "decision": row.decision,
        "recipients": row.recipients,
    }


def _join(texts: Iterable[str]) -> str:
    return " ".join(_clean(text) for text in texts if text)


def _clean(text: str) -> str:
    """What both engines can store."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
