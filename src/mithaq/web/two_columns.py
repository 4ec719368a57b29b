"""A text of the record as rows of two columns: a line in Arabic beside the same line in French.

A line is ``{text{ar, fr}, original?, from_hash?, by_post?}`` (spec 9.6): without ``original`` both languages
are authentic; with it the other one renders the original whose hash is ``from_hash``, and is stale when
the original reads differently now.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mithaq.core.instruments.manifest import Part
from mithaq.errors import MithaqError
from mithaq.node.blobs import Blobs
from mithaq.node.read.whole_data import is_data_part, with_long
from mithaq.web.texts import read_texts

LANGUAGES: Final = ("ar", "fr")
"""The two columns."""

MAX_PART_BYTES: Final = 262_144
"""Longer texts are named, not shown."""

_TEXT_HASH_PREFIX: Final = b"mithaq/text/v1\x00"
_ANCHOR = re.compile(r"[A-Za-z0-9_.-]{1,128}", re.ASCII)
_NUMBERED = re.compile(r"^([0-9]+)([a-z]*)$", re.ASCII)
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "items": {"ar": "النقطة", "fr": "Point"},
    "articles": {"ar": "المادة", "fr": "Article"},
    "changes": {"ar": "المادة", "fr": "Article"},
    "paragraphs": {"ar": "الفقرة", "fr": "Paragraphe"},
    "decisions": {"ar": "القرار", "fr": "Décision"},
    "actions": {"ar": "الإجراء", "fr": "Action"},
    "lines": {"ar": "البند", "fr": "Ligne"},
}
ARABIC_ORDINALS: Final[Mapping[str, str]] = {
    "bis": "المكررة",
    "ter": "المكررة مرتين",
    "quater": "المكررة ثلاث مرات",
    "quinquies": "المكررة أربع مرات",
    "sexies": "المكررة خمس مرات",
    "septies": "المكررة ست مرات",
    "octies": "المكررة سبع مرات",
    "novies": "المكررة ثماني مرات",
    "decies": "المكررة تسع مرات",
}
_WORDS: Final[Mapping[str, str]] = {"paragraphs": "par"}
"""Member -> the word before the number of its lines, where that is not the member without its s."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One line in one language.

    Attributes:
        lang, direction: of the text; ``rtl`` or ``ltr``.
        label: as "Article 2"; may be empty.
        paragraphs: of the text; none when it is missing in this language.
        is_stale: whether it renders an original that reads differently now.
        is_original: whether the other language renders this one.
    """

    lang: str
    direction: str
    label: str = ""
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    is_stale: bool = False
    is_original: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether nothing is written in this language."""
        return not self.paragraphs and not self.heading

    @property
    def text(self) -> str:
        """Heading and paragraphs as one text."""
        return "\n\n".join(each for each in (self.heading, *self.paragraphs) if each)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the text.

    Attributes:
        anchor: for an address that leads to it; may be empty.
        cells: in the order of the columns.
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


def make_rows(
    data: Mapping[str, Any],
    parts: Sequence[Part] = (),
    blobs: Blobs | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> list[Row]:
    """Every line of a text: numbered lines, plain text, and parts that are plain text."""
    if blobs is not None:
        data = with_long(data, parts, blobs)
    rows = [row for name in line_members(data) for row in _make_lines(data[name], name, languages)]
    whole = read_texts(data.get("text"))
    if whole:
        aligned = data.get("aligned")
        marks = aligned.get("text") if isinstance(aligned, Mapping) else None
        fields = {**(marks if isinstance(marks, Mapping) else {}), "text": data["text"]}
        rows.append(Row("text", tuple(_make_cell(fields, each) for each in languages)))
    return rows + (list(_make_part_rows(parts, blobs, languages)) if blobs else [])


def list_attachments(parts: Sequence[Part], blobs: Blobs) -> list[Attachment]:
    """Parts that are not shown among the rows."""
    others = [part for part in parts if not is_data_part(part) and not _is_shown(part, blobs)]
    return [Attachment(part, blobs.is_whole(part.sha256)) for part in others]


def hash_text(text: str) -> str:
    """Hex of ``H("mithaq/text/v1" || 00 || text)``: what ``from_hash`` names."""
    return hashlib.sha256(_TEXT_HASH_PREFIX + text.encode()).hexdigest()


def line_members(data: Mapping[str, Any]) -> list[str]:
    """Members of a text that hold lines: the known ones in the order of reading, then others by name."""
    others = sorted(name for name in data if name not in _LABELS and _has_lines(data[name]))
    return [name for name in _LABELS if name in data] + others


def _has_lines(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, Mapping) and read_texts(each.get("text")) for each in value)
    )


def _make_lines(lines: object, name: str, languages: Sequence[str]) -> Iterator[Row]:
    if not isinstance(lines, list):
        return
    for line in lines:
        if isinstance(line, Mapping):
            yield _make_line(line, name, languages)


def _make_line(line: Mapping[str, Any], name: str, languages: Sequence[str]) -> Row:
    number = _read_number(line)
    labels = _LABELS.get(name, {})
    heading = read_texts(line.get("heading", line.get("title") if "text" in line else None))
    fields = {**line, "text": line.get("text", line.get("title"))}
    cells = tuple(
        _make_cell(
            fields,
            lang,
            f"{labels.get(lang, '')} {_write_number(number, lang)}".strip(),
            heading.get(lang, ""),
        )
        for lang in languages
    )
    eid = str(line.get("eid") or f"{_WORDS.get(name, name.removesuffix('s'))}_{number}")
    return Row(eid if _ANCHOR.fullmatch(eid) else "", cells)


def _write_number(number: str, lang: str) -> str:
    """What was put in between bears a Latin word; texts in Arabic have words of their own for it."""
    first, _, word = number.partition(" ")
    return f"{first} {ARABIC_ORDINALS[word]}" if lang == "ar" and word in ARABIC_ORDINALS else number


def _read_number(line: Mapping[str, Any]) -> str:
    """``no``, or what follows ``art_`` in an eid."""
    if "no" in line:
        return str(line["no"])
    eid = str(line.get("eid", ""))
    return _NUMBERED.sub(r"\1 \2", eid.removeprefix("art_")).strip() if eid.startswith("art_") else eid


def _make_cell(fields: Mapping[str, Any], lang: str, label: str = "", heading: str = "") -> Cell:
    texts = read_texts(fields.get("text"))
    original = fields.get("original")
    text = texts.get(lang, "")
    is_rendering = original in LANGUAGES and original != lang
    is_stale = (
        bool(text) and is_rendering and fields.get("from_hash") != hash_text(texts.get(str(original), ""))
    )
    paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())
    direction = "rtl" if lang == "ar" else "ltr"
    return Cell(lang, direction, label, heading, paragraphs, is_stale, original == lang)


def _make_part_rows(parts: Sequence[Part], blobs: Blobs, languages: Sequence[str]) -> Iterator[Row]:
    names = dict.fromkeys(part.name for part in parts if _is_shown(part, blobs))
    for name in names:
        texts = {
            part.lang: _read_part(part, blobs)
            for part in parts
            if part.name == name and _is_shown(part, blobs)
        }
        yield Row("", tuple(_make_cell({"text": texts}, lang) for lang in languages))


def _is_shown(part: Part, blobs: Blobs) -> bool:
    is_text = part.media.partition(";")[0] == "text/plain" and part.lang in LANGUAGES
    return is_text and part.size_bytes <= MAX_PART_BYTES and blobs.is_whole(part.sha256)


def _read_part(part: Part, blobs: Blobs) -> str:
    try:
        return blobs.read_chunk(part.sha256, 0).decode()
    except (MithaqError, UnicodeDecodeError):
        return ""
