"""Our calendars, read by the ``icalendar`` library: somebody else's code as the judge."""

# ruff: noqa: DTZ001 (local times are naive here)

import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar as Judge

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
from mithaq.formats.icalendar.lines import ContentLine, fold, parse_line, unfold, write_line
from mithaq.formats.icalendar.reader import parse_calendar
from mithaq.formats.icalendar.values import Moment, Start, Text, isolate
from mithaq.formats.icalendar.zones import find_changes

ZONES = {name: ZoneInfo(name) for name in ("Europe/Paris", "Africa/Casablanca")}
ARABIC = "اجتماع المجموعة المختلطة الدائمة للهجرة بباريس، مُحَضَّرٌ في الأجل، ومعه جدول الأعمال؛ وثائق"
LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


def make_event(**changes: object) -> Event:
    fields = {
        "uid": "0190@ma-mi.example",
        "stamp_at": datetime(2026, 2, 1, 8, tzinfo=UTC),
        "starts": Moment(datetime(2026, 3, 10, 10), "Europe/Paris"),
        "ends": Moment(datetime(2026, 3, 10, 12, 30), "Europe/Paris"),
        "summary": Text(ARABIC, "ar"),
    }
    return Event(**{**fields, **changes})  # type: ignore[arg-type]


def read(event: Event, **changes: object) -> Judge:
    return Judge.from_ical(encode_calendar(Calendar((event,), **changes), ZONES))  # type: ignore[arg-type]


def test_another_reader_finds_the_same_event() -> None:
    event = make_event(
        description=Text("Ligne 1\nLigne 2; fin, \\ fin", "fr"),
        location=Text("Paris"),
        sequence=3,
        status=Status.CONFIRMED,
        classification=Classification.CONFIDENTIAL,
        organizer=Attendee("mailto:desk@fr-mi.example", 'Bureau "des" réunions: Paris'),
        attendees=(Attendee("mailto:x@ma-mi.example", "كاتبة", Participation.ACCEPTED, is_asked=True),),
        categories=("MIG", "a,b"),
    )
    judged = read(event, method=Method.REQUEST, name=Text("Réunions", "fr"))
    [found] = judged.walk("VEVENT")
    assert str(judged["METHOD"]) == "REQUEST"
    assert str(found["UID"]) == event.uid
    assert str(found["SUMMARY"]) == ARABIC
    assert found["SUMMARY"].params["LANGUAGE"] == "ar"
    assert str(found["DESCRIPTION"]) == "Ligne 1\nLigne 2; fin, \\ fin"
    assert (int(found["SEQUENCE"]), str(found["STATUS"]), str(found["CLASS"])) == (
        3,
        "CONFIRMED",
        "CONFIDENTIAL",
    )
    assert found["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert [str(each) for each in found["CATEGORIES"].cats] == ["MIG", "a,b"]
    assert found["DTSTART"].dt.astimezone(UTC) == datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "offset_h"), [(date(2025, 3, 10), 0), (date(2025, 6, 25), 1), (date(2026, 3, 10), 0)]
)
def test_the_zone_of_morocco_in_ramadan(on: date, offset_h: int) -> None:
    """Read by the rules in the file alone: the reader is denied its own table of zones."""
    starts = Moment(datetime(on.year, on.month, on.day, 9, 30), "Africa/Casablanca")
    judged = read(make_event(starts=starts, ends=None))
    [zone] = judged.walk("VTIMEZONE")
    local = datetime(on.year, on.month, on.day, 9, 30)
    observed = [(part.DTSTART, part["TZOFFSETTO"].td) for part in zone.subcomponents if local >= part.DTSTART]
    assert max(observed)[1] == timedelta(hours=offset_h)


def test_every_change_of_two_zones_is_at_its_second() -> None:
    for zone in ZONES.values():
        changes = list(find_changes(zone, datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
        assert len(changes) == 6
        for change in changes:
            assert change.at.astimezone(zone).utcoffset() == change.after
            assert (change.at - timedelta(seconds=1)).astimezone(zone).utcoffset() == change.before
            assert (change.at.minute, change.at.second) == (0, 0)


@given(LETTERS)
def test_folding_cuts_no_letter_and_is_undone(text: str) -> None:
    folded = fold(f"SUMMARY:{text}")
    pieces = folded.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    for piece in pieces[1:]:
        assert piece[:1] == b" "
        # A mark may begin a line only where more marks stand in a row than a line holds.
        letter = piece[1:].decode()[0]
        assert not unicodedata.combining(letter) or unicodedata.combining(text[0]) or len(text) > 30
    assert unfold(folded.decode()) == [f"SUMMARY:{text}"]


def test_arabic_marks_stay_on_their_letters() -> None:
    for piece in fold("X:" + "مُحَمَّدٌ " * 40).decode().split("\r\n ")[1:]:
        assert not unicodedata.combining(piece[0])


@given(LETTERS, LETTERS)
def test_any_line_is_read_as_it_was_written(value: str, param: str) -> None:
    line = ContentLine("X-NAME", value, {"X-P": (param, "b")})
    [text] = unfold(write_line(line).decode())
    assert parse_line(text) == line


@given(
    LETTERS,
    LETTERS,
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.sampled_from(["Europe/Paris", "Africa/Casablanca", "UTC", ""]),
    st.integers(0, 100),
)
def test_what_we_write_we_read(summary: str, uid: str, local: datetime, zone: str, sequence: int) -> None:
    starts: Start = Moment(local, zone)
    event = make_event(
        summary=Text(summary, "fr"),
        uid=f"u{uid}"[:120],
        starts=starts,
        ends=Moment(local + timedelta(hours=1), zone),
        sequence=sequence,
    )
    calendar = Calendar((event,), Method.REQUEST, Text(summary))
    assert parse_calendar(encode_calendar(calendar, ZONES), {"UTC"}.__contains__) == calendar


def test_a_whole_day_and_a_feed() -> None:
    event = make_event(starts=date(2026, 3, 3), ends=date(2026, 3, 4))
    data = encode_calendar(Calendar((event,), Method.PUBLISH, refresh="PT1H"), ZONES)
    [found] = Judge.from_ical(data).walk("VEVENT")
    assert found["DTSTART"].dt == date(2026, 3, 3)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in data
    assert b"VTIMEZONE" not in data


def test_control_characters_are_not_written() -> None:
    with pytest.raises(MalformedError, match="ics_control"):
        encode_calendar(Calendar((make_event(location=Text("a\x0cb")),)), ZONES)


def test_isolates_are_balanced() -> None:
    assert isolate("GMMP", "ltr") == "\u2066GMMP\u2069"
    assert isolate("باريس") == "\u2068باريس\u2069"
    assert isolate("") == ""
