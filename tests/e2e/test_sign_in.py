"""The first administrator of a new node: enrols, signs in by passkey and by code, makes the second one."""

import hashlib
import hmac
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Iterator
from typing import Any

import pytest

PASSWORD = "sept chats dorment ici"
WAIT_MS = 60_000


def code_of(secret: str, ahead: int = 0) -> str:
    """RFC 6238 with its defaults."""
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture(scope="module")
def login_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link that ``node init`` gives, of a node that is served. A passkey needs a name, not an address."""
    home = tmp_path_factory.mktemp("node") / "home"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MITHAQ_", "DJANGO_"))}
    environment = {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "mithaq", "--json", "--home", str(home)]
    made = subprocess.run(
        [
            *command,
            "node",
            "init",
            "--code",
            "ma-mi",
            "--url",
            f"http://localhost:{port}",
            "--languages",
            "ar",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with subprocess.Popen(
        [*command, "node", "serve", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as served:
        assert served.stdout is not None
        assert served.stdout.readline()
        yield json.loads(made.stdout)["login_url"]
        served.send_signal(signal.SIGTERM)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page in an own context, with an authenticator that verifies its person."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    devtools = context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    problems: list[str] = []
    opened.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    yield opened
    context.close()
    assert [each for each in problems if "Content Security Policy" in each] == []


def sign_out(page: Any) -> None:
    page.locator("details.account summary").click()
    page.locator("form[action$='/sign-out/'] button").click()
    page.wait_for_url("**/sign-in/")


def press(page: Any) -> None:
    """The main button of the form in the content."""
    page.locator("main form:not([hidden]) button[type=submit]").first.click()


def home_of(address: str) -> str:
    return address.split("/account/")[0] + "/"


def test_from_the_first_link_to_the_second_administrator(page: Any, login_url: str) -> None:
    home = home_of(login_url)
    page.goto(login_url)
    press(page)
    page.wait_for_url("**/account/")
    # Codes first.
    page.goto(f"{home}account/factors/codes/on/")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(code_of(secret))
    press(page)
    page.wait_for_url("**/recovery/")
    recovery = page.locator("main li code").all_inner_texts()
    assert len(recovery) == 10
    # Then a passkey.
    page.goto(f"{home}account/factors/passkeys/new/")
    page.locator("[name=name]").fill("مفتاحي")
    press(page)
    page.wait_for_url(lambda url: "/new/" not in url)
    page.goto(f"{home}account/")
    assert page.locator("text=مفتاحي").count() == 1
    page.goto(f"{home}account/password/")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password_again]").fill(PASSWORD)
    press(page)
    page.wait_for_url("**/account/")
    # In by the passkey alone.
    sign_out(page)
    page.locator("#passkey-form button").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{home}account/")
    assert page.url.endswith("/account/")
    # In by password and code.
    sign_out(page)
    page.locator("[name=login]").fill("security-1")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("#page-form button[type=submit]").click()
    page.wait_for_url("**/code/")
    page.locator("[name=code]").fill(code_of(secret))
    page.locator("#page-form button[type=submit]").click()
    page.wait_for_url(lambda url: "/code/" not in url)
    make_second(page, home)


def make_second(page: Any, home: str) -> None:
    """The one account that the first administrator makes alone."""
    page.goto(f"{home}account/officers/new/")
    page.locator("[name=login]").fill("security-2")
    page.locator("[name=display_name]").fill("عمر بناني")
    page.locator("[name=post]").fill("security")
    page.locator("[name=roles][value=security_admin]").check()
    page.locator("#page-form .form-buttons button").click()
    link = page.locator("code.hash").inner_text()
    assert "/account/link/" in link
    # The link opens an account in another browser that has its own enrolment before it.
    other = page.context.browser.new_context()
    try:
        second = other.new_page()
        second.goto(link)
        press(second)
        second.wait_for_url("**/account/")
        second.goto(home)
        assert second.url.endswith("/account/")
    finally:
        other.close()


def test_codes_work_without_script(browser: Any, login_url: str) -> None:
    """The name and password form is whole without script; the passkey form is not shown."""
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(home_of(login_url) + "account/sign-in/")
        assert page.locator("#passkey-form").is_hidden()
        page.locator("[name=login]").fill("nobody")
        page.locator("[name=password]").fill("not the password")
        page.locator("#page-form button[type=submit]").click()
        assert page.locator(".error-summary").count() == 1
    finally:
        context.close()


def test_a_wrong_link_opens_nothing(browser: Any, login_url: str) -> None:
    context = browser.new_context()
    try:
        page = context.new_page()
        answer = page.goto(home_of(login_url) + f"account/link/{'x' * 43}/")
        assert answer.status == 404
        page.goto(home_of(login_url))
        assert "/sign-in/" in page.url
    finally:
        context.close()
