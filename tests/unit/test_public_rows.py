"""The two columns of a text: pairs, labels, parts, and whatever odd form a manifest may have."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from mithaq.core.instruments.manifest import Part
from mithaq.errors import MissingError
from mithaq.web.public.publication import is_published
from mithaq.web.texts import pick, read_texts
from mithaq.web.two_columns import hash_text, list_attachments, make_rows, order_languages

NOW = datetime(2025, 4, 14, tzinfo=UTC)


class FewBlobs:
    """Attachments in memory."""

    def __init__(self, *texts: bytes) -> None:
        self._texts = {hashlib.sha256(text).hexdigest(): text for text in texts}

    def is_whole(self, sha256: str) -> bool:
        return sha256 in self._texts

    def read_chunk(self, sha256: str, number: int) -> bytes:
        if sha256 not in self._texts:
            raise MissingError("blob", "not here")
        return self._texts[sha256]


def make_part(name: str, lang: str, text: bytes, media: str = "text/plain;charset=utf-8") -> Part:
    return Part(name, lang, media, hashlib.sha256(text).hexdigest(), len(text))


def test_each_line_is_a_pair_with_its_label() -> None:
    data = {
        "decisions": [{"no": 2, "text": {"ar": "نص", "fr": "Texte"}}],
        "articles": [{"eid": "art_5", "heading": {"fr": "Objet"}, "text": {"ar": "أ", "fr": "a\n\nb"}}],
        "actions": [{"no": 1, "text": {"ar": "ب", "fr": "c"}}],
    }
    rows = make_rows(data, languages=("fr", "ar"))
    assert [row.anchor for row in rows] == ["art_5", "decision_2", "action_1"]
    french, arabic = rows[0].cells
    assert (french.lang, french.direction, french.label, french.heading) == (
        "fr",
        "ltr",
        "Article 5",
        "Objet",
    )
    assert french.paragraphs == ("a", "b")
    assert (arabic.lang, arabic.direction, arabic.label) == ("ar", "rtl", "المادة 5")
    assert rows[1].cells[1].label == "القرار 2"


@pytest.mark.parametrize(("lang", "first"), [("ar", "ar"), ("fr", "fr"), ("en", "fr")])
def test_the_language_of_the_reader_comes_first(lang: str, first: str) -> None:
    data = {"text": {"ar": "نص", "fr": "Texte"}}
    assert make_rows(data, languages=order_languages(lang))[0].cells[0].lang == first


def test_parts_of_plain_text_are_paired_by_name() -> None:
    texts = (b"Bonjour", "مرحبا".encode(), b"\xff\xfe", b"%PDF")
    parts = (
        make_part("text", "fr", texts[0]),
        make_part("text", "ar", texts[1]),
        make_part("odd", "fr", texts[2]),
        make_part("map", "fr", texts[3], "application/pdf"),
        make_part("gone", "ar", b"nowhere"),
    )
    blobs: Any = FewBlobs(*texts)
    first, odd = make_rows({}, parts, blobs)
    assert [cell.paragraphs for cell in first.cells] == [("مرحبا",), ("Bonjour",)]
    assert all(cell.is_missing for cell in odd.cells)
    assert [(each.part.name, each.is_here) for each in list_attachments(parts, blobs)] == [
        ("map", True),
        ("gone", False),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"articles": "x"},
        {"articles": ["x", 3, None]},
        {"articles": [{"text": "x"}, {"text": {"fr": 3}}]},
        {"decisions": {"no": 1}},
        {"text": ["x"]},
    ],
)
def test_odd_forms_break_nothing(data: dict[str, Any]) -> None:
    for row in make_rows(data, languages=("fr", "ar")):
        assert all(cell.is_missing for cell in row.cells)


def test_r54_a_translation_of_an_older_original_is_marked_stale() -> None:
    now = hash_text("Texte")
    lines = [
        {"no": 1, "text": {"ar": "نص", "fr": "Texte"}, "original": "fr", "from_hash": now},
        {"no": 2, "text": {"ar": "نص", "fr": "Texte changé"}, "original": "fr", "from_hash": now},
        {"no": 3, "text": {"fr": "Texte"}, "original": "fr"},
        {"no": 4, "text": {"ar": "نص", "fr": "Texte"}},
    ]
    rows = make_rows({"paragraphs": lines})
    arabic = [row.cells[0] for row in rows]
    assert [row.anchor for row in rows] == ["par_1", "par_2", "par_3", "par_4"]
    assert [cell.is_stale for cell in arabic] == [False, True, False, False]
    assert [cell.is_missing for cell in arabic] == [False, False, True, False]
    assert [row.cells[1].is_original for row in rows] == [True, True, True, False]


def test_lines_of_an_unknown_member_are_shown_too() -> None:
    [row] = make_rows({"clauses": [{"no": 7, "text": {"ar": "أ", "fr": "b"}}]})
    assert (row.anchor, row.cells[1].label, row.cells[1].text) == ("clause_7", "7", "b")


@pytest.mark.parametrize(
    ("texts", "lang", "expected"),
    [
        ({"ar": "أ", "fr": "b"}, "ar", ("أ", "ar", True)),
        ({"ar": "أ", "fr": "b"}, "en", ("b", "fr", False)),
        ({"ar": "أ", "fr": " "}, "fr", ("أ", "ar", False)),
        ("plain", "fr", ("plain", "", True)),
        ({}, "fr", ("", "fr", True)),
        (None, "ar", ("", "ar", True)),
    ],
)
def test_a_text_is_shown_in_the_language_of_the_reader_or_the_best_there_is(
    texts: object, lang: str, expected: tuple[str, str, bool]
) -> None:
    assert pick(texts, lang) == expected


def test_an_anchor_holds_nothing_but_plain_characters() -> None:
    data = {"articles": [{"eid": 'x" onclick="y', "text": {"fr": "a", "ar": "b"}}]}
    assert make_rows(data, languages=("fr", "ar"))[0].anchor == ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, False),
        ({}, False),
        ({"visibility": "both"}, False),
        ({"visibility": ["public"]}, False),
        ({"visibility": "public"}, True),
        ({"visibility": "public", "embargo_until_at": "2025-04-14T00:00:00.000Z"}, True),
        ({"visibility": "public", "embargo_until_at": "2025-04-14T00:00:00.001Z"}, False),
        ({"visibility": "public", "embargo_until_at": "demain"}, False),
        ({"visibility": "public", "embargo_until_at": 0}, False),
        ({"visibility": "public", "embargo_until_at": None}, False),
    ],
)
def test_what_a_manifest_says_about_the_public(data: dict[str, Any] | None, expected: bool) -> None:
    assert is_published(data, NOW) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [({"fr": "a", "ar": 3}, {"fr": "a"}), (None, {}), ("x", {}), ([], {})]
)
def test_texts_of_another_form_are_passed_over(value: object, expected: dict[str, str]) -> None:
    assert read_texts(value) == expected


def test_what_was_put_in_between_is_numbered_in_the_language_of_the_text() -> None:
    article = {"eid": "art_3bis", "text": {"ar": "نص", "fr": "texte"}}
    [row] = make_rows({"articles": [article]}, languages=("ar", "fr"))
    assert [cell.label for cell in row.cells] == ["المادة 3 المكررة", "Article 3 bis"]
