"""Django settings of a node. The node's folder is ``MITHAQ_HOME``; its choices are in ``node.toml`` there."""

import os
import tomllib
from pathlib import Path
from typing import Any

from mithaq.adapters.store.engine import sqlite_database
from mithaq.web.accounts.issuer import read_issuer
from mithaq.web.accounts.roots_file import read_roots_file
from mithaq.web.digest.choices import read_mail
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
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "mithaq.web.attachments.LimitedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
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
    "mithaq.web.accounts",  # before allauth: its templates stand for those
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "mithaq.adapters.store",
    "mithaq.web",
    "mithaq.web.access_log",
    "mithaq.web.digest",
    "mithaq.web.office",
    "mithaq.web.outgoing",
    "mithaq.web.pdf",
    "mithaq.web.public",
    "mithaq.web.api",
    "mithaq.web.search",
    "mithaq.web.overview",
    "mithaq.web.balance",
    "mithaq.web.reminders",
    "mithaq.web.charts",
    "mithaq.registers.directory",
    "mithaq.registers.agreements",
    "mithaq.registers.review",
    "mithaq.registers.meetings",
    "mithaq.registers.roadmap",
    "mithaq.registers.reference",
    "mithaq.registers.requests",
    "mithaq.registers.sources",
]
PAGE_APPS = ("django.contrib.", "django_htmx", "allauth")
"""How names of apps begin that serve pages and sign-in alone: commands do without (``wiring.setup``)."""

ROOT_URLCONF = "mithaq.main.urls"
APPEND_SLASH = False
MIDDLEWARE = [
    "mithaq.web.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth looks for it here
    "mithaq.web.workspace.WorkspaceChain",
]
WIRE_URLCONF = "mithaq.main.wire_urls"
WIRE_PATHS = ["/log/", "/witness/", "/exchange/"]
WORKSPACE_PATHS = ["/ar/", "/fr/", "/en/", "/oidc/"]
WORKSPACE_MIDDLEWARE = [  # for addresses below WORKSPACE_PATHS alone: programs pay for none of it
    "mithaq.web.accounts.session_cookie.SessionCookie",
    "mithaq.web.language.LanguageByPath",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mithaq.web.accounts.session_limits.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
CSRF_FAILURE_VIEW = "mithaq.web.problems.handle_forged"
CSRF_USE_SESSIONS = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["mithaq.web.accounts.backend.PasswordWithFactor"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Two nodes on one host share its cookies, whatever their ports: each has a name of its own.
SESSION_COOKIE_NAME = f"mithaq-{CHOICES.get('code', 'node')}"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"

ACCOUNT_ADAPTER = "mithaq.web.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = False  # failures are counted in the database, by the clock of the node
MFA_ADAPTER = "mithaq.web.accounts.adapters.FactorAdapter"
_FORMS = "mithaq.web.accounts.forms."
ACCOUNT_FORMS = {"login": f"{_FORMS}SignInForm"}
MFA_FORMS = {
    "authenticate": f"{_FORMS}CodeForm",
    "authenticate_webauthn": f"{_FORMS}SecondPasskeyForm",
    "reauthenticate": f"{_FORMS}StepUpCodeForm",
    "activate_totp": f"{_FORMS}ActivateCodesForm",
    "deactivate_totp": f"{_FORMS}DeactivateCodesForm",
    "generate_recovery_codes": f"{_FORMS}NewRecoveryCodesForm",
    "add_webauthn": f"{_FORMS}AddPasskeyForm",
    "edit_webauthn": f"{_FORMS}RenamePasskeyForm",
    "login_webauthn": f"{_FORMS}PasskeyForm",
    "reauthenticate_webauthn": f"{_FORMS}StepUpPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = f"Mithaq {CHOICES.get('code', '')}".strip()
SOCIALACCOUNT_ADAPTER = "mithaq.web.accounts.oidc.OidcAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = read_issuer(HOME, CHOICES)
if SOCIALACCOUNT_PROVIDERS:  # it brings a client of its own for HTTP, which takes long to load
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
_MAIL = read_mail(HOME, CHOICES)
globals().update(_MAIL)  # EMAIL_… of Django
MITHAQ_MAIL_HOUR: int | None = _MAIL["MITHAQ_MAIL_HOUR"]
MITHAQ_PASSKEY_ROOTS = read_roots_file(HOME, CHOICES)
MITHAQ_OIDC = CHOICES.get("oidc", {})
MITHAQ_POSTS = list(CHOICES.get("posts", {}))
MITHAQ_BASE_URL = CHOICES.get("base_url", "")
# Behind a proxy that ends TLS forms come from this origin, which the request itself does not show.
CSRF_TRUSTED_ORIGINS = [MITHAQ_BASE_URL.rstrip("/")] if MITHAQ_BASE_URL.startswith("https:") else []
MITHAQ_HOLIDAYS = CHOICES.get("calendar", {}).get("holidays", [])
MITHAQ_PAGE_BURST: int | None = CHOICES.get("web", {}).get("page_burst")
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
