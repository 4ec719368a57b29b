"""Numbers as each language writes them, in Western digits."""

from typing import Final

from babel.numbers import format_decimal

LOCALES: Final = {"ar": "ar_MA", "fr": "fr", "en": "en_GB"}


def write_number(value: float, lang: str) -> str:
    """``12 345,6`` in French, ``12.345,6`` in Moroccan Arabic, ``12,345.6`` in English."""
    return str(format_decimal(value, locale=LOCALES[lang], numbering_system="latn"))
