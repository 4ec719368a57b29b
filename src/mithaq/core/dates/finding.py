"""Finds dates in a text. Pure: the same text gives the same dates.

Spec: registers 3.12.4.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date

from mithaq.core.dates.found import Calendar, FoundDate, Precision, Relative, Unit, Warn
from mithaq.core.dates.patterns import ARABIC, ENGLISH, EVENT_BEFORE, FRENCH, NUMERIC
from mithaq.core.dates.words import (
    ARABIC_MONTHS,
    DAYS,
    ENGLISH_MONTHS,
    FRENCH_MONTHS,
    HIJRI_MONTHS,
    SEASONS,
    STEPS,
    UNITS,
    WEEKDAYS,
)
from mithaq.core.folded_text import FoldedText, fold_text

_GRAMMARS: Mapping[str, tuple[tuple[Mapping[str, re.Pattern[str]], Mapping[str, int]], ...]] = {
    "ar": ((ARABIC, ARABIC_MONTHS),),
    "fr": ((FRENCH, FRENCH_MONTHS),),
    "en": ((ENGLISH, ENGLISH_MONTHS),),
}
_EVENT_REACH = 40
"""Characters before a year in which a word of an event makes it the name of an edition."""
_CAPITAL_ONLY = frozenset({"may", "march", "mar", "sun", "monday", "tuesday", "wednesday"})


def find_dates(text: str, language: str | None = None) -> list[FoundDate]:
    """Every date in a text, in order, none within another.

    Args:
        text: of any length and content.
        language: ``ar``, ``fr`` or ``en`` where it is known. An Arabic text may hold dates in Latin
            letters and the other way, but "may" is a date in no French sentence.
    """
    return find_dates_in(fold_text(text), language)


def find_dates_in(folded: FoldedText, language: str | None = None) -> list[FoundDate]:
    """As ``find_dates``, over a text that is folded already."""
    chosen = [language] if language in ("fr", "en") else ["fr", "en"]
    found: list[FoundDate] = list(_find_numeric(folded))
    for each in ("ar", *chosen):
        for patterns, months in _GRAMMARS[each]:
            for name, pattern in patterns.items():
                found.extend(_read_all(folded, name, pattern, months))
    return _drop_covered(found)


def _drop_covered(found: list[FoundDate]) -> list[FoundDate]:
    """The longest at each place; ties go to the one with more meaning, then to the first."""
    order = sorted(found, key=lambda one: (one.start - one.end, one.edtf == "", one.start))
    starts: list[int] = []
    kept: list[FoundDate] = []
    for one in order:
        at = bisect_right(starts, one.start)
        if at and kept[at - 1].end > one.start:
            continue
        if at < len(kept) and kept[at].start < one.end:
            continue
        starts.insert(at, one.start)
        kept.insert(at, one)
    return kept


def _find_numeric(folded: FoldedText) -> Iterator[FoundDate]:
    for pattern in NUMERIC.values():
        for match in pattern.finditer(folded.text):
            year, month, day = (int(match[name]) for name in ("y", "m", "d"))
            yield make_date(_place(folded, match), (year, month, day))


def _read_all(
    folded: FoldedText, name: str, pattern: re.Pattern[str], months: Mapping[str, int]
) -> Iterator[FoundDate]:
    for match in pattern.finditer(folded.text):
        one = _read(folded, name, match, months)
        if one is not None:
            yield one


_Place = tuple[int, int, str]


def _place(folded: FoldedText, match: re.Match[str]) -> _Place:
    start, end = folded.place_of(*match.span("x"))
    return start, end, folded.raw[start:end]


def _word(match: re.Match[str], *names: str) -> str:
    """The first of these groups that the pattern has and that took part, single spaced."""
    held = match.re.groupindex
    for name in names:
        if name in held and match[name] is not None:
            return " ".join(match[name].split())
    return ""


def _read(folded: FoldedText, name: str, match: re.Match[str], months: Mapping[str, int]) -> FoundDate | None:
    place = _place(folded, match)
    weekday = WEEKDAYS.get(_word(match, "w", "w2"))
    match name:
        case "full" | "month_first":
            return _read_full(place, match, months, weekday)
        case "hijri":
            return _read_hijri(place, match)
        case "partial" | "partial_first" | "month" | "bare_month":
            if _is_small(place, match):
                return None
            return _read_partial(place, match, months, weekday)
        case "year":
            return (
                None if _is_edition(folded.text, match.start("y")) else make_date(place, (int(match["y"]),))
            )
    return _read_relative(name, place, match, weekday)


def _is_small(place: _Place, match: re.Match[str]) -> bool:
    """Months in small letters that are English verbs: "may", "march"."""
    return _word(match, "m") in _CAPITAL_ONLY and place[2].islower()


def _day_of(match: re.Match[str]) -> int | None:
    word = _word(match, "d")
    if not word:
        return None
    return 1 if word in ("فاتح", "premier") else int(word)


def _read_full(
    place: _Place, match: re.Match[str], months: Mapping[str, int], weekday: int | None
) -> FoundDate:
    month, second = months[_word(match, "m")], months.get(_word(match, "m2"))
    if second not in (None, month):
        return _open(place, Warn.AMBIGUOUS)
    day = _day_of(match)
    return make_date(
        place, (int(match["y"]), month) if day is None else (int(match["y"]), month, day), weekday
    )


def _read_hijri(place: _Place, match: re.Match[str]) -> FoundDate | None:
    if _word(match, "m") not in HIJRI_MONTHS:
        return None
    precision = Precision.MONTH if _day_of(match) is None else Precision.DAY
    return FoundDate(*place, edtf="", precision=precision, calendar=Calendar.HIJRI)


def _read_partial(
    place: _Place, match: re.Match[str], months: Mapping[str, int], weekday: int | None
) -> FoundDate:
    month, day = months[_word(match, "m")], _day_of(match)
    step = STEPS.get(_word(match, "s"))
    unit = Unit.NAMED_MONTH if day is None else Unit.DATE
    meaning = Relative(unit, step, weekday=weekday, day=day, month=month)
    warning = Warn.YEAR_MISSING if step is None else Warn.NEEDS_PUBLICATION
    return _open(place, warning, meaning, weekday)


def _read_relative(name: str, place: _Place, match: re.Match[str], weekday: int | None) -> FoundDate | None:
    step = STEPS.get(_word(match, "s", "s2"))
    match name:
        case "day":
            meaning = Relative(Unit.DAY, DAYS[_word(match, "t", "t2")], weekday=weekday)
        case "weekday":
            if step is None and place[2].islower() and _word(match, "w").endswith("day"):
                return None
            meaning = Relative(Unit.WEEKDAY, step, weekday=weekday)
        case "unit":
            meaning = Relative(Unit(UNITS[_word(match, "u", "u2")]), step)
        case "season":
            meaning = Relative(Unit.SEASON, step, season=SEASONS[_word(match, "n", "n2")])
        case _:
            return None
    return _open(place, Warn.NEEDS_PUBLICATION, meaning, weekday)


def _is_edition(text: str, start: int) -> bool:
    before = text[max(0, start - _EVENT_REACH) : start]
    # "in 2024" after a full stop is another sentence.
    before = re.split(r"[.;!?؟؛\n]", before)[-1]
    return EVENT_BEFORE.search(before) is not None and re.search(r"(?:في|en|in)\s{1,2}$", before) is None


def _open(
    place: _Place, warning: Warn, meaning: Relative | None = None, weekday: int | None = None
) -> FoundDate:
    return FoundDate(
        *place,
        edtf="",
        precision=Precision.OPEN,
        relative=meaning is not None,
        meaning=meaning,
        warning=warning,
        weekday=weekday,
    )


def make_date(place: _Place, parts: tuple[int, ...], weekday: int | None = None) -> FoundDate:
    """A date of exactly these parts (year, month, day), or an open one where the calendar has no such day."""
    precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[len(parts) - 1]
    year, month, day = (*parts, 1, 1)[:3]
    try:
        first = date(year, month, day)
    except ValueError:
        return _open(place, Warn.NO_SUCH_DAY, weekday=weekday)
    edtf = first.isoformat()[: (4, 7, 10)[len(parts) - 1]]
    differs = precision is Precision.DAY and weekday not in (None, first.weekday())
    return FoundDate(
        *place,
        edtf=edtf,
        precision=precision,
        warning=Warn.WEEKDAY_DIFFERS if differs else Warn.NONE,
        weekday=weekday,
    )
