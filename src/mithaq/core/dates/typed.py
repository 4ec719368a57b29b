"""A date that a person types into a field: any absolute form of the grammar, alone, day first."""

import re

from mithaq.core.dates.finding import find_dates_in, make_date
from mithaq.core.dates.found import Calendar, FoundDate, Warn
from mithaq.core.folded_text import fold_text
from mithaq.errors import MalformedError

MAX_TYPED = 64
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"(?P<y>(?:19|20|21)[0-9]{2})-(?P<m>0[1-9]|1[0-2])", re.ASCII)


def parse_typed_date(text: str, lang: str | None = None) -> FoundDate:
    """The date that was typed; a missing day or month stays missing.

    Args:
        text: at most 64 characters; spaces around it do not count. Arabic-Indic digits are read.
        lang: of the page, for words that two languages share.

    Raises:
        MalformedError: ``date_unknown``, no date of the grammar; ``date_impossible``, the calendar has no
            such day, or the weekday is another; ``date_relative``, it counts from a day that nobody gave.
    """
    whole = text.strip()
    if len(whole) > MAX_TYPED:
        raise MalformedError("date_unknown", "no date is that long")
    folded = fold_text(whole)
    place = (0, len(whole), whole)
    if _YEAR.fullmatch(folded.text):
        return make_date(place, (int(folded.text),))
    month = _MONTH.fullmatch(folded.text)
    if month is not None:
        return make_date(place, (int(month["y"]), int(month["m"])))
    found = find_dates_in(folded, lang)
    if len(found) != 1 or not _is_whole(found[0], whole):
        raise MalformedError("date_unknown", "this is no date of the grammar: day, month, year; or ISO 8601")
    _demand_absolute(found[0])
    return found[0]


def _is_whole(found: FoundDate, whole: str) -> bool:
    rest = whole[: found.start] + whole[found.end :]
    return rest.strip(" ,،.") in ("", "le", "Le", "the", "في", "يوم")


def _demand_absolute(found: FoundDate) -> None:
    if found.warning in (Warn.NO_SUCH_DAY, Warn.WEEKDAY_DIFFERS, Warn.AMBIGUOUS) and not found.relative:
        raise MalformedError("date_impossible", "the calendar has no such day, or it is another weekday")
    if found.calendar is Calendar.HIJRI:
        raise MalformedError("date_unknown", "a field takes dates of the Gregorian calendar")
    if not found.edtf:
        raise MalformedError("date_relative", "the date counts from a day that is not given")
