"""The days of a roadmap as calendar events."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from mithaq.formats.icalendar.calendar import Calendar, Classification, Event, Method, encode_calendar
from mithaq.formats.icalendar.values import Text, isolate
from mithaq.registers.roadmap.exchange import Names, PublishedRoadmap, ToldProgress
from mithaq.registers.roadmap.reading.lines import Standings
from mithaq.registers.roadmap.rules.kinds import PROGRESS_REPORT
from mithaq.registers.roadmap.rules.standing import SETTLED, LineStanding
from mithaq.web.texts import pick

CALENDAR_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ar": {"line": "أجل بند", "milestone": "أجل مرحلة"},
    "fr": {"line": "Échéance d’une ligne", "milestone": "Échéance d’un jalon"},
    "en": {"line": "Line due", "milestone": "Milestone due"},
}
"""For the command line, which has no catalogues of pages."""


def write_calendar(
    standings: Standings, words: Mapping[str, str], lang: str, now: datetime, own: str
) -> bytes:
    """Due days of lines and milestones as a file.

    Args:
        standings: of the roadmap.
        own: code of the side whose file it is.
        words: ``line`` and ``milestone``: what stands before a title, in ``lang``.
        lang: of the titles.
        now: aware; when the file is written.
    """
    name = Text(isolate(pick(standings.roadmap.title, lang)[0]), lang)
    events = tuple(make_events(standings, words, lang, now, own))
    return encode_calendar(Calendar(events, Method.PUBLISH, name), {})


def lines_to_take(standings: Standings, own: str) -> list[LineStanding]:
    """The lines that files and feeds of a side hold: all but the annexes of another one."""
    return [each for each in standings.lines if each.line.may_leave(own)]


def publish(standings: Standings, own: str, names: Names) -> PublishedRoadmap:
    """A roadmap with the reports that count, as the exchange takes it."""
    reports = {
        no: [
            ToldProgress(
                each.sender,
                each.delivered_at.date(),
                [(one["code"], one["value"]) for one in each.data.get("actuals", [])],
            )
            for each in notes
            if each.object_kind == PROGRESS_REPORT and each.delivered_at is not None and not each.is_withdrawn
        ]
        for no, notes in standings.notes.items()
    }
    roadmap = standings.roadmap
    signatories = list(roadmap.shown.signatories)
    return PublishedRoadmap(roadmap.object_id, own, signatories, standings.lines, reports, names)


def make_events(
    standings: Standings,
    words: Mapping[str, str],
    lang: str,
    now: datetime,
    own: str,
    *,
    is_generic: bool = False,
) -> Iterator[Event]:
    """An event on the due day of each line and milestone that is still to come or late.

    With ``is_generic`` no title goes out: a calendar then sees that there is a day, and no more.
    """
    roadmap = standings.roadmap
    for each in lines_to_take(standings, own):
        if each.state in SETTLED:
            continue
        title = "" if is_generic else f"{each.line.no}. {pick(each.line.title, lang)[0]}"
        yield _event(roadmap.object_id, each, each.line.name, (words["line"], title), lang, now)
        for one in each.milestones:
            if one.done_on is None:
                text = "" if is_generic else f"{each.line.no}. {pick(one.milestone.text, lang)[0]}"
                name = f"{each.line.name}-milestone_{one.milestone.no}"
                event = _event(roadmap.object_id, each, name, (words["milestone"], text), lang, now)
                yield _moved(event, one.milestone.due_on)


def _event(
    object_id: str, standing: LineStanding, name: str, words: tuple[str, str], lang: str, now: datetime
) -> Event:
    kind, title = words
    summary = f"{kind} · {isolate(title)}" if title else kind
    due_on = standing.line.due_on
    return Event(
        uid=f"{object_id}-{name}@roadmap",
        stamp_at=now,
        starts=due_on,
        ends=due_on + timedelta(days=1),
        summary=Text(summary, lang),
        classification=Classification.CONFIDENTIAL,
        categories=(standing.line.field,),
    )


def _moved(event: Event, on: date) -> Event:
    return replace(event, starts=on, ends=on + timedelta(days=1))
