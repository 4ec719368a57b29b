"""R56: page remains are marked with their reason, nothing is cut, and a person may say otherwise."""

from itertools import pairwise

import pytest
from texts import HTML_FR, LISBON_EN, MADRID_FR, read, run, seed

from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.paragraphs import split_paragraphs
from mithaq.registers.sources.rules.values import Reason


def marked(text: str, *, is_markup: bool = False) -> dict[str, str]:
    return {
        text[one.start : one.end]: str(one.reason)
        for one in split_paragraphs(text, is_markup=is_markup)
        if one.reason is not None
    }


def test_english_page() -> None:
    assert marked(LISBON_EN) == {
        "Home News Politics World Sport": "menu",
        "LISBON, 3 March 2025 (Test) —": "dateline",
        "Related articles": "related",
        "Leave a comment": "comment_form",
        "Your email address will not be published. Required fields are marked *": "mail_notice",
    }


def test_french_page() -> None:
    assert marked(MADRID_FR) == {
        "MADRID (AP-Test) –": "dateline",
        "Lire aussi": "related",
        "Partager": "other",
    }


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("000", {}),
        (
            "001",
            {
                "Hot events": "menu",
                "مقالات ذات صلة": "related",
                "أضف تعليقا": "comment_form",
                "لن يتم نشر عنوان": "mail_notice",
                "Back to top button": "back_to_top",
            },
        ),
        (
            "002",
            {
                "Laisser un commentaire": "comment_form",
                "Votre adresse e-mail": "mail_notice",
                "Bouton retour en haut": "back_to_top",
                "close button": "other",
            },
        ),
        ("003", {"الحرية نت – المغرب:": "dateline", "محمد الحبيب هويدي": "byline"}),
        ("004", {"لقاء دارامانان بلفتيت": "heading", "تعاون أمني مغربي فرنسي": "heading"}),
    ],
)
def test_r56_page_remains_of_the_real_texts(number: str, expected: dict[str, str]) -> None:
    text = seed(number)
    found = marked(text)

    assert [
        (start, reason) for (whole, reason) in found.items() for start in expected if whole.startswith(start)
    ] == list(expected.items())
    assert len(found) == len(expected)


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_r56_nothing_is_cut(number: str) -> None:
    text = seed(number)
    paragraphs = split_paragraphs(text)

    covered = "".join(text[one.start : one.end] for one in paragraphs)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(paragraphs))


def test_source_of_a_page_is_marked_out_and_read() -> None:
    source = read(HTML_FR)
    analysis = analyse(source)

    assert source.media_type == "text/html"
    content = [HTML_FR[one.start : one.end] for one in analysis.paragraphs if one.is_content]
    assert any("a reçu à Rabat" in one for one in content)
    assert not any("script" in one or "<p" in one for one in content)
    assert {one.what for one in analysis.open} >= {"markup"}
    assert [one.participants for one in analysis.candidates] == [("laftit", "retailleau")]


def test_lines_wrapped_by_hand_are_one_paragraph() -> None:
    line = "le ministre a parlé longuement de la sécurité et de la migration avec"
    text = "\n".join([line.capitalize(), line, line, "son homologue."])

    assert [(one.start, one.end) for one in split_paragraphs(text)] == [(0, len(text))]


def test_a_person_may_unmark_and_mark() -> None:
    source = read(LISBON_EN)
    before = split_paragraphs(source.text)
    menu, content = before[0], next(one for one in before if one.is_content and not one.is_title)
    overrides = [(menu.start, menu.end, None), (content.start, content.end, Reason.OTHER)]

    after = analyse(source, overrides=overrides)

    assert after.paragraphs[0].is_content
    assert after.paragraphs[0].rule_id == "person"
    assert not any(content.start <= one.start < content.end for one in after.assertions)


def test_languages() -> None:
    assert [one.language for one in run(LISBON_EN).paragraphs] == ["en"] * 8
    assert {one.language for one in run(MADRID_FR).paragraphs} == {"fr"}
    assert [one.language for one in split_paragraphs(seed("001"))] == ["ar"] * 13 + ["en"]
