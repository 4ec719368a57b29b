"""Errors on the wire: RFC 9457 problems with the stable code of the error tree, and nothing from inside.

Spec: docs/spec 8.2; RFC 9457.
"""

import functools
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Concatenate, ParamSpec

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)

_log = logging.getLogger("mithaq.web")
_Arguments = ParamSpec("_Arguments")

# The first family that fits counts, so the narrow ones stand before the wide ones.
_FAMILIES: tuple[tuple[type[MithaqError], HTTPStatus], ...] = (
    (MalformedError, HTTPStatus.BAD_REQUEST),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (ConflictError, HTTPStatus.CONFLICT),
    (RefusedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (MissingError, HTTPStatus.NOT_FOUND),
    (UnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
)
_CODES = {
    "too_many_open": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_bytes": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "sealed_reads": HTTPStatus.TOO_MANY_REQUESTS,
    "exports": HTTPStatus.TOO_MANY_REQUESTS,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "body_unreadable": HTTPStatus.REQUEST_TIMEOUT,
    "method": HTTPStatus.METHOD_NOT_ALLOWED,
}


def status_of(error: MithaqError) -> HTTPStatus:
    """The status that an error is answered with."""
    if error.code in _CODES:
        return _CODES[error.code]
    for family, status in _FAMILIES:
        if isinstance(error, family):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def make_problem(error: MithaqError, status: HTTPStatus | None = None) -> HttpResponse:
    """The answer to an error; ``status`` overrules the one of its family."""
    status = status or status_of(error)
    body = {
        "type": f"urn:mithaq:error:{error.code}",
        "title": status.phrase,
        "status": int(status),
        "code": error.code,
        "detail": error.message,
    }
    response = HttpResponse(orjson.dumps(body), content_type="application/problem+json", status=int(status))
    response["Cache-Control"] = "no-store"
    if isinstance(error, UnavailableError):
        response["Retry-After"] = str(error.retry_after_s or 1)
    return response


def machine_view(
    method: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]],
    Callable[Concatenate[HttpRequest, _Arguments], HttpResponse],
]:
    """A view for programs: one method (GET takes HEAD too), errors as problems, no cookies and so no CSRF."""
    allowed = ("GET", "HEAD") if method == "GET" else (method,)

    def decorate(
        view: Callable[Concatenate[HttpRequest, _Arguments], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, _Arguments], HttpResponse]:
        @functools.wraps(view)
        def answer(
            request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
        ) -> HttpResponse:
            if request.method not in allowed:
                refusal = make_problem(RefusedError("method", "The method is not one of this address."))
                refusal["Allow"] = ", ".join(allowed)
                return refusal
            try:
                return view(request, *args, **kwargs)
            except MithaqError as error:
                return make_problem(error)
            except RequestDataTooBig:
                return make_problem(MalformedError("body_too_large", "The body is over the limit."))
            except UnreadablePostError:
                return make_problem(MalformedError("body_unreadable", "The body did not arrive."))

        return csrf_exempt(answer)

    return decorate


def handle_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404`` of the URLconf."""
    return make_problem(MissingError("not_found", "There is nothing at this address."))


def handle_failure(request: HttpRequest) -> HttpResponse:
    """``handler500`` of the URLconf: the last resort. What happened is in the log of the node alone."""
    _log.error("a request to %s failed", request.path, exc_info=True)
    return make_problem(MithaqError("internal", "The node failed to answer."))
