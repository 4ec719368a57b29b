"""Names across scripts: every spelling met is proposed to the right person, nothing is merged."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mithaq.core.names import (
    Entity,
    NameIndex,
    Reason,
    check_letters,
    check_name,
    find_words,
    fold,
    look_alike,
    score,
    skeleton,
)
from mithaq.core.names.score import at_most, value_of, value_of_word
from mithaq.errors import MalformedError

SEEDS = Path(__file__).parents[3] / "../shared/seeds"

# Canonical names alone: whatever is found below is found by sound, or by the exact fold of these.
PERSONS = {
    "laftit": ["Abdelouafi Laftit"],
    "darmanin": ["Gérald Darmanin"],
    "retailleau": ["Bruno Retailleau"],
    "mohammed-6": ["Mohammed VI"],
    "mohammed-5": ["Mohammed V"],
    "macron": ["Emmanuel Macron"],
    "hammouchi": ["Abdellatif Hammouchi"],
    "veaux": ["Frédéric Veaux"],
    "houidi": ["Mohamed El Habib Houidi"],
}
ARABIC = {
    "laftit": ["عبد الوافي لفتيت"],
    "darmanin": ["جيرالد دارمانان"],
    "retailleau": ["برونو روتايو"],
    "mohammed-6": ["الملك محمد السادس"],
    "mohammed-5": ["محمد الخامس"],
    "macron": ["إيمانويل ماكرون"],
    "hammouchi": ["عبد اللطيف الحموشي"],
    "veaux": ["فريديريك ڤو"],
    "houidi": ["محمد الحبيب هويدي"],
}
MET = [
    ("laftit", ["لفتيت", "عبد الوافي لفتيت", "Laftit", "Lafetet", "Abdeloufi Laftit", "M. Laftit", "بلفتيت"]),
    ("laftit", ["Abd el-Ouafi Laftit", "LAFTIT Abdelouafi", "الوزير لفتيت", "لَفْتيت"]),
    ("darmanin", ["دارمانان", "دارامانان", "جيرالد دارمانان", "Daramanan", "Darmanan", "M. Darmanin"]),
    ("retailleau", ["روتايو", "ريتايو", "Rotaillon", "برونو روتايو", "وروتايو"]),
    ("veaux", ["فريديريك ڤو", "فريديريك فو"]),
    ("hammouchi", ["الحموشي", "Hammouchi", "عبد اللطيف الحموشي"]),
    ("mohammed-6", ["محمد السادس", "الملك محمد السادس", "Roi Mohammed VI"]),
    ("mohammed-5", ["محمد الخامس"]),
    ("macron", ["إيمانويل ماكرون", "ماكرون", "M. Emmanuel Macron"]),
    ("houidi", ["محمد الحبيب هويدي"]),
]
SPELLINGS = [(person, text) for person, texts in MET for text in texts]
NEVER = [
    *("المغرب", "Maroc", "فرنسا", "France", "الرباط", "Rabat", "باريس", "Paris", "في", "vu", "محمد", "هويدي"),
    *("الهجرة", "وزير الداخلية", "ministre de l’Intérieur", "المديرية العامة للأمن الوطني", "DGSN", "", " "),
]  # fmt: skip
NAMES = st.text(max_size=60)
LETTERS = st.text("abcdefghiklmnoprstuvwyzéçابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىڤ '-", max_size=40)


def _index(spellings: dict[str, list[str]] = PERSONS) -> NameIndex:
    return NameIndex(spellings.items())


class TestMet:
    @pytest.mark.parametrize(("person", "text"), SPELLINGS)
    def test_every_spelling_met_is_proposed_to_its_person(self, person: str, text: str) -> None:
        best = _index().propose(text)[0]
        assert (best.entity_id, best.is_link) == (person, True)

    @pytest.mark.parametrize(("person", "text"), [one for one in SPELLINGS if one[1].isascii()])
    def test_the_other_way_too(self, person: str, text: str) -> None:
        best = _index(ARABIC).propose(text)[0]
        assert (best.entity_id, best.is_link) == (person, True)

    @pytest.mark.parametrize("text", ["ڤو", "فو", "Veaux"])
    def test_a_name_of_one_consonant_needs_words_around_it(self, text: str) -> None:
        index = NameIndex([Entity("veaux", ["Frédéric Veaux"], hints=["المدير العام"])])
        alone, beside = index.propose(text)[0], index.propose(text, context=["المدير العام"])[0]
        assert (alone.entity_id, alone.is_link) == ("veaux", False)
        assert (beside.entity_id, beside.is_link) == ("veaux", True)

    def test_a_given_name_alone_is_shown_and_never_linked(self) -> None:
        best = _index().propose("Abdeloufi")[0]
        assert (best.entity_id, best.is_link) == ("laftit", False)

    @pytest.mark.parametrize("text", NEVER)
    def test_what_is_no_persons_name_links_to_nobody(self, text: str) -> None:
        assert not any(one.is_link for one in _index().propose(text))

    def test_an_alias_kept_by_people_is_exact_in_every_form_of_its_letters(self) -> None:
        index = _index({"veaux": ["Frédéric Veaux", "فو"], "darmanin": ["دارمانان"]})
        assert index.propose("ڤو")[0].is_exact
        assert index.propose("دارْمـانان")[0].is_exact
        assert not index.propose("دارامانان")[0].is_exact

    def test_one_alias_of_two_persons_links_to_neither(self) -> None:
        found = _index({"one": ["Mohammed"], "two": ["Mohammed"]}).propose("mohammed")
        assert [(one.entity_id, one.is_exact, one.is_link) for one in found] == [
            ("one", True, False),
            ("two", True, False),
        ]

    def test_a_near_second_person_leaves_it_open(self) -> None:
        found = _index({"one": ["Ali Laftit"], "two": ["عمر لفتيت"]}).propose("Lafetit")
        assert {one.entity_id for one in found} == {"one", "two"}
        assert not any(one.is_link for one in found)

    def test_two_spellings_of_one_person_are_no_margin(self) -> None:
        assert _index({"one": ["Laftit", "Lafetit", "لفتيت"]}).propose("Lafettit")[0].is_link

    @pytest.mark.parametrize(
        "text", ["Direction générale de la sûreté nationale", "Moroccan", "Marok", "المغرب"]
    )
    def test_bodies_and_countries_are_found_by_alias_alone(self, text: str) -> None:
        index = NameIndex(
            [
                Entity("dgsn", ["Direction générale de la sureté nationale.", "DGSN"], by_alias_only=True),
                Entity("ma", ["Maroc"], by_alias_only=True),
            ]
        )
        found = index.propose(text)
        assert [one.entity_id for one in found] == (["dgsn"] if text.startswith("Direction") else [])
        assert all(one.is_exact for one in found)

    def test_context_orders_equals(self) -> None:
        index = NameIndex([Entity("a", ["Ali Laftit"]), Entity("b", ["Ali Laftit"], hints=["ministre"])])
        assert [one.entity_id for one in index.propose("Lafetit", context=["Ministre"])] == ["b", "a"]

    @pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not beside this repository")
    def test_no_word_of_the_seed_texts_is_taken_for_a_person_but_the_persons(self) -> None:
        index = _index()
        wrong = []
        for path in sorted(SEEDS.glob("*.txt")):
            text = path.read_text(encoding="utf-8")
            words = find_words(text)
            for size in (1, 2, 3):
                for first in range(len(words) - size + 1):
                    found = index.propose(text[words[first].start : words[first + size - 1].end])
                    if found and found[0].is_link:
                        wrong.append((found[0].entity_id, words[first + size - 1].text))
        names = [name for table in (PERSONS, ARABIC) for spellings in table.values() for name in spellings]
        known = {word.text for name in names for word in find_words(name)}
        others = {word for _, word in wrong} - known - {"lafetet", "دارامانان", "وروتايو", "بلفتيت"}
        assert others == set()
        assert {person for person, _ in wrong} == set(PERSONS)


class TestReasons:
    def test_steps_give_back_both_spellings_with_a_reason_of_each_cost(self) -> None:
        steps = score("روتايو", "Retailleau").steps
        assert "".join(step.a for step in steps) == "روتايو"
        assert "".join(step.b for step in steps) == "retailleau"
        assert {step.reason for step in steps if step.cost} == {Reason.VOWEL}

    def test_kings_are_told_apart_by_their_number(self) -> None:
        assert score("Mohammed VI", "محمد السادس").value > 0.85
        assert score("Mohammed VI", "محمد الخامس").value < 0.5
        assert Reason.NUMBER in {step.reason for step in score("Mohammed VI", "محمد الخامس").steps}

    def test_a_word_without_a_partner_costs_and_says_so(self) -> None:
        found = score("Laftit", "Abdelouafi Laftit")
        assert found.value == pytest.approx(0.65)
        assert [step.b for step in found.steps if step.reason is Reason.WORD] == ["abdouafi"]


class TestProperties:
    @given(NAMES, NAMES)
    @example("abde", "عبد")
    def test_symmetric_and_within_bounds(self, a: str, b: str) -> None:
        there, back = score(a, b), score(b, a)
        assert 0.0 <= there.value <= 1.0
        assert there.value == back.value
        assert there.steps == back.turned().steps

    @given(LETTERS, LETTERS)
    def test_symmetric_in_both_scripts(self, a: str, b: str) -> None:
        assert score(a, b).value == score(b, a).value

    @given(LETTERS, LETTERS)
    @example("ben", "be")
    @example("sakh", "kas")
    @example("a", "blmvلڤ")
    def test_what_is_left_without_aligning_could_not_have_been_shown(self, a: str, b: str) -> None:
        for one in skeleton(a):
            for other in skeleton(b):
                assert at_most(one, other) >= value_of_word(one, other) - 1e-9
        assert value_of(skeleton(a), skeleton(b)) == score(a, b).value

    @given(LETTERS)
    @example("a-ع")
    def test_a_name_is_like_itself(self, text: str) -> None:
        assert (
            not skeleton(text) or sum(w.weight for w in skeleton(text)) == 0 or score(text, text).value > 0.4
        )

    @given(st.text())
    @example("ﷺ")
    @example("ﬁ½ǅİ")
    def test_folding_twice_changes_nothing_and_holds_letters_only(self, text: str) -> None:
        folded = fold(text)
        assert fold(folded) == folded
        assert "  " not in folded
        assert folded == folded.strip()

    @given(st.text())
    def test_words_stand_where_they_were_found(self, text: str) -> None:
        last = 0
        for word in find_words(text):
            assert last <= word.start < word.end <= len(text)
            assert word.text
            last = word.end

    @given(st.text())
    def test_no_text_breaks_the_index(self, text: str) -> None:
        for one in _index().propose(text, context=[text]):
            assert 0.0 <= one.score.value <= 1.0

    @pytest.mark.parametrize("unit", ["a", "عبد ", "l'", "ـ", "é", "vi ", "ab ", "\u0301"])
    def test_long_input_is_no_name_and_takes_no_time(self, unit: str) -> None:
        text = unit * 100_000
        began = time.perf_counter()
        assert not any(one.is_link for one in _index().propose(text))
        assert score(text, text).value == 0.0
        fold(text)
        find_words(text)
        assert time.perf_counter() - began < 5.0


class TestSpelling:
    @pytest.mark.parametrize(
        "text",
        ["عبد الوافي لفتيت", "Gérald Darmanin", "فريديريك ڤو", "Ministère de l’Intérieur", "GMMP 2025"],
    )
    def test_names_of_both_sides_pass(self, text: str) -> None:
        assert check_name(text) == text

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "name_empty"),
            ("\u00a0", "name_empty"),
            ("a" * 201, "name_length"),
            (" a", "name_form"),
            ("e\u0301", "name_form"),
            ("a\u202eb", "name_character"),
            ("\u2067لفتيت\u2069", "name_character"),
            ("لفـتيت", "name_character"),
            ("Ｌaftit", "name_character"),
            ("a\nb", "name_character"),
            ("\ufdfa", "name_character"),
            ("\ue000", "name_character"),
            ("لفتیت", "name_letter"),
            ("Lаftit", "name_script"),
            ("ه\u0301\u0301\u0301\u0301\u0301", "name_character"),
        ],
    )
    def test_what_only_misleads_is_refused(self, text: str, code: str) -> None:
        with pytest.raises(MalformedError) as caught:
            check_name(text)
        assert caught.value.code == code

    def test_the_letter_to_use_is_named(self) -> None:
        with pytest.raises(MalformedError, match=r"use U\+064A instead of U\+06CC"):
            check_name("لفتیت")

    @given(st.text())
    def test_a_check_raises_nothing_else(self, text: str) -> None:
        with suppress(MalformedError):
            assert check_name(text) == text

    def test_look_alikes_look_alike(self) -> None:
        assert look_alike("Раris") == look_alike("Paris") == look_alike("PARIS")
        assert look_alike("وزارة") == look_alike("وزاره")
        assert look_alike("desk1") == look_alike("deskl")
        assert look_alike("Paris") != look_alike("Rabat")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("اجتمـاع", "name_character"),
        ("Réunion\u2066ab\u2069", "name_character"),
        ("ＲＥＵＮＩＯＮ", "name_character"),
        ("a\nb", "name_character"),
        ("اجتماع علی", "name_letter"),
        ("Lаftit", "name_script"),
        ("وUNODC", "name_script"),
    ],
)
def test_a_title_is_held_to_letters_that_cannot_be_taken_for_others(title: str, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        check_letters(title)
    assert caught.value.code == code
    check_letters("الإعلان: partenariat 2024 – ڤ, “Réunion” n° 3")
