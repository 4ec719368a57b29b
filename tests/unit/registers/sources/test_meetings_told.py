"""R53 and the candidates: which texts tell of one meeting, why, and where their accounts differ."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from texts import LISBON_EN, MADRID_FR, MARRAKECH_AR, ROME_AR, read, run, seed

from mithaq.registers.sources.rules.accounts import Says, compare_accounts, report_topics
from mithaq.registers.sources.rules.analysis import analyse
from mithaq.registers.sources.rules.grouping import Group, Ruling, Told, group_meetings

NUMBERS = ("000", "001", "002", "003", "004")
APRIL_2024, APRIL_2025 = date(2024, 4, 22), date(2025, 4, 14)


def told_by(texts: dict[str, str], published: dict[str, date] | None = None) -> list[Told]:
    found = []
    for name, text in texts.items():
        day = (published or {}).get(name)
        for number, candidate in enumerate(run(text, day).candidates):
            found.append(Told(name, number, candidate, day))
    return found


def shape(groups: list[Group]) -> list[tuple[list[str], list[str], str, str]]:
    return [(one.sources, sorted(one.participants), one.place, one.date) for one in groups]


def seeds() -> dict[str, str]:
    return {number: seed(number) for number in NUMBERS}


def test_the_five_texts_tell_of_three_meetings_without_any_date() -> None:
    groups = group_meetings(told_by(seeds()))

    assert shape(groups) == [
        (["000", "002", "004"], ["darmanin", "laftit"], "rabat", ""),
        (["001", "003"], ["laftit", "retailleau"], "rabat", ""),
        (["004"], ["hammouchi", "veaux"], "rabat", ""),
    ]
    for group in groups:
        assert group.reasons
        assert [one.code for one in group.open][:1] == ["ask_publication_date"]
    assert {one.code for one in groups[0].reasons} >= {"same_participants", "same_place"}


def test_with_dates_of_publication_they_are_dated() -> None:
    published = {"000": APRIL_2024, "002": APRIL_2024, "001": APRIL_2025, "003": APRIL_2025}
    published["004"] = date(2024, 4, 24)

    assert shape(group_meetings(told_by(seeds(), published))) == [
        (["000", "002", "004"], ["darmanin", "laftit"], "rabat", "2024-04-22"),
        (["001", "003"], ["laftit", "retailleau"], "rabat", "2025-04-14"),
        (["004"], ["hammouchi", "veaux"], "rabat", "2023-12"),
    ]


def test_the_order_of_intake_changes_no_group() -> None:
    texts = seeds()
    expected = {frozenset(one.sources) for one in group_meetings(told_by(texts))}
    for order in list(permutations(NUMBERS))[::17]:
        groups = group_meetings(told_by({number: texts[number] for number in order}))
        assert {frozenset(one.sources) for one in groups} == expected


def test_the_declaration_of_october_dates_no_meeting() -> None:
    for number in ("001", "003"):
        for day in (None, APRIL_2025, date(2025, 4, 15)):
            assert all(one.date != "2024-10" for one in run(seed(number), day).candidates)


def test_a_weekday_that_contradicts_the_publication_gives_no_date() -> None:
    [candidate] = run(seed("000"), date(2024, 4, 23)).candidates

    assert (candidate.date, candidate.date_precision) == ("", "open")


def test_other_meetings() -> None:
    texts = {"madrid": MADRID_FR, "lisbon": LISBON_EN, "marrakech": MARRAKECH_AR, "rome": ROME_AR}
    groups = group_meetings(told_by(texts, {"rome": date(2024, 9, 12)}))

    assert sorted(shape(groups)) == [
        (["lisbon"], ["blasco", "laftit"], "lisbon", ""),
        (["madrid"], ["grande-marlaska", "laftit"], "madrid", "2024-01-09"),
        (["marrakech"], ["grande-marlaska", "laftit"], "marrakech", "2024-09-12"),
        (["rome"], ["new/كمال-الفقي", "piantedosi"], "rome", "2024-09-11"),
    ]


WAYS = (
    (
        "Nasser Bourita s'est entretenu, mercredi à Rabat, avec José Manuel Albares.",
        "albares bourita",
        "rabat",
    ),
    ("التقى ناصر بوريطة، أمس الأربعاء بمدريد، نظيره خوسيه مانويل ألباريس.", "albares bourita", "madrid"),
    ("Une réunion entre MM. Laftit et Retailleau s'est tenue à Paris hier.", "laftit retailleau", "paris"),
    ("Ministers Abdelouafi Laftit and Gérald Darmanin held talks in Rabat.", "darmanin laftit", "rabat"),
    ("أجرى عبد الوافي لفتيت مباحثات مع نظيره الفرنسي لوران نونيز بباريس.", "laftit nunez", "paris"),
    ("Abdelouafi Laftit a été reçu jeudi à Paris par Bruno Retailleau.", "laftit retailleau", "paris"),
    ("Laftit et Retailleau se sont réunis à Lyon le 5 mars 2025.", "laftit retailleau", "lyon"),
    ("عقد لفتيت ودارمانان لقاء بالرباط بحضور الحموشي.", "darmanin laftit", "rabat"),
    ("بحث لفتيت مع روتايو بالرباط سبل التعاون.", "laftit retailleau", "rabat"),
    ("Réunion de travail Laftit-Retailleau à Rabat.", "laftit retailleau", "rabat"),
    ("عقدت المجموعة المختلطة الدائمة للهجرة اجتماعها السابع بباريس.", "gmmp", "paris"),
    ("Le Groupe migratoire mixte permanent a tenu sa septième réunion plénière à Paris.", "gmmp", "paris"),
    ("The permanent joint migration group met in Marrakesh on 3 October 2024.", "gmmp", "marrakech"),
    ("Morocco's Abdellatif Hammouchi met in Paris with Frédéric Veaux.", "hammouchi veaux", "paris"),
)


@pytest.mark.parametrize(("text", "participants", "place"), WAYS)
def test_ways_to_tell_of_a_meeting(text: str, participants: str, place: str) -> None:
    [candidate] = run(text).candidates

    assert (" ".join(candidate.participants), candidate.place) == (participants, place)


@pytest.mark.parametrize(
    "text",
    [
        "لم يلتق لفتيت نظيره الفرنسي روتايو خلال هذه الزيارة.",
        "بحث آفاق التعاون في ضوء الإعلان الذي وقعه الملك محمد السادس والرئيس إيمانويل ماكرون في أكتوبر 2024.",
        "Les entretiens ont porté sur les ambitions de Sa Majesté, du Président et de leurs ministres.",
        "وأكد أهمية العمل الذي تقوم به المجموعة المختلطة الدائمة للهجرة بين المغرب وفرنسا.",
        "Darmanin a salué Laftit, Macron et Hammouchi dans son message.",
    ],
)
def test_words_that_tell_of_no_meeting(text: str) -> None:
    assert run(text).candidates == []


def test_same_people_on_other_days_are_other_meetings() -> None:
    text = "Le ministre Abdelouafi Laftit a reçu {} à Rabat le ministre Bruno Retailleau pour un entretien."
    texts = {"a": text.format("lundi 14 avril 2025"), "b": text.format("lundi 10 novembre 2025")}
    texts["c"] = text.format("ce matin")

    groups = group_meetings(told_by(texts))

    assert [one.sources for one in groups if one.date] == [["a"], ["b"]]
    [undated] = [one for one in groups if not one.date]
    assert {one.code for one in undated.open} >= {"same_people_met_again"}


def test_publications_far_apart_are_not_one_meeting() -> None:
    text = "Le ministre Abdelouafi Laftit a reçu à Rabat le ministre Bruno Retailleau pour un entretien. {}"
    told = told_by(
        {"a": text.format(1), "b": text.format(2)}, {"a": date(2025, 4, 14), "b": date(2025, 9, 2)}
    )

    assert len(group_meetings(told)) == 2


def test_a_persons_word_stands_above_the_rules() -> None:
    told = told_by(seeds())
    keys = {one.source_id: one.key for one in told if one.candidate.is_main}

    apart = group_meetings(told, [Ruling(keys["000"], keys["002"], is_same=False)])
    together = group_meetings(told, [Ruling(keys["000"], keys["001"], is_same=True)])

    assert {"000", "002"} not in [set(one.sources) & {"000", "002"} for one in apart]
    assert any({"000", "001"} <= set(one.sources) for one in together)


def test_new_names_meet_across_scripts() -> None:
    french = "Le ministre tunisien, Kamel Fekki, a rencontré à Rome le ministre Matteo Piantedosi, lundi."
    texts = {"ar": ROME_AR, "fr": french}
    names = {
        str(one.value["id"]): dict(one.value["names"])
        for text in texts.values()
        for one in run(text).assertions
        if one.type == "person"
    }
    told = [replace(one, names=names) for one in told_by(texts)]

    assert [one.sources for one in group_meetings(told)] == [["ar", "fr"]]


# Accounts


def table_of(*numbers: str) -> dict[str, dict[str, tuple[str, list[str]]]]:
    accounts = []
    for number in numbers:
        text = seed(number)
        accounts.append((number, report_topics(text, analyse(read(text)).paragraphs)))
    return {
        row.topic.id: {
            cell.source_id: (str(cell.state), [one.variant for one in cell.reports]) for cell in row.cells
        }
        for row in compare_accounts(accounts)
    }


def test_r53_one_account_reports_a_review_and_a_roadmap_the_other_new_agreements() -> None:
    table = table_of("001", "003")

    assert table["agreements"] == {"001": ("says", ["review"]), "003": ("says_otherwise", ["conclude"])}
    assert table["roadmap"] == {"001": ("says", ["one"]), "003": ("silent", [])}
    assert table["reference"] == {"001": ("says", ["common"]), "003": ("silent", [])}
    assert table["crises"]["003"][0] == "says"
    assert table["training"] == {"001": ("silent", []), "003": ("says", ["named"])}
    assert table["sahara"] == {"001": ("says", ["said"]), "003": ("silent", [])}
    assert table["civil_protection"] == {"001": ("says", ["named"]), "003": ("says", ["named"])}
    assert table["migration_praise"] == {"001": ("silent", []), "003": ("says", ["transit"])}
    assert "requests" not in table
    assert "sahel" not in table


def test_r53_the_accounts_of_the_first_meeting() -> None:
    table = table_of("000", "002", "004")

    assert table["group_name"]["000"] == ("says", ["joint"])
    assert table["group_name"]["002"] == ("says_otherwise", ["contact"])
    assert table["roadmap"]["004"] == ("says", ["per_sector"])
    assert table["civil_protection"] == {
        "000": ("says", ["named"]),
        "002": ("silent", []),
        "004": ("silent", []),
    }
    assert table["sahel"]["002"] == ("says_otherwise", ["literal"])
    assert [table[topic]["004"][0] for topic in ("requests", "drugs", "cybercrime")] == ["says"] * 3
    assert {table[topic]["000"][0] for topic in ("requests", "drugs", "cybercrime")} == {"silent"}
    assert "agreements" not in table
    assert "at_request" in table["heads_of_state"]["000"][1]
    assert "ambitions" in table["heads_of_state"]["002"][1]


def test_r53_each_cell_that_says_something_quotes_the_text() -> None:
    for number in NUMBERS:
        text = seed(number)
        for one in report_topics(text, analyse(read(text)).paragraphs):
            assert one.exact == text[one.start : one.end]


def test_other_texts_compare_too() -> None:
    review = (
        "Both ministers agreed to review the existing agreements before summer. They will adopt a roadmap."
    )
    fresh = (
        "The ministers will conclude a series of agreements on policing, and they praised the joint training."
    )
    rows = compare_accounts(
        [(name, report_topics(text, run(text).paragraphs)) for name, text in (("a", review), ("b", fresh))]
    )

    agreements = next(one for one in rows if one.topic.id == "agreements")
    assert [cell.state for cell in agreements.cells] == [Says.SAYS, Says.OTHERWISE]
    assert agreements.contradicts
