"""Two versions compared: words, lines, fields, and what changed in one language alone."""

from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.core.instruments.state import Version
from mithaq.web.records.differences import Piece, compare_versions, compare_words

OBJECT = "01900000-0000-7000-8000-000000000000"


def make_version(number: int, **data: Any) -> Version:
    manifest = build_manifest(
        object_id=OBJECT,
        object_kind="agreements.agreement",
        object_v=1,
        version=number,
        previous="0" * 64 if number > 1 else None,
        signatories=[Signatory(cast(Any, code), "minister") for code in ("ma-mi", "fr-mi")],
        effect={"rule": "ON_SIGNATURE"},
        data=data,
    )
    return Version(manifest, manifest.content_hash, (), cast(Any, "proposed"), {})


def article(number: int, arabic: str, french: str) -> dict[str, Any]:
    return {"eid": f"art_{number}", "text": {"ar": arabic, "fr": french}}


def told(pieces: tuple[Piece, ...]) -> list[tuple[str, str]]:
    return [(piece.change, piece.text) for piece in pieces]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b", "a b", [("same", "a b")]),
        ("", "", []),
        ("", "a", [("added", "a")]),
        ("a b c", "a d c", [("same", "a "), ("deleted", "b"), ("added", "d"), ("same", " c")]),
        # A space alone between two changed words does not cut the passage into crumbs.
        (
            "x two three y",
            "x 2 3 y",
            [("same", "x "), ("deleted", "two three"), ("added", "2 3"), ("same", " y")],
        ),
        ("نص قديم", "نص جديد", [("same", "نص "), ("deleted", "قديم"), ("added", "جديد")]),
    ],
)
def test_words(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    assert told(compare_words(before, after)) == expected


WORDS = st.lists(st.sampled_from(["a", "b", "c", "اتفاق", "\n\n"]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_what_changed(before: str, after: str) -> None:
    pieces = compare_words(before, after)
    for text, other in ((before, "added"), (after, "deleted")):
        read = "".join(piece.text for piece in pieces if piece.change != other)
        assert read.split(" ") == text.split(" ") or read.rstrip(" ") == text.rstrip(" ")
    assert all(first.change != second.change for first, second in pairwise(pieces))


def test_words_after_the_end_of_a_text_are_added_alone() -> None:
    assert told(compare_words("a b", "a b c")) == [("same", "a b "), ("added", "c")]
    assert told(compare_words("a b c", "a b")) == [("same", "a b "), ("deleted", "c")]


def test_a_line_that_breaks_elsewhere_is_a_change() -> None:
    assert ("added", "b\n\n") in told(compare_words("a b c", "a b\n\nc"))


def test_very_long_lines_are_told_whole() -> None:
    before, after = "a " * 4_000, "b " * 4_000
    assert [piece.change for piece in compare_words(before, after)] == ["deleted", "added"]


def test_lines_are_compared_by_their_anchor() -> None:
    before = make_version(1, articles=[article(1, "أ", "a"), article(2, "ب", "b"), article(3, "ج", "c")])
    after = make_version(2, articles=[article(1, "أ", "a"), article(3, "ج", "c d"), article(4, "د", "e")])
    difference = compare_versions(before, after)
    assert [row.anchor for row in difference.rows] == ["art_1", "art_2", "art_3", "art_4"]
    assert [row.anchor for row in difference.changed] == ["art_2", "art_3", "art_4"]
    assert difference.unchanged_count == 1
    deleted, one_sided, added = difference.changed
    assert {cell.pieces[0].change for cell in deleted.cells} == {"deleted"}
    assert [row.is_one_sided for row in (deleted, one_sided, added)] == [False, True, False]


def test_changed_fields_stand_apart_from_texts() -> None:
    line = {"no": 1, "text": {"ar": "أ", "fr": "a"}}
    before = make_version(1, actions=[{**line, "owner": "ma-mi", "due_on": "2025-06-30"}], title={"fr": "t"})
    after = make_version(2, actions=[{**line, "owner": "fr-mi"}], title={"fr": "u"})
    difference = compare_versions(before, after)
    assert [(each.name, each.before, each.after) for each in difference.fields] == [
        ("actions.1.due_on", "2025-06-30", ""),
        ("actions.1.owner", "ma-mi", "fr-mi"),
    ]
    assert [row.anchor for row in difference.changed] == ["title"]


def test_a_line_of_few_words_said_again_and_again_is_told_whole() -> None:
    before, after = "début " + "a b " * 1_400 + "fin", "début " + "b a c " * 1_000 + "fin"
    pieces = compare_words(before, after)  # a search for what they share takes minutes
    assert [piece.change for piece in pieces] == ["same", "deleted", "added", "same"]
    assert "".join(piece.text for piece in pieces if piece.change != "added") == before
