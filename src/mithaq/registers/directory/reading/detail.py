"""One card and what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from mithaq.registers.directory.models import Card
from mithaq.registers.directory.reading.posts import (
    DutyNow,
    Held,
    duty_of,
    held_of,
    holder_on,
    read_hanging,
    read_persons,
    read_things,
    watches_of,
)
from mithaq.registers.directory.reading.scope import Scope, key_of
from mithaq.registers.directory.rules.new_card import KnownCard


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post: where it stands, who held it and when, who answers, its keys and proxies."""

    organisation: Card | None
    holder: Held | None
    holdings: Sequence[Held]
    duty: DutyNow | None
    watches: Sequence[Card]
    keys: Sequence[Card]
    proxies: Sequence[Card]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person: posts over time."""

    holdings: Sequence[tuple[Card, Card | None]]


@dataclass(frozen=True, slots=True)
class BodyPage:
    """An organisation: what stands above and below it, and its posts."""

    parent: Card | None
    children: Sequence[Card]
    posts: Sequence[Card] = field(default=())


def find_standing(scope: Scope, card: str, issuer: str, card_id: str) -> Card | None:
    """The card of a thing that stands now."""
    return scope.standing(card).filter(issuer=issuer, card_id=card_id).first() if card_id else None


def versions_of(scope: Scope, row: Card) -> list[Card]:
    """All cards of the same thing, the newest first."""
    same = scope.cards().filter(issuer=row.issuer, card=row.card, card_id=row.card_id)
    return list(same.order_by("-leaf_index"))


def read_post(scope: Scope, post: Card, now: datetime, today: date) -> PostPage:
    """What hangs on a post."""
    key = key_of(post)
    hanging = read_hanging(scope, {key}, ("holding", "duty", "key", "proxy"))
    persons = {(row.issuer, row.person) for row in hanging.rows("holding")}
    known = read_things(scope, {"person": persons, "organisation": {(post.issuer, post.parent)}})
    held, watches = held_of(hanging, known, key), watches_of(hanging, key)
    return PostPage(
        known.get(("organisation", (post.issuer, post.parent))),
        holder_on(held, today),
        held,
        duty_of(post, watches, now),
        [row for row in watches if row.until_at and row.until_at > now],
        hanging.of("key", key),
        hanging.of("proxy", key),
    )


def read_person(scope: Scope, person: Card) -> PersonPage:
    """Posts that a person holds and held."""
    held = scope.standing("holding").filter(issuer=person.issuer, person=person.card_id)
    wanted = Q(card="holding", person=person.card_id) | Q(card="post", card_id__in=held.values("post"))
    rows = list(scope.standing().filter(wanted, issuer=person.issuer))
    posts = {row.card_id: row for row in rows if row.card == "post"}
    holdings = (row for row in rows if row.card == "holding")
    ordered = sorted(holdings, key=lambda row: row.from_on or date.min, reverse=True)
    return PersonPage([(row, posts.get(row.post)) for row in ordered])


def read_body(scope: Scope, body: Card) -> BodyPage:
    """What stands above and below an organisation."""
    below = scope.standing().filter(issuer=body.issuer, parent=body.card_id).order_by("sort_fr", "card_id")
    return BodyPage(
        find_standing(scope, "organisation", body.issuer, body.parent),
        [row for row in below if row.card == "organisation"],
        [row for row in below if row.card == "post"],
    )


def person_of(scope: Scope, row: Card) -> Card | None:
    """The person that a holding or a proxy names."""
    return read_persons(scope, {(row.issuer, row.person)}).get((row.issuer, row.person))


def known_cards(issuers: Sequence[str]) -> list[KnownCard]:
    """What a new card is compared with: everything that stands, whoever asks."""
    rows = Card.objects.filter(is_current=True, issuer__in=issuers)
    return [
        KnownCard(
            row.issuer,
            row.card,
            row.card_id,
            tuple(one["text"] for one in row.names) or tuple(row.label.values()),
            row.parent if row.card == "post" else "",
            row.post,
            row.from_on,
            row.to_on,
        )
        for row in rows
        if row.card in ("organisation", "post", "person", "holding")
    ]
