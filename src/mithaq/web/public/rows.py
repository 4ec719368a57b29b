"""The text of an instrument as rows of two columns: a line in Arabic beside the same line in French."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mithaq.core.instruments.manifest import Part
from mithaq.errors import MithaqError
from mithaq.node.blobs import Blobs
from mithaq.web.public.publication import PublicText, read_texts

LANGUAGES = ("ar", "fr")
"""The two columns."""

MAX_PART_BYTES = 262_144
"""Longer texts are named, not shown."""

_ANCHOR = re.compile(r"[A-Za-z0-9_.-]{1,128}", re.ASCII)
_LABELS = {
    "articles": {"ar": "المادة", "fr": "Article"},
    "decisions": {"ar": "القرار", "fr": "Décision"},
    "actions": {"ar": "الإجراء", "fr": "Action"},
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One line in one language.

    Attributes:
        lang, direction: of the text; ``rtl`` or ``ltr``.
        label: as "Article 2"; may be empty.
        paragraphs: of the text; none when it is missing in this language.
    """

    lang: str
    direction: str
    label: str = ""
    heading: str = ""
    paragraphs: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether nothing is written in this language."""
        return not self.paragraphs and not self.heading


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the text.

    Attributes:
        anchor: for an address that leads to it; may be empty.
        cells: the reader's language first.
    """

    anchor: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not shown as text."""

    part: Part
    is_here: bool


def order_languages(lang: str) -> tuple[str, ...]:
    """Both columns, the reader's language first."""
    return ("fr", "ar") if lang != "ar" else LANGUAGES


def make_rows(text: PublicText, blobs: Blobs, lang: str) -> list[Row]:
    """Every line of a text: articles, decisions, actions, plain text, and parts that are plain text."""
    languages = order_languages(lang)
    rows = [row for name in _LABELS for row in _make_lines(text.data.get(name), name, languages)]
    whole = read_texts(text.data.get("text"))
    if whole:
        rows.append(Row("text", tuple(_make_cell(each, whole.get(each, "")) for each in languages)))
    return rows + list(_make_part_rows(text.version.manifest.parts, blobs, languages))


def list_attachments(text: PublicText, blobs: Blobs) -> list[Attachment]:
    """Parts that are not shown among the rows."""
    return [
        Attachment(part, blobs.is_whole(part.sha256))
        for part in text.version.manifest.parts
        if not _is_shown(part, blobs)
    ]


def _make_lines(lines: object, name: str, languages: tuple[str, ...]) -> Iterator[Row]:
    if not isinstance(lines, list):
        return
    for line in lines:
        if isinstance(line, Mapping):
            yield _make_line(line, name, languages)


def _make_line(line: Mapping[str, Any], name: str, languages: tuple[str, ...]) -> Row:
    number = _read_number(line)
    texts, headings = read_texts(line.get("text")), read_texts(line.get("heading"))
    cells = []
    for lang in languages:
        label = f"{_LABELS[name][lang]} {number}".strip()
        cells.append(_make_cell(lang, texts.get(lang, ""), label, headings.get(lang, "")))
    eid = str(line.get("eid") or f"{name.removesuffix('s')}_{number}")
    return Row(eid if _ANCHOR.fullmatch(eid) else "", tuple(cells))


def _read_number(line: Mapping[str, Any]) -> str:
    """``no``, or what follows ``art_`` in an eid."""
    if "no" in line:
        return str(line["no"])
    eid = str(line.get("eid", ""))
    return eid.removeprefix("art_") if eid.startswith("art_") else eid


def _make_cell(lang: str, text: str, label: str = "", heading: str = "") -> Cell:
    paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())
    return Cell(lang, "rtl" if lang == "ar" else "ltr", label, heading, paragraphs)


def _make_part_rows(parts: tuple[Part, ...], blobs: Blobs, languages: tuple[str, ...]) -> Iterator[Row]:
    names = dict.fromkeys(part.name for part in parts if _is_shown(part, blobs))
    for name in names:
        texts = {
            part.lang: _read_part(part, blobs)
            for part in parts
            if part.name == name and _is_shown(part, blobs)
        }
        yield Row("", tuple(_make_cell(lang, texts.get(lang, "")) for lang in languages))


def _is_shown(part: Part, blobs: Blobs) -> bool:
    is_text = part.media.partition(";")[0] == "text/plain" and part.lang in LANGUAGES
    return is_text and part.size_bytes <= MAX_PART_BYTES and blobs.is_whole(part.sha256)


def _read_part(part: Part, blobs: Blobs) -> str:
    try:
        return blobs.read_chunk(part.sha256, 0).decode()
    except (MithaqError, UnicodeDecodeError):
        return ""
