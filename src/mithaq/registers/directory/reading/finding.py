"""What of the directory can be searched for: persons, bodies and posts that stand, with every spelling."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from mithaq.node.node import Node
from mithaq.node.ports.search import SearchDocument
from mithaq.registers.directory.models import Card, LocalEntity, Spelling
from mithaq.registers.directory.reading.entities import entity_id_of

SEARCHED = ("person", "organisation", "post")
KIND = "directory.card"
PURPOSE = "ADMIN"
"""Cards serve the running of the cooperation; who may see one is judged by its code."""


def find_documents(subjects: Sequence[str]) -> Iterator[SearchDocument]:
    """Documents of cards, by the id of their note or of their entity, and of entities without a card."""
    cards = list(_cards(subjects))
    locals_ = list(LocalEntity.objects.filter(entity_id__in=subjects))
    spellings = _spellings([*(entity_id_of(card) for card in cards), *(one.entity_id for one in locals_)])
    for card in cards:
        names = spellings.get(entity_id_of(card), [])
        yield _document(card.object_id, dict(card.label), card.card == "person", names, card.handling)
    for one in locals_:
        names = spellings.get(one.entity_id, [])
        yield _document(one.entity_id, dict(one.label), one.type == "person", names, "green", is_local=True)


def _cards(subjects: Sequence[str]) -> Iterable[Card]:
    wanted = Q(object_id__in=subjects)
    for issuer, card, card_id in (one.split("/", 2) for one in subjects if one.count("/") == 2):
        wanted |= Q(issuer=issuer, card=card, card_id=card_id)
    standing = Card.objects.filter(card__in=SEARCHED, is_current=True, is_limited=False)
    return standing.filter(wanted)


def _spellings(entity_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in Spelling.objects.filter(entity_id__in=entity_ids).order_by("id"):
        known = found.setdefault(row.entity_id, [])
        if row.text not in known:
            known.append(row.text)
    return found


def _document(
    object_id: str,
    label: dict[str, str],
    is_person: bool,
    names: list[str],
    code: str,
    *,
    is_local: bool = False,
) -> SearchDocument:
    """Bodies and posts are found by what people wrote for them alone: a translation sounds like nothing."""
    return SearchDocument(
        object_id=object_id,
        object_kind=KIND,
        title=label,
        names=names if is_person else (),
        aliases=() if is_person else names,
        code=code,
        purpose=PURPOSE,
        is_local=is_local,
    )


class Finding:
    """Implements ``node.ports.search.SearchSource``."""

    def search_documents(self, node: Node, subjects: Sequence[str]) -> Iterator[SearchDocument]:
        """Documents of these subjects."""
        return find_documents(subjects)
