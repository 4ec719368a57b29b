"""The strict reading of other people's calendar files. What it does not know it passes over.

Nothing that a file names is ever fetched: ATTACH, URL and the like stay text.

Spec: RFC 5545 3.6; limits: ``components``, ``recurrence``.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final, TypeVar

from mithaq.errors import MalformedError
from mithaq.formats.icalendar.calendar import (
    Attendee,
    Calendar,
    Classification,
    Event,
    Method,
    Participation,
    Status,
)
from mithaq.formats.icalendar.components import Component, parse_components
from mithaq.formats.icalendar.lines import ContentLine, split_list, unescape_text
from mithaq.formats.icalendar.recurrence import check_rule
from mithaq.formats.icalendar.values import (
    UTC_ZONE,
    Moment,
    Start,
    Text,
    read_duration,
    read_moment,
    read_offset,
    read_start,
    read_text,
)

_Word = TypeVar("_Word", Status, Classification)

MAX_UID_CHARS: Final = 255
MAX_SEQUENCE: Final = 2**31 - 1
SINGLE: Final = (
    "UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "SEQUENCE",
    "STATUS", "CLASS", "CREATED", "LAST-MODIFIED", "ORGANIZER", "PRIORITY", "TRANSP", "URL", "RRULE", "GEO",
    "RECURRENCE-ID", "COLOR",
)  # fmt: skip
"""Properties of an event that stand at most once."""


def parse_calendar(data: bytes, is_zone: Callable[[str], bool]) -> Calendar:
    """Read one calendar file.

    Args:
        data: at most 1 MiB.
        is_zone: whether the tz database knows a zone of that name.

    Raises:
        MalformedError: any code that begins with ``ics_``; nothing else, on any bytes.
    """
    root = parse_components(data)
    if root.need("VERSION").value != "2.0":
        raise MalformedError("ics_version", "the calendar is not of version 2.0")
    root.need("PRODID")
    zones = {_read_zone(part) for part in root.parts if part.name == "VTIMEZONE"}

    def knows(name: str) -> bool:
        return name in zones or is_zone(name)

    name = root.one("NAME")
    return Calendar(
        events=tuple(_read_event(part, knows) for part in root.parts if part.name == "VEVENT"),
        method=_read_method(root),
        name=read_text(name) if name else None,
    )


def _read_method(root: Component) -> Method:
    line = root.one("METHOD")
    if line is None:
        return Method.NONE
    try:
        return Method(line.value.upper())
    except ValueError as error:
        raise MalformedError("ics_method", "the calendar asks for something unknown") from error


def _read_zone(component: Component) -> str:
    observances = [part for part in component.parts if part.name in ("STANDARD", "DAYLIGHT")]
    if not observances:
        raise MalformedError("ics_missing", "a VTIMEZONE says nothing of its offsets")
    for part in observances:
        read_moment(part.need("DTSTART").value)
        read_offset(part.need("TZOFFSETFROM").value)
        read_offset(part.need("TZOFFSETTO").value)
    return component.need("TZID").value


def _read_event(component: Component, is_zone: Callable[[str], bool]) -> Event:
    for name in SINGLE:
        component.one(name)
    uid = component.need("UID").value
    if not 1 <= len(uid) <= MAX_UID_CHARS:
        raise MalformedError("ics_uid", f"a UID has 1 to {MAX_UID_CHARS} characters")
    starts = _read_zoned(component.need("DTSTART"), is_zone)
    _check_alarms(component)
    rule = component.one("RRULE")
    if rule is not None:
        check_rule(rule.value, starts)
    stamp = read_moment(component.need("DTSTAMP").value)
    if stamp.zone != UTC_ZONE:
        raise MalformedError("ics_date", "DTSTAMP is not in UTC")
    return Event(
        uid=unescape_text(uid),
        stamp_at=stamp.local.replace(tzinfo=UTC),
        starts=starts,
        ends=_read_end(component, starts, is_zone),
        summary=_read_optional_text(component, "SUMMARY") or Text(""),
        description=_read_optional_text(component, "DESCRIPTION"),
        location=_read_optional_text(component, "LOCATION"),
        sequence=_read_sequence(component),
        status=_read_word(component, "STATUS", Status),
        classification=_read_word(component, "CLASS", Classification),
        organizer=_read_organizer(component),
        attendees=tuple(_read_attendee(line) for line in component.all("ATTENDEE")),
        categories=tuple(
            unescape_text(part) for line in component.all("CATEGORIES") for part in split_list(line.value)
        ),
        url=_value_of(component, "URL"),
        rule=rule.value if rule else "",
    )


def _read_zoned(line: ContentLine, is_zone: Callable[[str], bool]) -> Start:
    start = read_start(line)
    if isinstance(start, Moment) and start.zone not in ("", UTC_ZONE) and not is_zone(start.zone):
        raise MalformedError("ics_zone", "a time names a zone that nobody describes")
    return start


def _read_end(component: Component, starts: Start, is_zone: Callable[[str], bool]) -> Start | None:
    end, duration = component.one("DTEND"), component.one("DURATION")
    if end is not None and duration is not None:
        raise MalformedError("ics_end", "an event has both an end and a duration")
    if duration is not None:
        return _add(starts, read_duration(duration.value))
    if end is None:
        return None
    ends = _read_zoned(end, is_zone)
    if isinstance(ends, Moment) and isinstance(starts, Moment):
        is_after = ends.zone != starts.zone or ends.local > starts.local
    elif not isinstance(ends, Moment) and not isinstance(starts, Moment):
        is_after = ends > starts
    else:
        is_after = False
    if not is_after:
        raise MalformedError("ics_end", "an event does not end after it begins")
    return ends


def _add(starts: Start, length: timedelta) -> Start:
    if length <= timedelta():
        raise MalformedError("ics_end", "an event does not end after it begins")
    try:
        return replace(starts, local=starts.local + length) if isinstance(starts, Moment) else starts + length
    except OverflowError as error:
        raise MalformedError("ics_end", "an event ends beyond every calendar") from error


def _read_optional_text(component: Component, name: str) -> Text | None:
    line = component.one(name)
    return None if line is None else read_text(line)


def _value_of(component: Component, name: str) -> str:
    line = component.one(name)
    return "" if line is None else line.value


def _read_sequence(component: Component) -> int:
    text = _value_of(component, "SEQUENCE") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or int(text) > MAX_SEQUENCE:
        raise MalformedError("ics_sequence", "SEQUENCE is not a number")
    return int(text)


def _read_word(component: Component, name: str, words: type[_Word]) -> _Word | None:
    text = _value_of(component, name).upper()
    if not text:
        return None
    try:
        return words(text)
    except ValueError:
        return None  # a word of a later version: nothing is claimed


def _read_organizer(component: Component) -> Attendee | None:
    line = component.one("ORGANIZER")
    return None if line is None else Attendee(line.value, line.param("CN"))


def _read_attendee(line: ContentLine) -> Attendee:
    text = line.param("PARTSTAT").upper() or Participation.NEEDS_ACTION
    known = {str(each) for each in Participation}
    return Attendee(
        address=line.value,
        name=line.param("CN"),
        participation=Participation(text) if text in known else Participation.NEEDS_ACTION,
        is_asked=line.param("RSVP").upper() == "TRUE",
        is_optional=line.param("ROLE").upper() == "OPT-PARTICIPANT",
    )


def _check_alarms(component: Component) -> None:
    for part in component.parts:
        if part.name == "VALARM" and part.need("ACTION").value.upper() != "DISPLAY":
            raise MalformedError("ics_alarm", "an alarm would do more than show a text")
