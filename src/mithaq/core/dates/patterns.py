"""The grammar of dates as patterns over folded text. Each is linear: no repeated part may match emptiness.

In every pattern ``x`` is the date itself; what stands around it (a cue, a letter joined to the word)
only allows it.
"""

import re
from collections.abc import Iterable
from typing import Final

from mithaq.core.dates.words import (
    ARABIC_MONTHS,
    ENGLISH_MONTHS,
    FRENCH_MONTHS,
    HIJRI_MONTHS,
    SEASONS,
    STEPS,
    WEEKDAYS,
)


def _one_of(words: Iterable[str], *, arabic: bool) -> str:
    """An alternation, longest first, of the words of one script."""
    chosen = sorted({word for word in words if word.isascii() != arabic}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(word.replace(" ", r"\s{1,2}") for word in chosen) + ")"


_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR = r"(?:19|20|21)[0-9]{2}"
_HIJRI_YEAR = r"1[34][0-9]{2}"
_START = r"(?<![^\W_])"
_ARABIC_START = _START + r"(?:[وفبلك]{1,2})?"
_END = r"(?![^\W_])"
_GAP = r"[\s,،(]{1,3}"

_AR_MONTH = _one_of(ARABIC_MONTHS, arabic=True)
_HIJRI_MONTH = _one_of(HIJRI_MONTHS, arabic=True)
_AR_WEEKDAY = _one_of(WEEKDAYS, arabic=True)
_AR_STEP = _one_of((word for word in STEPS if word not in ("هذا", "هذه")), arabic=True)
_AR_SEASON = _one_of(SEASONS, arabic=True)
_AR_UNIT = "(?:الاسبوع|الشهر|العام|السنه)"
_AR_DAY = rf"(?P<d>{_DAY}|فاتح)(?:\s{{1,2}}من)?(?:\s{{1,2}}شهر)?\s{{0,2}}"

_MONTHS = {"fr": _one_of(FRENCH_MONTHS, arabic=False), "en": _one_of(ENGLISH_MONTHS, arabic=False)}
_SHORT = frozenset(
    (
        "janv",
        "fevr",
        "avr",
        "juil",
        "sept",
        "oct",
        "nov",
        "dec",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
    )
)
"""Abbreviations are months only beside a year."""
_FULL_MONTHS = {
    "fr": _one_of((name for name in FRENCH_MONTHS if name not in _SHORT), arabic=False),
    "en": _one_of((name for name in ENGLISH_MONTHS if name not in _SHORT), arabic=False),
}
_FR_WEEKDAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_EN_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_FR_STEP = r"(?:dernier|derniere|passee?|ecoulee?|courant|prochaine?)"
_EN_STEP = r"(?:last|past|this|next|coming|upcoming)"
_FR_SEASON = r"(?:printemps|ete|automne|hiver)"
_EN_SEASON = r"(?:spring|summer|autumn|winter)"
_EVENTS = (
    r"(?:jeux|jo|coupe|mondial|can|olympiades?|olympiques?|championnats?|expo|games|olympics?|cup|euro"
    r"|كاس|مونديال|اولمبياد|الالعاب|بطوله|معرض)"
)

ARABIC: Final = {
    "full": re.compile(
        _ARABIC_START
        + rf"(?P<x>(?:(?P<w>{_AR_WEEKDAY}){_GAP})?(?:{_AR_DAY})?(?P<m>{_AR_MONTH})"
        + rf"(?:\s?[/(]\s?(?P<m2>{_AR_MONTH})\s?\)?)?[\s,،]{{1,3}}(?:من\s)?(?:سنه\s|عام\s)?(?P<y>{_YEAR}))"
        + r"(?![\d/])"
    ),
    "hijri": re.compile(
        _ARABIC_START
        + rf"(?P<x>(?:(?P<d>{_DAY}|فاتح)(?:\s{{1,2}}من)?(?:\s{{1,2}}شهر)?\s{{1,2}})?(?P<m>{_HIJRI_MONTH})"
        + rf"\s{{1,2}}(?:سنه\s|عام\s)?(?P<y>{_HIJRI_YEAR})(?:\s?ه(?![^\W_]))?)(?!\d)"
    ),
    "partial": re.compile(
        _ARABIC_START
        + rf"(?P<x>(?:(?P<w>{_AR_WEEKDAY}){_GAP})?{_AR_DAY}(?P<m>{_AR_MONTH})"
        + rf"(?:\s?/\s?(?P<m2>{_AR_MONTH}))?(?:\s{{1,2}}(?P<s>{_AR_STEP}))?){_END}"
    ),
    "month": re.compile(
        _ARABIC_START + rf"(?P<x>(?:شهر\s{{1,2}})?(?P<m>{_AR_MONTH})\s{{1,2}}(?P<s>{_AR_STEP})){_END}"
    ),
    "bare_month": re.compile(_ARABIC_START + rf"(?P<x>شهر\s{{1,2}}(?P<m>{_AR_MONTH})){_END}"),
    "day": re.compile(
        _ARABIC_START + rf"(?P<x>(?P<t>اليوم){_GAP}(?P<w>{_AR_WEEKDAY})"
        rf"|(?P<t2>اول\s(?:من\s)?امس|امس|الامس|البارحه|غدا|يوم\sغد)(?:{_GAP}(?P<w2>{_AR_WEEKDAY}))?){_END}"
    ),
    "weekday": re.compile(
        _ARABIC_START + rf"(?P<x>(?:يوم\s{{1,2}})?(?P<w>{_AR_WEEKDAY})(?:\s{{1,2}}(?P<s>{_AR_STEP}))?){_END}"
    ),
    "unit": re.compile(
        _ARABIC_START
        + rf"(?P<x>(?P<u>{_AR_UNIT})\s{{1,2}}(?P<s>{_AR_STEP})"
        + rf"|(?P<s2>هذا|هذه)\s{{1,2}}(?P<u2>{_AR_UNIT})){_END}"
    ),
    "season": re.compile(
        _ARABIC_START
        + rf"(?P<x>(?P<n>{_AR_SEASON})\s{{1,2}}(?P<s>{_AR_STEP})"
        + rf"|(?P<s2>هذا)\s{{1,2}}(?P<n2>{_AR_SEASON})){_END}"
    ),
    "year": re.compile(
        _ARABIC_START
        + rf"(?:سنه|عام|منذ|خلال|بحلول|في|السنه|العام)\s{{1,2}}(?P<x>(?P<y>{_YEAR}))(?![\d/\-])(?!\s?م?[a-z])"
    ),
}


def _latin(weekday: str, months: str, full: str) -> dict[str, re.Pattern[str]]:
    ordinal = r"(?:\s?er|st|nd|rd|th)?"
    return {
        "full": re.compile(
            _START + rf"(?P<x>(?:(?P<w>{weekday})[\s,]{{1,3}}(?:le\s|the\s)?)?"
            rf"(?:(?P<d>{_DAY}|premier){ordinal}\s{{1,2}}(?:of\s)?)?(?P<m>{months})\.?,?\s{{1,2}}"
            rf"(?P<y>{_YEAR}))(?![\d/])"
        ),
        "partial": re.compile(
            _START + rf"(?P<x>(?:(?P<w>{weekday})[\s,]{{1,3}}(?:le\s|the\s)?)?(?P<d>{_DAY}|premier){ordinal}"
            rf"\s{{1,2}}(?:of\s)?(?P<m>{full})(?:\s{{1,2}}(?P<s>{_FR_STEP}))?){_END}"
        ),
    }


FRENCH: Final = {
    **_latin(_FR_WEEKDAY, _MONTHS["fr"], _FULL_MONTHS["fr"]),
    "month": re.compile(_START + rf"(?P<x>(?P<m>{_FULL_MONTHS['fr']})\s{{1,2}}(?P<s>{_FR_STEP})){_END}"),
    "bare_month": re.compile(
        _START + rf"(?:en|debut|fin|mi-|mois\sde|mois\sd')\s{{0,2}}(?P<x>(?P<m>{_FULL_MONTHS['fr']})){_END}"
    ),
    "day": re.compile(
        _START + rf"(?P<x>(?P<t>aujourd'hui|avant-hier|hier|demain|ce\sjour)"
        rf"(?:{_GAP}(?P<w>{_FR_WEEKDAY}))?){_END}"
    ),
    "weekday": re.compile(
        _START + rf"(?P<x>(?:(?P<s2>ce)\s)?(?P<w>{_FR_WEEKDAY})(?:\s{{1,2}}(?P<s>{_FR_STEP}))?){_END}"
    ),
    "unit": re.compile(
        _START + rf"(?P<x>(?P<u>semaine|mois|annee|an)\s{{1,2}}(?P<s>{_FR_STEP})"
        rf"|(?P<s2>cette|ce)\s{{1,2}}(?P<u2>semaine|mois|annee)){_END}"
    ),
    "season": re.compile(
        _START + rf"(?P<x>(?P<n>{_FR_SEASON})\s{{1,2}}(?P<s>{_FR_STEP})"
        rf"|(?P<s2>cet|ce)\s{{1,2}}(?P<n2>{_FR_SEASON})){_END}"
    ),
    "year": re.compile(
        _START + rf"(?:en|depuis|annee|l'an|des|avant|apres|fin|debut|horizon|d'ici)\s{{1,2}}"
        rf"(?P<x>(?P<y>{_YEAR}))(?![\d/\-]){_END}"
    ),
}

ENGLISH: Final = {
    **_latin(_EN_WEEKDAY, _MONTHS["en"], _FULL_MONTHS["en"]),
    "month_first": re.compile(
        _START + rf"(?P<x>(?:(?P<w>{_EN_WEEKDAY})[\s,]{{1,3}})?(?P<m>{_MONTHS['en']})\.?\s{{1,2}}"
        rf"(?P<d>{_DAY})(?:st|nd|rd|th)?,\s{{0,2}}(?P<y>{_YEAR}))(?!\d)"
    ),
    "partial_first": re.compile(
        _START + rf"(?P<x>(?:(?P<w>{_EN_WEEKDAY})[\s,]{{1,3}})?(?P<m>{_FULL_MONTHS['en']})\s{{1,2}}"
        rf"(?P<d>{_DAY})(?:st|nd|rd|th)?){_END}"
    ),
    "month": re.compile(_START + rf"(?P<x>(?P<s>{_EN_STEP})\s{{1,2}}(?P<m>{_FULL_MONTHS['en']})){_END}"),
    "bare_month": re.compile(
        _START + rf"(?:in|of|since|until)\s{{1,2}}(?P<x>(?P<m>{_FULL_MONTHS['en']})){_END}"
    ),
    "day": re.compile(
        _START + rf"(?P<x>(?P<t>today|yesterday|tomorrow)(?:{_GAP}(?P<w>{_EN_WEEKDAY}))?){_END}"
    ),
    "weekday": re.compile(_START + rf"(?P<x>(?:(?P<s>{_EN_STEP})\s{{1,2}})?(?P<w>{_EN_WEEKDAY})){_END}"),
    "unit": re.compile(_START + rf"(?P<x>(?P<s>{_EN_STEP})\s{{1,2}}(?P<u>week|month|year)){_END}"),
    "season": re.compile(_START + rf"(?P<x>(?P<s>{_EN_STEP})\s{{1,2}}(?P<n>{_EN_SEASON})){_END}"),
    "year": re.compile(
        _START + rf"(?:in|since|year|by|until|from|before|after|during)\s{{1,2}}(?P<x>(?P<y>{_YEAR}))"
        rf"(?![\d/\-]){_END}"
    ),
}

NUMERIC: Final = {
    "numeric": re.compile(
        rf"(?<![\w/.\-])(?P<x>(?P<d>[0-9]{{1,2}})(?P<sep>[/\-])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<y>{_YEAR}))(?![\w/\-])"
    ),
    "iso": re.compile(
        rf"(?<![\w/.\-])(?P<x>(?P<y>{_YEAR})(?P<sep>[/\-])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<d>[0-9]{{1,2}}))"
        r"(?![0-9/\-])"
    ),
}

EVENT_BEFORE: Final = re.compile(_START + _EVENTS + _END)
"""A year after one of these words numbers an edition: "Paris 2024", "Coupe du monde 2030"."""
