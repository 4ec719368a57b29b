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
from mithaq.registers.directory.reading.posts import term_of
from mithaq.registers.directory.reading.scope import EVERYONE, Key
from mithaq.registers.directory.rules.cards import Term
from mithaq.registers.directory.rules.holders import (
    HoldingTerm,
    ProxyTerm,
    day_at,
    find_holder,
    find_proxy,
    judge,
)


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
        return _find_holders(asked, _zones({one.administration for one in asked})) if asked else {}

    def judge_signing(self, asked: PostAt, holder: str, act_kind: str) -> SigningJudgement:
        """How an act stands to holdings and proxies at its time."""
        return self.judge_signings([(asked, holder, act_kind)])[0]

    def judge_signings(self, asked: Sequence[tuple[PostAt, str, str]]) -> list[SigningJudgement]:
        """As ``judge_signing`` for many: two queries more than ``holders_of`` where others signed."""
        if not asked:
            return []
        zones = _zones({post.administration for post, _, _ in asked})
        of_day = _find_holders([post for post, _, _ in asked], zones)
        others = [one for one in asked if (holder := of_day.get(one[0])) is None or holder.person != one[1]]
        proxies = _proxies(_posts([post for post, _, _ in others])) if others else {}
        unheld = _posts([post for post, _, _ in others if post not in of_day])
        known = _labels("post", unheld) if unheld else {}
        return [_judge(one, of_day.get(one[0]), zones, proxies, known) for one in asked]

    def label_of(self, administration: str, post: str) -> Mapping[str, str]:
        """The post by language; empty when there is no card."""
        ids = card_ids(administration, post)
        row = EVERYONE.standing("post").filter(issuer=administration, card_id__in=ids).first()
        return {} if row is None else dict(row.label)

    def seat_of(self, administration: str) -> Seat | None:
        """The seat on the card of the organisation that bears the administration's code."""
        row = EVERYONE.standing("organisation").filter(issuer=administration, card_id=administration).first()
        return Seat(row.place, row.tzid) if row is not None and row.place else None

    def entities(self) -> Sequence[NamedEntity]:
        """Persons and bodies of cards, and what this node keeps itself, ordered by id."""
        spellings: dict[str, list[str]] = defaultdict(list)
        for entity_id, text in Spelling.objects.order_by("entity_id", "text").values_list(
            "entity_id", "text"
        ):
            spellings[entity_id].append(text)
        rows = EVERYONE.standing().filter(card__in=("person", "organisation"))
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


def _find_holders(asked: Collection[PostAt], zones: Mapping[str, str]) -> dict[PostAt, Holder]:
    holdings = _holdings(_posts(asked))
    found = {}
    for one in asked:
        day = day_at(one.at, zones.get(one.administration, ""))
        for card_id in card_ids(one.administration, one.post):
            held = find_holder(holdings.get((one.administration, card_id), ()), day)
            if held is not None:
                found[one] = ((one.administration, card_id), held)
                break
    return _name_holders(found)


def _judge(
    asked: tuple[PostAt, str, str],
    holder: Holder | None,
    zones: Mapping[str, str],
    proxies: Mapping[Key, Sequence[ProxyTerm]],
    known: Mapping[Key, object],
) -> SigningJudgement:
    post, person, act_kind = asked
    keys = [(post.administration, card_id) for card_id in card_ids(post.administration, post.post)]
    day = day_at(post.at, zones.get(post.administration, ""))
    proxy = find_proxy((one for key in keys for one in proxies.get(key, ())), person, act_kind, day)
    held = None if holder is None else HoldingTerm(holder.object_id, holder.person, Term())
    standing = judge(held, proxy, person, is_known_post=any(key in known for key in keys))
    return SigningJudgement(standing, holder, "" if proxy is None else proxy.object_id)


def _zones(administrations: set[str]) -> dict[str, str]:
    rows = EVERYONE.standing("organisation").filter(card_id__in=administrations)
    return {row.issuer: row.tzid for row in rows if row.issuer == row.card_id and row.tzid}


def _posts(asked: Collection[PostAt]) -> set[Key]:
    return {
        (one.administration, card_id) for one in asked for card_id in card_ids(one.administration, one.post)
    }


def _holdings(wanted: set[Key]) -> Mapping[Key, Sequence[HoldingTerm]]:
    rows = EVERYONE.standing("holding").filter(post__in={post for _, post in wanted})
    found: dict[Key, list[HoldingTerm]] = defaultdict(list)
    for row in rows:
        found[(row.issuer, row.post)].append(HoldingTerm(row.object_id, row.person, term_of(row), row.acting))
    return found


def _proxies(wanted: set[Key]) -> Mapping[Key, Sequence[ProxyTerm]]:
    found: dict[Key, list[ProxyTerm]] = defaultdict(list)
    for row in EVERYONE.standing("proxy").filter(post__in={post for _, post in wanted}):
        term = ProxyTerm(row.object_id, row.person, tuple(row.body.get("for_kinds", ())), term_of(row))
        found[(row.issuer, row.post)].append(term)
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
    rows = EVERYONE.standing(card).filter(card_id__in={card_id for _, card_id in wanted})
    return {(row.issuer, row.card_id): row.label for row in rows}


def _roles() -> dict[Key, list[str]]:
    """Person -> labels of the posts that were held."""
    posts = {(row.issuer, row.card_id): row.label for row in EVERYONE.standing("post")}
    found: dict[Key, list[str]] = defaultdict(list)
    for row in EVERYONE.standing("holding").order_by("object_id"):
        found[(row.issuer, row.person)] += posts.get((row.issuer, row.post), {}).values()
    return found
