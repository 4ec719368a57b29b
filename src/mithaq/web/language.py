"""The language of a page is the first part of its address: ``/ar/``, ``/fr/``, ``/en/``."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES: Final = {"ar": "العربية", "fr": "Français", "en": "English"}
"""Each named in itself."""


def direction_of(lang: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if lang == "ar" else "ltr"


def language_in(path: str) -> str | None:
    """The language in a path; None where there is none."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in LANGUAGES else None


def preferred_language(request: HttpRequest) -> str:
    """What the user chose, else the first of the browser's that there is, else English."""
    chosen = getattr(getattr(request, "user", None), "language", "")
    if chosen in LANGUAGES:
        return str(chosen)
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        base = wanted.partition("-")[0]
        if base in LANGUAGES:
            return base
    return "en"


def in_language(lang: str, path: str) -> str:
    """The same page in another language."""
    rest = path.removeprefix("/").partition("/")[2] if language_in(path) else ""
    return f"/{lang}/{rest}"


class LanguageByPath:
    """Middleware of the workspace: the page is answered in the language of its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        lang = language_in(request.path_info) or preferred_language(request)
        with translation.override(lang):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", lang)
        return response
