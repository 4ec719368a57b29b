"""Django settings of a node. The node's folder is ``MITHAQ_HOME``; its choices are in ``node.toml`` there."""

import os
import tomllib
from pathlib import Path
from typing import Any

from mithaq.adapters.store.engine import sqlite_database
from mithaq.web.exchange.limits import BURST_BYTES, BYTES_PER_S

HOME = Path(os.environ.get("MITHAQ_HOME", "."))


def _read_choices(home: Path) -> dict[str, Any]:
    file = home / "node.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


CHOICES = _read_choices(HOME)


_KEEPALIVE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""Seconds. The sequencer's lock lives as long as its connection, which is idle for days."""


def _postgresql(address: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL database. Each thread of a node has a connection: some 80 at most."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address["name"],
        "USER": address.get("user", ""),
        "PASSWORD": address.get("password", ""),
        "HOST": address.get("host", ""),
        "PORT": address.get("port", ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": _KEEPALIVE,
    }


def make_databases(home: Path, choices: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Both databases of a node: of the record, and of what may be lost (docs/adr/0002)."""
    address = choices.get("database", {})
    if address.get("engine") == "postgresql":
        return {"default": _postgresql(address), "ephemeral": _postgresql(address)}
    return {
        "default": sqlite_database(home / "record.sqlite3"),
        "ephemeral": sqlite_database(home / "ephemeral.sqlite3", synchronous="NORMAL"),
    }


DATABASES = make_databases(HOME, CHOICES)
DATABASE_ROUTERS = ["mithaq.adapters.store.router.EphemeralRouter"]
SECRET_KEY = CHOICES.get("web", {}).get("secret_key") or os.urandom(32).hex()
DEBUG = False
ALLOWED_HOSTS = ["*"]  # the server binds to one address; names are not used for anything
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("ar", "العربية"), ("fr", "Français"), ("en", "English")]
USE_I18N = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "mithaq.adapters.store",
    "mithaq.web",
    "mithaq.web.public",
    "mithaq.registers.directory",
    "mithaq.registers.agreements",
    "mithaq.registers.meetings",
    "mithaq.registers.reference",
    "mithaq.registers.requests",
]
ROOT_URLCONF = "mithaq.main.urls"
APPEND_SLASH = False
MIDDLEWARE = [
    "mithaq.web.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mithaq.web.workspace.WorkspaceChain",
]
WORKSPACE_PATHS = ["/ar/", "/fr/", "/en/"]
WORKSPACE_MIDDLEWARE = [  # for addresses below WORKSPACE_PATHS alone: programs pay for none of it
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mithaq.web.language.LanguageByPath",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
CSRF_FAILURE_VIEW = "mithaq.web.problems.handle_forged"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MITHAQ_IS_DEMONSTRATION = CHOICES.get("web", {}).get("demonstration") is True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mithaq.web.context.workspace",
            ],
            "builtins": ["mithaq.web.filters"],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the files of the package, where they lie; nothing is collected
WHITENOISE_ALLOW_ALL_ORIGINS = False
MITHAQ_EXCHANGE_BYTES_PER_S = CHOICES.get("exchange", {}).get("bytes_per_s", BYTES_PER_S)
MITHAQ_EXCHANGE_BURST_BYTES = CHOICES.get("exchange", {}).get("burst_bytes", BURST_BYTES)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None
