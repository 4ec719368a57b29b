"""Told outside of the workspace: counts and links, once, and nothing of any record."""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from .conftest import post
from .samples import QUESTION, draft, hand_over, make_request
from .test_acting import propose

MAIL = "/fr/account/mail/"


@pytest.fixture
def sent() -> Iterator[list[Any]]:
    """Mails that went, by the backend of Django for tests; the node has a server, from midnight on."""
    from django.core import mail
    from django.test import override_settings

    backend = "django.core.mail.backends.locmem.EmailBackend"
    changes = {"EMAIL_BACKEND": backend, "MITHAQ_MAIL_HOUR": 0, "MITHAQ_BASE_URL": "https://rabat.example"}
    with override_settings(**changes):
        mail.outbox = []
        yield mail.outbox


def test_a_mail_a_day_says_how_much_waits_and_nothing_more(office: Any, sent: list[Any]) -> None:
    from mithaq.web.digest.mailing import send_due_mails

    author = office.found("amina", "desk", "drafter")
    office.found("karim", "release", "releaser", "signatory")
    office.found("lila", "desk", "reader")
    for login in ("karim", "lila"):
        answer = post(office.browser(login), MAIL, address=f"{login}@interior.example")
        assert answer.status_code == 302
    hand_over(office, author, draft(office, author, make_request()))
    propose(office)
    assert send_due_mails(office.node) == 1
    [mail] = sent
    assert mail.to == ["karim@interior.example"]
    assert "https://rabat.example/fr/" in mail.body
    assert [line[-2:] for line in mail.body.splitlines() if line.endswith((" 1", " 2"))] == [" 1", " 1"]
    for word in (QUESTION, "informations", "طلب", "Accord", "اتفاق", "Karim"):
        assert word not in mail.subject + mail.body
    assert send_due_mails(office.node) == 0
    office.clock.forward(days=1)
    assert send_due_mails(office.node) == 1


def test_a_mail_counts_nothing_that_its_reader_may_not_know_of(office: Any) -> None:
    from mithaq.web.digest.waiting import count_waiting

    propose(office)
    high, low = (office.found(code, "minister", "signatory", clearance=code) for code in ("green", "clear"))
    assert (count_waiting(high).to_sign, count_waiting(low).to_sign) == (1, 0)


def test_a_server_that_fails_is_tried_again(
    office: Any, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail import EmailMessage

    from mithaq.web.digest.mailing import send_due_mails
    from mithaq.web.digest.models import MailChoice

    user = office.found("rim", "minister", "signatory")
    MailChoice.objects.create(user=user, address="rim@interior.example")
    propose(office)

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        assert send_due_mails(office.node) == 0
    assert send_due_mails(office.node) == 1
    user.is_active = False
    user.save()
    office.clock.forward(days=1)
    assert send_due_mails(office.node) == 0


def test_the_choice_ends_with_an_empty_field_and_takes_no_nonsense(office: Any) -> None:
    from mithaq.web.digest.models import MailChoice

    office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    wrong = post(browser, MAIL, address="amina@@x\r\nBcc: y@z")
    assert ("error-summary" in wrong.content.decode(), MailChoice.objects.count()) == (True, 0)
    post(browser, MAIL, address="amina@interior.example")
    assert "amina@interior.example" in browser.get(MAIL).content.decode()
    assert post(browser, MAIL, address="").status_code == 302
    assert MailChoice.objects.count() == 0


def test_the_webhook_tells_each_event_once_signed_and_without_content(office: Any) -> None:
    from mithaq.node.records import Alarm
    from mithaq.web.digest.choices import Webhook
    from mithaq.web.digest.webhook import note_events, send_calls

    node, hook = office.node, Webhook("https://desk.example/x", b"k" * 32)
    told: list[tuple[bytes, str]] = []

    def take(url: str, body: bytes, headers: dict[str, str]) -> int:
        told.append((body, headers["Mithaq-Signature"]))
        return 204

    note_events(node)
    node.store.alarms.raise_alarm(Alarm("clock", "fr-mi", node.clock.now(), "secret detail"))
    for _ in range(3):
        office.clock.forward(minutes=1)
        note_events(node)
        send_calls(node, hook, take)
    [(body, signature)] = told
    call = orjson.loads(body)
    assert set(call) == {"id", "event", "at", "url"}
    assert (call["event"], call["url"]) == ("alarm", "http://127.0.0.1:8100/en/health/")
    at, mac = (part.partition("=")[2] for part in signature.split(","))
    assert mac == hmac.new(b"k" * 32, f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def test_a_webhook_that_does_not_answer_is_tried_five_times_more(office: Any) -> None:
    from mithaq.errors import UnavailableError
    from mithaq.node.records import Alarm
    from mithaq.web.digest.choices import Webhook
    from mithaq.web.digest.webhook import RETRY_AFTER_S, note_events, send_calls

    node, hook, asked = office.node, Webhook("https://desk.example/x", b"k" * 32), []

    def refuse(url: str, body: bytes, headers: dict[str, str]) -> int:
        asked.append(orjson.loads(body)["id"])
        if len(asked) % 2:
            raise UnavailableError("webhook", "nobody answered")
        return 302

    node.store.alarms.raise_alarm(Alarm("clock", "fr-mi", node.clock.now()))
    note_events(node)
    for pause in (0, *RETRY_AFTER_S, 10**6):
        office.clock.forward(seconds=pause)
        assert send_calls(node, hook, refuse) == 0
        send_calls(node, hook, refuse)
    assert (len(asked), len(set(asked))) == (1 + len(RETRY_AFTER_S), 1)


def test_only_safe_servers_are_used(tmp_path: Path) -> None:
    from mithaq.web.digest.choices import NOWHERE, read_mail, read_webhook

    assert read_mail(tmp_path, {})["EMAIL_BACKEND"] == NOWHERE
    plain = {"mail": {"host": "smtp.example", "security": "none"}}
    assert read_mail(tmp_path, plain)["EMAIL_BACKEND"] == NOWHERE
    (tmp_path / "secret").write_text("x" * 40, encoding="ascii")
    safe = read_mail(tmp_path, {"mail": {"host": "smtp.example", "user": "m", "password_file": "secret"}})
    assert (safe["EMAIL_USE_TLS"], safe["EMAIL_PORT"], safe["EMAIL_HOST_PASSWORD"]) == (True, 587, "x" * 40)
    for url in ("http://desk.example/x", "ftp://desk.example", "https://", "file:///etc/passwd"):
        assert read_webhook(tmp_path, {"webhook": {"url": url, "secret_file": "secret"}}) is None, url
    named = {"url": "https://desk.example/x", "secret_file": "secret"}
    assert read_webhook(tmp_path, {"webhook": named}) is not None
    (tmp_path / "secret").write_text("short", encoding="ascii")
    assert read_webhook(tmp_path, {"webhook": named}) is None
