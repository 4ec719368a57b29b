"""R55, R40, R52: who and what is named: exactly, or proposed with reasons; never merged in silence."""

from datetime import UTC, datetime

import pytest
from texts import BRUSSELS_FR, ROME_AR, ids, of_type, read, run, seed

from mithaq.node.who import EntityType, NamedEntity
from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.entities import STARTING, Alias, make_table
from mithaq.registers.sources.rules.values import AssertionType

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "spellings"),
    [
        ("002", {("Lafetet", "laftit"), ("Abdelouafi Laftit", "laftit"), ("Gérald Darmanin", "darmanin")}),
        ("004", {("دارامانان", "darmanin"), ("جيرالد دارمانان", "darmanin"), ("فريديريك ڤو", "veaux")}),
        ("001", {("برونو روتايو", "retailleau"), ("الملك محمد السادس", "mohammed-vi")}),
        ("003", {("محمد الحبيب هويدي", "houidi")}),
    ],
)
def test_r55_every_spelling_finds_its_person(number: str, spellings: set[tuple[str, str]]) -> None:
    assert spellings <= set(of_type(run(seed(number)), "person"))


def test_r55_names_in_both_scripts() -> None:
    people = [one.value for one in run(seed("000")).assertions if one.type == "person"]

    assert {"ar": "عبد الوافي لفتيت", "fr": "Abdelouafi Laftit"} in [one["names"] for one in people]
    assert all(set(one["names"]) >= {"ar", "fr"} for one in people)


def test_r55_near_spellings_are_proposals_with_reasons() -> None:
    analysis = run("Le ministre Abdelouafi Laftiit a rencontré à Paris le ministre Bruno Retaillo.")

    found = {one.exact: one for one in analysis.proposals if one.type == "person"}
    assert {name: one.value["id"] for name, one in found.items()} == {
        "Abdelouafi Laftiit": "laftit",
        "Bruno Retaillo": "retailleau",
    }
    for one in found.values():
        assert one.rule_id == "name.sound"
        assert one.value["score"] >= 0.75
        assert "steps" in one.value
    assert not [one for one in analysis.findings if one.type == "person"]


def test_r55_a_confirmed_alias_is_found_exactly_from_then_on() -> None:
    text = "Le ministre Abdelouafi Laftiit est arrivé à Paris ce matin avec sa délégation."
    table = make_table((), [Alias("laftit", "Abdelouafi Laftiit")])

    [found] = [one for one in analyse(read(text), table=table).findings if one.type == "person"]
    assert (found.value["id"], found.rule_id) == ("laftit", "name.alias")


def test_the_directory_adds_names_and_merges_none() -> None:
    card = NamedEntity(
        "fr-mi/card/7",
        EntityType.PERSON,
        {"fr": "Jeanne Exemple", "ar": "جان إكزامبل"},
        ("Jeanne Exemple", "Exemple"),
    )
    known = NamedEntity(
        "ma-mi/card/1", EntityType.PERSON, {"fr": "A. Laftit"}, ("Abdelouafi Laftit", "Laftit Abdelouafi")
    )
    table = make_table([card, known])

    text = "Laftit Abdelouafi et Jeanne Exemple sont à Rabat. Mme Exemple repart demain matin pour Paris."
    assert ids(analyse(read(text), table=table), "person") == {"laftit", "fr-mi/card/7"}
    assert len(table.named) == len(STARTING) + 1


def test_persons_that_nobody_knows_are_proposed_by_their_place_beside_a_role() -> None:
    found = {one.exact: one for one in run(BRUSSELS_FR).proposals if one.type == "person"}

    assert set(found) == {"Salma Benkirane", "Pieter Vandamme", "Benkirane"}
    assert all(one.value["is_new"] for one in found.values())
    assert "كمال الفقي" in {name for name, _ in of_type(run(ROME_AR), "person")}


@pytest.mark.parametrize(
    "text",
    [
        "Le match a eu lieu au stade Mohammed V de Casablanca, avenue Mohammed VI.",
        "زار الوفد شارع محمد السادس وملعب محمد الخامس بالدار البيضاء.",
        "Les veaux et les attals du marché de rabat, en france.",
        "La CAN et l'ONU.",
    ],
)
def test_a_place_named_after_a_person_makes_no_person(text: str) -> None:
    assert ids(run(text), "person") == set()


def test_the_mausoleum_is_a_place() -> None:
    analysis = run(seed("000"))

    assert "mausoleum-mohammed-v" in ids(analysis, "place")
    assert "mohammed-v" not in ids(analysis, "person")


def test_short_names_need_the_full_one() -> None:
    assert ids(run("Veaux a parlé à Rabat de la coopération policière."), "person") == set()
    full = "Frédéric Veaux est venu à Rabat. Veaux a parlé de la coopération policière."
    assert [name for name, _ in of_type(run(full), "person")] == ["Frédéric Veaux", "Veaux"]


def test_r40_a_literal_translation_is_the_same_area_and_marked_as_such() -> None:
    arabic, french = run(seed("000")), run(seed("002"))

    [literal] = [one for one in french.assertions if one.value.get("id") == "sahel-sahara"]
    assert "sahel-sahara" in ids(arabic, "place")
    assert literal.exact == "région du Sahel et du désert"
    assert literal.value["spelling"] == "seen_in_press"
    assert literal.value["meant"]["fr"] == "région sahélo-saharienne"


def test_r40_a_wrong_title_of_a_body_is_no_second_body() -> None:
    titles = {number: run(seed(number)) for number in ("000", "001", "002", "003")}

    assert all("gmmp" in ids(one, "body") for one in titles.values())
    [contact] = [one for one in titles["002"].assertions if one.value.get("id") == "gmmp"]
    assert contact.value["spelling"] == "seen_in_press"


def test_r52_the_program_takes_no_position() -> None:
    text = seed("001")
    found = [one for one in run(text).assertions if one.value.get("id") == "sahara"]

    assert {one.exact for one in found} == {"الصحراء"}
    assert all("side" not in one.value for one in found)
    regions = [one for one in STARTING if one.type is AssertionType.PLACE and one.detail == "region"]
    assert all(one.side == "" for one in regions)


def test_bodies_pairs_and_bare_ministries() -> None:
    analysis = run(seed("001"))

    pairs = [one.value["id"] for one in analysis.assertions if one.rule_id == "body.pair"]
    assert sorted(set(pairs)) == ["fr-mi", "ma-mi"]
    [bare] = [one for one in analysis.assertions if one.rule_id == "body.bare_ministry"]
    assert (bare.value["id"], bare.is_proposal) == ("ma-mi", True)
    unsure = run("Le ministère de l'Intérieur a publié un communiqué sur la sécurité.")
    assert [one.reason for one in unsure.open if one.what == "body"] == ["which_ministry"]


def test_the_reporter_is_no_participant() -> None:
    analysis = run(seed("003"))

    [reporter] = [one for one in analysis.assertions if one.value.get("id") == "houidi"]
    assert reporter.value["role"] == "reporter"
    assert all("houidi" not in one.participants for one in analysis.candidates)
