"""Arabic and French side by side: which of a line is the original, and whether the other still renders it.

A line is ``{text{ar, fr}, original?, from_hash?, by_post?}``. ``original`` names the language it was written
in; ``from_hash`` is the hash of the original that the other language renders. Without ``original`` both are
authentic and neither can be stale. For ``title`` and ``text`` of a whole instrument the three stand in
``aligned{title{…}}``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mithaq.core.fields import LANGUAGES, Fields
from mithaq.errors import MalformedError
from mithaq.registers.meetings.rules.addresses import Line, iterate_lines
from mithaq.registers.meetings.rules.fields import check_hash, check_post

_PREFIX: Final = b"mithaq/text/v1\x00"


class Mark(StrEnum):
    """What is wrong with one language of a line."""

    MISSING = "missing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Gap:
    """One language of one line that does not stand."""

    line: str
    lang: str
    mark: Mark


def hash_text(text: str) -> str:
    """Hex of ``H("mithaq/text/v1" || 00 || text)``."""
    return hashlib.sha256(_PREFIX + text.encode()).hexdigest()


def check_alignment(fields: Fields) -> None:
    """The members that say what renders what.

    Raises:
        MalformedError: ``meeting_choice``, ``meeting_reference``, ``meeting_party``.
    """
    if "original" in fields and fields["original"] not in LANGUAGES:
        raise MalformedError("meeting_choice", "original is ar or fr")
    if "from_hash" in fields:
        check_hash(fields, "from_hash")
    if "by_post" in fields:
        check_post(fields, "by_post")


def marks_of(fields: Fields) -> dict[str, Mark]:
    """Language -> what is wrong with it; nothing for a line that stands in both."""
    texts = fields.get("text")
    known = texts if isinstance(texts, Mapping) else {}
    marks = {lang: Mark.MISSING for lang in LANGUAGES if not str(known.get(lang, "")).strip()}
    original = fields.get("original")
    if original in LANGUAGES:
        other = other_language(original)
        if other not in marks and fields.get("from_hash") != hash_text(str(known.get(original, ""))):
            marks[other] = Mark.STALE
    return marks


def find_gaps(data: Fields) -> list[Gap]:
    """Everything in a text that a translator has still to do, line by line."""
    return [
        Gap(line.name, lang, mark)
        for line in iterate_lines(data)
        for lang, mark in marks_of(line.fields).items()
    ]


def other_language(lang: str) -> str:
    """French of Arabic, Arabic of French."""
    return "fr" if lang == "ar" else "ar"


def write_line(fields: Fields, texts: Mapping[str, str], by_post: str, lang: str) -> dict[str, Any]:
    """A line after somebody has edited it.

    The first who writes makes the original. A change of the original leaves the other language stale; a
    change of the other language renders the original as it is now.

    Args:
        fields: the line before; empty for a new one.
        texts: both languages as they are now.
        by_post: who edits.
        lang: the language that a new line is written in.
    """
    before = fields.get("text")
    old = {each: str(before.get(each, "")) if isinstance(before, Mapping) else "" for each in LANGUAGES}
    new = {each: texts.get(each, "").strip() for each in LANGUAGES}
    line: dict[str, Any] = {**fields, "text": new}
    original = fields.get("original") or _first_written(old, new, lang)
    line["original"] = original
    other = other_language(original)
    if new[other] and new[other] != old[other]:
        line |= {"from_hash": hash_text(new[original]), "by_post": by_post}
    if not new[other]:
        line.pop("from_hash", None)
    return line


def tick_line(fields: Fields, by_post: str) -> dict[str, Any]:
    """A line whose rendering a translator has found to be right as it stands."""
    texts = fields.get("text")
    original = fields.get("original")
    if not isinstance(texts, Mapping) or original not in LANGUAGES:
        return dict(fields)
    return {**fields, "from_hash": hash_text(str(texts.get(original, ""))), "by_post": by_post}


def _first_written(old: Mapping[str, str], new: Mapping[str, str], lang: str) -> str:
    """The language that has text and the other has not; else the one of the page."""
    for texts in (old, new):
        written = [each for each in LANGUAGES if texts[each]]
        if len(written) == 1:
            return written[0]
    return lang if lang in LANGUAGES else "fr"


def with_line(data: Fields, changed: Line, fields: Fields) -> dict[str, Any]:
    """A text in which one line is replaced."""
    if not changed.block:
        aligned = dict(data.get("aligned", {}))
        aligned[changed.name] = {
            name: fields[name] for name in ("original", "from_hash", "by_post") if name in fields
        }
        return {**data, changed.name: fields["text"], "aligned": aligned}
    member = "title" if changed.block == "items" else "text"
    line = {name: value for name, value in fields.items() if name != "text"} | {member: fields["text"]}
    items = [line if each.get("no") == changed.no else each for each in data[changed.block]]
    return {**data, changed.block: items}
