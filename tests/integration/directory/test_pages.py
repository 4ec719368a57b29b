"""Pages of the directory on one node: cards, names with reasons, duty; hostile input on each form."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mithaq.core.encoding import format_time
from mithaq.web.api.error_families import FAMILIES

from ..database import sqlite_databases
from ..workspace.conftest import Office, opened_office, post
from .cards import ORGANISATION, POST, issue, name

BASE = "/fr/directory"
LAFTIT = [name("عبد الوافي لفتيت", "ar"), name("Abdelouafi Laftit")]
POST_FIELDS = {
    "organisation": "ma-mi",
    "label_ar": "المدير العام",
    "label_fr": "Directeur général",
    "role_code": "director_general",
}
DUTY_FIELDS = {
    "post": "ma-mi.minister",
    "begins_on": "1/1/2027",
    "begins_at": "08:00",
    "ends_on": "1/1/2027",
    "ends_at": "20:00",
    "tzid": "UTC",
}
HOSTILE = {
    "bidi": "Directeur \u202eléd",
    "control": "Directeur\x07",
    "nul": "Directeur\x00",
    "two scripts in a word": "Dirесteur",
    "look-alike letter": "المدیر",
    "tatweel": "المديـر",
    "full width": "Ｄirecteur",
    "marks": "D" + "\u0301" * 8,
    "tags": "Directeur\U000e0041",
    "too long": "D" * 201,
    "unassigned": "Directeur\u0378",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("pages")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"], clearance="green")
        found.found("reader", "archive", "reader", purposes=["ADMIN"], clearance="green")
        issue(found, ORGANISATION)
        issue(found, POST)
        issue(found, {"card": "person", "id": "p1", "languages": ["ar"]}, LAFTIT)
        holding = {"card": "holding", "id": "h1", "post": "ma-mi.minister", "person": "p1"}
        issue(found, {**holding, "from_on": "2017-04-05"})
        yield found


@pytest.fixture(scope="module")
def browser(office: Office) -> Any:
    return office.browser("author")


@pytest.fixture(scope="module")
def reader(office: Office) -> Any:
    return office.browser("reader")


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def count_kept() -> tuple[int, int, int]:
    from mithaq.adapters.store.models import JournalRow
    from mithaq.registers.directory.models import Card
    from mithaq.web.outgoing.models import OutgoingDraft

    return Card.objects.count(), JournalRow.objects.count(), OutgoingDraft.objects.count()


def choose_post(office: Office) -> Any:
    from mithaq.registers.directory.models import Card

    return Card.objects.get(card_id="ma-mi.minister", is_current=True)


class TestLists:
    @pytest.mark.parametrize("text", ["Laftit", "لفتيت", "ministre", "وزير", "LAFTIT", "لَفتيت"])
    def test_a_post_is_found_by_holder_and_label_in_either_script(self, browser: Any, text: str) -> None:
        shown = text_of(browser.get(f"{BASE}/", {"q": text}))
        assert "Abdelouafi Laftit" in shown
        assert "1 élément" in shown or "1 fiche" in shown or "1" in shown

    @pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "\u202e", "x" * 5_000, "<script>"])
    def test_a_hostile_filter_finds_nothing_and_breaks_nothing(self, browser: Any, text: str) -> None:
        answer = browser.get(f"{BASE}/", {"q": text, "side": "nobody", "state": "?", "page": "1"})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()

    @pytest.mark.parametrize("page", ["", "persons/", "organisations/", "places/", "proxies/", "decisions/"])
    def test_lists_answer_csv_and_json(self, browser: Any, page: str) -> None:
        assert browser.get(f"{BASE}/{page}", {"format": "csv"}).content.startswith(b"\xef\xbb\xbf")
        assert "items" in browser.get(f"{BASE}/{page}", {"format": "json"}).json()

    def test_the_address_holds_the_order(self, browser: Any) -> None:
        page = browser.get(f"{BASE}/", {"order": "organisation"}).content.decode()
        assert '<option value="organisation" selected>' in page
        for lang, usual in (("fr", "Par poste"), ("ar", "حسب المنصب")):
            page = browser.get(f"/{lang}/directory/", {"order": "none"}).content.decode()
            assert f'<option value="">{usual}</option>' in page

    def test_a_page_of_posts_asks_a_fixed_number_of_questions(
        self, browser: Any, office: Office, django_assert_max_num_queries: Any
    ) -> None:
        browser.get(f"{BASE}/")
        with django_assert_max_num_queries(12):
            browser.get(f"{BASE}/")
        with django_assert_max_num_queries(12):
            browser.get(f"{BASE}/{choose_post(office).object_id}/")


class TestCards:
    def test_a_new_post_goes_to_the_preview_and_nothing_leaves(self, browser: Any) -> None:
        cards, _entries, drafts = count_kept()
        answer = post(browser, f"{BASE}/new/post/", **POST_FIELDS, contacts="Téléphone: +212 5 | standard")
        assert (answer.status_code, "/outgoing/" in answer["Location"]) == (302, True)
        assert count_kept()[::2] == (cards, drafts + 1)
        shown = text_of(browser.get(answer["Location"]))
        assert "Directeur général" in shown
        assert "المدير العام" in shown
        back = browser.get(f"{BASE}/new/post/?draft={answer['Location'].rstrip('/').split('/')[-1]}")
        assert "Téléphone: +212 5 | standard" in back.content.decode()

    def test_a_day_stands_in_words_beside_what_was_typed(self, browser: Any) -> None:
        typed = {"from_on": "٢/٣/٢٠٢٧", "to_on": "2027"}
        for lang, words in (("fr", "2 mars 2027"), ("ar", "2 مارس 2027"), ("en", "2 March 2027")):
            page = post(browser, f"/{lang}/directory/new/holding/", **typed).content.decode()
            assert page.count('class="help understood"') == 1
            assert f"<bdi>{words}</bdi>" in page

    def test_isolates_that_a_page_had_added_are_taken_out(self, browser: Any) -> None:
        answer = post(browser, f"{BASE}/new/post/", **{**POST_FIELDS, "label_fr": "\u2067Directeur\u2069"})
        assert "\u2067" not in browser.get(answer["Location"]).content.decode()

    @pytest.mark.parametrize("why", HOSTILE)
    def test_a_hostile_name_is_refused_in_words_and_nothing_is_kept(self, browser: Any, why: str) -> None:
        before = count_kept()
        field = "label_ar" if why in ("look-alike letter", "tatweel") else "label_fr"
        answer = post(browser, f"{BASE}/new/post/", **{**POST_FIELDS, field: HOSTILE[why]})
        assert answer.status_code in (200, 400)
        assert count_kept() == before
        assert "error-summary" in answer.content.decode() or "Ce qui a été gardé" in text_of(answer)

    @pytest.mark.parametrize(
        ("card", "fields"),
        [
            ("post", {**POST_FIELDS, "role_code": "emperor"}),
            ("post", {**POST_FIELDS, "contacts": "pigeon: 1"}),
            ("post", {**POST_FIELDS, "from_on": "31/2/2025"}),
            ("post", {**POST_FIELDS, "from_on": "mars 2025"}),
            ("post", {**POST_FIELDS, "id": "../../etc"}),
            ("post", {**POST_FIELDS, "id": "ma-mi.rninister"}),
            ("post", {**POST_FIELDS, "label_fr": "Ministre de l’intérieur"}),
            ("post", {**POST_FIELDS, "from_on": "2/3/2025", "to_on": "1/3/2025"}),
            ("organisation", {"name_ar": "x", "name_fr": "Y", "place": "Rabat"}),
            ("organisation", {"name_ar": "هيئة", "name_fr": "Org", "tzid": "Mars/Olympus", "place": "x"}),
            ("holding", {"post": "ma-mi.minister", "person": "p1"}),
            ("person", {"name_ar": "", "name_fr": ""}),
            ("duty", {**DUTY_FIELDS, "begins_at": "25:00"}),
            ("duty", {**DUTY_FIELDS, "ends_on": "31/12/2026"}),
            ("duty", {**DUTY_FIELDS, "tzid": "+01:00"}),
            ("key", {"post": "ma-mi.minister", "fingerprint": "zz"}),
            ("proxy", {"post": "ma-mi.minister", "from_on": "1/1/2027"}),
            ("proxy", {"post": "ma-mi.minister", "from_on": "1/1/2027", "for_kinds": "instrument.eat"}),
        ],
    )  # fmt: skip
    def test_what_breaks_a_rule_comes_back_with_the_form(
        self, browser: Any, card: str, fields: dict[str, str]
    ) -> None:
        before = count_kept()
        answer = post(browser, f"{BASE}/new/{card}/", **fields)
        assert answer.status_code == 200
        summary = answer.content.decode().partition("error-summary")[2].partition("<form")[0]
        codes = re.findall(r'<code><bdi dir="ltr">(\w+)</bdi></code>', summary)
        assert codes
        assert set(codes) <= set(FAMILIES)
        assert count_kept() == before

    @pytest.mark.parametrize("address", ["new/robot/", "new/post/?draft=x", "new/post/?draft=" + "0" * 36])
    def test_what_is_not_there_is_missing(self, browser: Any, address: str) -> None:
        assert browser.get(f"{BASE}/{address}").status_code == 404

    def test_a_future_end_without_a_successor_is_told_before_the_preview(self, browser: Any) -> None:
        fields = {
            "post": "ma-mi.minister",
            "person": "p1",
            "from_on": "5/4/2017",
            "to_on": "1/1/2099",
            "id": "h1",
        }
        first = post(browser, f"{BASE}/new/holding/", **fields)
        assert first.status_code == 200
        assert "personne n’est nommé" in text_of(first)
        seen = re.search(r'name="seen" value="([^"]*)"', first.content.decode())
        assert seen
        again = post(browser, f"{BASE}/new/holding/", **fields, seen=seen[1])
        assert (again.status_code, "/outgoing/" in again["Location"]) == (302, True)

    def test_a_reader_may_look_and_not_write(self, reader: Any) -> None:
        assert reader.get(f"{BASE}/").status_code == 200
        for address in ("new/", "new/post/", "names/new/"):
            assert reader.get(f"{BASE}/{address}").status_code in (403, 404)

    def test_nobody_gets_in_without_signing_in(self, office: Office) -> None:
        for address in ("", "persons/", "matching/", "new/post/", "popolo.json"):
            assert office.browser().get(f"{BASE}/{address}").status_code == 302

    def test_a_red_card_is_missing_to_whom_is_not_cleared(self, browser: Any, office: Office) -> None:
        red = {"code": "red", "caveats": [], "purpose": "ADMIN"}
        hidden = issue(office, {"card": "person", "id": "p9"}, [name("Secret Homme")], handling=red)
        assert browser.get(f"{BASE}/{hidden}/").status_code == 404
        assert browser.get(f"{BASE}/names/ma-mi/person/p9/").status_code == 404
        for address in ("persons/", "popolo.json", "?q=Secret", "persons/?format=csv"):
            assert "Secret Homme" not in browser.get(f"{BASE}/{address}").content.decode()
        assert "Personne ni rien" in text_of(browser.get(f"{BASE}/matching/", {"text": "Secret Homme"}))

    def test_vcard_and_jscontact_of_a_post_name_its_holder(self, browser: Any, office: Office) -> None:
        address = f"{BASE}/{choose_post(office).object_id}"
        card = browser.get(f"{address}/contact.json").json()
        assert (card["@type"], card["name"]["full"]) == ("Card", "Abdelouafi Laftit")
        assert card["localizations"]["ar"]["name/full"] == "عبد الوافي لفتيت"
        lines = browser.get(f"{address}/contact.vcf").content.decode().split("\r\n")
        assert "FN;ALTID=1;LANGUAGE=fr:Abdelouafi Laftit" in lines
        assert browser.get(f"{address}/contact.exe").status_code == 404


class TestNames:
    def test_two_spellings_stand_aligned_with_the_reason_of_each_cost(self, browser: Any) -> None:
        shown = text_of(browser.get(f"{BASE}/matching/", {"text": "Lafetet"}))
        assert "Proposé" in shown
        assert "une voyelle que les écritures notent autrement" in shown

    def test_a_person_confirms_once_and_it_is_an_alias_that_can_be_taken_back(
        self, browser: Any, office: Office
    ) -> None:
        from mithaq.registers.directory.models import Decision, Spelling

        shown = browser.get(f"{BASE}/matching/", {"text": "لفتت"})
        assert "Connue" not in text_of(shown)
        fields = {"text": "لفتت", "entity_id": "ma-mi/person/p1", "decision": "confirm", "reason": "presse"}
        answer = post(browser, f"{BASE}/matching/", f"{BASE}/matching/?text=لفتت", **fields)
        assert answer.status_code == 302
        decision = Decision.objects.get(text="لفتت")
        assert (decision.kind, decision.post, decision.reason) == ("alias.confirmed", "desk", "presse")
        assert decision.score > 0.7
        assert decision.steps
        assert office.node.registry.who.names().propose("لفتت")[0].is_exact
        again = post(browser, f"{BASE}/decisions/{decision.number}/", reason="erreur")
        assert again.status_code == 302
        assert not Spelling.objects.filter(text="لفتت").exists()
        assert "erreur" in text_of(browser.get(f"{BASE}/decisions/{decision.number}/"))
        twice = post(browser, f"{BASE}/decisions/{decision.number}/", f"{BASE}/names/new/", reason="encore")
        assert (twice.status_code, "decision_reversed" in text_of(twice)) == (409, True)

    def test_what_was_rejected_is_never_a_proposal_again(self, browser: Any) -> None:
        fields = {"text": "Laftett", "entity_id": "ma-mi/person/p1", "decision": "reject"}
        post(browser, f"{BASE}/matching/", f"{BASE}/matching/?text=Laftett", **fields)
        shown = text_of(browser.get(f"{BASE}/matching/", {"text": "Laftett"}))
        assert "Une personne a déjà rejeté" in shown
        assert "Confirmer" not in shown

    @pytest.mark.parametrize(
        "changes",
        [
            {"entity_id": "ma-mi/person/nobody"},
            {"entity_id": "../../x"},
            {"entity_id": ""},
            {"text": "Zzzzz"},
            {"text": "Laf\u202etet"},
            {"text": ""},
            {"decision": "merge"},
            {"reason": "x" * 501},
        ],
    )
    def test_a_forged_decision_is_refused_and_not_kept(self, browser: Any, changes: dict[str, str]) -> None:
        before = count_kept()
        fields = {"text": "Lafetet", "entity_id": "ma-mi/person/p1", "decision": "confirm", **changes}
        answer = post(browser, f"{BASE}/matching/", f"{BASE}/matching/?text=Lafetet", **fields)
        assert 400 <= answer.status_code < 500
        assert count_kept() == before

    def test_nothing_is_linked_by_asking(self, browser: Any) -> None:
        before = count_kept()
        for text in ("Lafetet", "لفتيت", "Ministère"):
            browser.get(f"{BASE}/matching/", {"text": text})
        assert count_kept() == before

    def test_a_place_of_this_node_is_found_by_its_spellings_alone(self, browser: Any, office: Office) -> None:
        fields = {"type": "place", "name_ar": "المغرب", "name_fr": "Maroc", "aliases": "Morocco", "id": "ma"}
        answer = post(browser, f"{BASE}/names/new/", **fields)
        assert answer["Location"].endswith("/names/local/place/ma/")
        names = office.node.registry.who.names()
        assert names.propose("MOROCCO")[0].entity_id == "local/place/ma"
        assert names.propose("Marocco") == []
        assert "Morocco" in text_of(browser.get(f"{BASE}/places/"))

    @pytest.mark.parametrize("text", ["\u202eabc", "ab\u200fcd", "لفتیت", "x" * 201, ""])
    def test_a_hostile_alias_is_refused(self, browser: Any, text: str) -> None:
        before = count_kept()
        answer = post(browser, f"{BASE}/names/ma-mi/person/p1/", text=text, kind="alias")
        assert answer.status_code == 200
        assert count_kept() == before


class TestDuty:
    def test_a_gap_is_an_alarm_on_home_a_day_before_and_ends_with_a_new_watch(
        self, browser: Any, office: Office
    ) -> None:
        desk = {
            **POST,
            "id": "ma-mi.desk",
            "role_code": "spoc",
            "always_on": True,
            "label": {"ar": "نقطة الاتصال", "fr": "Point de contact"},
        }
        issue(office, desk)
        assert "Personne n’est de permanence en ce moment" in text_of(browser.get("/fr/"))
        now = office.clock.now().replace(microsecond=0)
        watch = {"card": "duty", "id": "d1", "post": "ma-mi.desk", "tzid": "Africa/Casablanca"}
        soon = {
            **watch,
            "from_at": format_time(now - timedelta(hours=1)),
            "until_at": format_time(now + timedelta(hours=20)),
        }
        issue(office, soon)
        assert "Personne n’est de permanence à partir de" in text_of(browser.get("/fr/"))
        issue(office, {**soon, "until_at": format_time(now + timedelta(hours=30))})
        assert "Personne n’est de permanence" not in text_of(browser.get("/fr/"))
        assert "De permanence" in text_of(browser.get(f"{BASE}/duty/"))


class TestReplacing:
    def test_what_no_form_knows_is_sent_on_unharmed(self, browser: Any, office: Office) -> None:
        contact = {
            "type": "phone",
            "value": "+212 5",
            "valid_from_on": "2025-01-01",
            "until_on": "2025-12-31",
        }
        old = {
            **POST,
            "id": "ma-mi.old",
            "label": {"ar": "منصب قديم", "fr": "Ancien poste"},
            "of_a_newer_node": {"x": 1},
        }
        sent = issue(office, {**old, "contact_details": [contact], "author_post": "other"})
        shown = browser.get(f"{BASE}/{sent}/replace/")
        fields = shown.context["form"].initial
        given = {
            **{name: str(value) for name, value in fields.items() if isinstance(value, str)},
            "hours": "09:00-17:00",
        }
        answer = post(browser, f"{BASE}/{sent}/replace/", **given)
        from mithaq.web.outgoing.models import OutgoingDraft

        body = OutgoingDraft.objects.get(pk=answer["Location"].rstrip("/").split("/")[-1]).command["body"]
        assert (body["id"], body["hours"], body["of_a_newer_node"]) == ("ma-mi.old", "09:00-17:00", {"x": 1})
        assert body["contact_details"] == [contact]
        assert body["author_post"] == "desk"


class TestRights:
    def test_a_card_for_named_readers_stands_on_its_own_page_alone(
        self, browser: Any, reader: Any, office: Office
    ) -> None:
        named = issue(
            office, {"card": "person", "id": "p8", "readers": ["ma-mi.desk"]}, [name("Homme Nommé")]
        )
        assert "Homme Nommé" in text_of(browser.get(f"{BASE}/{named}/"))
        assert "Homme Nommé" not in text_of(browser.get(f"{BASE}/persons/"))
        assert reader.get(f"{BASE}/{named}/").status_code == 404
