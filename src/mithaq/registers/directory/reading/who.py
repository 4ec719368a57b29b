"""Who is who, answered from the rows: a fixed count of queries whatever is asked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from mithaq.core.names import Entity, NameIndex
from mithaq.node.who import (
    EntityType,
    Holder,
    NamedEntity,
    PostAt,
    Seat,
    SigningJudgement,
)
from mithaq.registers.directory.models import Card, LocalEntity, Spelling
from mithaq.registers.directory.rules.cards import Term
from mithaq.registers.directory.rules.holders import (
    HoldingTerm,
    ProxyTerm,
    day_at,
    find_holder,
    find_proxy,
    judge,
)

Key = tuple[str, str]
"""(issuer, id of a card)."""


def card_ids(administration: str, post: str) -> tuple[str, str]:
    """Ids under which a post that acts names stands in cards: alone, or after its administration."""
    return post, f"{administration}.{post}"


class DirectoryWho:
    """``WhoIsWho`` over the cards that stand now."""

    def holder_of(self, administration: str, post: str, at: datetime) -> Holder | None:
        """Who held the post on the day of ``at``, by the calendar of the administration's seat."""
        asked = PostAt(administration, post, at)
        return self.holders_of([asked]).get(asked)

    def holders_of(self, asked: Collection[PostAt]) -> Mapping[PostAt, Holder]:
        """As ``holder_of`` for many, in four queries."""
        if not asked:
            return {}
        zones = _zones({one.administration for one in asked})
        wanted = _posts(asked)
        holdings = _holdings(wanted)
        found = {}
        for one in asked:
            day = day_at(one.at, zones.get(one.administration, ""))
            for card_id in card_ids(one.administration, one.post):
                held = find_holder(holdings.get((one.administration, card_id), ()), day)
                if held is not None:
                    found[one] = ((one.administration, card_id), held)
                    break
        return _name_holders(found)

    def judge_signing(self, asked: PostAt, holder: str, act_kind: str) -> SigningJudgement:
        """How an act stands to holdings and proxies at its time."""
        ids = card_ids(asked.administration, asked.post)
        of_day = self.holder_of(asked.administration, asked.post, asked.at)
        cards = Card.objects.filter(issuer=asked.administration, is_current=True)
        proxies = [
            ProxyTerm(row.object_id, row.person, tuple(row.body.get("for_kinds", ())), _term(row))
            for row in cards.filter(card="proxy", post__in=ids)
        ]
        day = day_at(asked.at, _zones({asked.administration}).get(asked.administration, ""))
        proxy = find_proxy(proxies, holder, act_kind, day)
        is_known = cards.filter(card="post", card_id__in=ids).exists()
        held = None if of_day is None else HoldingTerm(of_day.object_id, of_day.person, Term())
        standing = judge(held, proxy, holder, is_known_post=is_known)
        return SigningJudgement(standing, of_day, "" if proxy is None else proxy.object_id)

    def label_of(self, administration: str, post: str) -> Mapping[str, str]:
        """The post by language; empty when there is no card."""
        ids = card_ids(administration, post)
        row = Card.objects.filter(
            issuer=administration, card="post", card_id__in=ids, is_current=True
        ).first()
        return {} if row is None else dict(row.label)

    def seat_of(self, administration: str) -> Seat | None:
        """The seat on the card of the organisation that bears the administration's code."""
        row = Card.objects.filter(
            issuer=administration, card="organisation", card_id=administration, is_current=True
        ).first()
        return Seat(row.place, row.tzid) if row is not None and row.place else None

    def entities(self) -> Sequence[NamedEntity]:
        """Persons and bodies of cards, and what this node keeps itself, ordered by id."""
        spellings: dict[str, list[str]] = defaultdict(list)
        for entity_id, text in Spelling.objects.order_by("entity_id", "text").values_list(
            "entity_id", "text"
        ):
            spellings[entity_id].append(text)
        rows = Card.objects.filter(card__in=("person", "organisation"), is_current=True)
        roles = _roles()
        found = [
            NamedEntity(
                entity_id,
                EntityType.PERSON if row.card == "person" else EntityType.BODY,
                row.label,
                tuple(dict.fromkeys(spellings[entity_id])),
                tuple(roles.get((row.issuer, row.card_id), ())) if row.card == "person" else (),
            )
            for row in rows
            for entity_id in [f"{row.issuer}/{row.card}/{row.card_id}"]
        ]
        found += [
            NamedEntity(
                row.entity_id,
                EntityType(row.type),
                row.label,
                tuple(dict.fromkeys(spellings[row.entity_id])),
            )
            for row in LocalEntity.objects.all()
        ]
        return sorted(found, key=lambda one: one.entity_id)

    def names(self) -> NameIndex:
        """All entities as an index to ask."""
        return NameIndex(
            Entity(one.entity_id, one.spellings, one.type is not EntityType.PERSON, one.roles)
            for one in self.entities()
        )


def _term(row: Card) -> Term:
    return Term(row.from_on, row.to_on, row.revoked_on)


def _zones(administrations: set[str]) -> dict[str, str]:
    rows = Card.objects.filter(card="organisation", is_current=True, card_id__in=administrations)
    return {row.issuer: row.tzid for row in rows if row.issuer == row.card_id and row.tzid}


def _posts(asked: Collection[PostAt]) -> set[Key]:
    return {
        (one.administration, card_id) for one in asked for card_id in card_ids(one.administration, one.post)
    }


def _holdings(wanted: set[Key]) -> Mapping[Key, Sequence[HoldingTerm]]:
    rows = Card.objects.filter(card="holding", is_current=True, post__in={post for _, post in wanted})
    found: dict[Key, list[HoldingTerm]] = defaultdict(list)
    for row in rows:
        found[(row.issuer, row.post)].append(HoldingTerm(row.object_id, row.person, _term(row), row.acting))
    return found


def _name_holders(found: Mapping[PostAt, tuple[Key, HoldingTerm]]) -> dict[PostAt, Holder]:
    persons = _labels("person", ((key[0], held.person) for key, held in found.values()))
    posts = _labels("post", (key for key, _ in found.values()))
    return {
        asked: Holder(
            posts.get(key, {}),
            held.person,
            persons.get((key[0], held.person), {}),
            held.term.from_on,
            held.term.to_on,
            held.acting,
            held.object_id,
        )
        for asked, (key, held) in found.items()
    }


def _labels(card: str, keys: Iterable[Key]) -> dict[Key, Mapping[str, str]]:
    wanted = set(keys)
    rows = Card.objects.filter(card=card, is_current=True, card_id__in={card_id for _, card_id in wanted})
    return {(row.issuer, row.card_id): row.label for row in rows}


def _roles() -> dict[Key, list[str]]:
    """Person -> labels of the posts that were held."""
    posts = {
        (row.issuer, row.card_id): row.label for row in Card.objects.filter(card="post", is_current=True)
    }
    found: dict[Key, list[str]] = defaultdict(list)
    for row in Card.objects.filter(card="holding", is_current=True).order_by("object_id"):
        found[(row.issuer, row.person)] += posts.get((row.issuer, row.post), {}).values()
    return found
