"""VTIMEZONE from a zone of the tz database, for the years that a calendar speaks of.

Each change of the offset is one observance with its own date. A rule such as "last Sunday of March" would
be shorter, but Morocco changes with Ramadan, which no rule of this format can say.

Spec: RFC 5545 3.6.5.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from mithaq.formats.icalendar.components import Component
from mithaq.formats.icalendar.lines import ContentLine, escape_text
from mithaq.formats.icalendar.values import write_offset

_STEP: Final = timedelta(days=7)
"""Shorter than any time between two changes: Ramadan lasts four weeks."""


@dataclass(frozen=True, slots=True)
class Change:
    """The instant (UTC) of a change, and the offsets on both sides of it."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def find_changes(zone: tzinfo, first: datetime, last: datetime) -> Iterator[Change]:
    """Changes of the offset between two aware instants, to the second.

    Args:
        zone: with the rules; from the caller, since rules are read from a disk.
        first: aware.
        last: aware.
    """
    at = first.astimezone(UTC)
    end = last.astimezone(UTC)
    while at < end:
        following = min(at + _STEP, end)
        if _offset(zone, at) != _offset(zone, following):
            yield _make_change(zone, at, following)
        at = following


def _make_change(zone: tzinfo, low: datetime, high: datetime) -> Change:
    """The change between two instants, found by halving."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    local = high.astimezone(zone)
    return Change(high, before, _offset(zone, high), local.tzname() or "", _is_summer(local))


def make_timezone(name: str, zone: tzinfo, first_year: int, last_year: int) -> Component:
    """The VTIMEZONE of a zone for whole years, both included."""
    begins = datetime(first_year, 1, 1, tzinfo=UTC)
    ends = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    local = begins.astimezone(zone)
    opening = Change(
        begins, _offset(zone, begins), _offset(zone, begins), local.tzname() or "", _is_summer(local)
    )
    parts = [_make_observance(change) for change in (opening, *find_changes(zone, begins, ends))]
    return Component("VTIMEZONE", [ContentLine("TZID", name)], parts)


def _make_observance(change: Change) -> Component:
    # The local time of a change is given in the offset that ends there (RFC 5545 3.8.2.4).
    onset = (change.at + change.before).replace(tzinfo=None)
    lines = [
        ContentLine("DTSTART", f"{onset:%Y%m%dT%H%M%S}"),
        ContentLine("TZOFFSETFROM", write_offset(change.before)),
        ContentLine("TZOFFSETTO", write_offset(change.after)),
    ]
    if change.name:
        lines.append(ContentLine("TZNAME", escape_text(change.name)))
    return Component("DAYLIGHT" if change.is_summer else "STANDARD", lines)


def _offset(zone: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _is_summer(local: datetime) -> bool:
    # Morocco's hour of Ramadan is a negative saving in the database; calendars know only a positive one.
    return (local.dst() or timedelta()) > timedelta()
