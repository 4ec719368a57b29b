"""Errors of the API: RFC 9457 with ``code``, ``kept``, ``do`` and ``errors[]``, in the caller's language."""

from http import HTTPStatus
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from mithaq.errors import MithaqError, UnavailableError
from mithaq.web.api.call import InvalidInput
from mithaq.web.api.words import words_of
from mithaq.web.errors import status_of
from mithaq.web.language import preferred_language

PROBLEMS: Final = "/api/v1/problems/"
MOST_ERRORS: Final = 50

_CODES: Final = {
    "not_signed_in": HTTPStatus.UNAUTHORIZED,
    "precondition_required": HTTPStatus.PRECONDITION_REQUIRED,
    "precondition_failed": HTTPStatus.PRECONDITION_FAILED,
    "media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "not_acceptable": HTTPStatus.NOT_ACCEPTABLE,
}


def make_api_problem(request: HttpRequest, error: MithaqError) -> HttpResponse:
    """The answer to an error. Nothing from inside: words for the code, never the message of a library."""
    status = _CODES.get(error.code) or status_of(error)
    lang = preferred_language(request)
    with translation.override(lang):
        words = words_of(error)
        body: dict[str, Any] = {
            "type": PROBLEMS + error.code,
            "title": str(words.happened),
            "status": int(status),
            "detail": error.message,
            "instance": request.path,
            "code": error.code,
            "kept": str(words.kept),
            "do": str(words.advice),
        }
    if isinstance(error, InvalidInput):
        body["errors"] = [
            {"pointer": one.pointer, "code": one.code, "detail": one.detail}
            for one in error.errors[:MOST_ERRORS]
        ]
    response = HttpResponse(orjson.dumps(body), content_type="application/problem+json", status=int(status))
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = lang
    patch_vary_headers(response, ("Accept-Language",))
    if isinstance(error, UnavailableError):
        response["Retry-After"] = str(error.retry_after_s or 1)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="mithaq"'
    return response
