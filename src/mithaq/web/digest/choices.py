"""The mail server and the webhook of a node, from the tables ``mail`` and ``webhook`` of ``node.toml``.

::

    [mail]
    host = "smtp.interior.example"
    port = 587
    security = "starttls"               # or "tls"; "none" for a server on this machine alone
    user = "mithaq"
    password_file = "keys/mail"         # below the home, or absolute
    sender = "mithaq@interior.example"
    hour = 6                            # UTC, from which on the mail of the day is sent

    [webhook]
    url = "https://desk.interior.example/mithaq"
    secret_file = "keys/webhook"        # 32 bytes or more
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"
NOWHERE: Final = "django.core.mail.backends.dummy.EmailBackend"
MIN_SECRET_BYTES: Final = 32
TIMEOUT_S: Final = 10


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events go.

    Attributes:
        url: ``https``, or plain on this machine.
        secret: key of the signature, 32 bytes or more.
    """

    url: str
    secret: bytes


def read_mail(home: Path, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of Django for mail; mail goes nowhere on a node without a server, or one that is not safe."""
    table = choices.get("mail", {})
    host, security = str(table.get("host", "")), str(table.get("security", "starttls"))
    is_safe = security in ("tls", "starttls") or (security == "none" and host in LOOPBACK)
    if not host or not is_safe:
        return {"EMAIL_BACKEND": NOWHERE, "MITHAQ_MAIL_HOUR": None}
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": host,
        "EMAIL_PORT": int(table.get("port", 465 if security == "tls" else 587)),
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_HOST_USER": str(table.get("user", "")),
        "EMAIL_HOST_PASSWORD": _read_secret(home, table.get("password_file")).decode("utf-8", "replace"),
        "EMAIL_TIMEOUT": TIMEOUT_S,
        "DEFAULT_FROM_EMAIL": str(table.get("sender", f"mithaq@{host}")),
        "MITHAQ_MAIL_HOUR": min(max(int(table.get("hour", 6)), 0), 23),
    }


def read_webhook(home: Path, choices: Mapping[str, Any]) -> Webhook | None:
    """The webhook; None without one, or with an address or a secret that is not safe."""
    table = choices.get("webhook", {})
    url, secret = str(table.get("url", "")), _read_secret(home, table.get("secret_file"))
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or len(secret) < MIN_SECRET_BYTES:
        return None
    return Webhook(url, secret)


def _read_secret(home: Path, named: Any) -> bytes:
    file = home / str(named or "")
    return file.read_bytes().strip() if named and file.is_file() else b""
