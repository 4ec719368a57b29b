"""Texts of the record are given by language; a page shows the reader's, else the best there is."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language

_ORDER: Final = ("fr", "ar", "en")


class LocalText(dict[str, str]):
    """A text by language that reads, as a string, in the language of the page."""

    def __str__(self) -> str:
        return pick(self, get_language() or "en")[0]


def read_texts(value: object) -> dict[str, str]:
    """A text by language, as the record gives it; whatever has another form is passed over."""
    if not isinstance(value, Mapping):
        return {}
    return {str(lang): text for lang, text in value.items() if isinstance(text, str) and text.strip()}


def pick(texts: object, lang: str) -> tuple[str, str, bool]:
    """(text, its language, whether it is in the reader's language) of a text by language.

    A plain string is of no known language: it counts as translated, with an empty tag. So does a word of a
    catalogue.
    """
    if not isinstance(texts, Mapping):
        return "" if texts is None else str(texts), "" if texts else lang, True
    known = read_texts(texts)
    for each in (lang, *_ORDER, *known):
        if known.get(each):
            return known[each], each, each == lang
    return "", lang, True
