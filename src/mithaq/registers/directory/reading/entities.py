"""Persons, bodies and places with all their spellings, and what people decided on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max

from mithaq.core.names import Entity, NameIndex, Proposal, fold
from mithaq.errors import MissingError
from mithaq.registers.directory.models import Card, Decision, LocalEntity, Spelling
from mithaq.registers.directory.reading.scope import Scope
from mithaq.web.runtime import get_part

CARD_WORDS = {"person": "person", "body": "organisation"}


@dataclass(frozen=True, slots=True)
class EntityPage:
    """One entity: its card or what this node keeps of it, every spelling, every decision.

    Attributes:
        names: as ``{text, lang, script, kind, origin}``, those of the card first.
    """

    entity_id: str
    type: str
    label: dict[str, str]
    card: Card | None
    local: LocalEntity | None
    spellings: Sequence[Spelling]
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal with what is known of its entity, and what was decided on this spelling before."""

    proposal: Proposal
    type: str
    label: dict[str, str]
    rejected: Decision | None


def entity_id_of(row: Card) -> str:
    """Id of a card among all entities."""
    return f"{row.issuer}/{row.card}/{row.card_id}"


def find_entity(scope: Scope, entity_id: str) -> EntityPage:
    """One entity.

    Raises:
        MissingError: ``entity``; there is none of that id, or none that the reader may know of.
    """
    issuer, word, card_id = (*entity_id.split("/", 2), "", "")[:3]
    card, local = None, None
    if issuer == "local":
        local = LocalEntity.objects.filter(pk=entity_id).first()
    elif word in CARD_WORDS.values():
        card = scope.standing(word).filter(issuer=issuer, card_id=card_id).first()
    found = local or card
    if found is None:
        raise MissingError("entity", "there is no such person, body or place here")
    return EntityPage(
        entity_id,
        local.type if local is not None else _type_of(word),
        dict(found.label),
        card,
        local,
        list(Spelling.objects.filter(entity_id=entity_id).order_by("script", "kind", "text")),
        list(Decision.objects.filter(entity_id=entity_id).order_by("-number")),
    )


def _type_of(word: str) -> str:
    return "person" if word == "person" else "body"


def labels_of(scope: Scope, entity_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Best names by language of entities that the reader may know of."""
    wanted = set(entity_ids)
    keys = [one.split("/", 2) for one in wanted if not one.startswith("local/")]
    cards = scope.standing().filter(
        card__in=CARD_WORDS.values(),
        card_id__in=[key[2] for key in keys],
        issuer__in=[key[0] for key in keys],
    )
    found = {entity_id_of(row): dict(row.label) for row in cards}
    found |= {row.entity_id: dict(row.label) for row in LocalEntity.objects.filter(pk__in=wanted)}
    return {entity_id: label for entity_id, label in found.items() if entity_id in wanted}


@dataclass(slots=True)
class _Indexes:
    """Indexes of one node by the codes of their readers, each with what it was made from."""

    known: dict[tuple[str, ...], tuple[object, NameIndex]] = field(default_factory=dict)


def make_index(scope: Scope) -> NameIndex:
    """All that the reader may know of, ready to be asked; made anew once a spelling has changed."""
    stamp = Spelling.objects.aggregate(last=Max("id"), count=Count("id"))
    try:
        known = get_part(_Indexes).known
    except RuntimeError:  # a command serves no node
        return _make_index(scope)
    found = known.get(scope.codes)
    if found is None or found[0] != stamp:
        found = known[scope.codes] = (stamp, _make_index(scope))
    return found[1]


def _make_index(scope: Scope) -> NameIndex:
    rows = list(
        Spelling.objects.order_by("entity_id", "text").values_list("entity_id", "entity_type", "text")
    )
    known = labels_of(scope, [row[0] for row in rows])
    spellings: dict[tuple[str, str], list[str]] = {}
    for entity_id, entity_type, text in rows:
        if entity_id in known:
            spellings.setdefault((entity_id, entity_type), []).append(text)
    return NameIndex(
        Entity(entity_id, texts, by_alias_only=entity_type != "person")
        for (entity_id, entity_type), texts in spellings.items()
    )


def find_candidates(scope: Scope, text: str, most: int = 10) -> list[Candidate]:
    """Whom a spelling may name, best first; what a person rejected before says so and is never a link."""
    proposals = make_index(scope).propose(text)[:most]
    labels = labels_of(scope, [one.entity_id for one in proposals])
    rejected = {
        row.entity_id: row
        for row in Decision.objects.filter(folded=fold(text), kind="alias.rejected", reversed_by=None)
    }
    return [
        Candidate(
            one, _entity_type(one.entity_id), labels.get(one.entity_id, {}), rejected.get(one.entity_id)
        )
        for one in proposals
    ]


def _entity_type(entity_id: str) -> str:
    word = entity_id.split("/")[1]
    return "body" if word == "organisation" else word


def proposal_for(scope: Scope, text: str, entity_id: str) -> Proposal | None:
    """What is shown for one entity now: a decision keeps this, never what a form brought."""
    return next((one for one in make_index(scope).propose(text) if one.entity_id == entity_id), None)


def find_decision(number: int) -> Decision | None:
    """A decision by its number in the journal."""
    return Decision.objects.filter(pk=number).first()


def describe_steps(steps: Sequence[Any]) -> list[dict[str, Any]]:
    """Steps of a score as a decision keeps them."""
    return [{"a": one.a, "b": one.b, "cost": one.cost, "reason": str(one.reason)} for one in steps]
