"""Articles: each under an eid that stays, with its heading and text in Arabic and in French.

An eid follows the names of Akoma Ntoso: ``art_5``, and ``art_5bis`` for what is put in behind it once the
numbers are taken. ``original`` names the language that an article was written in; ``from_hash`` is the hash
of the original that the other language renders. Without ``original`` both languages are authentic.

Spec: docs/spec 15.2.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mithaq.errors import MalformedError
from mithaq.registers.agreements.rules.fields import (
    LANGUAGES,
    MAX_TITLE_CHARS,
    Fields,
    check_choice,
    check_hash,
    check_post,
    check_texts,
    is_form,
    read_items,
    read_list,
)

TITLE: Final = "title"
"""Name of the line that is the title."""

ORDINALS: Final = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies")
_EID = re.compile(rf"art_([1-9][0-9]{{0,3}})({'|'.join(ORDINALS)})?", re.ASCII)
_BETWEEN = re.compile(r"\n\s*\n")
"""What pages show as the end of a paragraph."""

_PREFIX: Final = b"mithaq/text/v1\x00"


class Mark(StrEnum):
    """What is wrong with one language of an article."""

    MISSING = "missing"
    STALE = "stale"
    SHORTER = "shorter"


@dataclass(frozen=True, slots=True)
class Gap:
    """One language of the title or of one article that does not stand.

    Attributes:
        line: ``title`` or an eid.
    """

    line: str
    lang: str
    mark: Mark


def check_articles(data: Fields, name: str = "articles") -> None:
    """Articles as they may be shared: a language may still be missing.

    Raises:
        MalformedError: ``agreement_article``, or another code that begins with ``agreement_``.
    """
    seen: set[str] = set()
    for article in read_items(data, name):
        eid = article.get("eid")
        if not is_eid(eid) or eid in seen:
            raise MalformedError(
                "agreement_article", "an article has an eid of its own, as art_5 or art_5bis"
            )
        seen.add(str(eid))
        check_article(article)


def check_article(article: Fields) -> None:
    """Heading, text, and what says which language renders which.

    Raises:
        MalformedError: a code that begins with ``agreement_``.
    """
    check_texts(article, "heading", most=MAX_TITLE_CHARS)
    check_texts(article, "text")
    check_choice(article, "original", LANGUAGES)
    check_hash(article, "from_hash")
    check_post(article, "by_post")


def is_eid(value: object) -> bool:
    """Whether an article may have that eid."""
    return is_form(_EID, value)


def number_of(eid: str) -> str:
    """``5`` of ``art_5``, ``5 bis`` of ``art_5bis``; what is no eid stays as it is."""
    found = _EID.fullmatch(eid)
    return f"{found[1]} {found[2] or ''}".strip() if found else eid


def next_eid(taken: Sequence[str]) -> str:
    """The eid after the greatest number that is taken."""
    numbers = [int(found[1]) for each in taken if (found := _EID.fullmatch(each))]
    return f"art_{max(numbers, default=0) + 1}"


def eid_between(after: str, taken: Sequence[str]) -> str:
    """The eid of an article put in behind another one: ``art_5bis``; the next number where all are taken."""
    found = _EID.fullmatch(after)
    if found is None:
        return next_eid(taken)
    first = ORDINALS.index(found[2]) + 1 if found[2] else 0
    known = set(taken)
    free = (f"art_{found[1]}{ordinal}" for ordinal in ORDINALS[first:])
    return next((each for each in free if each not in known), next_eid(taken))


def languages_of(data: Fields) -> tuple[str, ...]:
    """The authentic languages that a text has to stand in, of those that have columns here."""
    named = [str(each) for each in read_list(data, "authentic_languages") if each in LANGUAGES]
    return tuple(named) or LANGUAGES


def hash_text(text: str) -> str:
    """Hex of ``H("mithaq/text/v1" || 00 || text)``."""
    return hashlib.sha256(_PREFIX + text.encode()).hexdigest()


def marks_of(line: Fields, languages: Sequence[str] = LANGUAGES) -> dict[str, Mark]:
    """Language -> what is wrong with it; nothing for an article that stands in all of them."""
    marks: dict[str, Mark] = {}
    for name in ("text", "heading"):
        texts = _texts(line, name)
        if name == "text" or any(texts.values()):
            marks |= {lang: Mark.MISSING for lang in languages if not texts.get(lang)}
    original = line.get("original")
    if original in LANGUAGES:
        other = other_language(str(original))
        if other in languages and other not in marks:
            written = original_hash(line)
            if line.get("from_hash") != written:
                marks[other] = Mark.STALE
    return {**_find_shorter(_texts(line, "text"), languages), **marks}


def _find_shorter(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, Mark]:
    """Languages in which an article has fewer paragraphs than in another; one without words is missing."""
    counts = {lang: len(_BETWEEN.split(texts[lang])) for lang in languages if texts.get(lang)}
    most = max(counts.values(), default=0)
    return {lang: Mark.SHORTER for lang, count in counts.items() if count < most}


def original_hash(line: Fields) -> str:
    """Hash of the original of a line: its text."""
    return hash_text(_texts(line, "text").get(str(line.get("original")), ""))


def find_gaps(data: Fields) -> list[Gap]:
    """Everything in a text that a translator has still to do, article by article."""
    return list(_iterate_gaps(data))


def _iterate_gaps(data: Fields) -> Iterator[Gap]:
    languages = languages_of(data)
    if TITLE in data:
        titles = _texts(data, TITLE)
        yield from (Gap(TITLE, lang, Mark.MISSING) for lang in languages if not titles.get(lang))
    for article in (*read_items(data, "articles"), *read_items(data, "changes")):
        if article.get("op") != "repeal":
            for lang, mark in marks_of(article, languages).items():
                yield Gap(str(article.get("eid", "")), lang, mark)


def lines_of(data: Fields) -> list[str]:
    """The names of what a translator compares: every article and change by its eid."""
    articles = (*read_items(data, "articles"), *read_items(data, "changes"))
    return [str(article.get("eid", "")) for article in articles]


def other_language(lang: str) -> str:
    """French of Arabic, Arabic of French."""
    return "fr" if lang == "ar" else "ar"


def write_article(
    before: Fields, heading: Mapping[str, str], text: Mapping[str, str], by_post: str, lang: str
) -> dict[str, Any]:
    """An article after somebody has edited it.

    The language that has words first is the original. A change of the original leaves the other language
    stale; a change of the other language renders the original as it is now.

    Args:
        before: the article before; its eid alone for a new one.
        heading: both languages as they are now.
        text: the same.
        by_post: who edits.
        lang: the language of the page, for an article written in both at once.
    """
    old = {each: _texts(before, "text").get(each, "") for each in LANGUAGES}
    new = {each: text.get(each, "").strip() for each in LANGUAGES}
    article: dict[str, Any] = {**before, "text": new}
    titles = {each: heading.get(each, "").strip() for each in LANGUAGES}
    article.pop("heading", None)
    if any(titles.values()):
        article["heading"] = titles
    original = before.get("original") or _first_written(old, new, lang)
    article["original"] = original
    other = other_language(original)
    if new[other] and new[other] != old[other]:
        article |= {"from_hash": hash_text(new[original]), "by_post": by_post}
    if not new[other]:
        article.pop("from_hash", None)
    return article


def tick_article(article: Fields, by_post: str) -> dict[str, Any]:
    """An article whose rendering a translator has found to be right as it stands."""
    if article.get("original") not in LANGUAGES:
        return dict(article)
    return {**article, "from_hash": original_hash(article), "by_post": by_post}


def _first_written(old: Mapping[str, str], new: Mapping[str, str], lang: str) -> str:
    for texts in (old, new):
        written = [each for each in LANGUAGES if texts[each]]
        if len(written) == 1:
            return written[0]
    return lang if lang in LANGUAGES else "fr"


def _texts(fields: Fields, name: str) -> dict[str, str]:
    texts = fields.get(name)
    known = texts if isinstance(texts, Mapping) else {}
    return {lang: str(known[lang]).strip() for lang in LANGUAGES if known.get(lang)}
