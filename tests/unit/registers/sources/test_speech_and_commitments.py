"""Exact quotations with their speaker, and what somebody agreed, promised, proposed: always proposals."""

import pytest
from texts import BRUSSELS_FR, LISBON_EN, MADRID_FR, MARRAKECH_AR, ROME_AR, run, seed

from mithaq.registers.sources.rules.analysis import Analysis


def quotes(analysis: Analysis) -> list[tuple[str, str | None]]:
    return [(one.exact[:30], one.value["speaker"]) for one in analysis.assertions if one.type == "quotation"]


def commitments(analysis: Analysis) -> list[tuple[str, str | None]]:
    return [(one.value["status"], one.value["by"]) for one in analysis.assertions if one.type == "commitment"]


def test_speakers_in_three_languages() -> None:
    assert quotes(run(MADRID_FR)) == [("Nous voulons une coopération c", "grande-marlaska")]
    assert quotes(run(LISBON_EN)) == [("We will train our officers tog", "blasco")]
    assert quotes(run(MARRAKECH_AR)) == [("التعاون مع المغرب نموذج يحتذى ", "grande-marlaska")]
    assert quotes(run(BRUSSELS_FR)) == [("Il faut aller plus vite sur l'", "new/salma-benkirane")]


def test_speakers_of_the_real_texts() -> None:
    speakers = [speaker for _, speaker in quotes(run(seed("000")))]

    assert speakers == ["darmanin", *["ma-mi"] * 4, *["laftit"] * 3, *["darmanin"] * 3]
    assert [speaker for _, speaker in quotes(run(seed("004")))] == ["darmanin", "darmanin"]
    assert quotes(run(seed("002"))) == []
    assert quotes(run(seed("003"))) == []


@pytest.mark.parametrize(
    "text",
    [
        'Il a dit "oui" puis il est parti « sans rien dire.',
        "a closing » without an opening one, and then “four words in here”.",
        '"',
        "« « « »",
    ],
)
def test_short_and_unpaired_marks_are_no_quotations(text: str) -> None:
    assert quotes(run(text + " x")) == []


def test_all_proposals() -> None:
    for text in (MADRID_FR, LISBON_EN, MARRAKECH_AR):
        assert all(one.is_proposal for one in run(text).assertions if one.type in ("quotation", "commitment"))


def test_commitments_in_three_languages() -> None:
    assert commitments(run(MADRID_FR)) == [("agreed", "both"), ("committed", "ma-mi")]
    assert commitments(run(LISBON_EN)) == [("agreed", "both"), ("proposed", "ma-mi")]
    assert commitments(run(MARRAKECH_AR)) == [("agreed", "both")]
    assert commitments(run(ROME_AR)) == [("committed", "tn")]


def test_due_and_themes() -> None:
    first, second = [one.value for one in run(MADRID_FR).assertions if one.type == "commitment"]

    assert (first["due"], second["due"]) == ("2024-06", "2024-03-15")
    agreed = next(one.value for one in run(LISBON_EN).assertions if one.type == "commitment")
    assert agreed["themes"] == ["TRAIN"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("000", [("agreed", "both")]),
        (
            "001",
            [("proposed", "ma-mi"), ("intention", None), ("committed", "ma-mi"), ("agreed", "both")],
        ),
        ("002", [("agreed", "both")]),
        ("003", [("intention", "both"), ("proposed", "ma-mi")]),
        ("004", [("intention", "fr-mi"), ("announced", "ma-mi"), ("intention", "fr-mi")]),
    ],
)
def test_commitments_of_the_real_texts(number: str, expected: list[tuple[str, str | None]]) -> None:
    assert commitments(run(seed(number))) == expected
