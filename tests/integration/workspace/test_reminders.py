"""Days ahead: on home, in their list, the calendar, the API; 90, 30 and 7 days before, by the clock given."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ..database import caught_statements, sqlite_databases
from .conftest import PARTNER, Office, opened_office
from .test_api import Program

OWN = "ma-mi"
TITLES = {
    name: {"ar": f"اتفاق {name}", "fr": f"Accord {name}"}
    for name in ("Atlas", "Bouregreg", "Chellah", "Draa")
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("reminders")
    with (
        django_db_blocker.unblock(),
        opened_office(folder, "sqlite", sqlite_databases(folder / "rabat"), None) as found,
    ):
        found.found("author", "desk", "drafter", purposes=["ADMIN"], clearance="amber")
        found.found("guest", "guest", "reader", purposes=["ADMIN"], clearance="clear")
        fill(found)
        yield found


@pytest.fixture(scope="module")
def author(office: Office) -> Any:
    return office.browser("author")


def propose(office: Office, title: dict[str, str]) -> str:
    """A text of ours, as the row of an instrument: its days are given below."""
    from mithaq.core.instruments.bodies import InstrumentKind
    from mithaq.core.instruments.manifest import Signatory, build_manifest
    from mithaq.node.append.submit import Author, Desk

    desk = Desk(office.node)
    object_id = desk.new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind="review.review_plan",
        object_v=1,
        signatories=[Signatory(OWN, "minister"), Signatory(PARTNER, "minister")],
        effect={"rule": "ON_SIGNATURE"},
        data={
            "title": title,
            "agreements": [{"no": 1, "agreement": object_id, "title": title}],
            "due_on": "2099-01-01",
        },
    )
    desk.act_on_instrument(
        object_id,
        InstrumentKind.PROPOSE,
        {"manifest": dict(manifest.members)},
        Author("desk", "p-desk"),
        {"subject": title, "handling": {"code": "green", "caveats": [], "purpose": "ADMIN"}},
    )
    return object_id


def today(office: Office) -> date:
    return office.node.clock.now().date()


def fill(office: Office) -> None:
    """A review in 20 days, an objection in 6, an end in 200; notifications missing on both sides."""
    from mithaq.core.instruments.next_step import DatedStep, Series, Step

    first, day = today(office), timedelta(days=1)
    days = {
        "Atlas": ([], [Series(Step.REVIEW, first + 20 * day, 0, 60)]),
        "Bouregreg": (
            [DatedStep(Step.OBJECTION, first + 6 * day), DatedStep(Step.END, first + 200 * day)],
            [],
        ),
        "Chellah": ([DatedStep(Step.NOTIFICATION, first + 80 * day, (PARTNER,))], []),
        "Draa": ([DatedStep(Step.NOTIFICATION, first - 10 * day, (OWN,))], []),
    }
    for name, (fixed, series) in days.items():
        object_id = propose(office, TITLES[name])
        office.node.store.projections.save_dates(object_id, fixed, series)


def parts(html: str) -> list[str]:
    """The three lists of home."""
    return html.split("<section")[1:4]


def test_r20_home_reminds_of_reviews_objections_and_missing_notifications(
    office: Office, author: Any
) -> None:
    due, waiting, _new = parts(author.get("/fr/").content.decode())
    for name, mark in (
        ("Atlas", "Dans les 30\N{NO-BREAK SPACE}jours"),
        ("Bouregreg", "Dans les 7\N{NO-BREAK SPACE}jours"),
        ("Draa", "Échéance dépassée"),
    ):
        assert f"Accord {name}" in due, due
        assert mark in due
    assert "Dans les 90\N{NO-BREAK SPACE}jours" not in due
    assert "Accord Chellah" in waiting
    assert "Dans les 90\N{NO-BREAK SPACE}jours" in waiting
    assert "Accord Chellah" in author.get("/fr/waiting/").content.decode()
    assert "اتفاق Bouregreg" in author.get("/ar/due/").content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Draa", "Bouregreg", "Atlas", "Chellah"]),
        ("?within=7", ["Bouregreg"]),
        ("?within=365", ["Bouregreg", "Atlas", "Chellah", "Bouregreg"]),
        ("?within=365&step=end", ["Bouregreg"]),
        ("?step=review", ["Atlas"]),
    ],
)
def test_the_list_of_days(office: Office, author: Any, query: str, names: list[str]) -> None:
    joined = query + ("&" if query else "?") + "format=json"
    rows = author.get(f"/fr/dates/{joined}").json()["items"]
    assert [row["title"]["fr"] for row in rows] == [f"Accord {name}" for name in names]


def test_a_reader_who_is_not_cleared_sees_none(office: Office) -> None:
    guest = office.browser("guest")
    assert guest.get("/fr/dates/?within=365&format=json").json()["items"] == []
    assert "Accord Atlas" not in guest.get("/fr/").content.decode()


def test_the_calendar_and_the_api_have_the_same_days(office: Office, author: Any) -> None:
    on = today(office) + timedelta(days=20)
    html = author.get(f"/fr/calendar/?month={on:%Y-%m}&view=list").content.decode()
    assert "Réexamen" in html
    assert "Accord Atlas" in html
    program = Program(office, "author")
    found = program.get("/dates")["dates"]
    assert [(one["step"], one["reminder"]) for one in found] == [
        ("notification", 0), ("objection", 7), ("review", 30), ("notification", 90),
    ]  # fmt: skip
    assert found[0]["days_left"] == -10
    spans = program.get(f"/dates?from={on}&until={on}")["dates"]
    assert [one["title"]["fr"] for one in spans] == ["Accord Atlas"]
    for wrong in (f"from={on}&until=2001-01-01", "from=2026-13-01", "from=2026-02-30"):
        assert program.ask("get", f"/dates?{wrong}").status_code in (400, 422)


def test_a_feed_has_them_as_whole_days(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from icalendar import Calendar as Judge

    from mithaq.formats.icalendar.calendar import Calendar, encode_calendar
    from mithaq.web.access.subject import subject_of_user
    from mithaq.web.accounts.models import User
    from mithaq.web.overview.events import feed_events
    from mithaq.web.reminders import calendar
    from mithaq.web.reminders.calendar import list_feed_events

    subject = subject_of_user(User.objects.get(login="author"))
    every = list(feed_events(office.node, subject, "fr", is_detailed=True))
    assert sum("Avis jusqu’au" in each.summary.value for each in every) == 4
    told = {}
    for is_detailed in (True, False):
        events = list_feed_events(office.node, subject, "ar", is_detailed=is_detailed)
        read = Judge.from_ical(encode_calendar(Calendar(tuple(events)), {}))
        told[is_detailed] = [str(each["SUMMARY"]) for each in read.walk("VEVENT")]
        assert all(isinstance(each["DTSTART"].dt, date) for each in read.walk("VEVENT"))
    assert any("اتفاق Atlas" in each for each in told[True])
    assert len(told[True]) == len(told[False]) == 5
    assert not any("Atlas" in each for each in told[False])
    protect = calendar.protect_instruments
    held = frozenset({"h2"})
    monkeypatch.setattr(
        calendar, "protect_instruments", lambda rows: [replace(each, caveats=held) for each in protect(rows)]
    )
    assert list(list_feed_events(office.node, subject, "ar", is_detailed=False)) == []


def test_days_pass(office: Office, author: Any) -> None:
    """Last in this module: the clock goes on by 100 days."""
    from mithaq.web.reminders.ahead import list_reminders, with_rows

    with caught_statements() as asked:
        author.get("/fr/dates/")
    assert len(asked) <= 12, asked
    office.clock.forward(days=100)
    left = [each.row.subject["fr"] for each in with_rows(office.node, list_reminders(office.node))]
    assert left == ["Accord Draa", "Accord Chellah"]
