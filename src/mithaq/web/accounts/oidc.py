"""Sign-in by the issuer of the node: it opens accounts that officers have bound, and makes none."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from mithaq.errors import NotAllowedError
from mithaq.web.accounts.assertions import remember
from mithaq.web.accounts.enrolment import has_factor


class OidcAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Binds by ``sub`` alone."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse who is not bound, who is not active, and who was not checked strictly enough."""
        if not sociallogin.is_existing or not sociallogin.user.is_active:
            raise _refusal(request, "oidc_not_bound")
        wanted = settings.MITHAQ_OIDC.get("required_acr", "")
        if wanted and _acr_of(sociallogin.account.extra_data) != wanted:
            raise _refusal(request, "oidc_acr")
        # Every way in is as strong as the others: either the issuer has checked two factors, or we ask.
        if not wanted and not has_factor(sociallogin.user):
            raise _refusal(request, "oidc_acr")
        evidence = {"uid": str(sociallogin.account.uid), "claims": sociallogin.account.extra_data}
        remember(request, sociallogin.user, "oidc", evidence)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        raise _refusal(request, "oidc_failed")


def _acr_of(data: Any) -> str:
    """``acr`` of the ID token; allauth keeps claims flat, or below ``id_token`` and ``userinfo``."""
    found = data if isinstance(data, dict) else {}
    return str(found.get("acr") or found.get("id_token", {}).get("acr") or "")


def _refusal(request: HttpRequest, code: str) -> ImmediateHttpResponse:
    from mithaq.web.accounts.problems import refusal_page

    return ImmediateHttpResponse(refusal_page(request, NotAllowedError(code, "The issuer opens no account.")))
