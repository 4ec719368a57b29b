"""Gives a relative date its value from the day of publication, as far as the words do, and no further."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from mithaq.core.dates.found import FoundDate, Precision, Relative, Unit, Warn

_HALF_YEAR_DAYS = 183


def resolve(found: FoundDate, published_on: date | None) -> FoundDate:
    """The same date with its value, where ``published_on`` settles it; else as it was, with the reason.

    A weekday that contradicts the day of publication gives a warning and no date.
    """
    meaning = found.meaning
    if meaning is None or published_on is None:
        return found
    parts = _SETTLERS[meaning.unit](meaning, published_on)
    if isinstance(parts, Warn):
        return replace(found, warning=parts)
    precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
    try:
        first = date(*(*parts, 1, 1)[:3])
    except ValueError:
        return replace(found, warning=Warn.NO_SUCH_DAY)
    if precision is Precision.DAY and meaning.weekday not in (None, first.weekday()):
        return replace(found, warning=Warn.WEEKDAY_DIFFERS)
    edtf = first.isoformat()[: 4 + 3 * (len(parts) - 1)]
    return replace(found, edtf=edtf, precision=precision, warning=Warn.NONE)


_Parts = tuple[int, ...] | Warn


def _parts(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _shift(day: date, days: int) -> _Parts:
    try:
        return _parts(day + timedelta(days))
    except OverflowError:
        return Warn.NO_SUCH_DAY


def _settle_day(meaning: Relative, published_on: date) -> _Parts:
    return _shift(published_on, meaning.step or 0)


def _settle_weekday(meaning: Relative, published_on: date) -> _Parts:
    assert meaning.weekday is not None
    ahead = (meaning.weekday - published_on.weekday()) % 7
    if meaning.step == -1:
        return _shift(published_on, ahead - 7)
    if meaning.step == 1:
        return _shift(published_on, ahead or 7)
    # "Monday", "this Monday": the day itself is certain only when it is the day of publication.
    return _parts(published_on) if ahead == 0 and meaning.step == 0 else Warn.AMBIGUOUS


def _settle_month(meaning: Relative, published_on: date) -> _Parts:
    months = published_on.year * 12 + published_on.month - 1 + (meaning.step or 0)
    return months // 12, months % 12 + 1


def _settle_named_month(meaning: Relative, published_on: date) -> _Parts:
    assert meaning.month is not None
    year, now = published_on.year, published_on.month
    match meaning.step:
        case 0:
            return (year, now) if meaning.month == now else Warn.AMBIGUOUS
        case -1 if meaning.month != now:
            return (year if meaning.month < now else year - 1), meaning.month
        case 1 if meaning.month != now:
            return (year if meaning.month > now else year + 1), meaning.month
    return Warn.AMBIGUOUS if meaning.step is not None else Warn.YEAR_MISSING


def _settle_date(meaning: Relative, published_on: date) -> _Parts:
    assert meaning.month is not None
    assert meaning.day is not None
    years = (published_on.year - 1, published_on.year, published_on.year + 1)
    days = [found for year in years if (found := _day(year, meaning.month, meaning.day)) is not None]
    if not days:
        return Warn.NO_SUCH_DAY
    match meaning.step:
        case 0:
            this = [one for one in days if (one.year, one.month) == (published_on.year, published_on.month)]
            return _parts(this[0]) if this else Warn.AMBIGUOUS
        case -1:
            before = [one for one in days if one < published_on]
            return _parts(before[-1]) if before else Warn.AMBIGUOUS
        case 1:
            after = [one for one in days if one > published_on]
            return _parts(after[0]) if after else Warn.AMBIGUOUS
    return _settle_by_weekday(meaning, published_on, days)


def _settle_by_weekday(meaning: Relative, published_on: date, days: list[date]) -> _Parts:
    """A day without its year is settled by a weekday beside it, when one year alone near by has it."""
    if meaning.weekday is None:
        return Warn.YEAR_MISSING
    near = [
        one
        for one in days
        if one.weekday() == meaning.weekday and abs((one - published_on).days) <= _HALF_YEAR_DAYS
    ]
    return _parts(near[0]) if len(near) == 1 else Warn.WEEKDAY_DIFFERS


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _settle_year(meaning: Relative, published_on: date) -> _Parts:
    return (published_on.year + (meaning.step or 0),)


_SEASON_MONTHS = ((3, 6), (6, 9), (9, 12))
"""First month, and the first month after; winter spans two years and is never settled."""


def _settle_season(meaning: Relative, published_on: date) -> _Parts:
    assert meaning.season is not None
    if meaning.season >= len(_SEASON_MONTHS):
        return Warn.AMBIGUOUS
    first, after = _SEASON_MONTHS[meaning.season]
    match meaning.step:
        case 0:
            return (published_on.year,)
        case 1:
            return (published_on.year if published_on.month < first else published_on.year + 1,)
        case -1:
            return (published_on.year if published_on.month >= after else published_on.year - 1,)
    return Warn.AMBIGUOUS


def _settle_week(meaning: Relative, published_on: date) -> _Parts:
    """A week is no precision of a date here."""
    return Warn.AMBIGUOUS


_SETTLERS: Mapping[Unit, Callable[[Relative, date], _Parts]] = {
    Unit.DAY: _settle_day,
    Unit.WEEKDAY: _settle_weekday,
    Unit.WEEK: _settle_week,
    Unit.MONTH: _settle_month,
    Unit.NAMED_MONTH: _settle_named_month,
    Unit.DATE: _settle_date,
    Unit.YEAR: _settle_year,
    Unit.SEASON: _settle_season,
}
