"""Posts as a page lists them: with who holds them today and who is on duty now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from mithaq.core.names import fold
from mithaq.registers.directory.models import Card, Spelling
from mithaq.registers.directory.reading.scope import Key, Scope, among, key_of
from mithaq.registers.directory.rules.cards import Term
from mithaq.registers.directory.rules.duty import DutyGap, Watch, find_gap, find_watch
from mithaq.registers.directory.rules.holders import HoldingTerm, find_holder


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What a list of posts is asked for; empty fields ask for all."""

    text: str = ""
    issuer: str = ""
    state: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A holding with the card of its person, where that is here."""

    card: Card
    person: Card | None

    @property
    def names(self) -> Mapping[str, str]:
        """Of the person, by language; the id of the card where no names are here."""
        label = self.person.label if self.person is not None else {}
        return label or {"": self.card.person}

    def covers(self, day: date) -> bool:
        """Whether it holds on this day."""
        return term_of(self.card).covers(day)


@dataclass(frozen=True, slots=True)
class DutyNow:
    """Duty of a post: the watch of this moment, and the gap that is coming or has begun."""

    watch: Card | None
    gap: DutyGap | None


@dataclass(frozen=True, slots=True)
class PostLine:
    """A line of the list."""

    post: Card
    organisation: Card | None
    holder: Held | None
    duty: DutyNow | None


def term_of(row: Card) -> Term:
    """Dates of a card as the rules take them."""
    return Term(row.from_on, row.to_on, row.revoked_on)


def find_posts(scope: Scope, wanted: PostFilter, today: date, lang: str) -> "QuerySet[Card]":
    """The posts of a list, ordered in the language of the page."""
    found = scope.standing("post")
    if wanted.issuer:
        found = found.filter(issuer=wanted.issuer)
    if wanted.state:
        found = found.filter(_state(wanted.state, today))
    if wanted.field:
        found = found.filter(fields__contains=f" {wanted.field} ")
    if wanted.text:
        found = found.filter(_named(scope, fold(wanted.text)))
    return found.order_by("sort_ar" if lang == "ar" else "sort_fr", "issuer", "card_id")


def _state(state: str, today: date) -> Q:
    revoked, ended = Q(revoked_on__lte=today), Q(to_on__lt=today)
    match state:
        case "revoked":
            return revoked
        case "ended":
            return ended & ~revoked
        case _:
            return (Q(revoked_on=None) | Q(revoked_on__gt=today)) & (Q(to_on=None) | Q(to_on__gte=today))


def _named(scope: Scope, text: str) -> Q:
    """Posts whose label, organisation or holder has the text in one of its spellings."""
    if not text:
        return Q(pk__in=[])  # signs alone are no part of a name
    things = Spelling.objects.filter(folded__contains=text).values_list("entity_id", flat=True)[:500]
    persons = {tuple(one.split("/", 2)[::2]) for one in things if "/person/" in one}
    bodies = {tuple(one.split("/", 2)[::2]) for one in things if "/organisation/" in one}
    held = scope.standing("holding").filter(person__in={card_id for _, card_id in persons})
    posts = {(row.issuer, row.post) for row in held if (row.issuer, row.person) in persons}
    return (
        Q(sort_fr__contains=text)
        | Q(sort_ar__contains=text)
        | Q(card_id__in={card_id for _, card_id in posts}, issuer__in={issuer for issuer, _ in posts})
        | Q(parent__in={card_id for _, card_id in bodies}, issuer__in={issuer for issuer, _ in bodies})
    )


def read_lines(scope: Scope, posts: Sequence[Card], now: datetime, today: date) -> list[PostLine]:
    """Lines of a page, in two queries however many posts it has."""
    keys = {key_of(post) for post in posts}
    hanging = read_hanging(scope, keys, ("holding", "duty"))
    persons = {(row.issuer, row.person) for row in hanging.rows("holding")}
    bodies = {(post.issuer, post.parent) for post in posts}
    known = read_things(scope, {"person": persons, "organisation": bodies})
    return [
        PostLine(
            post,
            known.get(("organisation", (post.issuer, post.parent))),
            holder_on(held_of(hanging, known, key_of(post)), today),
            duty_of(post, watches_of(hanging, key_of(post)), now),
        )
        for post in posts
    ]


@dataclass(frozen=True, slots=True)
class Hanging:
    """Cards that name a post, by type and post."""

    found: Mapping[tuple[str, Key], Sequence[Card]]

    def of(self, card: str, post: Key) -> Sequence[Card]:
        """Those of one type on one post."""
        return self.found.get((card, post), ())

    def rows(self, card: str) -> list[Card]:
        """Those of one type on any of the posts."""
        return [row for (each, _post), rows in self.found.items() if each == card for row in rows]


Things = Mapping[tuple[str, Key], Card]
"""(type, thing) -> its card."""


def read_hanging(scope: Scope, posts: set[Key], cards: Sequence[str]) -> Hanging:
    """What names these posts, in one query."""
    found: dict[tuple[str, Key], list[Card]] = defaultdict(list)
    for row in scope.standing().filter(among(posts, "post"), card__in=cards).order_by("object_id"):
        if (row.issuer, row.post) in posts:
            found[(row.card, (row.issuer, row.post))].append(row)
    return Hanging(found)


def read_things(scope: Scope, wanted: Mapping[str, set[Key]]) -> Things:
    """Cards of things of several types, in one query."""
    asked = Q(pk__in=[])
    for card, keys in wanted.items():
        asked |= among(keys) & Q(card=card)
    return {
        (row.card, key_of(row)): row
        for row in scope.standing().filter(asked)
        if key_of(row) in wanted.get(row.card, ())
    }


def held_of(hanging: Hanging, known: Things, post: Key) -> list[Held]:
    """Holdings of a post, the newest first, each with its person."""
    rows = sorted(
        hanging.of("holding", post), key=lambda one: (one.from_on or date.min, one.object_id), reverse=True
    )
    return [Held(row, known.get(("person", (row.issuer, row.person)))) for row in rows]


def watches_of(hanging: Hanging, post: Key) -> list[Card]:
    """Duty cards of a post in order of time."""
    rows = [row for row in hanging.of("duty", post) if row.from_at and row.revoked_on is None]
    return sorted(rows, key=lambda row: (row.from_at, row.object_id))


def read_holdings(scope: Scope, post: Key) -> list[Held]:
    """Holdings of one post, the newest first."""
    hanging = read_hanging(scope, {post}, ("holding",))
    persons = {(row.issuer, row.person) for row in hanging.rows("holding")}
    return held_of(hanging, read_things(scope, {"person": persons}), post)


def read_persons(scope: Scope, keys: set[Key]) -> Mapping[Key, Card]:
    """Cards of persons."""
    return {key: row for (_card, key), row in read_things(scope, {"person": keys}).items()}


def holder_on(held: Iterable[Held], day: date) -> Held | None:
    """Who holds a post on a day."""
    known = {one.card.object_id: one for one in held}
    found = find_holder(
        (HoldingTerm(i, one.card.person, term_of(one.card), one.card.acting) for i, one in known.items()), day
    )
    return known[found.object_id] if found is not None else None


def duty_of(post: Card, rows: Sequence[Card], now: datetime) -> DutyNow | None:
    """Duty of a post; None for a post that nobody needs to answer for at all hours."""
    if not (must_answer(post) or rows):
        return None
    watches = {Watch(row.from_at, row.until_at): row for row in rows if row.from_at and row.until_at}
    current = find_watch(watches, now)
    gap = find_gap(watches, now) if must_answer(post) else None
    return DutyNow(watches[current] if current is not None else None, gap)


def must_answer(post: Card) -> bool:
    """Whether a gap is an alarm: a single point of contact, or a post that is always on."""
    return post.always_on or post.role_code == "spoc"


@dataclass(frozen=True, slots=True)
class DutyAlarm:
    """A post that must answer and will not, or does not."""

    post: Card
    gap: DutyGap


@dataclass(frozen=True, slots=True)
class Answering:
    """Posts that must answer at all hours, of every handling, and the duty cards on them."""

    posts: Sequence[Card]
    watches: Hanging

    def within(self, scope: Scope) -> "Answering":
        """What of it is in a reader's scope."""
        found = {
            key: [row for row in rows if row.handling in scope.codes]
            for key, rows in self.watches.found.items()
        }
        return Answering([post for post in self.posts if post.handling in scope.codes], Hanging(found))


def read_answering(scope: Scope) -> Answering:
    """Those in a scope, in two queries."""
    posts = list(scope.standing("post").filter(Q(always_on=True) | Q(role_code="spoc")))
    return Answering(posts, read_hanging(scope, {key_of(post) for post in posts}, ("duty",)))


def duty_alarms(answering: Answering, now: datetime, today: date) -> list[DutyAlarm]:
    """Gaps of both sides that begin within a day, the first one first."""
    found = []
    for post in answering.posts:
        if not term_of(post).covers(today):
            continue
        duty = duty_of(post, watches_of(answering.watches, key_of(post)), now)
        if duty is not None and duty.gap is not None:
            found.append(DutyAlarm(post, duty.gap))
    return sorted(found, key=lambda one: (one.gap.from_at, one.post.issuer, one.post.card_id))


def empty_contacts(posts: Iterable[Card], administrations: Iterable[str], today: date) -> list[str]:
    """Administrations without a single point of contact that stands today; ``posts`` are all that answer."""
    reached = {row.issuer for row in posts if row.role_code == "spoc" and term_of(row).covers(today)}
    return sorted(code for code in administrations if code not in reached)
