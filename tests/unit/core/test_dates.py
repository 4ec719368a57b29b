"""Dates: the grammar of registers 3.12.4. The rule above all others: no part of a date is invented."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.dates import Calendar, Precision, Warn, find_dates, parse_typed_date, resolve
from mithaq.core.folded_text import fold_text
from mithaq.errors import MalformedError

FAMILIES = {
    name: months.split(",")
    for name, months in {
        "common": "يناير,فبراير,مارس,أبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
        "morocco": "يناير,فبراير,مارس,أبريل,ماي,يونيو,يوليوز,غشت,شتنبر,أكتوبر,نونبر,دجنبر",
        "levant": (
            "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول"
        ),
        "french": ("janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre"),
        "plain french": (
            "janvier,fevrier,mars,avril,mai,juin,juillet,aout,septembre,octobre,novembre,decembre"
        ),
        "english": ("January,February,March,April,May,June,July,August,September,October,November,December"),
    }.items()
}
WEEKDAYS = {
    "ar": ["الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}


def values(text: str, published: date | None = None) -> list[tuple[str, str, str]]:
    return [
        (one.text, one.edtf, str(one.precision))
        for one in (resolve(found, published) for found in find_dates(text))
    ]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("month", range(1, 13))
def test_month_and_year_get_no_day(family: str, month: int) -> None:
    name = FAMILIES[family][month - 1]

    assert values(f"... {name} 2024 ...") == [(f"{name} 2024", f"2024-{month:02}", "month")]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("month", range(1, 13))
def test_day_month_year_in_every_family(family: str, month: int) -> None:
    text = f"9 {FAMILIES[family][month - 1]} 2025"

    assert values(f"({text})") == [(text, f"2025-{month:02}-09", "day")]


@pytest.mark.parametrize(
    ("text", "found", "edtf", "precision"),
    [
        ("يوم الإثنين ١٤ أبريل ٢٠٢٥ بالرباط", "الإثنين ١٤ أبريل ٢٠٢٥", "2025-04-14", "day"),
        ("بتاريخ ۱۴ نيسان ۲۰۲۵", "۱۴ نيسان ۲۰۲۵", "2025-04-14", "day"),
        ("فاتح ماي 2001", "فاتح ماي 2001", "2001-05-01", "day"),
        ("le 1er mai 2001 à Paris", "1er mai 2001", "2001-05-01", "day"),
        ("14 من أبريل 2025", "14 من أبريل 2025", "2025-04-14", "day"),
        ("ولأكتوبر 2024", "أكتوبر 2024", "2024-10", "month"),
        ("أَبْرِيل 2025", "أَبْرِيل 2025", "2025-04", "month"),
        ("كانون الثاني/يناير 2025", "كانون الثاني/يناير 2025", "2025-01", "month"),
        ("April 14, 2025", "April 14, 2025", "2025-04-14", "day"),
        ("the 3rd of May 2024", "3rd of May 2024", "2024-05-03", "day"),
        ("14/04/2025", "14/04/2025", "2025-04-14", "day"),
        ("١٤-٠٤-٢٠٢٥", "١٤-٠٤-٢٠٢٥", "2025-04-14", "day"),
        ("2025-04-14T10:00:00Z", "2025-04-14", "2025-04-14", "day"),
        ("depuis 2019", "2019", "2019", "year"),
        ("في سنة 2030", "2030", "2030", "year"),
        ("lundi 14\u00a0avril\u202f2025", "lundi 14\u00a0avril\u202f2025", "2025-04-14", "day"),
    ],
)
def test_absolute_forms(text: str, found: str, edtf: str, precision: str) -> None:
    assert values(text) == [(found, edtf, precision)]


@pytest.mark.parametrize(
    "text",
    [
        "les Jeux olympiques de Paris 2024",
        "الألعاب الأولمبية باريس 2024",
        "Coupe du monde de 2030",
        "Sa Majesté le Roi, Son Excellence M. le Président",
        "he may march on",
        "loi 2001-374, dahir 1-09-15, article 14",
        "05 37 20 30 40",
        "décret 2023/977",
        "القضايا ذات الاهتمام",
    ],
)
def test_traps_are_no_dates(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize("text", ["31/02/2025", "30 février 2024", "29 شباط 2023", "04/14/2025"])
def test_a_day_that_no_calendar_has_stays_open(text: str) -> None:
    [found] = find_dates(text)

    assert (found.edtf, found.precision, found.warning) == ("", Precision.OPEN, Warn.NO_SUCH_DAY)


@pytest.mark.parametrize(
    ("text", "published", "edtf"),
    [
        ("اليوم الإثنين", date(2024, 4, 22), "2024-04-22"),
        ("aujourd’hui, lundi", date(2025, 4, 14), "2025-04-14"),
        ("today (Monday)", date(2025, 4, 14), "2025-04-14"),
        ("أمس الأحد", date(2025, 4, 14), "2025-04-13"),
        ("lundi dernier", date(2025, 4, 14), "2025-04-07"),
        ("الثلاثاء المقبل", date(2025, 4, 14), "2025-04-15"),
        ("شهر دجنبر المنصرم", date(2024, 4, 23), "2023-12"),
        ("décembre prochain", date(2024, 4, 23), "2024-12"),
        ("العام المقبل", date(2024, 4, 23), "2025"),
        ("l'année dernière", date(2024, 4, 23), "2023"),
        ("الصيف المقبل", date(2024, 4, 23), "2024"),
        ("next month", date(2024, 12, 23), "2025-01"),
        ("24 دجنبر الماضي", date(2024, 4, 23), "2023-12-24"),
        ("14 avril courant", date(2025, 4, 20), "2025-04-14"),
        ("lundi 14 avril", date(2025, 4, 20), "2025-04-14"),
    ],
)
def test_relative_forms_count_from_the_publication_only(text: str, published: date, edtf: str) -> None:
    [found] = find_dates(text)

    assert (found.edtf, found.precision, found.relative) == ("", Precision.OPEN, True)
    assert resolve(found, None) == found
    assert resolve(found, published).edtf == edtf
    assert resolve(found, published).relative


@pytest.mark.parametrize(
    ("text", "published", "warning"),
    [
        ("اليوم الإثنين", date(2024, 4, 23), Warn.WEEKDAY_DIFFERS),
        ("aujourd'hui, lundi", date(2024, 4, 23), Warn.WEEKDAY_DIFFERS),
        ("lundi", date(2024, 4, 23), Warn.AMBIGUOUS),
        ("14 avril", date(2024, 4, 23), Warn.YEAR_MISSING),
        ("en avril", date(2024, 4, 23), Warn.YEAR_MISSING),
        ("mardi 14 avril", date(2025, 4, 20), Warn.WEEKDAY_DIFFERS),
        ("avril dernier", date(2024, 4, 23), Warn.AMBIGUOUS),
        ("l'hiver prochain", date(2024, 4, 23), Warn.AMBIGUOUS),
        ("la semaine prochaine", date(2024, 4, 23), Warn.AMBIGUOUS),
    ],
)
def test_what_the_publication_does_not_settle_stays_open(text: str, published: date, warning: Warn) -> None:
    [found] = [resolve(one, published) for one in find_dates(text)]

    assert (found.edtf, found.precision, found.warning) == ("", Precision.OPEN, warning)


def test_hijri_is_kept_as_written() -> None:
    [found] = find_dates("يوم 15 رمضان 1445 هـ")

    assert (found.text, found.edtf, found.calendar) == ("15 رمضان 1445 هـ", "", Calendar.HIJRI)


def test_two_names_that_are_not_one_month_stay_open() -> None:
    [found] = find_dates("14 أبريل/أيار 2025")

    assert found.warning is Warn.AMBIGUOUS


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        (" 14/04/2025 ", "2025-04-14"),
        ("١٤ أبريل ٢٠٢٥", "2025-04-14"),
        ("2025-04", "2025-04"),
        ("2025", "2025"),
        ("le 14 avril 2025", "2025-04-14"),
        ("Mon, 14 April 2025", ""),
        ("أكتوبر 2024", "2024-10"),
    ],
)
def test_typed_dates(typed: str, edtf: str) -> None:
    if edtf:
        assert parse_typed_date(typed).edtf == edtf
    else:
        with pytest.raises(MalformedError):
            parse_typed_date(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "date_unknown"),
        ("soon", "date_unknown"),
        ("31/02/2025", "date_impossible"),
        ("mardi 14 avril 2025", "date_impossible"),
        ("hier", "date_relative"),
        ("14 avril", "date_relative"),
        ("15 رمضان 1445", "date_unknown"),
        ("14/04/2025 15/04/2025", "date_unknown"),
        ("9" * 500, "date_unknown"),
    ],
)
def test_typed_dates_that_are_refused(typed: str, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse_typed_date(typed)
    assert caught.value.code == code


DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
PIECES = st.sampled_from(
    [name for names in FAMILIES.values() for name in names]
    + [name for names in WEEKDAYS.values() for name in names]
    + [
        "14",
        "٣١",
        "1er",
        "2024",
        "٢٠٢٥",
        "/",
        "-",
        "،",
        " ",
        "الماضي",
        "prochain",
        "last",
        "اليوم",
        "هـ",
        "رمضان",
    ]
    + ["\u202e", "\u0640", "\u064e", "\n", "\x00", "Paris", "في", "en", "of"]
)


@given(DAYS, st.sampled_from(list(FAMILIES)), st.booleans())
def test_every_day_is_read_back(day: date, family: str, eastern: bool) -> None:
    number = str(day.day)
    year = str(day.year)
    if eastern:
        number, year = (each.translate({0x30 + n: 0x660 + n for n in range(10)}) for each in (number, year))
    text = f"{number} {FAMILIES[family][day.month - 1]} {year}"

    assert values(text) == [(text, day.isoformat(), "day")]


@given(
    st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=25).map("".join) | st.text(), DAYS
)
def test_offsets_are_exact_and_nothing_is_invented(text: str, published: date) -> None:
    found = find_dates(text)

    assert found == find_dates(text)
    end = 0
    for one in found:
        assert end <= one.start < one.end <= len(text)
        assert one.text == text[one.start : one.end]
        end = one.end
        for each in (one, resolve(one, published)):
            assert (each.edtf == "") == (each.precision is Precision.OPEN or each.calendar is Calendar.HIJRI)
            assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", each.edtf, re.ASCII)
        # A day is only where a day is written, or where the words count from a given day.
        if one.precision is Precision.DAY and one.calendar is Calendar.GREGORIAN:
            assert re.search(r"[0-9]|فاتح|premier", fold_text(one.text).text)


@given(st.integers(-400, 400), DAYS.filter(lambda day: 1905 < day.year < 2190))
def test_today_with_a_weekday_holds_or_warns(shift: int, day: date) -> None:
    published = day + timedelta(shift)
    [found] = find_dates(f"اليوم {WEEKDAYS['ar'][day.weekday()]}")
    resolved = resolve(found, published)

    if shift % 7 == 0:
        assert resolved.edtf == published.isoformat()
    else:
        assert resolved.warning is Warn.WEEKDAY_DIFFERS


@given(st.text())
def test_folding_keeps_the_place_of_every_letter(text: str) -> None:
    folded = fold_text(text)

    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    for at in range(len(folded.text)):
        start, end = folded.place_of(at, at + 1)
        assert 0 <= start < end <= len(text)
