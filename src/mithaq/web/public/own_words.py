"""What this side alone tells the public: its own communiqués, apart from the texts that were co-signed.

A note of such a kind is public when it is our own, says ``visibility: public``, is handled as CLEAR without
caveats or named readers, it and all its corrections, was not withdrawn, and no embargo runs. A partner's
words stand on its own pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mithaq.core.acts.kinds import Kind
from mithaq.errors import MissingError
from mithaq.node.handling import HandlingCode
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import SealedAct
from mithaq.node.registry import Primitive
from mithaq.web.public.publication import PublicAct, is_clear, is_published
from mithaq.web.records.record import reference_of
from mithaq.web.texts import read_texts

PAGE_WORDS: Final = 50
MOST_WORDS: Final = 2_000
"""Of all pages together: the newest."""


@dataclass(frozen=True, slots=True)
class PublicWord:
    """A communiqué of this side that anyone may read.

    Attributes:
        title, text: by language; the text with its corrections.
        acts: the note and what corrected it.
    """

    object_id: str
    object_kind: str
    reference: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    created_at: datetime
    acts: tuple[PublicAct, ...]
    is_demonstration: bool


class OwnWords:
    """Reads what this node tells of its own."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def page(self, number: int) -> tuple[list[PublicWord], bool]:
        """Communiqués of page ``number`` (from 1), the newest first; and whether there are more."""
        found = self._read([row for kind in self._kinds() for row in self._list_ids(kind)])
        found.sort(key=lambda each: (each.created_at, each.object_id), reverse=True)
        start = (number - 1) * PAGE_WORDS
        return found[start : start + PAGE_WORDS], len(found) > start + PAGE_WORDS

    def word(self, object_id: str) -> PublicWord:
        """One of them.

        Raises:
            MissingError: ``text``; there is none of that id, or it is not public: nobody can tell which.
        """
        for found in self._read([object_id]):
            return found
        raise MissingError("text", "There is no public text of that id.")

    def act(self, act_id: str) -> PublicAct:
        """An act of one of them.

        Raises:
            MissingError: ``text``.
        """
        try:
            object_id = self._node.store.acts.by_id(act_id).object_id
        except MissingError as error:
            raise MissingError("text", "There is no public text of that id.") from error
        for found in self.word(object_id).acts:
            if found.act.parsed.id == act_id:
                return found
        raise MissingError("text", "There is no public text of that id.")

    def _kinds(self) -> list[str]:
        registers = self._node.registry.registers
        return [kind.name for each in registers for kind in each.kinds if kind.is_own_word]

    def _list_ids(self, kind: str) -> list[str]:
        query = RowQuery(
            object_kind=kind, sender=str(self._node.identity.code), codes=(str(HandlingCode.CLEAR),)
        )
        rows = self._node.store.rows.notes(query, MOST_WORDS)
        return list(dict.fromkeys(row.object_id for row in rows))

    def _read(self, object_ids: Sequence[str]) -> list[PublicWord]:
        grouped = self._node.store.acts.of_objects(object_ids)
        found = [self._judge(each, grouped[each]) for each in object_ids]
        return [each for each in found if each is not None]

    def _judge(self, object_id: str, acts: Sequence[SealedAct]) -> PublicWord | None:
        first = next((act for act in acts if act.parsed.id == object_id), None)
        if first is None or first.log != self._node.identity.origin:
            return None
        kind = self._node.registry.find(first.parsed.object_kind, first.parsed.object_v)
        if kind is None or kind.primitive is not Primitive.NOTE or not kind.is_own_word:
            return None
        own = [act for act in acts if act.log == first.log]
        body, told = _correct(first, own)
        # Its words are those of its corrections too: one that is not for everybody takes it from the public.
        is_open = all(is_clear(act, first) for act in told)
        is_gone = any(act.parsed.kind == Kind.NOTE_WITHDRAW for act in own)
        if is_gone or not is_open or not is_published(body, self._node.clock.now()):
            return None
        return PublicWord(
            object_id=object_id,
            object_kind=kind.name,
            reference=reference_of(first),
            title=read_texts(first.parsed.subject or {}),
            text=read_texts(body.get("text")),
            created_at=first.parsed.created_at,
            acts=tuple(PublicAct(act, is_clear(act, first)) for act in told),
            is_demonstration=body.get("demonstration") is True,
        )


def _correct(first: SealedAct, own: Sequence[SealedAct]) -> tuple[dict[str, Any], list[SealedAct]]:
    """The body after the corrections of its author, and the acts that say it."""
    body, told = dict(first.parsed.body), [first]
    for act in own:
        fields = act.parsed.body.get("fields")
        if act.parsed.kind == Kind.NOTE_CORRECT and isinstance(fields, Mapping):
            body, told = {**body, **fields}, [*told, act]
    return body, told
