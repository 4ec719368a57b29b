"""Meetings told by offices alone: the holder of the day is proposed where he is known, and nobody else."""

from datetime import date

import pytest

from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.entities import starting_table
from mithaq.registers.sources.rules.reading import read_source

TABLE = starting_table()
HOLDERS = {"ma": TABLE.named["laftit"], "fr": TABLE.named["retailleau"]}
DAY = date(2025, 4, 15)
TOLD = {
    "ar pair": "اجتمع وزيرا الداخلية بالرباط لبحث التعاون بين البلدين في مجال الأمن.",
    "ar counterpart": "استقبل وزير الداخلية المغربي نظيره الفرنسي بالرباط لبحث التعاون الأمني.",
    "fr pair": "Les deux ministres de l’Intérieur se sont réunis à Rabat pour parler de coopération.",
    "fr counterpart": "Le ministre marocain de l’Intérieur a reçu à Rabat son homologue français hier.",
    "en pair": "The two ministers of the interior met in Rabat to discuss their cooperation.",
}


def candidates(text: str, day: date | None = DAY, holders: object = HOLDERS) -> list[tuple[str, ...]]:
    found = analyse(read_source(text.encode()), day, TABLE, holders=holders)  # type: ignore[arg-type]
    return [one.participants for one in found.candidates]


@pytest.mark.parametrize("text", TOLD.values(), ids=list(TOLD))
def test_who_held_the_office_that_day_is_proposed(text: str) -> None:
    assert candidates(text) == [("laftit", "retailleau")]
    analysis = analyse(read_source(text.encode()), DAY, TABLE, holders=HOLDERS)
    named = [one for one in analysis.assertions if one.rule_id == "name.office"]
    assert {one.value["id"] for one in named} == {"laftit", "retailleau"}
    assert all(one.is_proposal and text[one.start : one.end] == one.exact for one in named)
    assert analysis.candidates[0].place == "rabat"


@pytest.mark.parametrize("text", TOLD.values(), ids=list(TOLD))
def test_without_a_known_holder_the_words_name_nobody(text: str) -> None:
    assert candidates(text, holders={}) == []
    assert candidates(text, holders={"ma": HOLDERS["ma"]}) == []


def test_names_in_the_text_stand_above_offices() -> None:
    text = "استقبل عبد الوافي لفتيت جيرالد دارمانان بالرباط، واجتمع وزيرا الداخلية لبحث التعاون."
    assert candidates(text) == [("darmanin", "laftit")]
