"""One-time links: the only way into a new account. What is stored opens nothing."""

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from mithaq.errors import MissingError
from mithaq.web.accounts.models import LoginLink, User

LIFE: Final = timedelta(hours=24)
TOKEN_BYTES: Final = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def make_link(user: User, now: datetime, life: timedelta = LIFE) -> str:
    """A new token for an account, 43 base64url characters; older unused ones of the account end."""
    token = base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()
    LoginLink.objects.filter(user=user, used_at__isnull=True).update(expires_at=now)
    LoginLink.objects.create(user=user, token_sha256=hash_token(token), expires_at=now + life)
    return token


def link_path(token: str, lang: str = "en") -> str:
    """Where a token is used, from the root of the node."""
    return f"/{lang}/account/link/{token}/"


def find_user(token: str, now: datetime) -> User:
    """Whose link it is; the link stays as it is.

    Raises:
        MissingError: ``login_link``; used, too old, or never given out.
    """
    found = _find(token, now)
    if found is None:
        raise MissingError("login_link", "There is no such link, or not any more.")
    return found.user


def use_link(token: str, now: datetime) -> User:
    """Use up a link; of two at the same moment one wins.

    Raises:
        MissingError: ``login_link``.
    """
    found = _find(token, now)
    used = LoginLink.objects.filter(
        token_sha256=hash_token(token), used_at__isnull=True, expires_at__gt=now
    ).update(used_at=now)
    if found is None or used != 1:
        raise MissingError("login_link", "There is no such link, or not any more.")
    return found.user


def _find(token: str, now: datetime) -> LoginLink | None:
    if not _TOKEN.fullmatch(token):
        return None
    links = LoginLink.objects.select_related("user")
    return links.filter(
        token_sha256=hash_token(token), used_at__isnull=True, expires_at__gt=now, user__is_active=True
    ).first()


def hash_token(token: str) -> str:
    """What is stored of a token, hex SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
