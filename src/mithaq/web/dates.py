"""Dates and hours in words, in the three languages of the pages. Digits are Western in all of them.

The words come from Babel: Django knows only ``ar``, with names of months that Morocco does not use.
"""

from datetime import date, datetime
from typing import Final

from babel.dates import format_date

from mithaq.web.numbers import LOCALES

_PRECISE: Final = {
    "ar": "{on}، الساعة {hour} (UTC)",
    "fr": "{on} à {hour} UTC",
    "en": "{on}, {hour} UTC",
}


def write_date(on: date, lang: str) -> str:
    """``28 أكتوبر 2024``, ``1er mai 2001``, ``28 October 2024``."""
    day = "1er" if lang == "fr" and on.day == 1 else str(on.day)
    return f"{day} {write_month(on, lang)}"


def write_month(on: date, lang: str) -> str:
    """``أكتوبر 2024``, ``octobre 2024``, ``October 2024``: the month that a day is in."""
    return str(format_date(on, "MMMM y", locale=LOCALES[lang]))


def write_day(on: date) -> str:
    """``28/10/2024``, for tables: the same in every language."""
    return f"{on:%d/%m/%Y}"


def write_moment(at: datetime, lang: str) -> str:
    """The date and the hour of an instant that is given in UTC, to the second: for proofs."""
    return _PRECISE[lang].format(on=write_date(at.date(), lang), hour=f"{at:%H:%M:%S}")
