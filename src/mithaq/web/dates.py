"""Dates and hours in words, in the three languages of the pages. Digits are Western in all of them.

Django knows only ``ar``, with month names that Morocco does not use.
"""

from datetime import date, datetime
from typing import Final

MONTHS: Final[dict[str, str]] = {
    "ar": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
"""The twelve months, from January on, apart by spaces."""

HOURS: Final = {
    "ar": "{on}، الساعة {hour} (UTC)",
    "fr": "{on} à {hour} UTC",
    "en": "{on}, {hour} UTC",
}


def write_date(on: date, lang: str) -> str:
    """``28 أكتوبر 2024``, ``1er mai 2001``, ``28 October 2024``."""
    day = "1er" if lang == "fr" and on.day == 1 else str(on.day)
    return f"{day} {MONTHS[lang].split()[on.month - 1]} {on.year}"


def write_moment(at: datetime, lang: str) -> str:
    """The date and the hour of an instant that is given in UTC."""
    return HOURS[lang].format(on=write_date(at.date(), lang), hour=f"{at:%H:%M:%S}")
