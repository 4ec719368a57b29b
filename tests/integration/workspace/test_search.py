"""Search: across registers and scripts, behind the writes, and never more than the reader may know."""

from collections.abc import Iterator
from typing import Any

import pytest

from ..database import sqlite_databases
from .conftest import PARTNER, Office, opened_office

NAMES = {
    "laftit": {"ar": "لقاء مع السيد لفتيت", "fr": "Entretien"},
    "retailleau": {"fr": "Lettre de M. Retailleau", "ar": "رسالة"},
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("search")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.node.search = _own_index(folder)
        found.found("reader", "desk", "reader", purposes=["ADMIN"], clearance="amber")
        found.found("guest", "guest", "reader", purposes=["ADMIN"], clearance="green")
        yield found


def _own_index(folder: Any) -> Any:
    from mithaq.adapters.search.sqlite_index import SqliteIndex

    return SqliteIndex(folder / "search.sqlite3")


@pytest.fixture(scope="module")
def sent(office: Office) -> dict[str, str]:
    ids = {name: send(office, subject) for name, subject in NAMES.items()}
    ids["amber"] = send(office, {"fr": "Opération à Oujda"}, "amber", text="Zaghloul et les autres")
    ids["body"] = send(
        office, {"fr": "Divers"}, text="Le groupe migration a adopté la feuille de route. " * 20
    )
    ids["many"] = [send(office, {"fr": f"Bulletin numéro {number}"}) for number in range(14)][-1]
    from mithaq.node.read.indexing import Indexer

    Indexer(office.node).run()
    return ids


def send(office: Office, subject: dict[str, str], code: str = "green", **body: Any) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    office.clock.forward(milliseconds=5)
    content = NoteContent(
        "requests.spontaneous_information",
        [PARTNER],
        {"text": "corps", **body},
        {
            "subject": subject,
            "lang": sorted(subject),
            "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
        },
    )
    return str(Desk(office.node).send_note(content, Author("desk", "p-desk")).act_id)


def find(office: Office, text: str, login: str = "reader", **more: Any) -> Any:
    from mithaq.web.access.subject import subject_of_user
    from mithaq.web.accounts.models import User
    from mithaq.web.search.finder import search

    user = User.objects.get(login=login)
    return search(office.node, subject_of_user(user), text, **more)


def exact(results: Any) -> list[str]:
    return [hit.document.object_id for group in results.groups for hit in group.hits]


def near(results: Any) -> list[str]:
    return [hit.document.object_id for group in results.near for hit in group.hits]


@pytest.mark.parametrize(
    ("typed", "name", "written"),
    [("Laftit", "laftit", "لفتيت"), ("Lafetet", "laftit", "لفتيت"), ("ريتايو", "retailleau", "Retailleau")],
)
def test_r55_a_name_typed_in_one_script_is_found_in_the_other(
    office: Office, sent: dict[str, str], typed: str, name: str, written: str
) -> None:
    results = find(office, typed)
    assert exact(results) == []
    assert sent[name] in near(results)
    [suggestion] = [one for one in results.suggestions if one.written == written]
    assert "".join(step.a for step in suggestion.steps)
    assert {str(step.reason) for step in suggestion.steps} - {"same"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [("لفتيت", "laftit"), ("لفتي", "laftit"), ("retailleau lettre", "retailleau"), ("OPERATION", "amber"),
     ("feuille route", "body"), ("السيد لقاء", "laftit"), ("Zaghloul", "amber")],
)  # fmt: skip
def test_an_exact_hit_after_folding_is_a_result(
    office: Office, sent: dict[str, str], typed: str, name: str
) -> None:
    assert exact(find(office, typed)) == [sent[name]]


def test_what_the_reader_may_not_know_is_neither_found_nor_suggested(
    office: Office, sent: dict[str, str]
) -> None:
    assert exact(find(office, "Oujda")) == [sent["amber"]]
    for typed in ("Oujda", "Zaghloul", "زغلول"):
        results = find(office, typed, "guest")
        assert (exact(results), near(results), results.suggestions) == ([], [], ()), typed
    assert near(find(office, "زغلول")) == [sent["amber"]]


def test_ten_of_a_register_and_the_rest_on_its_pages(office: Office, sent: dict[str, str]) -> None:
    [group] = find(office, "bulletin").groups
    assert (group.register, len(group.hits)) == ("requests", 10)
    assert group.before is not None
    [whole] = find(office, "bulletin", register="requests").groups
    assert (len(whole.hits), whole.before) == (14, None)
    [rest] = find(office, "bulletin", register="requests", before=group.before).groups
    assert len(rest.hits) == 4


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!!", "''", '"', "\u202e", "x" * 5_000, "%s" * 50, "a OR b", "\ud800"]
)
def test_whatever_is_typed_is_answered(office: Office, sent: dict[str, str], typed: str) -> None:
    assert find(office, typed) is not None


def test_the_index_says_that_it_is_behind_and_catches_up(office: Office, sent: dict[str, str]) -> None:
    from mithaq.node.read.indexing import Indexer

    late = send(office, {"fr": "Tardif"})
    results = find(office, "tardif")
    assert (exact(results), results.behind) == ([], 1)
    Indexer(office.node).run()
    results = find(office, "tardif")
    assert (exact(results), results.behind) == ([late], 0)


def test_rebuild_reads_everything_anew(office: Office, sent: dict[str, str]) -> None:
    from mithaq.node.read.rebuild import rebuild_search

    rebuilt = rebuild_search(office.node)
    assert (rebuilt.name, rebuilt.equal) == ("search", True)
    assert exact(find(office, "feuille route")) == [sent["body"]]


def test_the_page_marks_passages_and_says_why(office: Office, sent: dict[str, str]) -> None:
    browser = office.browser("reader")
    page = browser.get("/fr/search/", {"q": "feuille"}).content.decode()
    assert "<mark>feuille</mark>" in page
    assert page.count("<mark>") < 10
    page = browser.get("/ar/search/", {"q": "Laftit"}).content.decode()
    assert "لفتيت" in page
    assert "<table" in page
    assert browser.get("/en/search/", {"q": "<script>alert(1)</script>"}).status_code == 200
    assert browser.get("/en/search/").status_code == 200
    assert office.browser().get("/en/search/", {"q": "x"}).status_code == 302


def test_the_thread_of_the_service_feeds_the_index(office: Office, sent: dict[str, str]) -> None:
    import threading

    from mithaq.main.wiring.index_thread import IndexThread

    thread = IndexThread(office.node)
    try:
        late = send(office, {"fr": "Communiqué vespéral"})
        pause = threading.Event()
        for _ in range(400):
            if exact(find(office, "vesperal")) == [late]:
                break
            pause.wait(0.05)
        assert exact(find(office, "vesperal")) == [late]
    finally:
        thread.stop()
