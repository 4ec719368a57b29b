"""The starting names and those of this node as one table to look texts up in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from mithaq.core.names import Entity, NameIndex, fold
from mithaq.node.who import EntityType, NamedEntity
from mithaq.registers.sources.rules.bodies import (
    BARE_MINISTRIES,
    BODIES,
    BOTH_MINISTRIES,
    BOTH_SECURITY_SERVICES,
)
from mithaq.registers.sources.rules.named import Named, Spelling, SpellingKind
from mithaq.registers.sources.rules.occasions import EVENTS
from mithaq.registers.sources.rules.people import PEOPLE
from mithaq.registers.sources.rules.phrases import PhraseTable
from mithaq.registers.sources.rules.places import PLACES
from mithaq.registers.sources.rules.values import AssertionType

_TYPES: Final[Mapping[EntityType, AssertionType]] = {
    EntityType.PERSON: AssertionType.PERSON,
    EntityType.BODY: AssertionType.BODY,
    EntityType.PLACE: AssertionType.PLACE,
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a phrase stands for.

    Attributes:
        named: one; two where one phrase names a pair; none where the text around must say which.
        rule_id: of the look-up.
    """

    named: tuple[Named, ...]
    spelling: Spelling
    rule_id: str = "name.alias"


class EntityTable:
    """Names ready to be found: exactly, and persons by sound."""

    def __init__(self, named: Iterable[Named], known_as: Mapping[str, str] | None = None) -> None:
        self.named: Mapping[str, Named] = {one.id: one for one in named}
        self._known_as = known_as or {}
        self.phrases = PhraseTable(self._phrases())
        self.people = NameIndex(
            Entity(one.id, [each.text for each in one.spellings], hints=one.roles)
            for one in self.named.values()
            if one.type is AssertionType.PERSON
        )

    def _phrases(self) -> Iterable[tuple[str, Target]]:
        for one in self.named.values():
            for spelling in one.spellings:
                yield spelling.text, Target((one,), spelling)
        for texts, ids, rule_id in (
            (BARE_MINISTRIES, (), "body.bare_ministry"),
            (BOTH_MINISTRIES, ("ma-mi", "fr-mi"), "body.pair"),
            (BOTH_SECURITY_SERVICES, ("ma-dgsn", "ma-dgst"), "body.pair"),
        ):
            for text in texts:
                pair = tuple(self.named[each] for each in ids)
                yield text, Target(pair, Spelling(text), rule_id)

    def find_entity(self, entity_id: str) -> Named | None:
        """What an entity of the directory is in this table; None where it is not there."""
        return self.named.get(self._known_as.get(entity_id, entity_id))

    def name_of(self, entity_id: str) -> Mapping[str, str]:
        """Names by language; empty for one that is not in the table."""
        found = self.named.get(entity_id)
        return {} if found is None else found.names


STARTING: Final = (*PEOPLE, *BODIES, *PLACES, *EVENTS)


@cache
def starting_table() -> EntityTable:
    """The table of a node that knows nothing of its own yet."""
    return EntityTable(STARTING)


def make_table(known: Sequence[NamedEntity], aliases: Sequence["Alias"] = ()) -> EntityTable:
    """The starting names, what the directory of this node knows, and aliases that people confirmed.

    An entity of the directory that shares a spelling with one of the starting list is that one: the starting
    list gives way to nobody, it only learns spellings, and the id of the card stands beside its own.
    """
    if not known and not aliases:
        return starting_table()
    named = {one.id: one for one in STARTING}
    by_spelling = {
        (one.type, fold(spelling.text)): one.id
        for one in STARTING
        for spelling in one.spellings
        if spelling.kind is not SpellingKind.SHORT
    }
    known_as: dict[str, str] = {}
    for entity in known:
        kind = _TYPES[entity.type]
        hits = {by_spelling[key] for text in entity.spellings if (key := (kind, fold(text))) in by_spelling}
        base = named[hits.pop()] if len(hits) == 1 else None
        named_id = entity.entity_id if base is None else base.id
        named[named_id] = _joined(entity, kind, base)
        known_as[entity.entity_id] = named_id
    for alias in aliases:
        base = named.get(alias.entity_id)
        if base is not None:
            named[base.id] = replace(base, spellings=(*base.spellings, Spelling(alias.text)))
    return EntityTable(named.values(), known_as)


@dataclass(frozen=True, slots=True)
class Alias:
    """A spelling that a person confirmed for an entity."""

    entity_id: str
    text: str


def _joined(entity: NamedEntity, kind: AssertionType, base: Named | None) -> Named:
    spellings = [Spelling(text) for text in entity.spellings]
    side = entity.entity_id.partition("/")[0].partition("-")[0]
    if base is None:
        names = dict(entity.names)
        first = next(iter(entity.spellings), "")
        for language in ("ar", "fr"):
            names.setdefault(language, next(iter(names.values()), first))
        own_side = side if side != "local" else ""
        return Named(entity.entity_id, kind, names, spellings, own_side, tuple(entity.roles))
    known = {fold(one.text) for one in base.spellings}
    fresh = [one for one in spellings if fold(one.text) not in known]
    roles = (*base.roles, *entity.roles)
    return replace(base, spellings=(*base.spellings, *fresh), roles=roles)
