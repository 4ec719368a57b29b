"""Meetings and visits as iCalendar: files to take away, answers, and feeds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from mithaq.errors import MalformedError
from mithaq.formats.icalendar.calendar import (
    Attendee,
    Calendar,
    Classification,
    Event,
    Method,
    Participation,
    Status,
    encode_calendar,
)
from mithaq.formats.icalendar.reader import parse_calendar
from mithaq.formats.icalendar.values import Moment, Text
from mithaq.registers.meetings.rules.appointment import parse_local, written_date
from mithaq.registers.meetings.rules.standing import MeetingState

REFRESH: Final = "PT1H"
STATUSES: Final[Mapping[str, Status]] = {
    MeetingState.PROPOSED: Status.TENTATIVE,
    MeetingState.POSTPONED: Status.TENTATIVE,
    MeetingState.CANCELLED: Status.CANCELLED,
}
"""STATUS of an event by the state of its meeting; CONFIRMED for every other."""

_PARTICIPATION: Final = {
    "accept": Participation.ACCEPTED,
    "counter": Participation.TENTATIVE,
    "refuse": Participation.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting as a calendar is to show it.

    Attributes:
        object_id: of the invitation.
        sender: code of the administration that invited; with the id it makes the UID, equal on every node.
        sequence: rises with each change that others must know.
        data: fields of the invitation.
        title, place, description: for people, in ``lang``; isolates are added here, and stored nowhere.
        results: invited code -> its answer.
    """

    object_id: str
    sender: str
    sequence: int
    stamp_at: datetime
    data: Mapping[str, Any]
    state: str
    title: str
    lang: str
    place: str = ""
    description: Sequence[str] = ()
    results: Mapping[str, str] | None = None
    url: str = ""


def write_file(entry: Entry, zones: Mapping[str, tzinfo], method: Method = Method.PUBLISH) -> bytes:
    """One meeting as a file.

    Raises:
        MalformedError: ``ics_control``.
    """
    if entry.state == MeetingState.CANCELLED:
        method = Method.CANCEL
    return encode_calendar(Calendar((make_event(entry),), method), zones)


def write_feed(
    entries: Sequence[Entry], name: Text, zones: Mapping[str, tzinfo], others: Iterable[Event] = ()
) -> bytes:
    """Meetings, and days of others, as a feed that calendars ask for again and again."""
    events = (*(make_event(entry) for entry in entries), *others)
    return encode_calendar(Calendar(events, Method.PUBLISH, name, REFRESH), zones)


def write_visit(entry: Entry, items: Sequence[tuple[str, str]], zones: Mapping[str, tzinfo]) -> bytes:
    """The programme of a visit: an event for each item that has an hour.

    Args:
        entry: the meeting it belongs to.
        items: title and place of each item of ``programme``, in ``lang``.
        zones: name -> rules.
    """
    events = []
    for number, (item, words) in enumerate(zip(entry.data.get("programme", []), items, strict=True), start=1):
        if "starts_local" not in item:
            continue
        tzid = entry.data["tzid"]
        ends = Moment(parse_local(item["ends_local"]), tzid) if "ends_local" in item else None
        event = make_event(entry)
        events.append(
            Event(
                uid=f"{entry.object_id}-{number}@{entry.sender}",
                stamp_at=entry.stamp_at,
                starts=Moment(parse_local(item["starts_local"]), tzid),
                ends=ends,
                summary=_set(words[0], entry.lang),
                location=_set(words[1], entry.lang) if words[1] else None,
                sequence=entry.sequence,
                status=event.status,
                classification=event.classification,
            )
        )
    return encode_calendar(Calendar(tuple(events), Method.PUBLISH), zones)


def make_event(entry: Entry) -> Event:
    """The event of a meeting: the local appointment and the name of its zone, never an offset."""
    data, tzid = entry.data, entry.data["tzid"]
    is_day = data.get("recorded_afterwards") is True
    cancelled = 1 if entry.state == MeetingState.CANCELLED else 0
    return Event(
        uid=f"{entry.object_id}@{entry.sender}",
        stamp_at=entry.stamp_at,
        starts=written_date(data) if is_day else Moment(parse_local(data["starts_local"]), tzid),
        ends=None if is_day else Moment(parse_local(data["ends_local"]), tzid),
        summary=_set(entry.title, entry.lang),
        description=_set("\n".join(entry.description), entry.lang) if entry.description else None,
        location=_set(entry.place, entry.lang) if entry.place else None,
        sequence=entry.sequence + cancelled,
        status=STATUSES.get(entry.state, Status.CONFIRMED),
        classification=Classification.CONFIDENTIAL,
        organizer=None if entry.results is None else Attendee(address_of(entry.sender), entry.sender),
        attendees=tuple(
            Attendee(
                address_of(code),
                code,
                _PARTICIPATION.get(result, Participation.NEEDS_ACTION),
                is_asked=not result,
            )
            for code, result in sorted((entry.results or {}).items())
        ),
        url=entry.url,
    )


def address_of(administration: str) -> str:
    """Calendar address of an administration. It is a name, and nothing is sent there."""
    return f"urn:mithaq:{administration}"


def _set(text: str, lang: str) -> Text:
    return Text(text, lang)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a calendar file of somebody gives for a new invitation."""

    title: str
    place: str
    tzid: str
    starts_local: str
    ends_local: str


def read_invitation(data: bytes, is_zone: Callable[[str], bool]) -> Imported:
    """The one meeting of a calendar file.

    Raises:
        MalformedError: a code that begins with ``ics_``; ``ics_not_one`` for none or several events, or one
            without a zone or an end.
    """
    events = parse_calendar(data, is_zone).events
    if len(events) != 1 or events[0].rule:
        raise MalformedError("ics_not_one", "the file holds one meeting, once")
    starts, ends = events[0].starts, events[0].ends
    if not isinstance(starts, Moment) or not isinstance(ends, Moment) or not is_zone(starts.zone):
        raise MalformedError(
            "ics_not_one", "the meeting has a start and an end in a zone that is known by name"
        )
    if ends.zone != starts.zone:
        raise MalformedError("ics_not_one", "the meeting starts and ends in one zone")
    location = events[0].location
    return Imported(
        title=strip_isolates(events[0].summary.value)[:300],
        place=strip_isolates(location.value)[:200] if location else "",
        tzid=starts.zone,
        starts_local=f"{starts.local:%Y-%m-%dT%H:%M}",
        ends_local=f"{ends.local:%Y-%m-%dT%H:%M}",
    )


def strip_isolates(text: str) -> str:
    """Plain text as a form takes it back: without the isolates that calendars were given."""
    return text.translate(dict.fromkeys(range(0x2066, 0x206A))).strip()
