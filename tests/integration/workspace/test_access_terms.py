"""The access log over time: how much one person opens, heads in the log of acts, months that leave."""

from datetime import timedelta
from typing import Any

import pytest

from .test_access_log import break_open, office_user, rows, send_request, write


def test_many_sealed_reads_alarm_and_too_many_stop(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.web.access_log import rates

    monkeypatch.setattr(rates, "ALARM_FROM", 2)
    monkeypatch.setattr(rates, "STOP_AFTER", 3)
    amber, red = send_request(office, "amber"), [send_request_red(office, number) for number in range(2)]
    office.found("amina", "desk", "reader")
    browser = office.browser("amina")
    for address in (amber, amber, amber, amber, red[0]):
        assert browser.get(f"/fr/requests/{address}/").status_code == 200
    assert [each for each in office.node.store.alarms.alarms() if each.code == "sealed_reads"] == []
    for _ in range(2):
        assert browser.get(f"/fr/requests/{red[1]}/").status_code == 200
    [alarm] = [each for each in office.node.store.alarms.alarms() if each.code == "sealed_reads"]
    assert alarm.subject == office_user("amina")
    stopped = browser.get(f"/fr/requests/{red[0]}/")
    assert (stopped.status_code, 0 < int(stopped["Retry-After"]) <= 3601) == (429, True)
    assert "Demande d’informations" not in stopped.content.decode()
    assert rows(user=office_user("amina"))[-1].decision == "sealed_reads"
    assert browser.get(f"/fr/requests/{amber}/").status_code == 200
    office.clock.forward(hours=1, minutes=1)
    rates.clear_old_alarms(office.node)
    assert len(office.node.store.alarms.alarms()) == 1
    office.clock.forward(days=8)
    rates.clear_old_alarms(office.node)
    assert office.node.store.alarms.alarms() == []


def send_request_red(office: Any, number: int) -> str:
    """A request for named readers, sent without the pages."""
    from mithaq.node.append.submit import Author, Desk, NoteContent

    office.clock.forward(milliseconds=5)
    content = NoteContent(
        "requests.spontaneous_information",
        ["fr-mi"],
        {"text": "x", "readers": ["ma-mi.desk", "fr-mi.desk"], "author_post": "desk"},
        {
            "subject": {"fr": f"Demande d’informations {number}", "ar": "طلب"},
            "lang": ["fr", "ar"],
            "handling": {"code": "red", "caveats": [], "purpose": "OC"},
        },
    )
    return str(Desk(office.node).send_note(content, Author("desk", "p-desk")).act_id)


def test_more_than_ten_pages_a_second_wait(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.web.api import rates

    monkeypatch.setattr(rates, "PAGE_BURST", 2)
    monkeypatch.setattr(rates, "PER_S", 0.001)
    office.found("amina", "desk", "reader")
    office.found("omar", "desk", "reader")
    browser, other = office.browser("amina"), office.browser("omar")
    answers = [browser.get("/fr/") for _ in range(4)]
    assert [each.status_code for each in answers][-1] == 429
    assert int(answers[-1]["Retry-After"]) >= 1
    assert other.get("/fr/").status_code == 200


def test_a_person_takes_so_many_acts_away_a_day(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mithaq.errors import UnavailableError
    from mithaq.web.access_log import exports
    from mithaq.web.access_log.models import AccessExport

    monkeypatch.setattr(exports, "MOST_A_DAY", 3)
    user = office.found("amina", "desk", "reader")
    subject = subject_of(user)
    first = exports.take_away(subject, 1, "green")
    assert exports.take_away(subject, 1, "amber", first) == first
    assert exports.name_export(subject, first, "amber+strict", "list", "csv").endswith(f"_desk_{first}.csv")
    with pytest.raises(UnavailableError, match="exports") as stopped:
        exports.take_away(subject, 2, "green")
    assert 0 < (stopped.value.retry_after_s or 0) <= 86_401
    assert [each.acts for each in AccessExport.objects.all()] == [2]
    office.clock.forward(days=1)
    assert exports.take_away(subject, 3, "green") > first


def subject_of(user: Any) -> Any:
    from mithaq.web.access.subject import subject_of_user

    return subject_of_user(user)


def test_heads_stand_in_the_log_of_acts_once_a_day(office: Any) -> None:
    from mithaq.web.access_log.heads import tell_heads
    from mithaq.web.access_log.verify import check_chains

    user = office.found("amina", "desk", "reader", clearance="green")
    assert tell_heads(office.node) is False  # nothing stands before the first day
    write(office, user)
    write(office, user)
    office.clock.forward(days=1)
    size = office.node.store.own.head().tree_size
    assert (tell_heads(office.node), tell_heads(office.node)) == (True, False)
    [act] = office.node.store.own.acts_from(size, 10)
    told = {each["lane"]: (each["size"], each["head"]) for each in act.parsed.body["lanes"]}
    [_, last] = rows()
    assert (act.parsed.object_kind, act.parsed.to) == ("core.access_head", ())
    assert told["web"] == (2, last.row_hash)
    assert dict(act.parsed.body["counts"]) == {"refused": 2}
    assert check_chains(office.node).ok
    # Whoever writes the whole chain anew is betrayed by what the partner has cosigned.
    forge_chain()
    found = check_chains(office.node)
    assert (found.problem, found.lane, found.seq) == ("other_head", "web", 1)


def forge_chain() -> None:
    from django.db import connection

    from mithaq.web.access_log.chain import START, hash_row
    from mithaq.web.access_log.models import AccessLane, AccessRow
    from mithaq.web.access_log.writer import say

    break_open("SELECT 1")
    head = START
    for row in AccessRow.objects.order_by("seq"):
        row.verb, row.prev_hash = "list", head
        row.row_hash = head = hash_row(head, say(row))
        row.save()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER access_lane_grows")
    AccessLane.objects.filter(name="web").update(head_hash=head)


def test_old_months_leave_whole_and_nothing_else_does(any_office: Any) -> None:
    from django.db import DatabaseError, transaction

    from mithaq.web.access_log.models import AccessLane, AccessRow, AccessSegment
    from mithaq.web.access_log.segments import let_old_months_leave, read_years
    from mithaq.web.access_log.verify import check_chains

    office = any_office
    user = office.found("amina", "desk", "reader", clearance="green")
    back = office.clock.ahead
    for days in (-1500, -1500, -1200, -400, 0):
        office.clock.ahead = back + timedelta(days=days)
        write(office, user)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessRow.objects.filter(seq=0).delete()
    young = AccessRow.objects.get(lane="web", seq=4)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessSegment.objects.create(
            lane="web", start=0, stop=5, last_hash=young.row_hash, until="2026-11", left_at=young.at
        )
    assert let_old_months_leave(office.node, 3) == 0  # no partner has cosigned: two clocks are asked
    office.node.store.roster.codes = list
    assert [read_years(each) for each in (1, 3, 9, "2", True, None)] == [1, 3, 3, 3, 3, 3]
    assert (let_old_months_leave(office.node, 3), let_old_months_leave(office.node, 3)) == (3, 0)
    assert [row.seq for row in rows()] == [3, 4]
    assert (check_chains(office.node).ok, check_chains(office.node).rows) == (True, 2)
    write(office, user)
    assert (rows()[-1].seq, AccessLane.objects.get(name="web").size) == (5, 6)
    forged = AccessRow.objects.get(seq=3)
    forged.pk, forged.seq, forged.prev_hash = None, 0, "0" * 64
    with pytest.raises(DatabaseError), transaction.atomic():
        forged.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessSegment.objects.update(stop=5)
    assert check_chains(office.node).ok
