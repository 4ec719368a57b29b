"""Lists: what they count, what of them leaves in a file, to people and to programs."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mithaq.web.api.openapi import describe_api
from mithaq.web.api.routes import collect_routes
from mithaq.web.office.libraries import XLSX_TYPE

from ..database import sqlite_databases
from .conftest import PARTNER, Office, opened_office
from .samples import draft, make_request
from .test_agreement_texts import propose
from .test_api import Program

OPEN, HELD, HIDDEN = "Ouvert", "Retenu-9d1", "Inconnu-4e7"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("lists")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("guest", "guest", "reader", purposes=["ADMIN"], clearance="amber")
        for number in range(50):
            send(found, f"{OPEN} {number}")
        for number in range(3):
            send(found, f"{HIDDEN} {number}", "held_by_nobody")
        send(found, HELD, "h2")
        yield found


def send(office: Office, title: str, *caveats: str) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    office.clock.forward(milliseconds=5)
    handling = {"code": "green", "caveats": list(caveats), "purpose": "ADMIN"}
    fields = {"subject": {"fr": title}, "lang": ["fr"], "handling": handling}
    kind = "requests.spontaneous_information"
    content = NoteContent(kind, [PARTNER], {"text": "corps"}, fields)
    return str(Desk(office.node).send_note(content, Author("desk", "p-desk")).act_id)


@pytest.fixture(scope="module")
def browser(office: Office) -> Any:
    return office.browser("guest")


def count_told(html: str) -> str:
    found = re.search(r'id="list-count" role="status">(.*?)</p>', html, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found[1]) if found else ""


def test_a_count_is_of_what_the_reader_may_list(browser: Any) -> None:
    html = browser.get("/fr/requests/").content.decode()
    assert (count_told(html), html.count('<th scope="row"'), HIDDEN in html) == ("51 éléments", 50, False)
    rest = browser.get("/fr/requests/?page=2").content.decode()
    assert (rest.count('<th scope="row"'), HIDDEN in rest) == (1, False)
    assert browser.get("/fr/requests/?format=json").json()["count"] == 51


def test_a_list_that_is_too_long_to_be_judged_tells_no_number(
    browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.web.records import counted

    monkeypatch.setattr(counted, "MOST_JUDGED", 53)
    html = browser.get("/fr/requests/").content.decode()
    told = re.sub(r"<[^>]*>", "", html)
    assert count_told(html).startswith("Trop nombreux")
    assert ("Page 1" in told, "Page 1 sur" in told) == (True, False)
    assert browser.get("/fr/requests/?format=json").json()["count"] is None


def test_a_file_of_a_list_holds_nothing_that_a_caveat_holds_here(browser: Any) -> None:
    assert HELD in browser.get("/fr/requests/").content.decode()
    for path in ("requests/", "journal/"):
        for form in ("csv", "json"):
            told = browser.get(f"/fr/{path}?format={form}").content.decode()
            assert (HELD in told, OPEN in told) == (False, True), (path, form)


def test_home_counts_what_the_reader_may_list_as_far_as_it_looks(
    office: Office, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mithaq.web import home

    def told() -> str:
        found = re.search(r'<span class="count[^>]*>(.*?)</span>', browser.get("/fr/").content.decode())
        assert found
        return re.sub(r"<[^>]*>", "", found[1])

    for caveats in ([], [], ["held_by_nobody"]):
        office.clock.forward(milliseconds=5)
        propose(office, {}, handling={"code": "green", "caveats": caveats, "purpose": "ADMIN"})
    assert told() == "2"
    monkeypatch.setattr(home, "MOST_COUNTED", 2)
    assert told() == "1+"  # the two newest of three were looked at


@pytest.mark.parametrize("path", ["requests/", "agreements/", "roadmap/", "meetings/", "sources/"])
def test_the_address_holds_the_order_of_a_list(browser: Any, path: str) -> None:
    html = browser.get(f"/fr/{path}").content.decode()
    orders = html.partition('name="order"')[2].partition("</select>")[0]
    chosen = re.findall(r'<option value="(\w+)"', orders)
    assert chosen
    for each in chosen:
        answer = browser.get(f"/fr/{path}?order={each}")
        assert f'<option value="{each}" selected>' in answer.content.decode()
    if path == "requests/":
        assert (
            browser.get(f"/fr/{path}?order=oldest&format=json").json()["items"][0]["title"]["fr"]
            == f"{OPEN} 0"
        )


def test_the_api_gives_a_list_as_a_table_as_pages_do(office: Office) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra mithaq[office] is not installed")
    program = Program(office, "guest", post="guest", verbs=("list", "read", "export"))
    path = "/notes?format=xlsx&limit=52"
    answer = program.ask("get", path)
    assert answer["Content-Type"] == XLSX_TYPE, answer.content
    assert re.search(
        r'filename="note-list_green_[0-9-]{10}_guest_[0-9]+\.xlsx"', answer["Content-Disposition"]
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    titles = [row[head.index("title_fr")] for row in rows]
    assert titles == [f"{OPEN} {number}" for number in reversed(range(50))]
    assert [row[0].value for row in book.worksheets[1].rows][3] is not None
    assert Program(office, "guest", post="guest", verbs=("list",)).ask("get", path).status_code == 403
    author, asked = office.found("amina", "desk", "drafter", "reader"), make_request()
    held = {**asked.fields["handling"], "caveats": ["h2"]}
    for handling in (held, asked.fields["handling"]):
        draft(office, author, replace(asked, fields={**asked.fields, "handling": handling}))
    program = Program(office, "amina", verbs=("list", "export", "draft"))
    assert program.get("/drafts")["count"] == 2
    sheet = openpyxl.load_workbook(io.BytesIO(program.ask("get", "/drafts?format=xlsx").content)).worksheets[
        0
    ]
    assert sheet.max_row == 2
    routes = {route.name for route in collect_routes() if route.is_collection}
    described = [one["get"] for one in describe_api()["paths"].values() if "get" in one]
    assert {
        one["operationId"] for one in described if XLSX_TYPE in one["responses"]["200"]["content"]
    } == routes
