"""What a repeating rule may ask for, so that no file makes a calendar work for hours.

Spec: RFC 5545 3.3.10, and the limits of this program: no SECONDLY or MINUTELY, at most 1,000 instances
or ten years.
"""

import re
from datetime import date, timedelta
from typing import Final

from mithaq.errors import MalformedError
from mithaq.formats.icalendar.values import Moment, Start, read_date, read_moment

MAX_INSTANCES: Final = 1_000
MAX_YEARS: Final = 10

_FREQUENCIES: Final = frozenset({"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PARTS: Final = frozenset(
    {"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST"}
    | {f"BY{name}" for name in ("HOUR", "DAY", "MONTHDAY", "YEARDAY", "WEEKNO", "MONTH", "SETPOS", "MINUTE")}
)
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_VALUE = re.compile(r"[A-Z0-9+,:-]{1,200}", re.ASCII)


def check_rule(value: str, start: Start) -> None:
    """Refuse a rule that asks for too much.

    Raises:
        MalformedError: ``ics_rule``.
    """
    parts: dict[str, str] = {}
    for part in value.upper().split(";"):
        name, separator, content = part.partition("=")
        if not separator or name in parts or name not in _PARTS or _VALUE.fullmatch(content) is None:
            raise MalformedError("ics_rule", "a repeating rule is not of the form FREQ=WEEKLY;COUNT=4")
        parts[name] = content
    if parts.get("FREQ") not in _FREQUENCIES:
        raise MalformedError("ics_rule", "a repeating rule has no frequency, or too high a one")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise MalformedError("ics_rule", "a repeating rule ends by a count or by a date, and by one of them")
    _check_numbers(parts)
    if "UNTIL" in parts:
        _check_end(parts["UNTIL"], start)


def _check_numbers(parts: dict[str, str]) -> None:
    for name in ("COUNT", "INTERVAL"):
        if name in parts and (_NUMBER.fullmatch(parts[name]) is None or int(parts[name]) > MAX_INSTANCES):
            raise MalformedError("ics_rule", f"a repeating rule has at most {MAX_INSTANCES} instances")


def _check_end(until: str, start: Start) -> None:
    ends = read_moment(until).local.date() if "T" in until else read_date(until)
    begins: date = start.local.date() if isinstance(start, Moment) else start
    if ends < begins or ends - begins > timedelta(days=MAX_YEARS * 366):
        raise MalformedError("ics_rule", f"a repeating rule ends within {MAX_YEARS} years")
