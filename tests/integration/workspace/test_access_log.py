"""The access log: no row, no read; refusals stand in it; what was changed by hand is found."""

import re
import threading
from typing import Any

import pytest

from .conftest import post
from .samples import draft, hand_over, make_request, shown, writer

LOG = "/fr/access-log/"


def rows(**wanted: Any) -> list[Any]:
    from mithaq.web.access_log.models import AccessRow

    return list(AccessRow.objects.filter(**wanted).order_by("seq"))


def send_request(office: Any, code: str) -> str:
    """A request that has left; its id."""
    from mithaq.web.outgoing.release import release

    author, other = (
        office.found(f"a-{code}", "desk", "drafter"),
        office.found(f"r-{code}", "release", "releaser", "handling_officer"),
    )
    made = draft(office, author, make_request(code))
    hand_over(office, author, made)
    release(writer(office, other), made.pk, shown(office, other, made))
    return str(made.act_id)


def break_open(sql: str) -> None:
    """What somebody does who holds the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name in ("access_row_kept", "access_row_stays", "access_row_chained"):
            on = " ON access_row" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute(sql)


def test_p6_reading_amber_leaves_one_row_and_green_none(office: Any) -> None:
    green, amber = send_request(office, "green"), send_request(office, "amber")
    office.found("amina", "desk", "reader")
    browser = office.browser("amina")
    for address in (f"/fr/requests/{green}/", f"/fr/acts/{green}/policy"):
        assert browser.get(address).status_code == 200
    assert rows(user=office_user("amina")) == []
    assert browser.get(f"/fr/requests/{amber}/").status_code == 200
    [row] = rows(user=office_user("amina"))
    told = (row.verb, row.decision, row.objects_named, row.code, row.purpose, row.post, row.way)
    assert told == ("read", "allowed", amber, "amber", "OC", "desk", "page")
    listed = browser.get("/fr/requests/?format=csv")
    assert (amber in listed.content.decode(), listed.status_code) == (False, 200)
    named = r'attachment; filename="list_amber_[0-9]{4}-[0-9]{2}-[0-9]{2}_desk_[0-9]+\.csv"'
    assert re.fullmatch(named, listed["Content-Disposition"])
    [_, row] = rows(user=office_user("amina"))
    assert (row.verb, row.way, row.objects_named) == ("list", "file", amber)
    browser.get(f"/fr/acts/{amber}/proof")
    assert rows(user=office_user("amina"))[-1].verb == "export"
    assert browser.get("/fr/search/?q=informations").status_code == 200
    assert {row.verb for row in rows(user=office_user("amina"))} <= {"read", "list", "export", "search"}


def office_user(login: str) -> str:
    from mithaq.web.accounts.models import User

    return str(User.objects.get(login=login).pk)


def test_p6_a_page_costs_one_write_and_stays_within_its_queries(office: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    amber = send_request(office, "amber")
    office.found("amina", "desk", "reader")
    browser = office.browser("amina")
    for address in ("/fr/", "/fr/requests/", f"/fr/requests/{amber}/"):
        browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        writes = [each["sql"] for each in seen if each["sql"].startswith("INSERT INTO")]
        about_it = [each["sql"] for each in seen if '"access_' in each["sql"]]
        assert (len(writes), len(about_it), len(seen) <= 15) == (1, 1, True), (address, len(seen), writes)


def test_p6_no_row_no_read(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    from mithaq.web.access_log import writer as writing

    amber = send_request(office, "amber")
    office.found("amina", "desk", "reader")
    browser = office.browser("amina")

    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(writing.AccessRow.objects, "bulk_create", full)
    for address in (f"/fr/requests/{amber}/", "/fr/requests/", f"/fr/requests/{amber}/timeline/"):
        answer = browser.get(address)
        page = answer.content.decode()
        assert (answer.status_code, "access_log" in page) == (503, True), address
        assert "Retry-After" in answer
        assert not re.search("Demande d’informations|بلغ", page)
    assert browser.get("/fr/calendar/").status_code == 200


def test_p6_no_row_no_release(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import DatabaseError

    from mithaq.web.access_log import writer as writing

    author = office.found("amina", "desk", "drafter")
    office.found("karim", "release", "releaser")
    made = draft(office, author)
    hand_over(office, author, made)
    browser = office.browser("karim")
    size = office.node.store.own.head().tree_size
    address = f"/fr/outgoing/{made.pk}/"
    told = shown(office, author, made)

    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(writing.AccessRow.objects, "bulk_create", full)
        answer = post(browser, f"{address}release/", page=address, shown=told)
    assert (answer.status_code, office.node.store.own.head().tree_size) == (503, size)
    made.refresh_from_db()
    assert made.state == "to_release"
    assert post(browser, f"{address}release/", page=address, shown=told).status_code == 302
    [row] = rows(verb="release")
    assert (row.decision, row.recipients, row.user) == ("allowed", "fr-mi", office_user("karim"))
    assert row.objects_named == str(made.act_id)


def test_refusals_stand_in_it(office: Any) -> None:
    amber = send_request(office, "amber")
    office.found("low", "desk2", "reader", clearance="green")
    office.found("none", "desk3", "translator")
    low = office.browser("low")
    assert low.get(f"/fr/requests/{amber}/").status_code == 404
    [row] = rows(user=office_user("low"))
    assert (row.verb, row.decision, row.objects_named) == ("read", "above_clearance", amber)
    other = office.browser("none")
    assert other.get("/fr/account/officers/").status_code == 403
    [row] = rows(user=office_user("none"))
    assert (row.verb, row.decision) == ("grant_role", "no_role")


def test_roles_are_logged_when_they_change_not_when_a_form_is_shown(office: Any) -> None:
    from .test_officers import NEW, account_fields, administrators, waiting_action

    first, second = administrators(office)
    assert first.get(NEW).status_code == 200
    assert rows() == []
    post(first, NEW, **account_fields(office))
    post(second, waiting_action(second), decision="approve")
    told = [(row.verb, row.reason, row.user) for row in rows()]
    assert told == [
        ("grant_role", "propose make-account", office_user("sara")),
        ("grant_role", "approve make-account", office_user("omar")),
    ]


def test_programs_and_their_refusals_are_logged(office: Any) -> None:
    from .test_api import Program

    amber = send_request(office, "amber")
    office.found("robot", "desk", "reader")
    program = Program(office, "robot", verbs=["list", "read"])
    program.get(f"/notes/{amber}")
    program.get("/access-log", 403)
    told = [(row.verb, row.decision, row.way) for row in rows(user=office_user("robot"))]
    assert told == [("read", "allowed", "api"), ("audit", "token_verb", "api")]
    office.found("audit", "audit", "auditor", clearance="clear")
    auditor = Program(office, "audit", verbs=["audit"], registers=[], highest="clear", post="audit")
    [row] = auditor.get(f"/access-log?object={amber}&verb=read")["items"]
    assert (row["objects"], row["user"]) == ([amber], office_user("robot"))
    assert auditor.get("/access-log/check")["ok"] is True
    [reader] = auditor.get(f"/access-log/readers/{amber}")["readers"]
    assert (reader["reads"], reader["taken_away"], len(reader["reader"])) == (1, 0, 32)
    assert office_user("robot") not in str(reader)
    program.get(f"/access-log/readers/{amber}", 403)


def test_p6_commands_leave_rows_before_they_print_or_send(
    office: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from mithaq.errors import UnavailableError
    from mithaq.main.cli.face import Face
    from mithaq.main.cli.output import Output
    from mithaq.main.cli.reads import LoggedAppender, ReadLog
    from mithaq.node.draft import Draft
    from mithaq.node.node import NoAppender
    from mithaq.web.access_log import writer as writing

    green, amber = send_request(office, "green"), send_request(office, "amber")
    output = Output(Face(is_json=True))
    output.reads = ReadLog(office.node)
    listed = [{"id": each, "points_to": amber, "title": "t"} for each in (green, amber)]
    output.show_all("mithaq/note-list/1", listed, ("id",))
    output.show("mithaq/note-show/1", {"id": green, "basis": [{"act": amber}]})
    output.note("export", green)
    told = [(row.lane, row.verb, row.objects_named, row.way) for row in rows(way="command")]
    assert told == [("command", "list", amber, "command"), ("command", "read", amber, "command")]
    assert rows(way="command")[0].user.startswith("system:")
    draft_of_act = Draft({"id": amber, "kind": "note.send", "handling": {"code": "green"}}, ("fr-mi",))
    with pytest.raises(UnavailableError, match="no_writer"):
        LoggedAppender(NoAppender(), output.reads).submit([draft_of_act])
    row = rows(way="command")[-1]
    assert (row.verb, row.recipients, row.objects_named) == ("release", "fr-mi", amber)
    capsys.readouterr()

    def full(*_: Any, **__: Any) -> None:
        raise writing.DatabaseError

    monkeypatch.setattr(writing.AccessRow.objects, "bulk_create", full)
    with pytest.raises(UnavailableError, match="access_log"):
        output.show_all("mithaq/note-list/1", listed, ("id",))
    assert capsys.readouterr().out == ""


def test_what_is_changed_by_hand_is_found(any_office: Any) -> None:
    from django.db import DatabaseError, connection, transaction

    from mithaq.web.access_log.models import AccessRow
    from mithaq.web.access_log.verify import check_chains

    office = any_office
    user = office.found("amina", "desk", "reader", clearance="green")
    for _ in range(4):
        write(office, user)
    assert (check_chains(office.node).ok, check_chains(office.node).rows) == (True, 4)
    for sql in (
        "UPDATE access_row SET verb = 'list' WHERE seq = 1",
        "DELETE FROM access_row WHERE seq = 3",
        "UPDATE access_lane SET size = 3",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    forged = AccessRow.objects.get(seq=3)
    forged.pk, forged.seq = None, 9
    with pytest.raises(DatabaseError), transaction.atomic():
        forged.save(force_insert=True)
    break_open("UPDATE access_row SET decision = 'allowed' WHERE seq = 2")
    found = check_chains(office.node)
    assert (found.problem, found.seq) == ("changed", 2)


@pytest.mark.parametrize(
    ("sql", "problem", "seq"),
    [
        ("DELETE FROM access_row WHERE seq = 1", "missing", 1),
        ("DELETE FROM access_row WHERE seq = 3", "cut", 3),
        (f"UPDATE access_row SET prev_hash = '{'1' * 64}' WHERE seq = 1", "not_chained", 1),
    ],
)
def test_each_kind_of_damage_is_told(office: Any, sql: str, problem: str, seq: int) -> None:
    from mithaq.node.health import check_health
    from mithaq.web.access_log.verify import check_chains

    user = office.found("amina", "desk", "reader", clearance="green")
    for _ in range(4):
        write(office, user)
    break_open(sql)
    found = check_chains(office.node)
    assert (found.problem, found.seq) == (problem, seq)
    [check] = [each for each in check_health(office.node) if each.code == "access_log"]
    assert check.level == "fail"


def write(office: Any, user: Any) -> None:
    from mithaq.web.access.noted import note_refusal
    from mithaq.web.access.subject import subject_of_user

    note_refusal(subject_of_user(user), "read", "no_role")


def test_threads_and_undone_transactions_keep_one_chain(any_office: Any) -> None:
    from django.db import connections, transaction

    from mithaq.web.access_log.verify import check_chains

    office = any_office
    user = office.found("amina", "desk", "reader")

    def work() -> None:
        try:
            for _ in range(8):
                write(office, user)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    with pytest.raises(RuntimeError), transaction.atomic():
        write(office, user)
        raise RuntimeError
    for thread in threads:
        thread.join()
    write(office, user)
    found = check_chains(office.node)
    assert (found.ok, found.rows) == (True, 33)


def test_p6_a_row_is_one_statement_on_either_engine(any_office: Any) -> None:
    """Whoever appends alone need not ask where the log ends; what else has written meanwhile is found out."""
    from django.db import connection

    from mithaq.web.access.noted import Noted, Noting
    from mithaq.web.access_log.models import AccessLane, AccessRow
    from mithaq.web.access_log.writer import write_rows

    def write(way: str) -> int:
        asked: list[str] = []

        def note(execute: Any, sql: str, *more: Any) -> Any:
            asked.append(sql)
            return execute(sql, *more)

        noted = Noted("u", "desk", (), "read", "o", "", "amber", "", "", "allowed")
        with connection.execute_wrapper(note):
            write_rows(Noting(way), [noted])
        return sum("access_" in each for each in asked)

    assert [write("page"), write("page"), write("page")] == [2, 1, 1]
    assert write("command") == 2  # of another lane: the service's own head is not known any more
    assert [write("page"), write("page")] == [2, 1]
    assert AccessRow.objects.filter(lane="web").count() == AccessLane.objects.get(pk="web").size


def test_auditors_read_it_and_see_no_content(office: Any) -> None:
    amber = send_request(office, "amber")
    office.found("amina", "desk", "reader")
    reader = office.browser("amina")
    assert reader.get(LOG).status_code == 403
    assert reader.get(f"/fr/requests/{amber}/").status_code == 200
    office.found("audit", "audit", "auditor", clearance="clear")
    browser = office.browser("audit")
    page = browser.get(f"{LOG}?verb=read&object={amber}").content.decode()
    assert (amber in page, "Amina" in page, "Demande d’informations" in page) == (True, True, False)
    assert amber in browser.get(f"{LOG}?format=csv").content.decode()
    assert browser.get(f"{LOG}?verify=whole").status_code == 200
    assert browser.get(f"{LOG}?object=x&since=2026-13-01").status_code == 200
    journal = browser.get("/fr/journal/")
    assert journal.status_code == 200
    assert "Demande d’informations" not in journal.content.decode()


def test_canary_no_word_of_a_record_stands_in_it(office: Any) -> None:
    from .samples import QUESTION

    amber = send_request(office, "amber")
    office.found("amina", "desk", "reader")
    browser = office.browser("amina")
    for address in (f"/fr/requests/{amber}/", "/fr/", "/fr/requests/", "/fr/search/?q=informations"):
        assert browser.get(address).status_code == 200
    from mithaq.web.access_log.reading import describe_row

    told = str([describe_row(row) for row in rows()])
    assert amber in told
    for word in ("informations", "طلب", QUESTION, "Amina"):
        assert word not in told


def test_only_the_gate_asks_the_policy() -> None:
    from pathlib import Path

    import mithaq

    root = Path(mithaq.__file__).parent
    asks = re.compile(
        r"from mithaq\.web\.access\.policy import [^\n]*\bmay\b|from mithaq\.web\.access import policy"
    )
    found = {
        str(path.relative_to(root)) for path in root.rglob("*.py") if asks.search(path.read_text("utf-8"))
    }
    assert found == {
        "web/access/gate.py",
        "web/api/callers.py",
        "web/api/drafts.py",
        "web/digest/waiting.py",
        "web/outgoing/files.py",
        "web/records/printed.py",
        "web/records/rights.py",
        "web/search/finder.py",
    }
