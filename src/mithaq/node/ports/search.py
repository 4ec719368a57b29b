"""The index of what can be found: made from acts and the local journal, off the way of every write.

It may be behind, and says so. It holds copies of content, so each document carries what protects it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from mithaq.core.types import Origin

if TYPE_CHECKING:
    from mithaq.node.node import Node


class SearchDocument(Struct, frozen=True):
    """One thing that can be found.

    Attributes:
        object_id: with ``object_kind`` the address of its page.
        title: by language.
        texts: passages as they were written; never a persons section.
        names: spellings of what it is about (a person, a post, a place) that sound may be compared with.
        aliases: spellings found exactly or not at all (bodies, countries, decided aliases).
        code, caveats, purpose, readers, author_posts, is_local: what protects it, as the policy asks.
    """

    object_id: str
    object_kind: str
    title: Mapping[str, str]
    texts: Sequence[str] = ()
    names: Sequence[str] = ()
    aliases: Sequence[str] = ()
    code: str = "red"
    caveats: Sequence[str] = ()
    purpose: str = ""
    readers: Sequence[str] = ()
    author_posts: Sequence[str] = ()
    is_local: bool = False
    created_at: datetime | None = None

    @property
    def register(self) -> str:
        """First part of its kind."""
        return self.object_kind.partition(".")[0]


class Cursors(Struct, frozen=True):
    """How far the index has read: the next leaf of each log, the last entry of the local journal."""

    logs: Mapping[Origin, int] = {}
    journal: int = 0


class SearchHit(Struct, frozen=True):
    """A document that holds every word asked for. ``place`` orders hits, the newest first."""

    place: int
    document: SearchDocument


class KnownWord(Struct, frozen=True):
    """A word that documents hold: its fold, and how it was first written."""

    folded: str
    written: str


class SearchQuery(Struct, frozen=True):
    """What to find.

    Attributes:
        terms: each is a choice of folded words; a document must hold, for each, a word that begins with one.
        registers: where; all when empty.
        codes: handling codes that may be shown.
        before: only places below it.
    """

    terms: Sequence[Sequence[str]]
    codes: Sequence[str]
    registers: Sequence[str] = ()
    before: int | None = None


class SearchIndex(Protocol):
    """Full text over folded words. Every call is a transaction of its own."""

    def cursors(self) -> Cursors:
        """How far it has read."""
        ...

    def take(
        self, documents: Sequence[SearchDocument], gone: Sequence[str], before: Cursors, after: Cursors
    ) -> bool:
        """Replace documents, drop ``gone``, move the cursors; False when another moved them first."""
        ...

    def clear(self) -> None:
        """Drop everything; it is read anew from the first leaf."""
        ...

    def find(self, query: SearchQuery, limit: int) -> dict[str, list[SearchHit]]:
        """At most ``limit`` hits of each register, the newest first."""
        ...

    def words_near(self, blocks: Sequence[str], strong: int, limit: int) -> list[KnownWord]:
        """Words that begin with one of these classes of sound and have about so many consonants."""
        ...

    def holds(self, folded: str) -> bool:
        """Whether some document holds exactly that folded word."""
        ...

    def names(self) -> tuple[int, list[tuple[SearchDocument, str]]]:
        """(generation, documents with each of their names); the generation changes when they do."""
        ...

    def generation(self) -> int:
        """Changes when names do; cheap."""
        ...

    def count(self) -> int:
        """Documents."""
        ...


class SearchSource(Protocol):
    """What a register may have: documents of its own making, in place of the general ones."""

    def search_documents(self, node: "Node", subjects: Sequence[str]) -> Iterable[SearchDocument]:
        """Documents of these objects of its kinds or subjects of its journal.

        What it leaves out cannot be found. A document has as its ``object_id`` the subject, or the id of the
        object that the subject is about.
        """
        ...


class NoSearch:
    """For processes and tests without an index: it knows nothing, and is never behind."""

    def cursors(self) -> Cursors:
        """From the first leaf."""
        return Cursors()

    def take(
        self, documents: Sequence[SearchDocument], gone: Sequence[str], before: Cursors, after: Cursors
    ) -> bool:
        """Keep nothing."""
        return True

    def clear(self) -> None:
        """There is nothing to drop."""

    def find(self, query: SearchQuery, limit: int) -> dict[str, list[SearchHit]]:
        """Nothing."""
        return {}

    def words_near(self, blocks: Sequence[str], strong: int, limit: int) -> list[KnownWord]:
        """Nothing."""
        return []

    def holds(self, folded: str) -> bool:
        """Nothing."""
        return False

    def names(self) -> tuple[int, list[tuple[SearchDocument, str]]]:
        """Nothing."""
        return 0, []

    def generation(self) -> int:
        """Never another."""
        return 0

    def count(self) -> int:
        """None."""
        return 0
