"""What of this register can be searched for: its records as all others, and the articles of long texts too.

A text too long for its manifest has its articles in a part, which the general documents do not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest, read_manifest
from mithaq.errors import MalformedError
from mithaq.node.node import Node
from mithaq.node.ports.search import SearchDocument
from mithaq.node.read.indexing import make_document
from mithaq.node.read.whole_data import with_long
from mithaq.node.records import SealedAct

MAX_CHARS: Final = 400_000
"""Of the articles of one text; headings come first, so that the last article is found by its own."""

_OPENERS: Final = frozenset({InstrumentKind.PROPOSE, InstrumentKind.COUNTER})


class Finding:
    """Implements ``node.ports.search.SearchSource``."""

    def search_documents(self, node: Node, subjects: Sequence[str]) -> Iterator[SearchDocument]:
        """Documents of these records; a draft that nobody has put forward has none."""
        for object_id, acts in node.store.acts.of_objects(subjects).items():
            first = next((act for act in acts if act.parsed.id == object_id), None)
            if first is not None:
                found = make_document(first, acts, node.identity.code)
                yield replace(found, texts=[*found.texts, *_long_texts(node, first, acts)])


def _long_texts(node: Node, first: SealedAct, acts: Sequence[SealedAct]) -> list[str]:
    """Headings and words of the newest version that stands in a part, as far as the part is here."""
    long = [each for each in _manifests(first, acts) if "long" in (each.data or {})]
    if not long:
        return []
    newest = max(long, key=lambda manifest: manifest.version)
    data = with_long(newest.data or {}, newest.parts, node.blobs)
    articles = [
        each
        for name in ("articles", "changes")
        for each in _list(data.get(name))
        if isinstance(each, Mapping)
    ]
    texts: list[str] = []
    left = MAX_CHARS
    for name in ("heading", "text"):
        for words in (words for each in articles for words in _words(each.get(name))):
            texts.append(words[:left])
            left -= len(texts[-1])
            if left <= 0:
                return texts
    return texts


def _manifests(first: SealedAct, acts: Sequence[SealedAct]) -> Iterator[Manifest]:
    """Versions handled as the first one: the document is shown to whoever may read that."""
    for act in acts:
        members = act.parsed.body.get("manifest")
        is_alike = act.parsed.handling in (None, first.parsed.handling)
        if act.parsed.kind in _OPENERS and is_alike and isinstance(members, Mapping):
            try:
                yield read_manifest(members)
            except MalformedError:
                continue


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(texts: object) -> list[str]:
    return [each for each in texts.values() if isinstance(each, str)] if isinstance(texts, Mapping) else []


SEARCH: Final = Finding()
