"""Journal, health, dossiers, calendar: what they say, and to whom."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ..database import sqlite_databases
from ..public.page import read_page
from .conftest import PARTNER, Office, opened_office

LANGUAGES = ("ar", "fr", "en")
DOSSIER = "01900000-0000-7000-8000-0000000000aa"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("overview")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("reader", "desk", "reader", purposes=["ADMIN"], clearance="amber")
        found.found("guest", "guest", "reader", purposes=["ADMIN"], clearance="green")
        found.found("admin", "ops", "system_admin")
        for number in range(60):
            send(found, f"Note {number}")
        send(found, "Secret-7f3", "amber", dossier=DOSSIER)
        send(found, "Ouvert", dossier=DOSSIER)
        yield found


@pytest.fixture(scope="module")
def reader(office: Office) -> Any:
    return office.browser("reader")


@pytest.fixture(scope="module")
def guest(office: Office) -> Any:
    return office.browser("guest")


def send(office: Office, title: str, code: str = "green", **fields: Any) -> str:
    from mithaq.node.append.submit import Author, Desk, NoteContent

    office.clock.forward(milliseconds=5)
    content = NoteContent(
        "requests.spontaneous_information",
        [PARTNER],
        {"text": "corps"},
        {
            "subject": {"fr": title},
            "lang": ["fr"],
            "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
            **fields,
        },
    )
    return str(Desk(office.node).send_note(content, Author("desk", "p-desk")).act_id)


def show(browser: Any, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content[:1500]
    html = str(answer.content.decode())
    read_page(html)
    return html


def places(html: str) -> list[int]:
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = re.findall(r'<th scope="row" class="cell-number">.*?</th>', body, re.DOTALL)
    return [int(re.sub(r"[^0-9]", "", re.sub(r"<[^>]*>", "", cell))) for cell in cells]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["journal/", "health/", "dossiers/", "calendar/", "calendar/?view=list"])
def test_pages_in_each_language(reader: Any, lang: str, path: str) -> None:
    page = read_page(show(reader, f"/{lang}/{path}"))
    assert page.find("html")[0].attributes["lang"] == lang
    assert len(page.find("h1")) == 1
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))


def test_r30_the_journal_shows_every_leaf_the_newest_first(reader: Any, office: Office) -> None:
    first = show(reader, "/fr/journal/")
    size = office.node.store.own.head().tree_size
    assert places(first) == list(range(size - 1, size - 51, -1))
    older = re.search(r'href="(\?[^"]*from=[0-9]+)" rel="next"', first)
    assert older is not None
    rest = show(reader, f"/fr/journal/{older[1].replace('&amp;', '&')}")
    assert places(rest) == list(range(size - 51, -1, -1))


def test_what_is_not_for_the_reader_keeps_its_place(guest: Any, office: Office) -> None:
    html = show(guest, "/fr/journal/")
    assert "Secret-7f3" not in html
    assert len(places(html)) == 50


@pytest.mark.parametrize(
    ("query", "count"),
    [(f"dossier={DOSSIER}", 2), ("kind=note.send&state=published", 50), ("register=meetings", 0),
     ("kind=instrument.sign", 0)],
)  # fmt: skip
def test_filters_of_the_journal(reader: Any, query: str, count: int) -> None:
    assert len(places(show(reader, f"/fr/journal/?{query}"))) == count


@pytest.mark.parametrize(
    "query", ["dossier=x", "from=-1", "from=9999999999999999", "log=nobody", "kind=%00", "from=٣", "state=x"]
)
def test_odd_addresses_of_the_journal(reader: Any, query: str) -> None:
    assert reader.get(f"/fr/journal/?{query}").status_code in (200, 404)


def test_health_has_the_codes_of_doctor_and_a_remedy_for_each_fault(reader: Any, office: Office) -> None:
    from mithaq.node.health import check_health
    from mithaq.web.overview.health import WORDS, show_check

    html = show(reader, "/fr/health/")
    checks = check_health(office.node)
    for check in checks:
        assert check.code in WORDS
        assert f'<bdi dir="ltr">{check.code}</bdi>' in html
        shown = show_check(check)
        assert shown.told
        assert bool(shown.remedy) == (check.level != "ok")
    assert "backup" in {check.code for check in checks if check.level == "warn"}


def test_an_administrator_without_content_sees_health_and_no_journal(office: Office) -> None:
    admin = office.browser("admin")
    show(admin, "/fr/health/")
    for path in ("journal/", "calendar/", f"dossiers/{DOSSIER}/", "search/?q=note"):
        assert admin.get(f"/fr/{path}").status_code in (403, 404), path


def test_a_dossier_is_one_timeline_of_what_the_reader_may_know(reader: Any, guest: Any) -> None:
    html = show(reader, f"/fr/dossiers/{DOSSIER}/")
    assert "Secret-7f3" in html
    assert "Ouvert" in html
    assert "Secret-7f3" not in show(guest, f"/fr/dossiers/{DOSSIER}/")
    assert reader.get(f"/fr/dossiers/{uuid.uuid4()}/").status_code == 404
    assert reader.get(f"/fr/dossiers/?id={DOSSIER}").status_code == 302
    assert reader.get("/fr/dossiers/?id=nothing").status_code == 404


def test_dossiers_are_picked_by_their_titles(reader: Any, guest: Any) -> None:
    """Each under a title that its reader may know; an id still leads there."""
    from tests.integration.database import caught_statements

    with caught_statements() as asked:
        html = show(reader, "/fr/dossiers/")
    assert len(asked) <= 12, [each[:160] for each in asked]
    assert f"/fr/dossiers/{DOSSIER}/" in html
    assert "Secret-7f3" in html
    theirs = show(guest, "/fr/dossiers/")
    assert f"/fr/dossiers/{DOSSIER}/" in theirs
    assert "Ouvert" in theirs
    assert "Secret-7f3" not in theirs
    assert DOSSIER in show(guest, "/fr/dossiers/?q=ouvert")
    assert DOSSIER not in show(guest, "/fr/dossiers/?q=secret").partition('id="main"')[2]
    assert reader.get(f"/fr/dossiers/?q={DOSSIER}").status_code == 302


def test_the_calendar_has_whole_weeks_and_due_days(reader: Any, office: Office) -> None:
    from mithaq.node.records import NoteRow

    now = office.node.clock.now()
    [row] = office.node.store.rows.notes(_query(), 1)
    due = NoteRow(**{**_fields(row), "due_at": now + timedelta(hours=2), "state": "delivered"})
    office.node.store.projections.save_notes([due])
    month = f"{due.due_at:%Y-%m}"
    html = show(reader, f"/fr/calendar/?month={month}")
    cells = html.count('class="calendar-day')
    assert cells % 7 == 0
    assert "Note" in show(reader, f"/fr/calendar/?month={month}&view=list") or "Ouvert" in html
    for odd in ("2025-13", "x", "٢٠٢٥-٠١", "2025-1"):
        assert reader.get("/fr/calendar/", {"month": odd}).status_code == 404
    show(reader, "/ar/calendar/?month=1900-01")
    show(reader, "/ar/calendar/?month=2199-12")


def _query() -> Any:
    from mithaq.node.ports import RowQuery

    return RowQuery()


def _fields(row: Any) -> dict[str, Any]:
    from msgspec import structs

    return structs.asdict(row)


def test_a_week_in_which_the_hours_change_is_marked(reader: Any, office: Office, monkeypatch: Any) -> None:
    from zoneinfo import ZoneInfo

    from mithaq.web.overview import events
    from mithaq.web.seats import SeatZone

    known = (
        SeatZone("ma-mi", "Rabat", ZoneInfo("Africa/Casablanca")),
        SeatZone("fr-mi", "Paris", ZoneInfo("Europe/Paris")),
    )
    monkeypatch.setattr(events, "seats", lambda: known)
    html = show(reader, "/fr/calendar/?month=2025-03")
    assert html.count("calendar-gap") >= 2  # Ramadan begins, Paris goes to summer time
    assert show(reader, "/fr/calendar/?month=2025-05").count("calendar-gap") == 0


def test_the_journal_is_given_as_csv_and_json(reader: Any, guest: Any, office: Office) -> None:
    table = reader.get("/fr/journal/?format=csv").content.decode("utf-8-sig").splitlines()
    assert table[0] == '"leaf_index","act","kind","title","from","created_at","state"'
    assert len(table) == 51
    items = reader.get("/fr/journal/?format=json").json()["items"]
    assert items[0]["act"] == "note.send"
    assert "Secret-7f3" not in guest.get("/fr/journal/?format=json").content.decode()
