"""Dates, times, texts and addresses of a calendar as values.

An appointment is a local time and the name of a zone, never an offset: a rule change of the zone moves
the instant, not the appointment.

Spec: RFC 5545 3.3.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from mithaq.errors import MalformedError
from mithaq.formats.icalendar.lines import ContentLine, escape_text, unescape_text

UTC_ZONE: Final = "UTC"

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)", re.ASCII)
_DURATION = re.compile(
    r"([+-]?)P(?:([0-9]{1,5})W|(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})S)?)?)",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?", re.ASCII)
_MAX_OFFSET: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Moment:
    """A local time with the name of its zone; ``UTC`` for an instant, empty for a floating time.

    Attributes:
        local: naive.
        zone: of the tz database, as ``Africa/Casablanca``.
    """

    local: datetime
    zone: str


Start = Moment | date
"""When something begins or ends: a time, or a whole day."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people and the language it is in (BCP 47); empty when it is not said."""

    value: str
    lang: str = ""


def make_instant(at: datetime) -> Moment:
    """An aware time as an instant.

    Raises:
        MalformedError: ``ics_date`` for a naive time.
    """
    if at.tzinfo is None:
        raise MalformedError("ics_date", "an instant has an offset")
    return Moment(at.astimezone(UTC).replace(tzinfo=None), UTC_ZONE)


def isolate(text: str, direction: str = "") -> str:
    """A text set among words of another direction, for plain text that people read.

    Args:
        text: without isolates of its own, or with balanced ones.
        direction: ``rtl`` or ``ltr``; by its first letter when it is not said.
    """
    opening = {"rtl": "\u2067", "ltr": "\u2066"}.get(direction, "\u2068")
    return f"{opening}{text}\u2069" if text else ""


def write_text(name: str, text: Text) -> ContentLine:
    """A TEXT property with its language."""
    params = {"LANGUAGE": (text.lang,)} if text.lang else {}
    return ContentLine(name, escape_text(text.value), params)


def read_text(line: ContentLine) -> Text:
    """A TEXT property.

    Raises:
        MalformedError: ``ics_escape``.
    """
    return Text(unescape_text(line.value), line.param("LANGUAGE"))


def write_start(name: str, start: Start) -> ContentLine:
    """A property that is a time or a day."""
    if not isinstance(start, Moment):
        return ContentLine(name, f"{start:%Y%m%d}", {"VALUE": ("DATE",)})
    text = f"{start.local:%Y%m%dT%H%M%S}"
    if start.zone == UTC_ZONE:
        return ContentLine(name, f"{text}Z")
    return ContentLine(name, text, {"TZID": (start.zone,)} if start.zone else {})


def read_start(line: ContentLine) -> Start:
    """A property that is a time or a day.

    Raises:
        MalformedError: ``ics_date``.
    """
    if line.param("VALUE").upper() == "DATE":
        return read_date(line.value)
    return read_moment(line.value, line.param("TZID"))


def read_date(value: str) -> date:
    """``20260308``.

    Raises:
        MalformedError: ``ics_date``.
    """
    found = _DATE.fullmatch(value)
    if found is None:
        raise MalformedError("ics_date", "a day is not of the form 20260308")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise MalformedError("ics_date", "there is no such day") from error


def read_moment(value: str, zone: str = "") -> Moment:
    """``20260308T093000`` in a zone, or with ``Z``.

    Raises:
        MalformedError: ``ics_date``; not of the form, no such time, or both ``Z`` and a zone.
    """
    found = _TIME.fullmatch(value)
    if found is None or (found[7] and zone):
        raise MalformedError("ics_date", "a time is not of the form 20260308T093000")
    try:
        local = datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 a local time
    except ValueError as error:
        raise MalformedError("ics_date", "there is no such time") from error
    return Moment(local, UTC_ZONE if found[7] else zone)


def read_duration(value: str) -> timedelta:
    """``PT1H30M``, ``P1D``, ``P2W``.

    Raises:
        MalformedError: ``ics_duration``.
    """
    found = _DURATION.fullmatch(value)
    if found is None or value[-1] in "PT":
        raise MalformedError("ics_duration", "a duration is not of the form PT1H30M")
    weeks, days, hours, minutes, seconds = (int(found[place] or 0) for place in range(2, 7))
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length


def read_offset(value: str) -> timedelta:
    """``+0100``; at most fourteen hours either way.

    Raises:
        MalformedError: ``ics_offset``.
    """
    found = _OFFSET.fullmatch(value)
    if found is None or int(found[3]) > 59 or int(found[4] or 0) > 59:
        raise MalformedError("ics_offset", "an offset is not of the form +0100")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if offset > _MAX_OFFSET:
        raise MalformedError("ics_offset", "an offset is at most fourteen hours")
    return -offset if found[1] == "-" else offset


def write_offset(offset: timedelta) -> str:
    """``+0100``; seconds only where there are any."""
    seconds = int(abs(offset).total_seconds())
    text = f"{'-' if offset < timedelta() else '+'}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return text + (f"{seconds % 60:02}" if seconds % 60 else "")
