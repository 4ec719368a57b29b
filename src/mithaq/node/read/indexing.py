"""Feeds the search index from the record, a small batch at a time, behind the cursors it keeps itself."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mithaq.core.acts.kinds import Kind
from mithaq.core.types import LeafIndex, Origin
from mithaq.node.handling import read_code, read_names, read_narrowing
from mithaq.node.node import Node
from mithaq.node.ports.search import Cursors, SearchDocument
from mithaq.node.read.openings import find_opened
from mithaq.node.records import JournalEntry, SealedAct

BATCH_ACTS = 128
BATCH_ENTRIES = 128
MAX_TEXT = 50_000
"""Characters of one document; an act holds 262,144 bytes at most, and its end is rarely searched for."""

MOST_ACTS = 200
"""Acts of one object that are read for its document, the first ones."""

_NO_TEXT = re.compile(
    r"[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9TZ:.+-]+|[a-z0-9_]+([._/-][a-z0-9_]+)+",
    re.ASCII,
)
"""Hashes, ids, times and codes: nobody searches for them by words."""


class Indexer:
    """One step at a time: ``step`` answers how many acts and entries it has read."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def step(self, batch: int = BATCH_ACTS) -> int:
        """Read one batch of each log and of the local journal."""
        before = self._node.search.cursors()
        logs = dict(before.logs)
        acts: list[SealedAct] = []
        for log, end in read_ends(self._node).items():
            first = logs.get(log, 0)
            if first < end:
                last = min(end, first + batch) - 1
                acts += self._node.store.rows.acts_between(log, LeafIndex(first), LeafIndex(last))
                logs[log] = last + 1
        entries = self._node.store.journal.since(before.journal, BATCH_ENTRIES)
        after = Cursors(logs, entries[-1].number if entries else before.journal)
        if after == before:
            return 0
        documents, gone = self._make_documents(acts, entries)
        self._node.search.take(documents, gone, before, after)
        return sum(after.logs[log] - before.logs.get(log, 0) for log in after.logs) + len(entries)

    def run(self) -> int:
        """Read everything that is there now (``mithaq rebuild``)."""
        total = 0
        while done := self.step():
            total += done
        return total

    def _make_documents(
        self, acts: Sequence[SealedAct], entries: Sequence[JournalEntry]
    ) -> tuple[list[SearchDocument], list[str]]:
        touched = dict.fromkeys(act.object_id for act in acts if act.parsed.object_kind)
        opened = (find_opened(self._node.store, act) for act in acts if act.parsed.kind == Kind.RELEASE)
        touched |= dict.fromkeys(older.object_id for older in opened if older is not None)
        found = {one.object_id: one for one in self._of_objects(touched)}
        for register, subjects in _subjects(entries).items():
            source = self._node.registry.search_source(register)
            if source is not None:
                touched |= dict.fromkeys(subjects)
                found |= {one.object_id: one for one in source.search_documents(self._node, subjects)}
        return list(found.values()), [one for one in touched if one not in found]

    def _of_objects(self, object_ids: Iterable[str]) -> Iterator[SearchDocument]:
        own: dict[str, list[str]] = {}
        for object_id, acts in self._node.store.acts.of_objects(object_ids).items():
            first = next((act for act in acts if act.parsed.id == object_id), None)
            if first is None:
                continue  # its first act was not released to this node
            register = (first.parsed.object_kind or "").partition(".")[0]
            if self._node.registry.search_source(register) is None:
                yield make_document(first, acts, self._node.identity.code)
            else:
                own.setdefault(register, []).append(object_id)
        for register, ids in own.items():
            source = self._node.registry.search_source(register)
            if source is not None:
                yield from source.search_documents(self._node, ids)


def _subjects(entries: Sequence[JournalEntry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        known = found.setdefault(entry.register, [])
        if entry.subject not in known:
            known.append(entry.subject)
    return found


def read_ends(node: Node) -> dict[Origin, int]:
    """Up to which leaf each log can be read: what is published, of partners what is applied."""
    ends = {node.identity.origin: int(node.store.own.head().tree_size)}
    for head in node.store.followed.heads():
        ends[head.origin] = int(head.next_index)
    return ends


def count_behind(node: Node) -> int:
    """Leaves and journal entries that the index has not read yet."""
    cursors = node.search.cursors()
    leaves = sum(max(0, end - cursors.logs.get(log, 0)) for log, end in read_ends(node).items())
    return leaves + max(0, node.store.journal.last_number() - cursors.journal)


def make_document(first: SealedAct, acts: Sequence[SealedAct], own_code: str) -> SearchDocument:
    """The document of an instrument or note that no register describes better: title and every text in it."""
    parsed = first.parsed
    handling = parsed.handling if isinstance(parsed.handling, dict) else {}
    narrowing = read_narrowing(parsed.body)
    return SearchDocument(
        object_id=parsed.id,
        object_kind=parsed.object_kind or "",
        title=dict(parsed.subject or {}),
        texts=list(cut(text for act in acts[:MOST_ACTS] for text in _texts_of(act))),
        code=read_code(parsed.handling),
        caveats=sorted(read_names(handling.get("caveats"))),
        purpose=str(handling.get("purpose") or ""),
        readers=sorted(read_names(narrowing.get("readers"))),
        author_posts=[parsed.actor.post] if parsed.author == own_code else [],
        created_at=parsed.created_at,
    )


def cut(texts: Iterable[str]) -> Iterator[str]:
    """Texts up to ``MAX_TEXT`` characters in all, each once."""
    left, seen = MAX_TEXT, set()
    for text in texts:
        if left <= 0:
            return
        if text not in seen:
            seen.add(text)
            yield text[:left]
            left -= len(text)


def _texts_of(act: SealedAct) -> Iterator[str]:
    yield from (act.parsed.subject or {}).values()
    yield from _walk(act.parsed.body)


def _walk(body: object) -> Iterator[str]:
    waiting: list[Any] = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.strip() and not _NO_TEXT.fullmatch(one):
                yield one
        elif isinstance(one, Mapping):
            waiting.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            waiting.extend(reversed(one))
