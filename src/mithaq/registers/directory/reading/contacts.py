"""Cards as the exchange formats take them."""

from datetime import date

from mithaq.errors import MissingError
from mithaq.registers.directory.exchange import Contact, ContactTitle, Popolo
from mithaq.registers.directory.exchange.contact import make_uid
from mithaq.registers.directory.exchange.popolo import PopoloCard
from mithaq.registers.directory.models import Card
from mithaq.registers.directory.reading.detail import find_standing, read_person
from mithaq.registers.directory.reading.posts import holder_on, read_holdings, term_of
from mithaq.registers.directory.reading.scope import Scope, key_of

MOST_CARDS = 20_000


def make_contact(scope: Scope, row: Card, today: date) -> Contact:
    """The entry for a post (with its holder), a person or an organisation.

    Raises:
        MissingError: ``contact``; no other card is an entry of an address book.
    """
    uid = make_uid(row.issuer, row.card, row.card_id)
    match row.card:
        case "organisation":
            return Contact(uid, "org", row.label, row.created_at, place=row.place, tzid=row.tzid)
        case "post":
            return _of_post(scope, row, today, uid)
        case "person":
            titles = [
                _title(scope, post)
                for held, post in read_person(scope, row).holdings
                if post is not None and term_of(held).covers(today)
            ]
            languages = [str(one) for one in row.body.get("languages", ())]
            return Contact(uid, "individual", _names(row), row.created_at, titles, languages=languages)
        case _:
            raise MissingError("contact", "that card is no entry of an address book")


def _of_post(scope: Scope, row: Card, today: date, uid: str) -> Contact:
    held = holder_on(read_holdings(scope, key_of(row)), today)
    organisation = find_standing(scope, "organisation", row.issuer, row.parent)
    return Contact(
        uid,
        "individual",
        _names(held.person) if held is not None and held.person is not None else row.label,
        row.created_at,
        [_title(scope, row)],
        row.body.get("contact_details", ()),
        place=organisation.place if organisation is not None else "",
        tzid=organisation.tzid if organisation is not None else "",
        note=str(row.body.get("hours", "")),
    )


def _names(row: Card) -> dict[str, str]:
    return dict(row.label) or {"": row.card_id}


def _title(scope: Scope, post: Card) -> ContactTitle:
    organisation = find_standing(scope, "organisation", post.issuer, post.parent)
    return ContactTitle(post.label, organisation.label if organisation is not None else {})


def make_popolo(scope: Scope, lang: str, issuer: str = "") -> Popolo:
    """Every card that stands and that the reader may see."""
    rows = scope.standing().filter(card__in=("person", "organisation", "post", "holding"))
    if issuer:
        rows = rows.filter(issuer=issuer)
    found = rows.order_by("issuer", "card", "card_id")[:MOST_CARDS]
    return Popolo(
        [PopoloCard(row.issuer, row.card, row.card_id, row.label, row.body, row.names) for row in found], lang
    )
