"""A session tells when it ends, lets one go on, and loses nothing that was typed."""

import re
from typing import Any

from .conftest import post, send
from .test_break_glass import SEAL, WHY


def seconds_left(page: Any) -> tuple[int, str]:
    found = re.search(r'data-seconds="(\d+)" data-last="(yes|no)"', page.content.decode())
    assert found
    return int(found[1]), found[2]


def test_a_page_tells_when_its_session_ends(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    page = browser.get("/fr/")
    seconds, is_last = seconds_left(page)
    assert (seconds in range(890, 901), is_last) == (True, "no")
    assert "session-end" not in office.browser().get("/fr/account/sign-in/").content.decode()
    office.clock.forward(minutes=14)
    told = browser.get("/fr/account/go-on/").json()
    assert (told["seconds"] in range(890, 901), told["is_last"]) == (True, False)
    for _ in range(41):
        office.clock.forward(minutes=14)
        page = browser.get("/fr/health/")
    assert page.status_code == 200
    assert seconds_left(page)[1] == "yes"
    office.clock.forward(minutes=14)
    assert browser.get("/fr/account/go-on/").status_code == 302


def test_what_was_typed_when_the_session_had_ended_is_there_after_signing_in(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    html = browser.get(SEAL).content.decode()
    office.clock.forward(minutes=16)
    answer = send(browser, SEAL, html, step="ask", reason=WHY)
    assert (answer.status_code, "next=%2Ffr%2Faccount%2Fbreak-glass" in answer["Location"]) == (302, True)
    assert WHY not in browser.get(answer["Location"]).content.decode()
    sign_in_here(office, browser, "amina")
    assert WHY in browser.get(SEAL).content.decode()
    assert "/fr/account/break-glass/" in browser.get("/fr/").content.decode()


def test_another_person_at_the_same_browser_gets_nothing_of_it(office: Any) -> None:
    for login in ("amina", "karim"):
        office.found(login, "desk", "drafter")
    browser = office.browser("amina")
    html = browser.get(SEAL).content.decode()
    office.clock.forward(minutes=16)
    send(browser, SEAL, html, step="ask", reason=WHY)
    sign_in_here(office, browser, "karim")
    assert WHY not in browser.get(SEAL).content.decode()
    sign_in_here(office, browser, "amina")
    assert WHY not in browser.get(SEAL).content.decode()


def test_a_form_of_elsewhere_is_not_kept(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    office.clock.forward(minutes=16)
    answer = browser.post(SEAL, {"csrfmiddlewaretoken": "x" * 64, "step": "ask", "reason": WHY})
    assert answer.status_code == 403
    sign_in_here(office, browser, "amina")
    assert WHY not in browser.get(SEAL).content.decode()


def sign_in_here(office: Any, browser: Any, login: str) -> None:
    """The next session of the same browser."""
    from mithaq.web.accounts.links import make_link
    from mithaq.web.accounts.models import User

    token = make_link(User.objects.get(login=login), office.clock.now())
    assert post(browser, f"/fr/account/link/{token}/").status_code == 302
