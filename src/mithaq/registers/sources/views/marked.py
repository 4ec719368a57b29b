"""A raw text in pieces, cut at the bounds of what was found, so that each can be marked. Nothing is lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise

from mithaq.registers.sources.forms.words import REASONS, RULES, word
from mithaq.registers.sources.models import Finding
from mithaq.registers.sources.rules.reading import show_invisible

NOT_INLINE: Final = frozenset({"theme"})
MOST_PARAGRAPHS: Final = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same marks.

    Attributes:
        types: of the assertions over it, the narrowest last.
        target: assertion that a click leads to; empty without one.
    """

    text: str
    types: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph as the page shows it."""

    no: int
    language: str
    direction: str
    reason: str | None
    reason_word: Promise | str
    rule: Promise | str
    is_title: bool
    pieces: Sequence[Piece]


def mark_text(
    raw: str, paragraphs: Sequence[Mapping[str, Any]], findings: Sequence[Finding]
) -> list[MarkedParagraph]:
    """The paragraphs of a text with their marks, in order; what was rejected is not marked."""
    shown = sorted(
        (one for one in findings if one.type not in NOT_INLINE and one.status != "rejected"),
        key=lambda one: (one.start, -one.end),
    )
    at = 0
    marked = []
    for record in paragraphs[:MOST_PARAGRAPHS]:
        start, end = int(record["start"]), int(record["end"])
        while at < len(shown) and shown[at].end <= start:
            at += 1
        inside = []
        for one in shown[at:]:
            if one.start >= end:
                break
            if one.end <= end:
                inside.append(one)
        marked.append(_make(raw, record, start, end, inside))
    return marked


def _make(
    raw: str, record: Mapping[str, Any], start: int, end: int, inside: Sequence[Finding]
) -> MarkedParagraph:
    return MarkedParagraph(
        int(record["no"]),
        str(record["language"]),
        "rtl" if record["language"] == "ar" else "ltr",
        record["reason"],
        word(dict(REASONS), str(record["reason"])),
        word(RULES, str(record["rule_id"])),
        bool(record["is_title"]),
        list(_cut(raw, start, end, inside)),
    )


def _cut(raw: str, start: int, end: int, inside: Sequence[Finding]) -> Iterator[Piece]:
    bounds = sorted({start, end, *(one.start for one in inside), *(one.end for one in inside)})
    for left, right in pairwise(bounds):
        over = [one for one in inside if one.start <= left and right <= one.end]
        over.sort(key=lambda one: (one.start - one.end, one.position))
        text = show_invisible(raw[left:right])
        if not over:
            yield Piece(text)
            continue
        types = " ".join(dict.fromkeys(f"found-{one.type}" for one in over))
        # A link without a letter has no name.
        has_name = any(letter.isalnum() for letter in text)
        yield Piece(text, types, over[-1].assertion_id if has_name else "")
