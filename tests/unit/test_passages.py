"""Found words, marked in the text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.names import fold
from mithaq.web.search.passages import find_passage, mark_words


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Réunion du groupe", ["reunion"], ["Réunion"]),
        ("اللِّقاء مع الوزير", ["لقاء"], ["اللِّقاء"]),
        ("والإتفاق", ["اتفاق"], ["والإتفاق"]),
        ("deux mots, deux fois deux", ["deux"], ["deux", "deux", "deux"]),
        ("migrations", ["migr"], ["migrations"]),
        ("immigration", ["migr"], []),
        ("l'accord", ["accord"], ["accord"]),
    ],
)
def test_words_are_marked_as_written(text: str, words: list[str], marked: list[str]) -> None:
    assert [part for part, is_found in mark_words(text, words).parts if is_found] == marked


def test_a_stretch_around_the_first_word() -> None:
    text = "avant " * 60 + "accord conclu " + "après " * 60
    passage = find_passage(["rien ici", text], ["accord"])
    assert passage is not None
    assert (passage.is_cut_before, passage.is_cut_after) == (True, True)
    assert 100 < sum(len(part) for part, _ in passage.parts) < 260
    assert find_passage(["rien"], ["accord"]) is None
    assert find_passage(["rien"], []) is None


@given(
    st.text(max_size=200),
    st.lists(st.text(max_size=10).map(lambda text: fold(text).replace(" ", "")), max_size=4),
)
def test_no_character_is_lost(text: str, words: list[str]) -> None:
    assert "".join(part for part, _ in mark_words(text, words).parts) == text
    find_passage([text], words)
