"""``/api/v1/problems/<code>``: what a code means, in three languages; the ``type`` of each problem."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from mithaq.errors import MissingError, MithaqError
from mithaq.web.api.error_codes import family_of
from mithaq.web.api.problems import make_api_problem
from mithaq.web.api.words import words_of
from mithaq.web.language import LANGUAGES, direction_of, preferred_language

_CODE = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)


def show_problem(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one code; the reader's language stands first."""
    if not _CODE.fullmatch(code) or family_of(code) is None:
        return show_nothing(request)
    first = preferred_language(request)
    sections = [_describe(code, lang) for lang in sorted(LANGUAGES, key=lambda each: (each != first, each))]
    response = render(request, "api/problem.html", {"code": code, "lang": first, "sections": sections})
    response["Content-Language"] = first
    response["Vary"] = "Accept-Language"
    return response


def _describe(code: str, lang: str) -> dict[str, str]:
    with translation.override(lang):
        words = words_of((family_of(code) or MithaqError)(code))
        return {
            "lang": lang,
            "direction": direction_of(lang),
            "happened": str(words.happened),
            "kept": str(words.kept),
            "advice": str(words.advice),
            "kept_label": str(translation.gettext("Kept")),
            "advice_label": str(translation.gettext("To do")),
        }


def show_nothing(request: HttpRequest) -> HttpResponse:
    """For every other address under ``/api/v1/``."""
    return make_api_problem(request, MissingError("not_found", "There is nothing at this address."))
