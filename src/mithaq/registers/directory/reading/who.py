"""Who is who, answered from the rows: a fixed count of queries whatever is asked."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

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
from mithaq.registers.directory.reading.posts import PostFilter, find_posts, term_of
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
        """As ``holder_of`` for many, in one query."""
        return _find_holders(asked, _read_cards(asked)) if asked else {}

    def judge_signing(self, asked: PostAt, holder: str, act_kind: str) -> SigningJudgement:
        """How an act stands to holdings and proxies at its time."""
        return self.judge_signings([(asked, holder, act_kind)])[0]

    def judge_signings(self, asked: Sequence[tuple[PostAt, str, str]]) -> list[SigningJudgement]:
        """As ``judge_signing`` for many, in one query."""
        if not asked:
            return []
        posts = [post for post, _, _ in asked]
        cards = _read_cards(posts)
        of_day = _find_holders(posts, cards)
        return [_judge(one, of_day.get(one[0]), cards) for one in asked]

    def label_of(self, administration: str, post: str) -> Mapping[str, str]:
        """The post by language; empty when there is no card."""
        return self.labels_of([(administration, post)]).get((administration, post), {})

    def labels_of(self, asked: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """As ``label_of`` for many, in one query."""
        ids = {each: card_ids(*each) for each in asked}
        rows = EVERYONE.standing("post").filter(
            issuer__in={code for code, _ in asked}, card_id__in={one for each in ids.values() for one in each}
        )
        known = {(row.issuer, row.card_id): dict(row.label) for row in rows}
        found = {
            each: next((known[each[0], one] for one in named if (each[0], one) in known), {})
            for each, named in ids.items()
        }
        return {each: label for each, label in found.items() if label}

    def posts_of(
        self, administrations: Collection[str], on: date, limit: int
    ) -> Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]:
        """Posts that stand on a day, in one query."""
        found: dict[str, list[tuple[str, Mapping[str, str]]]] = {}
        active = PostFilter(state="active")
        rows = find_posts(EVERYONE, active, on, "fr").filter(issuer__in=set(administrations))
        for issuer, card_id, label in rows.values_list("issuer", "card_id", "label"):
            posts = found.setdefault(issuer, [])
            if len(posts) < limit:
                posts.append((card_id, dict(label)))
        return found

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


@dataclass(frozen=True, slots=True)
class _Cards:
    """What stands in cards about some posts.

    Attributes:
        zones: administration -> time zone of its seat.
        posts, persons: labels of the posts, and of whoever holds one of them.
    """

    zones: dict[str, str] = field(default_factory=dict)
    holdings: defaultdict[Key, list[HoldingTerm]] = field(default_factory=lambda: defaultdict(list))
    proxies: defaultdict[Key, list[ProxyTerm]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[Key, Mapping[str, str]] = field(default_factory=dict)
    persons: dict[Key, Mapping[str, str]] = field(default_factory=dict)

    def day(self, post: PostAt) -> date:
        """The day of a moment, by the calendar of the administration's seat."""
        return day_at(post.at, self.zones.get(post.administration, ""))

    def add(self, row: Card) -> None:
        """Take in one card."""
        if row.card == "holding":
            held = HoldingTerm(row.object_id, row.person, term_of(row), row.acting)
            self.holdings[row.issuer, row.post].append(held)
        elif row.card == "proxy":
            kinds = tuple(row.body.get("for_kinds", ()))
            proxy = ProxyTerm(row.object_id, row.person, kinds, term_of(row))
            self.proxies[row.issuer, row.post].append(proxy)
        elif row.card == "organisation":
            if row.issuer == row.card_id and row.tzid:
                self.zones[row.issuer] = row.tzid
        else:
            known = self.posts if row.card == "post" else self.persons
            known[row.issuer, row.card_id] = row.label


def _read_cards(asked: Collection[PostAt]) -> _Cards:
    """Everything in cards about these posts, in one query."""
    issuers = {one.administration for one in asked}
    posts = {card_id for one in asked for card_id in card_ids(one.administration, one.post)}
    holders = EVERYONE.standing("holding").filter(post__in=posts, issuer__in=issuers).values("person")
    wanted = (
        Q(card__in=("holding", "proxy"), post__in=posts)
        | Q(card="organisation", card_id__in=issuers)
        | Q(card="post", card_id__in=posts)
        | Q(card="person", card_id__in=holders)
    )
    found = _Cards()
    for row in EVERYONE.standing().filter(wanted, issuer__in=issuers):
        found.add(row)
    return found


def _find_holders(asked: Collection[PostAt], cards: _Cards) -> dict[PostAt, Holder]:
    found = {}
    for one in asked:
        for key in _keys_of(one):
            held = find_holder(cards.holdings.get(key, ()), cards.day(one))
            if held is not None:
                found[one] = _name_holder(key, held, cards)
                break
    return found


def _judge(asked: tuple[PostAt, str, str], holder: Holder | None, cards: _Cards) -> SigningJudgement:
    post, person, act_kind = asked
    keys = _keys_of(post)
    given = (one for key in keys for one in cards.proxies.get(key, ()))
    proxy = find_proxy(given, person, act_kind, cards.day(post))
    held = None if holder is None else HoldingTerm(holder.object_id, holder.person, Term())
    standing = judge(held, proxy, person, is_known_post=any(key in cards.posts for key in keys))
    return SigningJudgement(standing, holder, "" if proxy is None else proxy.object_id)


def _keys_of(post: PostAt) -> list[Key]:
    return [(post.administration, card_id) for card_id in card_ids(post.administration, post.post)]


def _name_holder(key: Key, held: HoldingTerm, cards: _Cards) -> Holder:
    return Holder(
        cards.posts.get(key, {}),
        held.person,
        cards.persons.get((key[0], held.person), {}),
        held.term.from_on,
        held.term.to_on,
        held.acting,
        held.object_id,
    )


def _roles() -> dict[Key, list[str]]:
    """Person -> labels of the posts that were held."""
    posts = {(row.issuer, row.card_id): row.label for row in EVERYONE.standing("post")}
    found: dict[Key, list[str]] = defaultdict(list)
    for row in EVERYONE.standing("holding").order_by("object_id"):
        found[(row.issuer, row.person)] += posts.get((row.issuer, row.post), {}).values()
    return found
