"""The time of a meeting: a local time and the name of a zone, and the instants computed from them.

Both nodes use the instants of the sender, so that a rule change known to one node only can never make them
differ; the sender corrects them by ``note.correct``.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from mithaq.core.encoding import format_time, parse_time
from mithaq.core.fields import Fields
from mithaq.errors import MalformedError
from mithaq.registers.meetings.rules.fields import check_instant, read_date

MAX_LENGTH: Final = timedelta(days=31)
_LOCAL = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]", re.ASCII)
_ZONE = re.compile(r"[A-Z][A-Za-z_]{1,30}(?:/[A-Z][A-Za-z_+-]{1,30}){0,2}", re.ASCII)
_WIDEST: Final = timedelta(hours=14)


def parse_local(text: object) -> datetime:
    """Read ``2026-03-10T09:30``, a local time.

    Raises:
        MalformedError: ``meeting_local``.
    """
    try:
        if isinstance(text, str) and _LOCAL.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedError("meeting_local", "a local time is of the form 2026-03-10T09:30")


def check_appointment(fields: Fields) -> None:
    """The appointment and its instants fit together.

    A meeting of before the record says ``recorded_afterwards`` and the day ``held_on`` alone.

    Raises:
        MalformedError: ``meeting_local``, ``meeting_zone``, ``meeting_date``, ``meeting_span``.
    """
    check_zone(fields)
    if fields.get("recorded_afterwards") is True:
        read_date(fields, "held_on")
        return
    for name in ("starts", "ends"):
        check_instant(fields, f"{name}_at")
        local = parse_local(fields.get(f"{name}_local")).replace(tzinfo=UTC)
        distance = local - parse_time(fields[f"{name}_at"])
        if abs(distance) > _WIDEST or distance % timedelta(minutes=15):
            raise MalformedError("meeting_span", f"{name}_at is not an instant of {name}_local anywhere")
    length = parse_time(fields["ends_at"]) - parse_time(fields["starts_at"])
    if not timedelta() < length <= MAX_LENGTH:
        raise MalformedError("meeting_span", "a meeting ends after it starts, within a month")


def check_zone(fields: Fields) -> None:
    """A zone by its name, never an offset.

    Raises:
        MalformedError: ``meeting_zone``.
    """
    zone = fields.get("tzid")
    if not isinstance(zone, str) or _ZONE.fullmatch(zone) is None:
        raise MalformedError("meeting_zone", "tzid is the name of a zone, as Africa/Casablanca")


def find_instant(local: datetime, zone: tzinfo) -> datetime:
    """The instant of a local time; of an hour that comes twice, the first.

    Raises:
        MalformedError: ``meeting_gap``; the clocks of that zone leave this hour out.
    """
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise MalformedError("meeting_gap", "there is no such hour on that day in that zone")
    return at


def write_appointment(starts: datetime, ends: datetime, tzid: str, zone: tzinfo) -> dict[str, str]:
    """The members of an invitation for two local times in a zone.

    Raises:
        MalformedError: ``meeting_gap``, ``meeting_span``.
    """
    fields = {
        "tzid": tzid,
        "starts_local": f"{starts:%Y-%m-%dT%H:%M}",
        "ends_local": f"{ends:%Y-%m-%dT%H:%M}",
        "starts_at": format_time(find_instant(starts, zone)),
        "ends_at": format_time(find_instant(ends, zone)),
    }
    check_appointment(fields)
    return fields


def written_date(fields: Fields) -> date:
    """The day that the deadlines of the programme count from: as written, in no zone."""
    if fields.get("recorded_afterwards") is True:
        return read_date(fields, "held_on")
    return parse_local(fields.get("starts_local")).date()


def end_of(fields: Fields) -> datetime:
    """The instant after which the meeting lies in the past."""
    if fields.get("recorded_afterwards") is True:
        day = read_date(fields, "held_on")
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return parse_time(fields["ends_at"])
