"""The page to sign in on."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from mithaq.web.accounts.issuer import PROVIDER
from mithaq.web.headers import CONTENT_SECURITY_POLICY


class SignIn(LoginView):  # type: ignore[misc]
    """Passkey, password and code, or the issuer of the node."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "issuers": find_issuers()}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return allow_issuer(response)


def find_issuers() -> list[dict[str, str]]:
    """Name and address of the issuer; empty for a node without one."""
    issuer = str(settings.MITHAQ_OIDC.get("issuer", ""))
    if not issuer:
        return []
    name = str(settings.MITHAQ_OIDC.get("name") or urlsplit(issuer).hostname)
    return [{"name": name, "url": reverse("openid_connect_login", kwargs={"provider_id": PROVIDER})}]


def allow_issuer(response: HttpResponse) -> HttpResponse:
    """Browsers apply ``form-action`` to where a form is led on to: the issuer joins it on this page alone."""
    parts = urlsplit(str(settings.MITHAQ_OIDC.get("issuer", "")))
    if parts.hostname:
        origin = f"{parts.scheme}://{parts.netloc}"
        policy = CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {origin}")
        response["Content-Security-Policy"] = policy
    return response
