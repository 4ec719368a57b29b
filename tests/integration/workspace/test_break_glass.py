"""The sealed account: two open it for an hour, it reads all and does nothing, a third looks into it."""

import re
from typing import Any

import pytest

from mithaq.errors import NotAllowedError

from .conftest import post
from .samples import draft, hand_over, make_request
from .test_access_log import office_user, rows, send_request
from .test_officers import NEW, account_fields, waiting_action

SEAL = "/fr/account/break-glass/"
WHY = "كارثة في الميناء ولا أحد ممن يحق لهم الاطلاع حاضر"
FINDING = "قُرئت مذكرة واحدة وكانت ضرورية للنجدة"


def people(office: Any) -> dict[str, Any]:
    office.found("amina", "desk", "duty", clearance="green")
    for login in ("sara", "omar"):
        office.found(login, "security", "security_admin", clearance="clear")
    office.found("audit", "audit", "auditor", clearance="clear")
    return {login: office.browser(login) for login in ("amina", "sara", "omar", "audit")}


def open_seal(office: Any, browsers: dict[str, Any]) -> Any:
    """Amina asks, Sara opens; the browser that follows the link."""
    assert post(browsers["amina"], SEAL, step="ask", reason=WHY).status_code == 302
    answer = post(browsers["sara"], waiting_action(browsers["sara"]), decision="approve")
    link = re.search(r"/fr/account/link/[\w-]{43}/", answer.content.decode())
    assert link, answer.content.decode()[-1500:]
    sealed = office.browser()
    assert post(sealed, link[0]).status_code == 302
    return sealed


def test_break_glass_reads_all_for_one_hour_and_does_nothing(office: Any) -> None:
    red = send_request(office, "amber")
    browsers = people(office)
    assert browsers["amina"].get(f"/fr/requests/{red}/").status_code == 404
    sealed = open_seal(office, browsers)
    page = sealed.get(f"/fr/requests/{red}/")
    assert page.status_code == 200
    for form in ("csv", "json", "xlsx"):  # reading is not taking away
        assert sealed.get(f"/fr/requests/?format={form}").status_code == 403
    made = draft(office, office_account("a-amber"), make_request())
    hand_over(office, office_account("a-amber"), made)
    for address in (f"/fr/outgoing/{made.pk}/", "/fr/outgoing/", "/fr/account/officers/", NEW):
        assert sealed.get(address).status_code in (403, 404), address
    assert post(sealed, f"/fr/outgoing/{made.pk}/release/", page="/fr/account/", shown="x").status_code == 403
    assert post(sealed, SEAL, step="ask", reason=WHY).status_code == 403
    office.clock.forward(seconds=6)  # alarms are read anew every five
    for login, browser in browsers.items():
        assert 'role="alert"' in browser.get("/fr/").content.decode(), login
    assert [each.code for each in office.node.store.alarms.alarms()] == ["break_glass"]
    office.clock.forward(minutes=14)
    assert sealed.get(f"/fr/requests/{red}/").status_code == 200
    for _ in range(4):
        office.clock.forward(minutes=12)
        answer = sealed.get(f"/fr/requests/{red}/")
    assert (answer.status_code, "sign-in" in answer["Location"]) == (302, True)
    told = {(row.verb, row.decision) for row in rows(user=office_user("break-glass"))}
    assert told & {("read", "allowed"), ("release", "allowed")} == {("read", "allowed")}


def test_break_glass_takes_nothing_along_to_its_next_hour(office: Any) -> None:
    from mithaq.web.api.tokens import make_token

    sealed = open_seal(office, people(office))
    with pytest.raises(NotAllowedError, match="no_role"):
        make_token(
            office.node, office_account("break-glass"), "break-glass", name="x", verbs=("read",), registers=()
        )
    assert post(sealed, "/fr/meetings/feeds/", detail="titles").status_code == 403


def office_account(login: str) -> Any:
    from mithaq.web.accounts.models import User

    return User.objects.get(login=login)


def test_break_glass_takes_two_persons_and_a_reason(office: Any) -> None:
    browsers = people(office)
    assert post(browsers["amina"], SEAL, step="ask", reason="vite").status_code == 200
    assert post(browsers["sara"], SEAL, step="ask", reason=WHY).status_code == 302
    address = waiting_action(browsers["sara"])
    assert post(browsers["sara"], address, decision="approve").status_code == 403
    office.clock.forward(hours=5)
    fresh = relogin(office, "omar")
    assert post(fresh, address, decision="approve").status_code == 409
    assert office.node.store.alarms.alarms() == []


def relogin(office: Any, login: str) -> Any:
    """A new session, as after a long break."""
    from allauth.mfa.models import Authenticator

    from mithaq.web.accounts.links import make_link

    user = office_account(login)
    Authenticator.objects.filter(user=user).delete()
    office.tokens[login] = make_link(user, office.clock.now())
    return office.browser(login)


def test_break_glass_is_looked_into_by_a_third_within_three_days(office: Any) -> None:
    from mithaq.node.health import check_health

    browsers = people(office)
    sealed = open_seal(office, browsers)
    assert post(browsers["amina"], SEAL, step="close").status_code == 302
    assert sealed.get("/fr/").status_code == 302
    review = {"step": "review", "opening": "1", "finding": FINDING}
    for login in ("amina", "sara"):
        assert post(browsers[login], SEAL, **review).status_code == 403, login
    assert level(check_health(office.node)) == "warn"
    office.clock.forward(days=3, minutes=1)
    assert level(check_health(office.node)) == "fail"
    auditor = relogin(office, "audit")
    assert post(auditor, SEAL, **{**review, "finding": "ok"}).status_code == 400
    assert post(auditor, SEAL, **review).status_code == 302
    assert office.node.store.alarms.alarms() == []
    assert level(check_health(office.node)) == "ok"
    page = auditor.get(SEAL).content.decode()
    assert (FINDING in page, WHY in page) == (True, True)
    assert post(auditor, SEAL, **review).status_code == 409


def level(checks: list[Any]) -> str:
    return next(str(each.level) for each in checks if each.code == "break_glass")


def test_nobody_gives_the_sealed_account_anything(office: Any) -> None:
    browsers = people(office)
    open_seal(office, browsers)
    address = f"/fr/account/officers/{office_user('break-glass')}/new-link/"
    assert post(browsers["sara"], address).status_code == 403
    assert "break-glass" not in browsers["sara"].get("/fr/account/officers/").content.decode().replace(
        SEAL, ""
    )
    fields = account_fields(office, login="break-glass")
    assert post(browsers["sara"], NEW, **fields).status_code == 200


def test_the_database_keeps_the_three_apart(any_office: Any) -> None:
    from django.db import DatabaseError, transaction

    from mithaq.web.accounts.actions import ActionKind, approve, propose
    from mithaq.web.accounts.models import BreakGlass

    office = any_office
    asker = office.found("amina", "desk", "duty")
    opener = office.found("sara", "security", "security_admin", clearance="clear")
    action, _ = propose(ActionKind.BREAK_GLASS, {"reason": WHY}, asker)
    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.create(action=action, opened_ms=1, ends_ms=2)
    approve(action.pk, opener)
    for changes in (
        {"ends_ms": 2**50},
        {"reviewed_by": asker, "reviewed_ms": 5, "finding": FINDING},
        {"reviewed_by": opener, "reviewed_ms": 5, "finding": FINDING},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            BreakGlass.objects.update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.create(action=action, opened_ms=1, ends_ms=3_600_002)


# Administrators


@pytest.mark.parametrize("role", ["security_admin", "system_admin"])
def test_who_administers_works_with_two_authenticators_alone(office: Any, role: str) -> None:
    from allauth.mfa.models import Authenticator

    office.found("sara", "security", role, clearance="clear")
    browser = office.browser("sara")
    assert browser.get("/fr/health/").status_code == 200
    Authenticator.objects.filter(user__login="sara").first().delete()
    for address in ("/fr/health/", "/fr/", "/fr/account/officers/", SEAL, "/fr/account/sessions/"):
        answer = browser.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/fr/account/"), address
    page = browser.get("/fr/account/").content.decode()
    assert "/fr/account/factors/passkeys/new/" in page
    assert "/fr/account/officers/" not in page
