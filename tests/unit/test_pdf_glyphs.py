"""What the glyphs of our fonts read as, in every form that a letter takes."""

import unicodedata
from pathlib import Path

import pytest

from mithaq.web.pdf.glyphs import FORMS, read_glyphs, rewrite_line

FONTS = Path(__file__).parents[2] / "src/mithaq/web/static/vendor/ibm-plex-sans-arabic"


def read(script: str, weight: int = 400) -> dict[str, str]:
    from fontTools.ttLib import TTFont

    pytest.importorskip("brotli")
    font = TTFont(FONTS / f"ibm-plex-sans-arabic-{script}-{weight}-normal.woff2")
    texts = read_glyphs(font)
    return {name: texts[number] for number, name in enumerate(font.getGlyphOrder()) if number in texts}


@pytest.mark.parametrize("weight", [400, 600])
def test_a_letter_reads_as_itself_in_each_form(weight: int) -> None:
    found = read("arabic", weight)
    for form, letter in {
        "uniFE91": "ب",
        "uniFE92": "ب",
        "uniFE90": "ب",
        "uniFEDF": "ل",
        "uniFEE2": "م",
    }.items():
        assert found[form] == letter


@pytest.mark.parametrize("weight", [400, 600])
def test_a_ligature_is_one_character_that_stands_for_its_letters(weight: int) -> None:
    found = read("arabic", weight)
    for form, letters in {"uniFEFB": "لا", "uniFEFC": "لا", "uniFEF7": "لأ", "uniFC32": "في"}.items():
        assert len(found[form]) == 1
        assert unicodedata.normalize("NFKC", found[form]) == letters


def test_no_glyph_reads_as_nothing() -> None:
    for script in ("arabic", "latin", "latin-ext"):
        assert all(read(script).values())


def test_latin_reads_as_typed() -> None:
    found = read("latin")
    assert {found["a"], found["eacute"], found["zero"]} == {"a", "é", "0"}


def test_forms_are_single_and_safe() -> None:
    assert FORMS["لا"] == "\ufefb"
    assert all(len(form) == 1 and " " not in letters for letters, form in FORMS.items())


def test_only_lines_of_the_table_are_changed() -> None:
    texts = {0x31D: "\ufefb"}
    assert rewrite_line(b"<031d> <06440627>", texts) == b"<031d> <fefb>"
    for line in (b"<031e> <0628>", b"endbfchar", b"1 begincodespacerange", b"<0000> <ffff>"):
        assert rewrite_line(line, texts) == line
