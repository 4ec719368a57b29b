"""What every page of this register needs: the reader's scope, the day at our seat, the way between pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.registers.directory.models import Card, LocalEntity
from mithaq.registers.directory.reading.posts import term_of
from mithaq.registers.directory.reading.scope import Scope
from mithaq.registers.directory.reading.today import read_today
from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_local, protect_objects
from mithaq.web.lists import PageSlice
from mithaq.web.parties import Party, parties, party_of
from mithaq.web.records.counted import visible_page
from mithaq.web.records.rights import readable_codes, visible_rows
from mithaq.web.runtime import get_node
from mithaq.web.texts import pick

if TYPE_CHECKING:
    from django.db.models import QuerySet

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of this register in its own navigation."""

    label: Promise
    icon: str
    url: str
    is_here: bool


_PLACES = (
    ("list", _("Posts"), "person-badge"),
    ("persons", _("Persons"), "people"),
    ("organisations", _("Organisations"), "building"),
    ("places", _("Places"), "geo-alt"),
    ("duty", _("Duty"), "phone"),
    ("proxies", _("Proxies"), "pen"),
    ("matching", _("Matching"), "translate"),
    ("decisions", _("Decisions"), "check2-square"),
)


def places(here: str) -> list[Place]:
    """The pages of this register; ``here`` is the last part of the name of one."""
    return [Place(label, icon, reverse(f"directory-{name}"), name == here) for name, label, icon in _PLACES]


def scope_of(request: HttpRequest) -> Scope:
    """What the reader is cleared for."""
    return Scope(readable_codes(request))


def visible_cards(request: HttpRequest, rows: list[Card]) -> list[Card]:
    """Those that the policy lets the reader list."""
    return [row for row, _title in visible_rows(request, rows, protect_entries)]


def page_of_cards(request: HttpRequest, rows: "QuerySet[Card]") -> tuple[PageSlice, list[Card]]:
    """The page of these cards that is asked for, as far as the policy lets the reader list them."""
    part, found = visible_page(
        request, rows.count(), lambda start, stop: [*rows[start:stop]], protect_entries
    )
    return part, [row for row, _title in found]


def protect_entries(rows: Sequence[Card | LocalEntity]) -> list[Protected]:
    """What protects cards, and what this node keeps itself; in their order."""
    cards = iter(protect_objects([row.object_id for row in rows if isinstance(row, Card)]))
    return [next(cards) if isinstance(row, Card) else protect_local() for row in rows]


def now() -> datetime:
    """By the clock of the node."""
    return get_node().clock.now()


def today(request: HttpRequest) -> date:
    """The day at our seat; asked once a request."""
    return _once(request, "_directory_today", read_today)


def _once(request: HttpRequest, name: str, make: Callable[[], _Value]) -> _Value:
    if not hasattr(request, name):
        setattr(request, name, make())
    found: _Value = getattr(request, name)
    return found


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def state_of(row: Card, day: date) -> str:
    """Word of a card on a day."""
    return str(term_of(row).state_on(day))


def sides(request: HttpRequest) -> Mapping[str, Party]:
    """Names of both sides by code; asked once a request."""
    return _once(request, "_directory_sides", parties)


def side_of(code: str, known: Mapping[str, Party]) -> Party:
    """One side; by its code alone when it is not on the roster."""
    return party_of(code, known)


def with_places(here: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Context of a page with the navigation of this register."""
    return {"directory_places": places(here), **context}


def name_of(party: Party) -> str:
    """Its name in the language of the page."""
    return pick(party.name, language())[0]
