"""The shell: ways in, languages, errors of three parts, home, lists, and the pages of every record."""

import csv
import io
import re
from typing import Any

import pytest

from ..public.page import read_page
from .conftest import PARTNER, Office, post, send

UNKNOWN = "01900000-0000-7000-8000-000000000000"
TITLE = {"ar": "طلب تجريبي", "fr": "Demande d’essai"}
HANDLING = {"code": "green", "caveats": [], "purpose": "ADMIN"}


def send_note(office: Office, number: int = 1, **changes: Any) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    fields = {
        "subject": {**TITLE, "fr": f"{TITLE['fr']} {number}"},
        "lang": ["ar", "fr"],
        "handling": HANDLING,
    }
    content = NoteContent(
        "requests.spontaneous_information", [PARTNER], {"text": "Bonjour"}, {**fields, **changes}
    )
    return Desk(office.node).send_note(content, Author("desk", "p-1")).act_id


def propose(office: Office, data: dict[str, Any]) -> str:
    """An instrument put forward by this side."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Author, Desk

    desk = Desk(office.node)
    object_id = desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="agreements.agreement",
        object_v=1,
        signatories=[Signatory(code, "desk") for code in (office.node.identity.code, PARTNER)],  # type: ignore[arg-type]
        effect={"rule": "ON_SIGNATURE"},
        data=data,
    )
    fields = {"subject": TITLE, "lang": ["ar", "fr"], "handling": HANDLING}
    body = {"manifest": dict(manifest.members)}
    desk.act_on_instrument(object_id, InstrumentKind.PROPOSE, body, Author("desk", "p-1"), fields)
    return object_id


def article(arabic: str, french: str) -> dict[str, Any]:
    return {"title": TITLE, "articles": [{"eid": "art_1", "text": {"ar": arabic, "fr": french}}]}


@pytest.fixture
def reader(office: Office) -> Any:
    office.found("reader", "desk", "reader", "drafter")
    return office.browser("reader")


@pytest.mark.parametrize(
    ("wanted", "lang"), [("ar-MA,fr;q=0.5", "ar"), ("fr", "fr"), ("de", "en"), ("", "en")]
)
def test_the_bare_address_leads_home(office: Office, wanted: str, lang: str) -> None:
    answer = office.browser().get("/", headers={"accept-language": wanted})
    assert (answer.status_code, answer["Location"]) == (302, f"/{lang}/")


def test_who_has_not_signed_in_is_led_to_the_page_that_does(office: Office) -> None:
    answer = office.browser().get("/fr/agreements/?state=draft")
    assert answer.status_code == 302
    assert answer["Location"] == "/fr/account/sign-in/?next=%2Ffr%2Fagreements%2F%3Fstate%3Ddraft"


def test_programs_pay_for_no_session(office: Office, reader: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in ("/log/checkpoint", "/exchange/v1/info", "/public/fr/", "/nowhere"):
        with CaptureQueriesContext(connection) as queries:
            answer = reader.get(address)
        assert not [each for each in queries if "session" in each["sql"]], address
        assert not answer.cookies, address
        assert answer.headers.get("Vary") is None, address


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")])
def test_a_page_says_its_language_and_direction(reader: Any, lang: str, direction: str) -> None:
    page = read_page(reader.get(f"/{lang}/").content.decode())
    [html] = page.find("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == (lang, direction)
    sheets = [each.attributes["href"] for each in page.find("link") if each.attributes["rel"] == "stylesheet"]
    assert any("rtl" in each for each in sheets) is (lang == "ar")


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_errors_have_three_parts(reader: Any, lang: str) -> None:
    for address, code in (
        ("nowhere/", "not_found"),
        (f"agreements/{UNKNOWN}/", "not_found"),
        (f"requests/{UNKNOWN}/proof/", "not_found"),
        ("agreements/?page=2", "page"),
        ("agreements/?page=x", "page"),
        ("agreements/?page=%D9%A1", "page"),
        ("xx-mi/2025/1", "not_found"),
        ("ma-mi/1999/0", "not_found"),
    ):
        answer = reader.get(f"/{lang}/{address}")
        page = read_page(answer.content.decode())
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store"), address
        assert len(page.find("dt")) == len(page.find("dd")) == 2, address
        assert code in page.text, address


def test_a_form_without_its_token_is_refused_in_words(reader: Any) -> None:
    answer = reader.post("/fr/views/", {"name": "x", "place": "agreements/", "query": ""})
    assert answer.status_code == 403
    assert "stale_form" in answer.content.decode()


def test_a_method_that_is_none_of_the_page(reader: Any) -> None:
    shown = reader.get("/fr/account/preferences/").content.decode()
    answer = send(reader, "/fr/agreements/", shown)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "method" in answer.content.decode()


def test_who_sees_no_content_has_no_lists(office: Office) -> None:
    office.found("officer", "release", "security_admin")
    browser = office.browser("officer")
    home = browser.get("/fr/").content.decode()
    assert "board-list" not in home
    assert 'href="/fr/agreements/"' not in home
    answer = browser.get("/fr/agreements/")
    assert (answer.status_code, "no_role" in answer.content.decode()) == (403, True)


def test_home_counts_what_waits_and_leads_back(office: Office, reader: Any) -> None:
    for number in range(12):
        send_note(office, number)
    propose(office, article("أ", "a"))
    page = read_page(reader.get("/fr/").content.decode())
    counts = [
        text
        for text, inside in page.texts
        if any("count" in e.attributes.get("class", "").split() for e in inside)
    ]
    assert counts == ["1", "0", "0"]  # one text to sign; information asks for no answer
    note = send_note(office, 99)
    reader.get(f"/fr/requests/{note}/")
    assert f'href="/ar/requests/{note}/"' in reader.get("/ar/").content.decode()


def test_lists_are_paged_by_fifty_filtered_and_exported(office: Office, reader: Any) -> None:
    for number in range(52):
        send_note(office, number)
    first = reader.get("/fr/requests/").content.decode()
    assert first.count('<th scope="row"') == 50
    assert 'href="?page=2"' in first
    assert reader.get("/fr/requests/?page=2").content.decode().count('<th scope="row"') == 2
    empty = reader.get("/fr/requests/?state=closed").content.decode()
    assert ('class="empty"' in empty, 'href="/fr/requests/"' in empty) == (True, True)
    answer = reader.get("/fr/requests/?page=2&format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert re.search(
        r"filename=\"list_green_[0-9-]{10}_[a-z0-9]+_[0-9]+\.csv\"", answer["Content-Disposition"]
    )
    assert (len(rows), rows[0][0], rows[1][0]) == (3, "title", "Demande d’essai 1")
    found = reader.get("/fr/requests/?format=json").json()
    assert (len(found["items"]), found["count"], found["items"][0]["title"]["ar"]) == (50, 52, TITLE["ar"])


def test_a_view_of_a_list_gets_a_name_of_its_own(reader: Any) -> None:
    page = "/fr/requests/?state=sent"
    saved = post(reader, "/fr/views/", page, name="  À suivre ", place="requests/", query="state=sent")
    assert (saved.status_code, saved["Location"]) == (302, page)
    shown = reader.get("/ar/requests/").content.decode()
    assert ("À suivre" in shown, "?state=sent" in shown) == (True, True)
    [remove] = re.findall(r'action="(/ar/views/\d+/remove/)"', shown)
    assert send(reader, remove, shown).status_code == 302
    assert "À suivre" not in reader.get("/ar/requests/").content.decode()
    elsewhere = post(reader, "/fr/views/", page, name="x", place="//evil.example/", query="")
    assert elsewhere.status_code in (400, 404)


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_summary_of_a_form_names_the_code(reader: Any, lang: str) -> None:
    html = post(reader, f"/{lang}/account/preferences/", theme="neon").content.decode()
    summary = html.partition("error-summary")[2].partition("<form")[0]
    assert '<code><bdi dir="ltr">invalid_input</bdi></code>' in summary


def test_a_change_of_language_keeps_what_was_typed(reader: Any) -> None:
    from mithaq.web.kept import SWITCH

    address = "/fr/account/preferences/"
    answer = post(reader, f"{address}?x=1", address, theme="dark", **{SWITCH: "ar"})
    assert (answer.status_code, answer["Location"]) == (302, "/ar/account/preferences/?x=1")
    assert reader.session["mq_forms"] == {"account/preferences/": {"theme": ["dark"]}}


def test_a_short_reference_leads_to_the_record(office: Office, reader: Any) -> None:
    note = send_note(office)
    shown = read_page(reader.get(f"/fr/requests/{note}/").content.decode()).text
    [reference] = set(re.findall(r"ma-mi/\d{4}/\d+", shown))
    answer = reader.get(f"/ar/{reference}")
    assert (answer.status_code, answer["Location"]) == (302, f"/ar/requests/{note}/")
    assert reader.get(f"/fr/records/{note}/")["Location"] == f"/fr/requests/{note}/"


def test_what_the_reader_may_not_know_looks_like_what_is_not_there(office: Office) -> None:
    office.found("junior", "desk", "reader", clearance="green")
    red = send_note(office, handling={"code": "red", "caveats": [], "purpose": "ADMIN"})
    browser = office.browser("junior")
    for path in ("", "timeline/", "proof/"):
        pages = [browser.get(f"/fr/requests/{each}/{path}") for each in (red, UNKNOWN)]
        assert [page.status_code for page in pages] == [404, 404]
        hidden, missing = (read_page(page.content.decode()).text for page in pages)
        assert hidden == missing
    assert red not in browser.get("/fr/requests/").content.decode()
    assert browser.get(f"/fr/acts/{red}/policy").status_code == 404


def test_the_keys_of_a_log_can_be_taken_away(office: Office, reader: Any) -> None:
    note = send_note(office)
    answer = reader.get(f"/fr/acts/{note}/policy")
    assert (answer.status_code, b"log " in answer.content) == (200, True)
    assert reader.get(f"/fr/acts/{note}/proof").status_code == 404  # no partner has cosigned it yet


def test_who_has_no_factor_yet_is_not_sent_in_a_circle(office: Office, reader: Any) -> None:
    office.clock.forward(minutes=6)
    answer = reader.get("/fr/account/factors/passkeys/new/", follow=True)
    assert len(answer.redirect_chain) <= 3
    assert answer.status_code in (200, 403)
