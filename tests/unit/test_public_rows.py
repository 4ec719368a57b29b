"""The two columns of a text: pairs, labels, parts, and whatever odd form a manifest may have."""

import hashlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from mithaq.core.instruments.manifest import Part
from mithaq.errors import MissingError
from mithaq.web.public.publication import is_published, read_texts
from mithaq.web.public.rows import list_attachments, make_rows

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


def make_text(data: dict[str, Any], *parts: Part) -> Any:
    manifest = SimpleNamespace(parts=parts)
    return SimpleNamespace(data=data, version=SimpleNamespace(manifest=manifest))


def make_part(name: str, lang: str, text: bytes, media: str = "text/plain;charset=utf-8") -> Part:
    return Part(name, lang, media, hashlib.sha256(text).hexdigest(), len(text))


def test_each_line_is_a_pair_with_its_label() -> None:
    data = {
        "decisions": [{"no": 2, "text": {"ar": "نص", "fr": "Texte"}}],
        "articles": [{"eid": "art_5", "heading": {"fr": "Objet"}, "text": {"ar": "أ", "fr": "a\n\nb"}}],
        "actions": [{"no": 1, "text": {"ar": "ب", "fr": "c"}}],
    }
    rows = make_rows(make_text(data), FewBlobs(), "fr")
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
    assert make_rows(make_text(data), FewBlobs(), lang)[0].cells[0].lang == first


def test_parts_of_plain_text_are_paired_by_name() -> None:
    texts = (b"Bonjour", "مرحبا".encode(), b"\xff\xfe", b"%PDF")
    parts = (
        make_part("text", "fr", texts[0]),
        make_part("text", "ar", texts[1]),
        make_part("odd", "fr", texts[2]),
        make_part("map", "fr", texts[3], "application/pdf"),
        make_part("gone", "ar", b"nowhere"),
    )
    text, blobs = make_text({}, *parts), FewBlobs(*texts)
    first, odd = make_rows(text, blobs, "ar")
    assert [cell.paragraphs for cell in first.cells] == [("مرحبا",), ("Bonjour",)]
    assert all(cell.is_missing for cell in odd.cells)
    assert [(each.part.name, each.is_here) for each in list_attachments(text, blobs)] == [
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
    for row in make_rows(make_text(data), FewBlobs(), "fr"):
        assert all(cell.is_missing for cell in row.cells)


def test_an_anchor_holds_nothing_but_plain_characters() -> None:
    data = {"articles": [{"eid": 'x" onclick="y', "text": {"fr": "a", "ar": "b"}}]}
    assert make_rows(make_text(data), FewBlobs(), "fr")[0].anchor == ""


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
