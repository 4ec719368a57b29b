"""Meetings as entries of calendars, for pages, feeds and the command line alike."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from mithaq.formats.icalendar.calendar import Method
from mithaq.formats.icalendar.values import isolate
from mithaq.node.node import Node
from mithaq.registers.meetings.exchange import Entry, write_file
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.seats import is_zone

GENERIC = {"ar": "اجتماع", "fr": "Réunion", "en": "Meeting"}
"""What a calendar shows that is not to know more; data of a file, as the names of places are."""


def make_entry(
    node: Node, meeting: MeetingView, lang: str, *, with_people: bool = False, is_generic: bool = False
) -> Entry:
    """A meeting as a calendar is to show it; a generic one says only that there is one."""
    title, own = (GENERIC[lang], lang) if is_generic else _pick(meeting.title, lang)
    clocks = [
        f"{isolate(each.place[lang])}: {isolate(f'{each.at:%H:%M}', 'ltr')}" for each in meeting.clocks(node)
    ]
    return Entry(
        object_id=meeting.object_id,
        sender=meeting.sender,
        sequence=meeting.sequence,
        stamp_at=meeting.created_at,
        data=meeting.data,
        state=meeting.state,
        title=title,
        lang=own,
        place="" if is_generic else _pick(meeting.place, lang)[0],
        description=() if is_generic else tuple(clocks),
        results={code: meeting.results.get(code, "") for code in meeting.invited} if with_people else None,
    )


def calendar_file(node: Node, meeting: MeetingView, lang: str, method: Method = Method.PUBLISH) -> bytes:
    """One meeting as a file; with people where calendars are to answer each other."""
    entry = make_entry(node, meeting, lang, with_people=method is not Method.PUBLISH)
    return write_file(entry, zones_of([meeting]), method)


def zones_of(meetings: Iterable[MeetingView]) -> dict[str, ZoneInfo]:
    """The rules of every zone that these meetings name."""
    return {name: ZoneInfo(name) for name in {meeting.tzid for meeting in meetings} if is_zone(name)}


def _pick(texts: object, lang: str) -> tuple[str, str]:
    """(text, its language); the reader's where there is one."""
    if not isinstance(texts, dict):
        return str(texts), lang
    for each in (lang, "fr", "ar", *texts):
        if texts.get(each):
            return str(texts[each]), each
    return "", lang
