"""Ways in and out: links, factors, back-off, sessions; by a clock that the tests move."""

import re
import time
from typing import Any

import pytest

from .conftest import post, send

PASSWORD = "sept chats dorment ici"
SIGN_IN = "/fr/account/sign-in/"


def code_of(secret: str, ahead: int = 0) -> str:
    """The code of this half minute, or of the next one, which is taken as well."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def enrol(browser: Any) -> str:
    """Codes and a password; gives the secret."""
    page = browser.get("/fr/account/factors/codes/on/").content.decode()
    secret = re.search(r'class="secret"><bdi dir="ltr">([A-Z2-7 ]+)<', page)
    assert secret, page
    packed = secret[1].replace(" ", "")
    answer = send(browser, "/fr/account/factors/codes/on/", page, code=code_of(packed))
    assert answer.status_code == 302, answer.content.decode()
    answer = post(browser, "/fr/account/password/", password=PASSWORD, password_again=PASSWORD)
    assert answer.status_code == 302, answer.content.decode()
    return packed


def try_password(browser: Any, login: str, password: str = PASSWORD) -> Any:
    return post(browser, SIGN_IN, login=login, password=password)


def shown_errors(answer: Any) -> str:
    page = answer.content.decode()
    found = re.search(r'<div class="alert alert-late error-summary".*?</div>', page, re.DOTALL)
    return found[0] if found else ""


def is_in(browser: Any) -> bool:
    return browser.get("/fr/account/").status_code == 200


def test_a_link_is_used_once_and_by_its_button(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    address = f"/fr/account/link/{office.tokens['amina']}/"
    first, second = office.browser(), office.browser()
    for _ in range(3):
        page = first.get(address)
        assert page.status_code == 200
        assert not is_in(first)
    before = first.session.session_key
    second.get(address)
    answer = post(first, address)
    assert (answer.status_code, answer["Location"]) == (302, "/fr/")
    assert is_in(first)
    # A session that was there before the sign-in, or that somebody else has planted, is not the one after it.
    assert first.session.session_key not in (None, before)
    gone = second.get(address)
    assert (gone.status_code, b"login_link" in gone.content) == (404, True)


def test_a_link_ends_after_a_day_and_with_the_next_one(office: Any) -> None:
    from mithaq.web.accounts.links import make_link

    user = office.found("amina", "desk", "drafter")
    old = office.tokens["amina"]
    new = make_link(user, office.clock.now())
    browser = office.browser()
    assert browser.get(f"/fr/account/link/{old}/").status_code == 404
    assert browser.get(f"/fr/account/link/{new}/").status_code == 200
    office.clock.forward(hours=24, seconds=1)
    assert browser.get(f"/fr/account/link/{new}/").status_code == 404
    for wrong in ("x", "x" * 43, new[:-1], new + "A", "é" * 43):
        assert browser.get(f"/fr/account/link/{wrong}/").status_code == 404


def test_the_link_is_not_what_is_stored(office: Any) -> None:
    from mithaq.web.accounts.models import LoginLink

    office.found("amina", "desk", "drafter")
    [link] = LoginLink.objects.values()
    assert office.tokens["amina"] not in str(link)


def test_a_new_account_enrols_before_anything_else(office: Any) -> None:
    from mithaq.web.accounts.models import User

    office.found("amina", "desk", "drafter", must_enrol=True)
    browser = office.browser("amina")
    for address in ("/fr/", "/fr/outgoing/", "/ar/directory/"):
        answer = browser.get(address)
        assert (answer.status_code, answer["Location"].endswith("/account/")) == (302, True)
    secret = enrol(browser)
    assert browser.get("/fr/").status_code == 200
    assert not User.objects.get().must_enrol
    out = post(browser, "/fr/account/sign-out/", page="/fr/account/")
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(browser)
    answer = try_password(browser, "amina")
    assert (answer.status_code, answer["Location"]) == (302, "/fr/account/code/")
    assert not is_in(browser)  # the password alone opened nothing
    answer = post(browser, "/fr/account/code/", code=code_of(secret))
    assert answer.status_code == 302, answer.content.decode()
    assert is_in(browser)


def test_no_sign_up_and_no_reset(office: Any) -> None:
    browser = office.browser()
    for address in ("/fr/account/signup/", "/fr/account/password/reset/", "/accounts/signup/"):
        assert browser.get(address).status_code == 404


def test_every_failure_has_the_same_answer(office: Any) -> None:
    """Nobody of that name, a wrong password, an account without a second factor, a closed one."""
    bare = office.found("bare", "desk", "drafter")
    bare.set_password(PASSWORD)
    bare.save()
    office.found("whole", "desk", "drafter")
    enrol(office.browser("whole"))
    closed = office.found("closed", "desk", "drafter")
    enrol(office.browser("closed"))
    closed.refresh_from_db()
    closed.is_active = False
    closed.save()
    tried = [("nobody", PASSWORD), ("whole", "wrong password"), ("bare", PASSWORD), ("closed", PASSWORD)]
    answers = [try_password(office.browser(), *each) for each in tried]
    assert {each.status_code for each in answers} == {200}
    assert len({shown_errors(each) for each in answers}) == 1
    assert shown_errors(answers[0])
    spent = []
    for name in ("nobody-2", "whole"):
        began = time.perf_counter()
        try_password(office.browser(), name, "wrong password 2")
        spent.append(time.perf_counter() - began)
    assert max(spent) / min(spent) < 5, "the time tells which names there are"


def test_five_failures_wait_a_quarter_of_an_hour(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    enrol(office.browser("amina"))
    for name in ("amina", "nobody"):
        for _ in range(5):
            last = try_password(office.browser(), name, "not the password")
        waiting = try_password(office.browser(), name)
        assert shown_errors(waiting) != shown_errors(last)
        office.clock.forward(minutes=14)
        assert shown_errors(try_password(office.browser(), name)) == shown_errors(waiting)
    office.clock.forward(minutes=16)
    assert try_password(office.browser(), "amina").status_code == 302


def test_codes_wait_too(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    secret = enrol(office.browser("amina"))
    browser = office.browser()
    try_password(browser, "amina")
    for _ in range(5):
        assert post(browser, "/fr/account/code/", code="000000").status_code == 200
    assert post(browser, "/fr/account/code/", code=code_of(secret)).status_code == 200
    assert not is_in(browser)


def test_a_code_is_taken_once(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    secret = enrol(office.browser("amina"))
    first, second, code = office.browser(), office.browser(), code_of(secret)
    for browser in (first, second):
        try_password(browser, "amina")
        post(browser, "/fr/account/code/", code=code)
    assert (is_in(first), is_in(second)) == (True, False)


def test_sessions_end_idle_and_after_ten_hours(office: Any) -> None:
    for number, (step_s, steps) in enumerate(((901, 1), (840, 43))):
        login = f"person-{number}"
        office.found(login, "desk", "drafter")
        browser = office.browser(login)
        for _ in range(steps - 1):
            office.clock.forward(seconds=step_s)
            assert is_in(browser)
        office.clock.forward(seconds=step_s)
        assert not is_in(browser)


def test_the_cookie_over_tls(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    from django.test import Client

    client = Client()
    answer = client.post(f"/fr/account/link/{office.tokens['amina']}/", secure=True)
    [(name, cookie)] = [each for each in answer.cookies.items() if each[1].value]
    assert name.startswith("__Host-mithaq-")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "Lax",
        "/",
        "",
    )
    assert client.get("/fr/account/", secure=True).status_code == 200
    # The cookie of TLS is not one of plain HTTP.
    assert client.get("/fr/account/").status_code == 302
    out = client.post("/fr/account/sign-out/", secure=True)
    assert out["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get("/fr/account/", secure=True).status_code == 302


def test_the_cookie_behind_a_proxy_that_ends_tls(office: Any) -> None:
    from django.conf import settings
    from django.test import Client

    office.found("amina", "desk", "drafter")
    settings.MITHAQ_BASE_URL = "https://node.example"
    try:
        answer = Client().post(f"/fr/account/link/{office.tokens['amina']}/")
    finally:
        settings.MITHAQ_BASE_URL = ""
    [(name, cookie)] = [each for each in answer.cookies.items() if each[1].value]
    assert (name.startswith("__Host-"), cookie["secure"]) == (True, True)


def test_a_password_needs_codes_whatever_else_there_is(office: Any) -> None:
    from allauth.mfa.models import Authenticator

    office.found("amina", "desk", "drafter")
    enrol(office.browser("amina"))
    Authenticator.objects.filter(type="totp").update(type="webauthn")
    answer = try_password(office.browser(), "amina")
    assert (answer.status_code, "error-summary" in answer.content.decode()) == (200, True)


def test_passwords_are_long_and_not_common(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    enrol(browser)
    for wrong in ("eleven char", "password1234", "123456789012345"):
        answer = post(browser, "/fr/account/password/", password=wrong, password_again=wrong)
        assert answer.status_code == 200, wrong
    from mithaq.web.accounts.models import User

    assert User.objects.get().password.startswith("argon2$argon2id$")


def test_the_factor_is_sealed_where_it_lies(office: Any) -> None:
    from allauth.mfa.models import Authenticator

    office.found("amina", "desk", "drafter")
    secret = enrol(office.browser("amina"))
    assert not any(secret in str(each.data) for each in Authenticator.objects.all())


def test_the_last_factor_stays(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    enrol(browser)
    post(browser, "/fr/account/factors/codes/off/")
    from allauth.mfa.models import Authenticator

    assert Authenticator.objects.filter(type="totp").exists()


def test_the_post_that_acts_is_chosen_among_those_held(office: Any) -> None:
    from mithaq.web.accounts.models import PostAssignment

    user = office.found("amina", "desk", "drafter")
    PostAssignment.objects.create(
        user=user, post="release", roles=["releaser"], from_on=office.clock.now().date(), purposes=["OC"]
    )
    browser = office.browser("amina")
    assert b"desk" in browser.get("/fr/").content
    for wrong in ("minister", "", "desk' OR 1=1"):
        answer = post(browser, "/fr/account/post/", page="/fr/account/", post=wrong)
        assert answer.status_code == 403
    answer = post(browser, "/fr/account/post/", page="/fr/account/", post="release", next="//evil.example/")
    assert (answer.status_code, answer["Location"]) == (302, "/fr/")
    assert browser.session["acting_post"] == "release"
    office.clock.forward(days=1)


def test_a_post_ends_with_its_last_day(office: Any) -> None:
    from mithaq.web.accounts.models import PostAssignment
    from mithaq.web.accounts.posts import held_posts

    user = office.found("amina", "desk", "drafter")
    PostAssignment.objects.update(to_on=office.clock.now().date())
    assert [each.post for each in held_posts(user)] == ["desk"]
    office.clock.forward(days=1)
    assert held_posts(user) == []


def test_language_and_theme_belong_to_the_user(office: Any) -> None:
    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    answer = post(browser, "/fr/account/preferences/", language="ar", theme="dark")
    assert (answer.status_code, answer["Location"]) == (302, "/ar/account/")
    page = browser.get("/ar/account/").content.decode()
    assert 'dir="rtl" data-bs-theme="dark"' in page
    again = post(browser, "/ar/account/preferences/", language="de", theme="dark")
    assert again.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/fr/account/",
        "/fr/account/preferences/",
        "/fr/account/password/",
        "/fr/account/sessions/",
        "/fr/account/factors/codes/on/",
        "/fr/account/factors/passkeys/new/",
        "/fr/account/officers/",
        "/fr/outgoing/",
    ],
)
def test_pages_ask_for_sign_in(office: Any, address: str) -> None:
    answer = office.browser().get(address)
    assert answer.status_code == 302
    assert "/account/sign-in/" in answer["Location"]
