"""What a reader finds: documents that hold every word, by register; then what he may have meant.

A suggestion is never more than that: it shows both spellings aligned, with the reason of each difference,
and only where a document that the reader may see holds it. Nothing is merged by score.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mithaq.core.names import Entity, NameIndex, Step, fold, skeleton
from mithaq.core.names.fronts import without_front
from mithaq.core.names.index import LINK_SCORE
from mithaq.core.names.score import score_words
from mithaq.node.node import Node
from mithaq.node.ports.search import SearchDocument, SearchHit, SearchQuery
from mithaq.node.read.indexing import count_behind
from mithaq.web.access import policy
from mithaq.web.access.gate import note_shown
from mithaq.web.access.policy import Protected, Subject, rank_of
from mithaq.web.access.table import CODES
from mithaq.web.runtime import get_part

MOST_CHARACTERS: Final = 200
MOST_WORDS: Final = 8
SHOWN_HITS: Final = 10
PAGE_HITS: Final = 50
READ_MORE: Final = 3
"""Hits read for each one shown, since the policy may hide some."""

MOST_NEAR: Final = 400
"""Words compared by sound with one word asked for."""

MOST_SUGGESTED: Final = 5
LEAST_SOUNDS: Final = 2
"""Consonants below which a word sounds like too many others."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word or a name that sounds like what was typed.

    Attributes:
        asked: folded, as typed.
        written: as documents write it.
        steps: the two aligned, with reasons.
        document: what the name belongs to; None for a word.
    """

    asked: str
    written: str
    folded: str
    value: float
    steps: tuple[Step, ...]
    document: SearchDocument | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one register; ``before`` is where the next page starts, None at the end."""

    register: str
    hits: tuple[SearchHit, ...]
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything for one query.

    Attributes:
        words: folded, as typed.
        groups: exact hits.
        suggestions, near: what may have been meant, and the documents that hold it.
        near_words: folded words to mark in ``near``.
        behind: acts that the index has not read yet.
    """

    text: str
    words: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    near: tuple[Group, ...] = ()
    near_words: tuple[str, ...] = ()
    behind: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was found."""
        return not self.groups and not self.near and not self.suggestions


@dataclass(slots=True)
class _Names:
    """Names by sound, kept while they do not change; a part of the served node."""

    generation: int = -1
    index: NameIndex = field(default_factory=lambda: NameIndex([]))
    documents: dict[str, SearchDocument] = field(default_factory=dict)


def search(node: Node, subject: Subject, text: str, register: str = "", before: int | None = None) -> Results:
    """What that reader finds.

    Args:
        node: whose record.
        subject: the reader.
        text: as typed, at most 200 characters count.
        register: one register, a page of 50; all, ten each, when empty.
        before: place of the last hit shown, for the next page of one register.
    """
    found = _search(node, subject, text, register, before)
    groups = (*found.groups, *found.near)
    documents = [hit.document for group in groups for hit in group.hits]
    documents += [one.document for one in found.suggestions if one.document is not None]
    note_shown(subject, "search", map(protect_document, documents))
    return found


def _search(node: Node, subject: Subject, text: str, register: str, before: int | None) -> Results:
    text = text.strip()[:MOST_CHARACTERS]
    words = tuple(dict.fromkeys(fold(text).split()))[:MOST_WORDS]
    behind = count_behind(node)
    if not words:
        return Results(text, behind=behind)
    finder = _Finder(node, subject, (register,) if register else (), before)
    groups = finder.groups([[word, *without_front(word)] for word in words])
    if before is not None:
        return Results(text, words, groups, behind=behind)
    suggestions, near = finder.meant(words, {hit.document.object_id for one in groups for hit in one.hits})
    named = () if register else finder.named(text, words)
    near_words = tuple(dict.fromkeys([*words, *(one.folded for one in suggestions)]))
    return Results(text, words, groups, (*named, *suggestions), near, near_words, behind)


class _Finder:
    """One search."""

    def __init__(self, node: Node, subject: Subject, registers: tuple[str, ...], before: int | None) -> None:
        self._node = node
        self._subject = subject
        self._registers = registers
        self._before = before
        self._shown = PAGE_HITS if registers else SHOWN_HITS

    def groups(
        self, terms: Sequence[Sequence[str]], without: frozenset[str] = frozenset()
    ) -> tuple[Group, ...]:
        """Hits by register that the reader may see, most first."""
        codes = CODES[: rank_of(self._subject.clearance) + 1]
        query = SearchQuery(terms, codes, self._registers, self._before)
        found = self._node.search.find(query, self._shown * READ_MORE + 1)
        groups = []
        for register, hits in found.items():
            seen = [
                hit for hit in hits if self.may_find(hit.document) and hit.document.object_id not in without
            ]
            if seen:
                shown = seen[: self._shown]
                is_more = len(seen) > len(shown) or len(hits) > self._shown * READ_MORE
                groups.append(Group(register, tuple(shown), shown[-1].place if is_more else None))
        return tuple(groups)

    def may_find(self, document: SearchDocument) -> bool:
        """Whether the policy lets the reader find it."""
        return policy.may(self._subject, "search", protect_document(document)).allowed

    def meant(
        self, words: Sequence[str], found: set[str]
    ) -> tuple[tuple[Suggestion, ...], tuple[Group, ...]]:
        """Words that sound like those asked for, and the documents that hold them in their place."""
        near = {word: self._near(word) for word in words}
        suggested = [one for suggestions in near.values() for one in suggestions]
        if not suggested:
            return (), ()
        terms = [[word, *without_front(word), *(one.folded for one in near[word])] for word in words]
        groups = self.groups(terms, frozenset(found))
        held = _words_of(hit.document for group in groups for hit in group.hits)
        kept = [one for one in suggested if any(word.startswith(one.folded) for word in held)]
        return tuple(sorted(kept, key=lambda one: -one.value)[:MOST_SUGGESTED]), groups if kept else ()

    def _near(self, word: str) -> list[Suggestion]:
        sounds = skeleton(word)
        if len(sounds) != 1 or sounds[0].strong < LEAST_SOUNDS or sounds[0].number:
            return []
        known = self._node.search.words_near([sounds[0].block], sounds[0].strong, MOST_NEAR)
        found = []
        for one in known:
            if one.folded.startswith(word) or one.folded in set(without_front(word)):
                continue
            score = score_words(sounds, skeleton(one.folded))
            if score.value >= LINK_SCORE:
                found.append(Suggestion(word, one.written, one.folded, score.value, score.steps))
        return sorted(found, key=lambda one: -one.value)[:MOST_SUGGESTED]

    def named(self, text: str, words: Sequence[str]) -> tuple[Suggestion, ...]:
        """Persons, posts and places whose name sounds like the whole text."""
        names = _read_names(self._node)
        found = []
        for proposal in names.index.propose(text):
            document = names.documents[proposal.entity_id]
            if not proposal.is_exact and self.may_find(document):
                found.append(
                    Suggestion(
                        " ".join(words),
                        proposal.spelling,
                        fold(proposal.spelling),
                        proposal.score.value,
                        proposal.score.steps,
                        document,
                    )
                )
        return tuple(found[:MOST_SUGGESTED])


def _read_names(node: Node) -> _Names:
    names = get_part(_Names)
    generation = node.search.generation()
    if names.generation != generation:
        generation, rows = node.search.names()
        spellings: dict[str, list[str]] = {}
        documents = {}
        for document, name in rows:
            spellings.setdefault(document.object_id, []).append(name)
            documents[document.object_id] = document
        names.index = NameIndex([Entity(one, given) for one, given in spellings.items()])
        names.documents, names.generation = documents, generation
    return names


def _words_of(documents: Iterator[SearchDocument]) -> set[str]:
    held: set[str] = set()
    for one in documents:
        for text in (*one.title.values(), *one.texts, *one.names, *one.aliases):
            for word in fold(text).split():
                held.add(word)
                held.update(without_front(word))
    return held


def protect_document(document: SearchDocument) -> Protected:
    """What protects a document: what protected the record when it was read, never less."""
    return Protected(
        administration_is_ours_or_released=True,
        code=document.code,
        caveats=frozenset(document.caveats),
        purpose=document.purpose,
        readers=tuple(document.readers),
        author_posts=frozenset(document.author_posts),
        is_local=document.is_local,
        object_id=document.object_id,
    )
