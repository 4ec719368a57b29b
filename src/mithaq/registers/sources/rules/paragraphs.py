"""Splits a text into paragraphs with their places, and says of each whether it is content.

Nothing is cut: what is not content is marked, so that every offset stays that of the raw text.

Spec: registers 3.12.2, steps 2 to 4.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from mithaq.registers.sources.rules.languages import languages_of
from mithaq.registers.sources.rules.remains import classify, find_dateline
from mithaq.registers.sources.rules.values import Paragraph, Reason

_Piece = tuple[int, int, bool]
"""Start, end, and whether it is markup."""

_SPACE: Final = " \t\r\n\x0b\x0c\x85\xa0\u2007\u202f\u2028\u2029\u200b\ufeff"
_BLOCK = (
    "address|article|aside|blockquote|body|br|button|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]"
    "|header|hr|html|input|label|li|link|main|meta|nav|ol|option|p|section|select|table|tbody|td|th|thead|tr|ul"
)
_WHOLE = "script|style|head|noscript"
_TAG = re.compile(
    rf"<!--|<!doctype[^<>]{{0,500}}>|<(?P<whole>{_WHOLE})(?:\s[^<>]{{0,2000}})?>"
    rf"|</?(?:{_BLOCK}|{_WHOLE})(?:\s[^<>]{{0,2000}})?/?>",
    re.IGNORECASE,
)
_CLOSERS: Final = {
    **{name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _WHOLE.split("|")},
    "": re.compile("-->"),
}
_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_SENTENCE_END = re.compile(r"[.!?؟…:»”\"]\s*$")
_WRAPPED_MOST, _WRAPPED_LEAST, _WRAPPED_LINES = 100, 45, 3


def split_paragraphs(text: str, *, is_markup: bool = False) -> list[Paragraph]:
    """The paragraphs of a text in order, with language and class."""
    pieces = list(_cut_datelines(text, _cut(text, is_markup)))
    texts = [text[start:end] for start, end, _ in pieces]
    languages = languages_of(texts)
    classes = classify(texts)
    found = []
    for no, ((start, end, is_mark), language, one) in enumerate(
        zip(pieces, languages, classes, strict=True), start=1
    ):
        paragraph = Paragraph(no, start, end, language, one.reason, one.rule_id, one.is_title)
        if is_mark:
            paragraph = replace(paragraph, reason=Reason.OTHER, rule_id="remains.markup", is_title=False)
        found.append(paragraph)
    return found


def _cut(text: str, is_markup: bool) -> Iterator[_Piece]:
    if not is_markup:
        for start, end in _join_wrapped(text, list(_lines(text, 0, len(text)))):
            yield start, end, False
        return
    at = 0
    for start, end in _find_markup(text):
        yield from _trimmed(text, at, start, False)
        yield from _trimmed(text, start, end, True)
        at = end
    yield from _trimmed(text, at, len(text), False)


def _find_markup(text: str) -> Iterator[tuple[int, int]]:
    """Tags of blocks; comments, scripts and the like with what they hold, where they are closed.

    What is not closed once is not looked for again, so that the search stays linear.
    """
    at, unclosed = 0, set[str]()
    while (match := _TAG.search(text, at)) is not None:
        at = match.end()
        name = "" if match[0] == "<!--" else (match["whole"] or "-").lower()
        if name in _CLOSERS and name not in unclosed:
            closer = _CLOSERS[name].search(text, at)
            if closer is None:
                unclosed.add(name)
            else:
                at = closer.end()
        yield match.start(), at


def _trimmed(text: str, start: int, end: int, is_mark: bool) -> Iterator[_Piece]:
    found = _trim(text, start, end)
    if found is not None:
        yield *found, is_mark


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Without the space around it; None when there is nothing else."""
    whole = text[start:end]
    kept = whole.strip(_SPACE)
    if not kept or kept.isspace():
        return None
    first = start + len(whole) - len(whole.lstrip(_SPACE))
    return first, first + len(kept)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _LINE.finditer(text, start, end):
        found = _trim(text, *match.span())
        if found is not None:
            yield found


def _join_wrapped(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Lines of a block that was wrapped by hand are one paragraph; other lines each are one."""
    block: list[tuple[int, int]] = []
    for line in lines:
        if block and _is_blank_between(text, block[-1][1], line[0]):
            yield from _close(text, block)
            block = []
        block.append(line)
    yield from _close(text, block)


def _is_blank_between(text: str, start: int, end: int) -> bool:
    return len(re.findall(r"\r\n|[\n\r\u2028\u2029\x85]", text[start:end])) > 1


def _close(text: str, block: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not block:
        return
    lengths = [end - start for start, end in block]
    is_wrapped = (
        len(block) >= _WRAPPED_LINES
        and max(lengths) <= _WRAPPED_MOST
        and min(lengths[:-1]) >= _WRAPPED_LEAST
        and sum(1 for start, end in block[:-1] if _SENTENCE_END.search(text[start:end])) * 3 <= len(block)
    )
    if is_wrapped:
        yield block[0][0], block[-1][1]
    else:
        yield from block


def _cut_datelines(text: str, pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    for start, end, is_mark in pieces:
        length = 0 if is_mark else find_dateline(text[start:end])
        rest = None if length == 0 else _trim(text, start + length, end)
        if rest is None:
            yield start, end, is_mark
            continue
        dateline = _trim(text, start, start + length)
        if dateline is not None:
            yield *dateline, False
        yield *rest, False
