"""Security administrators: one proposes, another approves; and the issuer that opens what they bound."""

import re
from typing import Any

import pytest

from .conftest import post

NEW = "/fr/account/officers/new/"
OFFICERS = "/fr/account/officers/"


def administrators(office: Any) -> tuple[Any, Any]:
    for login in ("sara", "omar"):
        office.found(login, "security", "security_admin", clearance="clear")
    return office.browser("sara"), office.browser("omar")


def account_fields(office: Any, **changes: Any) -> dict[str, Any]:
    return {
        "login": "n.idrissi",
        "display_name": "نادية الإدريسي",
        "language": "ar",
        "post": "desk",
        "roles": ["drafter", "translator"],
        "from_on": office.clock.now().date().strftime("%d/%m/%Y"),
        "to_on": "",
        "clearance": "amber",
        "purposes": ["OC", "MIGPROC"],
        **changes,
    }


def waiting_action(browser: Any) -> str:
    found = re.search(
        r"/fr/account/officers/actions/([0-9a-f-]{36})/", browser.get(OFFICERS).content.decode()
    )
    assert found
    return found[0]


def test_two_administrators_make_an_account(office: Any) -> None:
    from mithaq.web.accounts.models import User

    first, second = administrators(office)
    answer = post(first, NEW, **account_fields(office))
    assert (answer.status_code, answer["Location"]) == (302, OFFICERS)
    assert not User.objects.filter(login="n.idrissi").exists()
    address = waiting_action(first)
    own = post(first, address, decision="approve")
    assert (own.status_code, b"two_persons" in own.content) == (403, True)
    approved = post(second, address, decision="approve")
    link = re.search(r"http://127\.0\.0\.1:8100(/fr/account/link/[\w-]{43}/)", approved.content.decode())
    assert link, approved.content.decode()[-2000:]
    user = User.objects.get(login="n.idrissi")
    assert (user.must_enrol, user.language, str(user)) == (True, "ar", "نادية الإدريسي")
    [given] = user.assignments.all()
    assert (given.post, given.roles, given.clearance) == ("desk", ["drafter", "translator"], "amber")
    assert office.browser().get(link[1]).status_code == 200
    assert post(second, address, page=OFFICERS, decision="approve").status_code == 409


def test_the_date_may_be_typed_in_arabic_digits(office: Any) -> None:
    from mithaq.web.accounts.models import AccountAction

    first, _ = administrators(office)
    answer = post(first, NEW, **account_fields(office, from_on="٠١/٠٢/٢٠٢٧", to_on="2027-03-31"))
    assert answer.status_code == 302
    fields = AccountAction.objects.get().fields
    assert (fields["from_on"], fields["to_on"]) == ("2027-02-01", "2027-03-31")


@pytest.mark.parametrize(
    "change",
    [
        {"login": "Nadia Idrissi"},
        {"login": "../x"},
        {"login": "sara"},
        {"login": ""},
        {"post": "DESK 1"},
        {"roles": ["king"]},
        {"roles": []},
        {"clearance": "cosmic"},
        {"purposes": ["EVERYTHING"]},
        {"from_on": "32/01/2026"},
        {"to_on": "2020-01-01"},
        {"display_name": ""},
    ],
)
def test_bad_fields_are_told_at_the_field(office: Any, change: dict[str, Any]) -> None:
    from mithaq.web.accounts.models import AccountAction

    first, _ = administrators(office)
    answer = post(first, NEW, **account_fields(office, **change))
    page = answer.content.decode()
    assert (answer.status_code, "error-summary" in page) == (200, True)
    assert "نادية الإدريسي" in page or "display_name" in change
    assert AccountAction.objects.count() == 0


def test_officers_change_accounts_by_two(office: Any) -> None:
    from mithaq.web.accounts.models import PostAssignment, User

    first, second = administrators(office)
    user = office.found("amina", "desk", "drafter")
    browser = office.browser("amina")
    base = f"/fr/account/officers/{user.pk}/"

    def decide(kind: str, **fields: str) -> Any:
        assert post(first, f"{base}{kind}/", **fields).status_code == 302
        return post(second, waiting_action(second), decision="approve")

    assert decide("close-account").status_code == 302
    assert browser.get("/fr/").status_code == 302
    assert decide("open-account").status_code == 302
    assert b"/account/link/" in decide("new-link").content
    user.refresh_from_db()
    assert (user.is_active, user.must_enrol) == (True, True)
    today = office.clock.now().date()
    given = PostAssignment.objects.get(user=user)
    decide("end-post", assignment=str(given.pk), to_on=today.isoformat())
    given.refresh_from_db()
    assert given.to_on == today
    post(first, f"{base}bind-oidc/", sub="sub-1")
    assert post(first, waiting_action(first), decision="refuse").status_code == 302
    assert User.objects.get(pk=user.pk).socialaccount_set.count() == 0


def test_nobody_else_opens_these_pages(office: Any) -> None:
    administrators(office)
    office.found("amina", "desk", "drafter", "releaser", "handling_officer")
    browser = office.browser("amina")
    for address in (OFFICERS, NEW):
        assert browser.get(address).status_code in (403, 404)
    assert post(browser, NEW, page="/fr/account/", **account_fields(office)).status_code in (403, 404)


def test_granting_asks_for_a_factor_again(office: Any) -> None:
    first, _ = administrators(office)
    office.clock.forward(minutes=6)
    assert first.get(OFFICERS).status_code == 200
    answer = first.get(NEW)
    assert (answer.status_code, "/account/confirm/" in answer["Location"]) == (302, True)


# The issuer


class Issued:
    """What allauth hands over after the issuer has answered."""

    def __init__(self, user: Any, is_existing: bool, data: dict[str, Any]) -> None:
        from types import SimpleNamespace

        self.user, self.is_existing = user, is_existing
        self.account = SimpleNamespace(extra_data=data, uid="sub-1")


def refused_by_issuer(office: Any, issued: Issued) -> str:
    from allauth.core.exceptions import ImmediateHttpResponse
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from mithaq.web.accounts.oidc import OidcAdapter

    request = RequestFactory().get("/oidc/oidc/login/callback/")
    request.user = AnonymousUser()
    request.session = office.browser().session
    try:
        OidcAdapter(request).pre_social_login(request, issued)
    except ImmediateHttpResponse as refusal:
        found = re.search(rb"oidc_\w+", refusal.response.content)
        return found[0].decode() if found and refusal.response.status_code == 403 else "another answer"
    return ""


def test_the_issuer_opens_bound_accounts_alone(office: Any, settings_of_oidc: None) -> None:
    user = office.found("amina", "desk", "drafter")
    strong = {"id_token": {"acr": "eidas2"}}
    assert refused_by_issuer(office, Issued(user, False, strong)) == "oidc_not_bound"
    assert refused_by_issuer(office, Issued(user, True, {})) == "oidc_acr"
    assert refused_by_issuer(office, Issued(user, True, {"acr": "eidas1"})) == "oidc_acr"
    assert refused_by_issuer(office, Issued(user, True, strong)) == ""
    user.is_active = False
    assert refused_by_issuer(office, Issued(user, True, strong)) == "oidc_not_bound"


@pytest.fixture
def settings_of_oidc() -> Any:
    from django.conf import settings

    before = settings.MITHAQ_OIDC
    settings.MITHAQ_OIDC = {"issuer": "https://issuer.example", "required_acr": "eidas2"}
    yield
    settings.MITHAQ_OIDC = before


def test_the_sign_in_page_lets_its_form_go_to_the_issuer(office: Any, settings_of_oidc: None) -> None:
    answer = office.browser().get("/fr/account/sign-in/")
    assert "form-action 'self' https://issuer.example;" in answer["Content-Security-Policy"]
    assert 'action="/oidc/oidc/login/"' in answer.content.decode()
    other = office.browser().get("/fr/account/link/x/")
    assert "issuer.example" not in other["Content-Security-Policy"]


def test_the_table_of_the_issuer(tmp_path: Any) -> None:
    from mithaq.web.accounts.issuer import read_issuer

    assert read_issuer(tmp_path, {}) == {}
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    table = {"issuer": "https://i.example", "client_id": "c", "client_secret_file": "secret"}
    [app] = read_issuer(tmp_path, {"oidc": table})["openid_connect"]["APPS"]
    assert (app["secret"], app["client_id"], app["settings"]["server_url"]) == (
        "s3cret",
        "c",
        "https://i.example",
    )


def test_keys_of_administrators_prove_their_maker_where_the_node_asks(office: Any, settings: Any) -> None:
    from allauth.mfa.models import Authenticator

    first, _ = administrators(office)
    office.found("reader", "desk", "reader")
    assert first.get("/fr/").status_code == 200
    settings.MITHAQ_PASSKEY_ROOTS = b""  # a file that cannot be read trusts nobody
    assert first.get("/fr/").headers.get("Location") == "/fr/account/"
    assert office.browser("reader").get("/fr/").status_code == 200
    Authenticator.objects.all().delete()
    page = first.get("/fr/account/factors/passkeys/new/").content.decode()
    assert '"attestation": "direct"' in page
