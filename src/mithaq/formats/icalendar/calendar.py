"""What a calendar consists of, and its bytes.

Spec: RFC 5545 3.6.1; RFC 5546 (METHOD, SEQUENCE); RFC 7986 (NAME, REFRESH-INTERVAL, SOURCE).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from mithaq.formats.icalendar.components import Component, write_component
from mithaq.formats.icalendar.lines import ContentLine, escape_text
from mithaq.formats.icalendar.values import (
    UTC_ZONE,
    Moment,
    Start,
    Text,
    make_instant,
    write_start,
    write_text,
)
from mithaq.formats.icalendar.zones import make_timezone

PRODID: Final = "-//Mithaq//Mithaq 1//EN"


class Method(StrEnum):
    """What a message asks for; none for a calendar that is only to be read (RFC 5546)."""

    NONE = ""
    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    REPLY = "REPLY"
    COUNTER = "COUNTER"
    CANCEL = "CANCEL"


class Status(StrEnum):
    """STATUS of an event."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Participation(StrEnum):
    """PARTSTAT of an attendee."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


class Classification(StrEnum):
    """CLASS: who a calendar should show an event to."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"
    CONFIDENTIAL = "CONFIDENTIAL"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who takes part: an address (``mailto:`` or another URI), and the name to show."""

    address: str
    name: str = ""
    participation: Participation = Participation.NEEDS_ACTION
    is_asked: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT.

    Attributes:
        uid: the same for as long as the appointment is the same.
        stamp_at: aware; when this version of it was written.
        sequence: rises by one with each change that the others must know.
    """

    uid: str
    stamp_at: datetime
    starts: Start
    ends: Start | None
    summary: Text
    description: Text | None = None
    location: Text | None = None
    sequence: int = 0
    status: Status | None = None
    classification: Classification | None = None
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    categories: tuple[str, ...] = ()
    url: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One VCALENDAR.

    Attributes:
        refresh: how often a feed is worth asking for, as ``PT1H``; empty for a file.
    """

    events: tuple[Event, ...] = ()
    method: Method = Method.NONE
    name: Text | None = None
    refresh: str = ""


def encode_calendar(calendar: Calendar, zones: Mapping[str, tzinfo]) -> bytes:
    """The bytes of a calendar, each zone in use described within it.

    Args:
        calendar: what to write.
        zones: name -> rules of every zone that an event names.

    Raises:
        KeyError: a zone that is not in ``zones``.
        MalformedError: ``ics_control``.
    """
    lines = [
        ContentLine("VERSION", "2.0"),
        ContentLine("PRODID", PRODID),
        ContentLine("CALSCALE", "GREGORIAN"),
    ]
    if calendar.method:
        lines.append(ContentLine("METHOD", calendar.method))
    if calendar.name is not None:
        lines += [write_text("NAME", calendar.name), write_text("X-WR-CALNAME", Text(calendar.name.value))]
    if calendar.refresh:
        lines.append(ContentLine("REFRESH-INTERVAL", calendar.refresh, {"VALUE": ("DURATION",)}))
        lines.append(ContentLine("X-PUBLISHED-TTL", calendar.refresh))
    parts = [
        make_timezone(name, zones[name], first, last)
        for name, (first, last) in _zone_years(calendar.events).items()
    ]
    parts += [_make_event(event) for event in calendar.events]
    return write_component(Component("VCALENDAR", lines, parts))


def _zone_years(events: Sequence[Event]) -> dict[str, tuple[int, int]]:
    """First and last year that each zone is used in, zones by name."""
    years: dict[str, list[int]] = {}
    for event in events:
        for moment in (event.starts, event.ends):
            if isinstance(moment, Moment) and moment.zone not in ("", UTC_ZONE):
                years.setdefault(moment.zone, []).append(moment.local.year)
    return {name: (min(found), max(found)) for name, found in sorted(years.items())}


def _make_event(event: Event) -> Component:
    lines = [
        ContentLine("UID", escape_text(event.uid)),
        write_start("DTSTAMP", make_instant(event.stamp_at)),
        write_start("DTSTART", event.starts),
    ]
    if event.ends is not None:
        lines.append(write_start("DTEND", event.ends))
    if event.rule:
        lines.append(ContentLine("RRULE", event.rule))
    lines += [ContentLine("SEQUENCE", str(event.sequence)), write_text("SUMMARY", event.summary)]
    lines += [
        write_text(name, text)
        for name, text in (("DESCRIPTION", event.description), ("LOCATION", event.location))
        if text is not None
    ]
    lines += [
        ContentLine(name, value)
        for name, value in (("STATUS", event.status), ("CLASS", event.classification), ("URL", event.url))
        if value
    ]
    if event.categories:
        lines.append(ContentLine("CATEGORIES", ",".join(escape_text(each) for each in event.categories)))
    lines.append(ContentLine("TRANSP", "TRANSPARENT" if _is_day(event.starts) else "OPAQUE"))
    lines += _make_people(event)
    return Component("VEVENT", lines)


def _is_day(start: Start) -> bool:
    return isinstance(start, date) and not isinstance(start, Moment)


def _make_people(event: Event) -> list[ContentLine]:
    lines = []
    if event.organizer is not None:
        named = {"CN": (event.organizer.name,)} if event.organizer.name else {}
        lines.append(ContentLine("ORGANIZER", event.organizer.address, named))
    for attendee in event.attendees:
        params = {
            "CN": (attendee.name,) if attendee.name else (),
            "ROLE": ("OPT-PARTICIPANT" if attendee.is_optional else "REQ-PARTICIPANT",),
            "PARTSTAT": (str(attendee.participation),),
            "RSVP": ("TRUE",) if attendee.is_asked else (),
        }
        lines.append(ContentLine("ATTENDEE", attendee.address, params))
    return lines
