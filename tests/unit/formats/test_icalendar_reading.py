"""Calendar files of others: what is taken, what is refused, and that nothing else ever happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.errors import MalformedError
from mithaq.formats.icalendar.components import MAX_BYTES
from mithaq.formats.icalendar.reader import parse_calendar

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
EVENT = "UID:1\r\nDTSTAMP:20260201T080000Z\r\nDTSTART;TZID=Europe/Paris:20260310T100000\r\n"
WORDS = (
    "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "UID:1", "DTSTART:20260310T100000Z",
    "DTSTAMP:20260201T080000Z", "DTEND:20260310T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2",
    "SUMMARY;LANGUAGE=ar:\u0627", "SUMMARY:\\", 'ATTENDEE;CN="a;PARTSTAT=X:mailto:a', "X", ";",
    ":", " y", "\t",
    "DTSTART;VALUE=DATE:20260231", "SEQUENCE:²", "BEGIN:VCALENDAR", "END:VCALENDAR",
)  # fmt: skip


def is_zone(name: str) -> bool:
    return name in ("Europe/Paris", "Africa/Casablanca")


def make(event: str = EVENT, rest: str = "") -> bytes:
    return f"{HEAD}BEGIN:VEVENT\r\n{event}{rest}END:VEVENT\r\nEND:VCALENDAR\r\n".encode()


def test_an_ordinary_file() -> None:
    [event] = parse_calendar(
        make(rest="DURATION:PT1H30M\r\nSUMMARY:a\\, b\r\nATTACH:http://x/\r\n"), is_zone
    ).events
    assert event.summary.value == "a, b"
    assert event.ends is not None


def test_line_feeds_alone_are_taken() -> None:
    assert parse_calendar(make().replace(b"\r\n", b"\n"), is_zone).events


REFUSED = {
    "ics_size": b"x" * (MAX_BYTES + 1),
    "ics_line_end": make().replace(b"UID:1\r\n", b"UID:1\r"),
    "ics_not_utf8": make(rest="SUMMARY:x\r\n").replace(b":x", b":\xff"),
    "ics_version": make().replace(b":2.0", b":1.0"),
    "ics_repeated": make(rest="UID:2\r\n"),
    "ics_missing": make("UID:1\r\nDTSTAMP:20260201T080000Z\r\n"),
    "ics_date": make(EVENT.replace("20260310", "20260230")),
    "ics_zone": make(EVENT.replace("Europe/Paris", "Europe/Rabat")),
    "ics_end": make(rest="DTEND;TZID=Europe/Paris:20260310T100000\r\n"),
    "ics_rule": make(rest="RRULE:FREQ=SECONDLY;COUNT=5\r\n"),
    "ics_uid": make(EVENT.replace("UID:1", "UID:" + "1" * 256)),
    "ics_alarm": make(rest="BEGIN:VALARM\r\nACTION:EMAIL\r\nEND:VALARM\r\n"),
    "ics_escape": make(rest="SUMMARY:a\\x\r\n"),
    "ics_nesting": make(rest="BEGIN:X\r\nBEGIN:Y\r\nBEGIN:Z\r\nEND:Z\r\nEND:Y\r\nEND:X\r\n"),
    "ics_no_calendar": make() + make(),
    "ics_fold": b" x\r\n" + make(),
    "ics_control": make(rest="SUMMARY:a\x00\r\n"),
    "ics_sequence": make(rest="SEQUENCE:1_0\r\n"),
    "ics_duration": make(rest="DURATION:PT\r\n"),
    "ics_method": make().replace(b"PRODID", b"METHOD:EXPLODE\r\nPRODID"),
    "ics_offset": make().replace(
        b"BEGIN:VEVENT",
        b"BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        b"TZOFFSETFROM:+1500\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT",
    ),
}


@pytest.mark.parametrize(("code", "data"), REFUSED.items(), ids=REFUSED)
def test_what_is_refused(code: str, data: bytes) -> None:
    with pytest.raises(MalformedError) as raised:
        parse_calendar(data, is_zone)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MINUTELY;COUNT=2", "FREQ=DAILY", "FREQ=DAILY;COUNT=2;UNTIL=20260401", "FREQ=DAILY;COUNT=1001",
        "FREQ=DAILY;COUNT=٣", "FREQ=YEARLY;UNTIL=20460401", "FREQ=DAILY;COUNT=2;COUNT=2", "COUNT=2", "x",
    ],
)  # fmt: skip
def test_rules_that_ask_for_too_much(rule: str) -> None:
    with pytest.raises(MalformedError, match="ics_rule"):
        parse_calendar(make(rest=f"RRULE:{rule}\r\n"), is_zone)


def test_more_components_than_are_read() -> None:
    event = f"BEGIN:VEVENT\r\n{EVENT}END:VEVENT\r\n"
    with pytest.raises(MalformedError, match="ics_nesting"):
        parse_calendar(f"{HEAD}{event * 1_001}END:VCALENDAR\r\n".encode(), is_zone)


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_lines_are_read_or_refused(words: list[str]) -> None:
    data = (HEAD + "\r\n".join(words) + "\r\nEND:VCALENDAR\r\n").encode()
    try:
        parse_calendar(data, is_zone)
    except MalformedError as error:
        code = error.code
    else:
        code = "ics_read"
    assert code.startswith("ics_")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedError, match="ics_"):
        parse_calendar(data, is_zone)
