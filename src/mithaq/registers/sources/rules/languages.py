"""The language of a paragraph, among Arabic, French and English. No library.

Spec: registers 3.12.2, step 4.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from mithaq.registers.sources.rules.values import Paragraph

SHORT_CHARS: Final = 40
"""Under this length the neighbours say the language, as far as the script allows."""

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD = re.compile(r"[a-zà-ÿœ]+", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRENCH = _words(
    "le la les des du de un une et en est sont dans pour par sur avec qui que au aux ce cette son ses leur "
    "leurs ne pas plus a ont été il elle nous vous d l à où sa se ou mais comme entre également"
)
_ENGLISH = _words(
    "the of and to in is are for on with that by as at from this it its was were has have had be been an or "
    "not but which their they he she his her will would between also into said"
)
_ARABIC_SHARE = 0.5


def language_of(text: str) -> str | None:
    """The language that script and stop words say; None where they say nothing."""
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if arabic + latin == 0:
        return None
    if arabic >= _ARABIC_SHARE * (arabic + latin):
        return "ar"
    words = Counter(word.lower() for word in _WORD.findall(text))
    french = sum(count for word, count in words.items() if word in _FRENCH)
    english = sum(count for word, count in words.items() if word in _ENGLISH)
    if french == english:
        return None
    return "fr" if french > english else "en"


def languages_of(texts: Sequence[str]) -> list[str]:
    """The language of each paragraph in order; short ones ask their neighbours of the same script."""
    own = [language_of(text) for text in texts]
    sure = [
        found if found is not None and (len(text) >= SHORT_CHARS or found == "ar") else None
        for found, text in zip(own, texts, strict=True)
    ]
    before = _carry(sure)
    after = list(reversed(_carry(list(reversed(sure)))))
    return [
        known or _of_neighbours(text, found, (before[at], after[at]))
        for at, (known, found, text) in enumerate(zip(sure, own, texts, strict=True))
    ]


def _carry(languages: list[str | None]) -> list[str | None]:
    """For each place the last known language before it."""
    carried: list[str | None] = []
    last: str | None = None
    for one in languages:
        carried.append(last)
        last = one or last
    return carried


def _of_neighbours(text: str, own: str | None, around: tuple[str | None, str | None]) -> str:
    is_latin = _LATIN.search(text) is not None
    for one in around:
        if one is not None and (one != "ar" or not is_latin):
            return one
    if own is not None:
        return own
    return "fr" if is_latin else next((one for one in around if one is not None), "ar")


def main_language(paragraphs: Sequence[Paragraph]) -> str:
    """The language of most of the content."""
    weight: Counter[str] = Counter()
    for one in paragraphs:
        weight[one.language] += (one.end - one.start) * (10 if one.is_content else 1)
    return weight.most_common(1)[0][0] if weight else "ar"
