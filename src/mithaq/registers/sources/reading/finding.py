"""What of the sources can be searched for: the whole text of each, and the persons it names."""

from collections.abc import Iterator, Sequence

from mithaq.errors import MithaqError
from mithaq.node.node import Node
from mithaq.node.ports.search import SearchDocument
from mithaq.node.read.indexing import MAX_TEXT
from mithaq.registers.sources.models import Released, Source
from mithaq.registers.sources.reading.texts import read_raw
from mithaq.registers.sources.rules.kinds import SOURCE_KIND

CODE = "green"
PURPOSE = "ADMIN"


def find_documents(node: Node, subjects: Sequence[str]) -> Iterator[SearchDocument]:
    """Documents of sources of this node, by their id, and of released ones, by the id of their note."""
    for row in Source.objects.filter(source_id__in=subjects):
        yield SearchDocument(
            object_id=row.source_id,
            object_kind=SOURCE_KIND,
            title={row.language: row.title},
            texts=(_read_text(node, row), row.publisher),
            code=CODE,
            purpose=PURPOSE,
            is_local=True,
        )
    for released in Released.objects.filter(object_id__in=subjects):
        yield SearchDocument(
            object_id=released.object_id,
            object_kind=SOURCE_KIND,
            title={released.language: released.title},
            texts=(released.publisher,),
            code=CODE,
            purpose=PURPOSE,
        )


def _read_text(node: Node, row: Source) -> str:
    """The text as it came; nothing where its file cannot be read, which the health page tells."""
    try:
        return read_raw(node, row).text[:MAX_TEXT]
    except MithaqError:
        return ""


class Finding:
    """Implements ``node.ports.search.SearchSource``."""

    def search_documents(self, node: Node, subjects: Sequence[str]) -> Iterator[SearchDocument]:
        """Documents of these subjects."""
        return find_documents(node, subjects)
