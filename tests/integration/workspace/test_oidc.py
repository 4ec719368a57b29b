"""Sign-in by the issuer of the node, whole: it opens what officers have bound, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import post
from .issuer import CLIENT, SECRET, Issuer, running_issuer
from .test_accounts import code_of, enrol, is_in

LOGIN = "/oidc/oidc/login/"
CALLBACK = "/oidc/oidc/login/callback/"


@pytest.fixture
def issuer(tmp_path: Path) -> Iterator[Issuer]:
    from allauth.socialaccount.providers import registry
    from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
    from django.conf import settings

    from mithaq.web.accounts.issuer import read_issuer

    registry.register(OpenIDConnectProvider)  # as the app does that a node with an issuer has
    with running_issuer() as running:
        (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
        table = {
            "issuer": running.address,
            "client_id": CLIENT,
            "client_secret_file": "secret",
            "required_acr": "eidas2",
        }
        before = settings.MITHAQ_OIDC, settings.SOCIALACCOUNT_PROVIDERS
        settings.MITHAQ_OIDC = table
        settings.SOCIALACCOUNT_PROVIDERS = read_issuer(tmp_path, {"oidc": table})
        yield running
        settings.MITHAQ_OIDC, settings.SOCIALACCOUNT_PROVIDERS = before


def sign_in(browser: Any, state: str = "") -> Any:
    """To the issuer and back."""
    leaving = post(browser, LOGIN, page="/fr/account/sign-in/")
    assert leaving.status_code == 302, leaving.content.decode()[-500:]
    asked = parse_qs(urlsplit(leaving["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return browser.get(CALLBACK, {"code": "c0de", "state": state or asked["state"][0]})


def bind(user: Any, sub: str) -> None:
    from allauth.socialaccount.models import SocialAccount

    SocialAccount.objects.create(user=user, provider="oidc", uid=sub)


def test_it_makes_no_account(office: Any, issuer: Issuer) -> None:
    from mithaq.web.accounts.models import User

    browser = office.browser()
    answer = sign_in(browser)
    assert (answer.status_code, b"oidc_not_bound" in answer.content) == (403, True)
    assert (User.objects.count(), is_in(browser)) == (0, False)


def test_it_opens_a_bound_account(office: Any, issuer: Issuer) -> None:
    user = office.found("amina", "desk", "drafter")
    bind(user, "sub-1")
    browser = office.browser()
    answer = sign_in(browser)
    assert answer.status_code == 302, answer.content.decode()[-500:]
    assert is_in(browser)
    assert "code_verifier=" in issuer.asked[-1]
    issuer.subject = "sub-2"
    other = office.browser()
    assert sign_in(other).status_code == 403
    assert not is_in(other)


def test_it_must_have_checked_strictly(office: Any, issuer: Issuer) -> None:
    bind(office.found("amina", "desk", "drafter"), "sub-1")
    issuer.acr = "eidas1"
    browser = office.browser()
    answer = sign_in(browser)
    assert (answer.status_code, b"oidc_acr" in answer.content) == (403, True)
    assert not is_in(browser)


def test_without_that_the_own_factor_is_asked(office: Any, issuer: Issuer) -> None:
    from django.conf import settings

    settings.MITHAQ_OIDC = {**settings.MITHAQ_OIDC, "required_acr": ""}
    bare = office.found("bare", "desk", "drafter")
    bind(bare, "sub-1")
    assert sign_in(office.browser()).status_code == 403
    whole = office.found("whole", "desk", "drafter")
    secret = enrol(office.browser("whole"))
    bind(whole, "sub-2")
    issuer.subject = "sub-2"
    browser = office.browser()
    answer = sign_in(browser)
    assert (answer.status_code, "/account/code/" in answer["Location"]) == (302, True)
    assert not is_in(browser)
    post(browser, answer["Location"], code=code_of(secret))
    assert is_in(browser)


def test_a_forged_answer_opens_nothing(office: Any, issuer: Issuer) -> None:
    bind(office.found("amina", "desk", "drafter"), "sub-1")
    for state in ("x", "é", "0" * 5000):
        browser = office.browser()
        answer = sign_in(browser, state)
        assert answer.status_code in (200, 302, 403)
        assert not is_in(browser)
    # An answer that this browser did not ask for.
    browser = office.browser()
    browser.get(CALLBACK, {"code": "c0de", "state": "stolen"})
    assert not is_in(browser)
    assert office.browser().get(LOGIN).status_code == 200  # a link alone does not leave for the issuer
