"""What acts, rows of read models and local things are protected by.

A row knows the code alone; caveats, purpose and readers stand in the first act of its object.
``protect_notes`` and ``protect_instruments`` read those of a whole page in one query.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mithaq.core.acts.envelope import Envelope
from mithaq.node.handling import read_names, read_narrowing
from mithaq.node.records import InstrumentRow, NoteRow, SealedAct
from mithaq.web.access.policy import Protected
from mithaq.web.access.table import CODES
from mithaq.web.runtime import get_node

CLOSED: Final = Protected()
"""What nobody may see: for a row whose act is not held."""

PERSONS: Final = "persons"


def protect_act(act: SealedAct) -> Protected:
    """An act by its own envelope; a reply without handling by that of its object."""
    return protect_acts([act])[0]


def protect_acts(acts: Sequence[SealedAct]) -> list[Protected]:
    """Acts of a page, in their order: as ``protect_act``, with one question for all of them."""
    bare = [act.parsed.object for act in acts if _is_bare(act.parsed)]
    firsts = get_node().store.rows.first_acts(list(dict.fromkeys(str(one) for one in bare)))
    found = []
    for act in acts:
        if not _is_bare(act.parsed):
            found.append(_protect(act.parsed))
        else:
            first = firsts.get(str(act.parsed.object))
            found.append(CLOSED if first is None else _protect(first.parsed))
    return found


def _is_bare(envelope: Envelope) -> bool:
    """Whether it is a reply that leaves its handling to the object."""
    return envelope.handling is None and envelope.object is not None and envelope.object != envelope.id


def without_closed(acts: Sequence[SealedAct], is_open: Callable[[Protected], bool]) -> tuple[SealedAct, ...]:
    """Acts of one record without those that by their own handling are not for the reader.

    Who may read the first act of a record is let in; a later version or a reply may be closed to him.
    """
    return tuple(
        act
        for act in acts
        if act.parsed.id == act.object_id or act.parsed.handling is None or is_open(_protect(act.parsed))
    )


def protect_notes(rows: Sequence[NoteRow]) -> list[Protected]:
    """Notes of a page, in their order."""
    return protect_objects([row.object_id for row in rows])


def protect_instruments(rows: Sequence[InstrumentRow]) -> list[Protected]:
    """Instruments of a page, in their order."""
    return protect_objects([row.object_id for row in rows])


def protect_local(
    code: str = "green",
    purpose: str = "ADMIN",
    *,
    author_id: str = "",
    readers: tuple[str, ...] = (),
    restricted: bool = False,
    has_persons: bool = False,
    object_id: str = "",
) -> Protected:
    """A thing of this node alone: a draft, an intake, an alias, a decision on it."""
    return Protected(
        administration_is_ours_or_released=True,
        code=code,
        purpose=purpose,
        readers=readers,
        restricted=restricted,
        author_id=author_id,
        has_persons=has_persons,
        is_local=True,
        object_id=object_id,
    )


def protect_objects(object_ids: Sequence[str]) -> list[Protected]:
    """Notes or instruments of a page by their ids, in their order; what is not held is closed."""
    firsts = get_node().store.rows.first_acts(list(dict.fromkeys(object_ids)))
    found = {object_id: _protect(act.parsed) for object_id, act in firsts.items()}
    return [found.get(object_id) or Protected(object_id=object_id) for object_id in object_ids]


def _protect(envelope: Envelope) -> Protected:
    """What this node holds was written by it or released to it: the store has nothing else to read."""
    handling = envelope.handling if isinstance(envelope.handling, Mapping) else {}
    body = read_narrowing(envelope.body)
    is_own = envelope.author == get_node().identity.code
    return Protected(
        administration_is_ours_or_released=True,
        code=read_code_of(handling),
        caveats=read_names(handling.get("caveats")),
        purpose=str(handling.get("purpose") or ""),
        readers=tuple(sorted(read_names(body.get("readers")))),
        author_posts=_author_posts(envelope, body) if is_own else frozenset(),
        has_persons=PERSONS in envelope.sections,
        object_id=str(envelope.object or envelope.id),
    )


def _author_posts(envelope: Envelope, body: Mapping[str, Any]) -> frozenset[str]:
    posts = {envelope.actor.post}
    author = body.get("author_post")
    if isinstance(author, str):
        posts.add(author)
    return frozenset(posts)


def read_code_of(handling: Mapping[str, Any]) -> str:
    """The code; a missing, unknown or malformed one is the most closed (spec 5.3.10)."""
    code = handling.get("code")
    return code if isinstance(code, str) and code in CODES else CODES[-1]
