"""The clocks of the administrations: each time is shown at every seat, by the name of its zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from mithaq.errors import MalformedError
from mithaq.node.node import Node
from mithaq.web.lasting import Lasting
from mithaq.web.runtime import get_part, is_served
from mithaq.web.seats import KEPT_FOR

BY_COUNTRY: Final = {
    "ma": "Africa/Casablanca",
    "fr": "Europe/Paris",
    "es": "Europe/Madrid",
    "pt": "Europe/Lisbon",
}
"""Zone of an administration whose card names none, by the first part of its code."""

PLACES: Final = {
    "Africa/Casablanca": {"ar": "الرباط", "fr": "Rabat", "en": "Rabat"},
    "Europe/Paris": {"ar": "باريس", "fr": "Paris", "en": "Paris"},
    "Europe/Madrid": {"ar": "مدريد", "fr": "Madrid", "en": "Madrid"},
    "Europe/Lisbon": {"ar": "لشبونة", "fr": "Lisbonne", "en": "Lisbon"},
}
"""What the clock of a zone is called beside a time."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment on the clock of one seat.

    Attributes:
        place: by language.
        at: aware, in the zone of the seat.
        is_of_meeting: whether this is the clock that the appointment is written in.
    """

    place: dict[str, str]
    tzid: str
    at: datetime
    is_of_meeting: bool = False


def is_zone(name: str) -> bool:
    """Whether the tz database of this node knows a zone of that name."""
    return name in _zones()


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def find_zone(name: str) -> ZoneInfo:
    """The rules of a zone.

    Raises:
        MalformedError: ``meeting_zone``.
    """
    if not is_zone(name):
        raise MalformedError("meeting_zone", "this node knows no zone of that name")
    return ZoneInfo(name)


def zone_of(node: Node, administration: str) -> str:
    """Name of the zone in which an administration sits: as its card says, else by its country."""
    if not is_served(node):
        return _read_zone(node, administration)
    kept = get_part(_make_zones).get()
    if administration not in kept:
        kept[administration] = _read_zone(node, administration)
    return kept[administration]


def _make_zones() -> Lasting[dict[str, str]]:
    return Lasting(lambda _node: {}, KEPT_FOR)


def _read_zone(node: Node, administration: str) -> str:
    who = node.registry.who
    seat = who.seat_of(administration) if who is not None else None
    if seat is not None and is_zone(seat.tzid):
        return seat.tzid
    return BY_COUNTRY.get(administration.partition("-")[0], "UTC")


def clocks(node: Node, at: datetime, tzid: str, administrations: Iterable[str]) -> list[LocalTime]:
    """A moment in the zone of the meeting first, then at every seat whose zone is another."""
    zones = dict.fromkeys([tzid, *(zone_of(node, each) for each in administrations)])
    return [
        LocalTime(place_of(zone), zone, at.astimezone(ZoneInfo(zone)), zone == tzid)
        for zone in zones
        if is_zone(zone)
    ]


def place_of(tzid: str) -> dict[str, str]:
    """The name beside a clock; the city of the zone where nothing better is known."""
    city = tzid.rpartition("/")[2].replace("_", " ")
    return PLACES.get(tzid) or dict.fromkeys(("ar", "fr", "en"), city)
