"""What allauth asks of this program: nobody signs up, failures count, secrets are sealed."""

import base64
import hashlib
import os
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mithaq.web.access.table import STEP_UP_S
from mithaq.web.accounts import session_times
from mithaq.web.accounts.backoff import forget_failures, is_waiting, note_failure
from mithaq.web.accounts.models import User
from mithaq.web.kept import give_back
from mithaq.web.language import LANGUAGES

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NONCE_BYTES = 12


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in with a name, a password and a second factor."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The name, the password or the second factor is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Try again in 15 minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        name = str(credentials.get("username", ""))
        if is_waiting(name):
            raise self.validation_error("too_many_login_attempts")
        user = authenticate(request, **credentials)
        if not isinstance(user, User):
            note_failure(name)
            return None
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        session_times.begin(request)
        give_back(request, str(user.pk))
        forget_failures(user.login)
        Session.objects.filter(expire_date__lt=timezone.now()).delete()  # nobody else clears them

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        lang = getattr(request.user, "language", "")
        return f"/{lang}/" if lang in LANGUAGES else str(super().get_login_redirect_url(request))

    def is_reauthentication_required(self, app: str = "") -> bool:
        age_s = session_times.step_up_age_s(context.request)
        return age_s is None or age_s > STEP_UP_S

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A password alone is never enough: only the factors count. Without any, the page that says so."""
        methods = super().get_reauthentication_methods(user)
        factors = [each for each in methods if each["id"] != "reauthenticate"]
        return factors or [{"id": "confirm", "url": reverse("account_confirm"), "description": ""}]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No account has a mail address."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No account has a mail address."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Pages say themselves what has happened, in the words of this program."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Factors: passkeys of one fixed host, secrets sealed with a key of this node."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code or the key was not accepted."),
        "cannot_delete_authenticator": _("An account keeps at least one way to sign in."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": relying_party(context.request), "name": "Mithaq"}

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        data = base64.b64decode(encrypted_text)
        return AESGCM(_key()).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        return str(_("Passkey"))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        from allauth.mfa.models import Authenticator

        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user=authenticator.user, type__in=kinds)
        return bool(others.exclude(pk=authenticator.pk).exists())


def relying_party(request: HttpRequest) -> str:
    """The host that passkeys are bound to: that of the node's address; on this machine the one typed."""
    named = urlsplit(settings.MITHAQ_BASE_URL).hostname or ""
    typed = urlsplit(f"//{request.get_host()}").hostname or ""
    return typed if not named or named in _LOOPBACK else named


def _key() -> bytes:
    return hashlib.sha256(b"mithaq/factor/v1\0" + settings.SECRET_KEY.encode()).digest()
