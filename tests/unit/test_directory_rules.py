"""Rules of the directory: cards, terms, holders, duty, new cards, decisions. No Django."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.names import fold, score
from mithaq.errors import ConflictError, MalformedError
from mithaq.node.who import Standing
from mithaq.registers.directory.rules.cards import CardState, Organisation, Term, check_card, parse_card
from mithaq.registers.directory.rules.duty import DutyGap, Watch, find_gap
from mithaq.registers.directory.rules.holders import (
    HoldingTerm,
    ProxyTerm,
    day_at,
    find_holder,
    find_proxy,
    judge,
)
from mithaq.registers.directory.rules.matching import EntryKind, make_decision, make_entity
from mithaq.registers.directory.rules.new_card import KnownCard, NewCard, WarningCode, make_card
from mithaq.registers.directory.rules.values import NameKind

NOW = datetime(2025, 4, 14, 10, tzinfo=UTC)
TODAY = NOW.date()
AR = {"text": "وزارة الداخلية", "lang": "ar", "script": "arab", "kind": "official"}
FR = {"text": "Ministère de l’Intérieur", "lang": "fr", "script": "latn", "kind": "official"}
CARDS: dict[str, dict[str, Any]] = {
    "organisation": {
        "names": [AR, FR],
        "seat": {"place": "Rabat", "tzid": "Africa/Casablanca"},
        "parent": "ma",
    },
    "post": {
        "label": {"ar": "وزير الداخلية", "fr": "Ministre de l’intérieur"},
        "organisation": "ma-mi",
        "role_code": "minister",
        "fields": ["SEC"],
        "always_on": False,
        "contact_details": [{"type": "phone", "value": "+212 5", "valid_from_on": "2025-01-01"}],
    },
    "holding": {"post": "ma-mi.minister", "person": "p1", "from_on": "2024-09-21", "acting": False},
    "person": {"languages": ["ar", "fr"]},
    "duty": {
        "post": "ma-mi.desk",
        "from_at": "2025-04-14T08:00:00.000Z",
        "until_at": "2025-04-15T08:00:00.000Z",
        "tzid": "Africa/Casablanca",
        "phone": "+212 5",
        "backup": "ma-mi.release",
    },
    "key": {"post": "ma-mi.minister", "fingerprint": "ab" * 32, "from_on": "2025-01-01"},
    "proxy": {
        "post": "ma-mi.minister",
        "for_kinds": ["instrument.sign"],
        "from_on": "2025-01-01",
        "person": "p2",
    },
}


def card(kind: str, **changes: Any) -> dict[str, Any]:
    body = {"card": kind, "id": f"ma-mi.{kind}", **CARDS[kind], **changes}
    return {name: value for name, value in body.items() if value is not ...}


def day(text: str) -> date:
    return date.fromisoformat(text)


class TestCards:
    @pytest.mark.parametrize("kind", CARDS)
    def test_every_card_with_every_field(self, kind: str) -> None:
        check_card({**card(kind), "of_a_newer_node": {"kept": [1]}})

    @pytest.mark.parametrize(
        ("kind", "changes", "code"),
        [
            ("organisation", {"card": "robot"}, "card_type"),
            ("organisation", {"card": ["post"]}, "card_type"),
            ("organisation", {"id": ""}, "card_id"),
            ("organisation", {"id": "Ma-Mi"}, "card_id"),
            ("organisation", {"id": "٣"}, "card_id"),
            ("organisation", {"id": "a" * 101}, "card_id"),
            ("organisation", {"names": []}, "card_names"),
            ("organisation", {"names": [AR] * 201}, "card_names"),
            ("organisation", {"names": [{**AR, "kind": "nickname"}]}, "card_names"),
            ("organisation", {"names": [{**AR, "text": "وزارة\u202e"}]}, "name_character"),
            ("organisation", {"names": [{**FR, "text": "Mіnistère"}]}, "name_script"),
            ("organisation", {"parent": "ma-mi.organisation"}, "card_parent"),
            ("organisation", {"seat": {"place": "Rabat", "tzid": "+01:00"}}, "card_zone"),
            ("organisation", {"seat": "Rabat"}, "card_seat"),
            ("organisation", {"from_on": "2025-02-30"}, "card_date"),
            ("organisation", {"from_on": "٢٠٢٥-٠١-٠١"}, "card_date"),
            ("organisation", {"from_on": "2025-02-01", "to_on": "2025-01-01"}, "card_dates"),
            ("post", {"label": {"fr": "Ministre"}}, "card_label"),
            ("post", {"organisation": None}, "card_id"),
            ("post", {"role_code": "وزير"}, "card_code"),
            ("post", {"fields": ["SEC", "SEC"]}, "card_list"),
            ("post", {"always_on": "yes"}, "card_flag"),
            ("post", {"hours": "x" * 301}, "card_text"),
            ("post", {"contact_details": [{"type": "pigeon", "value": "1"}]}, "card_contact"),
            ("post", {"contact_details": [{"type": "phone", "value": " "}]}, "card_contact"),
            ("holding", {"from_on": ...}, "card_date"),
            ("holding", {"person": 4}, "card_id"),
            ("person", {"names": [AR]}, "card_persons"),
            ("duty", {"until_at": "2025-04-14T08:00:00.000Z"}, "card_dates"),
            ("duty", {"from_at": "2025-04-14 08:00"}, "card_time"),
            ("duty", {"tzid": "Mars/Olympus"}, "card_zone"),
            ("key", {"fingerprint": "AB" * 32}, "card_fingerprint"),
            ("proxy", {"for_kinds": []}, "card_list"),
            ("proxy", {"from_on": ...}, "card_date"),
        ],
    )
    def test_what_is_no_card_is_refused_with_its_code(
        self, kind: str, changes: dict[str, Any], code: str
    ) -> None:
        with pytest.raises(MalformedError) as caught:
            check_card(card(kind, **changes))
        assert caught.value.code == code

    @given(
        st.dictionaries(
            st.sampled_from(
                ["card", "id", "names", "label", "from_on", "seat", "post", "fields", "contact_details"]
            ),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(list(CARDS)),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
                max_leaves=8,
            ),
        )
    )
    def test_any_json_is_a_card_or_malformed(self, body: dict[str, Any]) -> None:
        try:
            parse_card(body)
        except MalformedError as error:
            assert error.code.startswith(("card_", "name_"))  # noqa: PT017

    def test_states_are_computed_from_dates(self) -> None:
        term = Term(day("2025-01-01"), day("2025-03-31"), None)
        assert [str(term.state_on(day(at))) for at in ("2024-12-31", "2025-03-31", "2025-04-01")] == [
            "active", "active", "ended",
        ]  # fmt: skip
        assert Term(revoked_on=TODAY).state_on(TODAY) is CardState.REVOKED
        assert not Term(from_on=TODAY + timedelta(days=1)).covers(TODAY)


HOLDINGS = [
    HoldingTerm("h1", "darmanin", Term(day("2020-07-06"), day("2024-09-21"))),
    HoldingTerm("h2", "retailleau", Term(day("2024-09-21"))),
]


class TestHolders:
    @pytest.mark.parametrize(
        ("on", "person"),
        [
            ("2020-07-05", None),
            ("2024-04-22", "darmanin"),
            ("2024-09-21", "retailleau"),
            ("2025-04-14", "retailleau"),
        ],
    )
    def test_one_post_two_holders(self, on: str, person: str | None) -> None:
        held = find_holder(HOLDINGS, day(on))
        assert (held.person if held else None) == person
        assert find_holder(reversed(HOLDINGS), day(on)) == held

    def test_the_day_is_that_of_the_seat(self) -> None:
        late = datetime(2024, 9, 20, 23, 30, tzinfo=UTC)
        assert day_at(late, "Europe/Paris") == day("2024-09-21")
        assert day_at(late, "No/Where") == day("2024-09-20")

    def test_a_signing_is_judged_by_holding_and_proxy_of_its_day(self) -> None:
        proxies = [ProxyTerm("x", "deputy", ("instrument.sign",), Term(day("2025-04-01"), day("2025-04-30")))]
        held = find_holder(HOLDINGS, TODAY)

        def told(person: str, kind: str, on: date) -> Standing:
            return judge(held, find_proxy(proxies, person, kind, on), person, is_known_post=True)

        assert told("retailleau", "instrument.sign", TODAY) is Standing.HOLDER
        assert told("deputy", "instrument.sign", TODAY) is Standing.PROXY
        assert told("deputy", "instrument.withdraw", TODAY) is Standing.OTHER_PERSON
        assert told("deputy", "instrument.sign", day("2025-05-01")) is Standing.OTHER_PERSON
        assert judge(None, None, "x", is_known_post=True) is Standing.NO_HOLDER
        assert judge(None, None, "x", is_known_post=False) is Standing.UNKNOWN_POST


def watch(start_h: float, end_h: float) -> Watch:
    return Watch(NOW + timedelta(hours=start_h), NOW + timedelta(hours=end_h))


class TestDuty:
    @pytest.mark.parametrize(
        ("rota", "gap"),
        [
            ([], (0, None)),
            ([(-1, 24)], None),
            ([(-1, 12), (12, 30)], None),
            ([(-1, 12), (13, 30)], (12, 13)),
            ([(-1, 12), (11, 20)], (20, None)),
            ([(5, 30)], (0, 5)),
            ([(-5, -1), (1, 2)], (0, 1)),
            ([(-1, 40), (2, 3)], None),
        ],
    )
    def test_a_gap_is_told_a_day_before(
        self, rota: list[tuple[float, float]], gap: tuple[float, float | None] | None
    ) -> None:
        found = find_gap([watch(*hours) for hours in rota], NOW)
        wanted = None
        if gap is not None:
            end = None if gap[1] is None else NOW + timedelta(hours=gap[1])
            wanted = DutyGap(NOW + timedelta(hours=gap[0]), end)
        assert found == wanted


KNOWN = [
    KnownCard("ma-mi", "organisation", "ma-mi", ["وزارة الداخلية", "Ministère de l’Intérieur"]),
    KnownCard("ma-mi", "post", "ma-mi.desk1", ["نقطة الاتصال", "Point de contact"], organisation="ma-mi"),
    KnownCard("fr-mi", "organisation", "fr-mi", ["Ministère de l’Intérieur"]),
    KnownCard("ma-mi", "person", "p1", ["Abdelouafi Laftit"]),
    KnownCard("ma-mi", "holding", "h1", post="ma-mi.desk1", from_on=day("2024-01-01")),
]


def made(body: dict[str, Any], persons: list[dict[str, str]] | None = None, issuer: str = "ma-mi") -> NewCard:
    return make_card(body, persons or [], issuer, KNOWN, TODAY)


class TestNewCard:
    def test_a_second_card_of_the_same_thing_is_no_double(self) -> None:
        found = made(card("organisation", id="ma-mi", parent=...))
        assert isinstance(found.card, Organisation)
        assert found.subject() == {"ar": AR["text"], "fr": FR["text"]}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"id": "ma-mi.deskl"}, "card_look_alike"),
            ({"id": "x", "label": {"ar": "نقطة الاتصال", "fr": "Autre"}}, "card_twice"),
            ({"id": "x", "label": {"ar": "نقطه الاتصال", "fr": "Autre"}}, "card_look_alike"),
        ],
    )
    def test_a_new_post_may_not_be_taken_for_another(self, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(ConflictError) as caught:
            made(card("post", **changes))
        assert caught.value.code == code

    def test_both_sides_may_name_a_ministry_alike(self) -> None:
        assert made(card("organisation", id="fr-mi", parent=...), issuer="fr-mi").warnings == ()

    def test_a_future_end_without_a_successor_is_told(self) -> None:
        body = card("holding", id="h9", post="ma-mi.desk2", to_on="2025-12-31")
        assert WarningCode.NO_SUCCESSOR in {one.code for one in made(body).warnings}
        past = card("holding", id="h9", post="ma-mi.desk2", to_on="2025-01-31")
        assert WarningCode.NO_SUCCESSOR not in {one.code for one in made(past).warnings}
        followed = card("holding", id="h9", post="ma-mi.desk1", to_on="2025-12-31")
        assert WarningCode.NO_SUCCESSOR not in {one.code for one in made(followed).warnings}

    def test_names_of_a_person_go_into_a_section(self) -> None:
        found = made(card("person"), [{**FR, "text": "A. Laftit"}])
        assert "names" not in found.body
        assert found.sections() == {
            "persons": b'{"names":[{"kind":"official","lang":"fr","script":"latn","text":"A. Laftit"}]}'
        }
        assert found.subject() == {"ar": "ma-mi.person", "fr": "ma-mi.person"}
        with pytest.raises(MalformedError):
            made(card("person"))

    def test_a_look_alike_name_of_a_person_is_told(self) -> None:
        found = made(
            card("person", id="p2"), [{**FR, "text": "Abdelouafi  Laftit".replace("  ", " ").upper()}]
        )
        assert found.warnings == ()
        found = made(card("person", id="p2"), [{**FR, "text": "Abdelouafi Làftit"}])
        assert [(one.code, one.about) for one in found.warnings] == [
            (WarningCode.LOOK_ALIKE, "Abdelouafi Laftit")
        ]


class TestDecisions:
    def test_a_decision_keeps_the_evidence_that_was_on_the_page(self) -> None:
        shown = score("روتايو", "Retailleau")
        found = make_decision(
            EntryKind.ALIAS_CONFIRMED, "fr-mi/person/fr-minister-2", "روتايو", NameKind.ALIAS, "", shown
        )
        body = found.body()
        assert (body["text"], body["lang"], body["script"]) == ("روتايو", "ar", "arab")
        assert body["score"] == pytest.approx(0.94, abs=0.01)
        assert "".join(step["a"] for step in body["steps"]) == "روتايو"

    @pytest.mark.parametrize(
        "entity_id", ["", "x", "../../etc", "fr-mi/person/", "fr-mi/person/A", "a/b/c/d" * 99]
    )
    def test_an_id_that_is_none_is_refused(self, entity_id: str) -> None:
        with pytest.raises(MalformedError):
            make_decision(EntryKind.ALIAS_ADDED, entity_id, "Rabat", NameKind.ALIAS, "")

    def test_a_place_of_this_node(self) -> None:
        found = make_entity("place", "rabat", [{**AR, "text": "الرباط"}, {**FR, "text": "Rabat"}])
        assert found.entity_id == "local/place/rabat"
        with pytest.raises(MalformedError):
            make_entity("planet", "mars", [FR])


VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "own" / "directory.json").read_text(encoding="utf-8")
)


class TestVectors:
    @pytest.mark.parametrize("case", VECTORS["accepted"], ids=lambda case: case["name"])
    def test_accepted(self, case: dict[str, Any]) -> None:
        check_card(case["body"])

    @pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
    def test_refused(self, case: dict[str, Any]) -> None:
        with pytest.raises(MalformedError) as caught:
            check_card(case["body"])
        assert caught.value.code == case["code"]

    @pytest.mark.parametrize("case", VECTORS["folds"], ids=lambda case: case["name"])
    def test_folds(self, case: dict[str, Any]) -> None:
        assert fold(case["text"]) == case["fold"]

    @pytest.mark.parametrize("case", VECTORS["scores"], ids=lambda case: case["name"])
    def test_scores(self, case: dict[str, Any]) -> None:
        assert round(score(case["a"], case["b"]).value * 10_000) == case["score_of_10000"]
