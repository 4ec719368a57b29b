"""What each glyph of a font reads as: the ``ToUnicode`` table of a PDF, made from the font itself.

WeasyPrint gives a glyph the text at which it saw it first. That is wrong for a letter first seen under a
vowel sign, and for a ligature it is a sequence, which readers that turn Arabic lines around give back
reversed. Here a letter reads as itself whatever form it takes, and a ligature as its presentation form: one
character, which NFKC turns into the letters in their order.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

_PRESENTATION: Final = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFE))
"""Arabic presentation forms."""
_LATIN_LIGATURES: Final = range(0xFB00, 0xFB07)
_SINGLE, _LIGATURE, _EXTENSION = 1, 4, 7
_LINE: Final = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")


def _is_form(code_point: int) -> bool:
    return any(first <= code_point <= last for first, last in _PRESENTATION)


def _make_forms() -> dict[str, str]:
    """Letters -> the one character that stands for them joined."""
    found: dict[str, str] = {}
    for first, last in _PRESENTATION:
        for code_point in range(first, last + 1):
            letters = unicodedata.normalize("NFKC", chr(code_point))
            if len(letters) > 1 and " " not in letters:
                found.setdefault(letters, chr(code_point))
    return found


FORMS: Final[Mapping[str, str]] = _make_forms()


def read_glyphs(font: Any) -> dict[int, str]:
    """Glyph -> its text, for every glyph of a ``fontTools`` font that can be told."""
    texts: dict[str, str] = {}
    # Letters before their presentation forms: a glyph that both share reads as the letter.
    for code_point, name in sorted(font.getBestCmap().items(), key=lambda pair: (_is_form(pair[0]), pair[0])):
        texts.setdefault(name, _plain(code_point))
    while found := {name: text for name, text in _derive(font, texts) if name not in texts}:
        texts |= found
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    return {order[name]: FORMS.get(text, text) for name, text in texts.items()}


def _plain(code_point: int) -> str:
    """The letter of a form; the letters of a ligature; else the character."""
    text = chr(code_point)
    if code_point in _LATIN_LIGATURES or _is_form(code_point):
        letters = unicodedata.normalize("NFKC", text)
        return text if " " in letters else letters
    return text


def _derive(font: Any, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Glyphs that the font puts in the place of known ones."""
    if "GSUB" not in font:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            kind, rules = lookup.LookupType, table
            if kind == _EXTENSION:
                kind, rules = table.ExtensionLookupType, table.ExtSubTable
            if kind == _SINGLE:
                yield from ((new, texts[old]) for old, new in rules.mapping.items() if old in texts)
            elif kind == _LIGATURE:
                yield from _derive_ligatures(rules, texts)


def _derive_ligatures(rules: Any, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for first, ligatures in rules.ligatures.items():
        for ligature in ligatures:
            parts = (first, *ligature.Component)
            if all(part in texts for part in parts):
                yield ligature.LigGlyph, "".join(texts[part] for part in parts)


def rewrite_line(line: bytes, texts: Mapping[int, str]) -> bytes:
    """A line of a ``bfchar`` table with the text of its glyph; any other line as it is."""
    match = _LINE.fullmatch(line)
    text = texts.get(int(match[1], 16)) if match else None
    if match is None or text is None:
        return line
    return b"<%s> <%s>" % (match[1], text.encode("utf-16-be").hex().encode())
