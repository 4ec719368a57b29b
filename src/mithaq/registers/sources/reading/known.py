"""Sources as other registers choose among them: by words of their title or publisher."""

from collections.abc import Sequence

from django.db.models import Q

from mithaq.node.node import Node
from mithaq.node.registry import PublicText
from mithaq.registers.sources.models import Source


class KnownTexts:
    """Implements ``node.registry.TextSource``."""

    def find_texts(
        self, node: Node, words: Sequence[str], limit: int, source_id: str = ""
    ) -> list[PublicText]:
        """Sources that hold each word, the newest taken in first; one of that id is among them."""
        wanted = Q()
        for word in words:
            wanted &= Q(title__icontains=word) | Q(publisher__icontains=word)
        rows = Source.objects.defer("analysis", "overrides", "reports")
        found = list(rows.filter(wanted).order_by("-added_ms", "source_id")[:limit])
        if source_id and all(row.source_id != source_id for row in found):
            found += rows.filter(source_id=source_id)
        return [
            PublicText(row.source_id, row.title, row.language, row.publisher, row.published_on)
            for row in found
        ]
