"""Hours are told at the seats of both sides, by the names of their time zones: "14:05 Rabat · 15:05 Paris".

Seats stand in the cards of the directory. They change once in years, so they are read once a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.node.node import Node
from mithaq.web.lasting import Lasting
from mithaq.web.runtime import get_part

KEPT_FOR: Final = timedelta(minutes=1)
MOST_SEATS: Final = 3
_PLACES: Final[Mapping[str, Promise]] = {
    "Rabat": _("Rabat"),
    "Paris": _("Paris"),
    "Madrid": _("Madrid"),
    "Lisboa": _("Lisbon"),
}


@dataclass(frozen=True, slots=True)
class SeatZone:
    """The seat of an administration."""

    code: str
    place: Promise | str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class SeatTime:
    """An instant at one seat."""

    place: Promise | str
    at: datetime


def _make_seats() -> Lasting[tuple[SeatZone, ...]]:
    return Lasting(read_seats, KEPT_FOR)


def read_seats(node: Node) -> tuple[SeatZone, ...]:
    """Our seat and those of partners, as far as their cards are here."""
    who = node.registry.who
    if who is None:
        return ()
    found = []
    for code in (node.identity.code, *node.store.roster.codes()):
        try:
            seat = who.seat_of(code)
            if seat is not None:
                found.append(SeatZone(code, name_place(seat.place), ZoneInfo(seat.tzid)))
        except (MithaqError, ZoneInfoNotFoundError, ValueError):
            continue
    return tuple(found[:MOST_SEATS])


def name_place(place: str) -> Promise | str:
    """A seat in the reader's language; one that has no word here as its card writes it."""
    return _PLACES.get(place, place)


def seats() -> tuple[SeatZone, ...]:
    """The seats that hours are told at, ours first; none while no card is here."""
    return get_part(_make_seats).get()


def tell_times(at: datetime) -> list[SeatTime]:
    """An instant at each seat; in UTC while none is known."""
    known = seats()
    if not known:
        return [SeatTime("UTC", at.astimezone(UTC))]
    return [SeatTime(each.place, at.astimezone(each.zone)) for each in known]
