"""What every page of the workspace goes through: sign-in, rights, language, errors as pages."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from mithaq.errors import MalformedError, MithaqError, RefusedError
from mithaq.web.kept import switch_language
from mithaq.web.pages import find_url
from mithaq.web.problems import problem_page

_Arguments = ParamSpec("_Arguments")
_View = Callable[Concatenate[HttpRequest, _Arguments], HttpResponseBase]

OPEN: Final = "open"
"""The verb of pages that anyone may open: sign-in and what is said about the node."""


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render a template inside the shell."""
    return render(request, template, dict(context or {}), status=status)


def workspace_page(
    verb: str, methods: tuple[str, ...] = ("GET",)
) -> Callable[[_View[_Arguments]], _View[_Arguments]]:
    """A page for people: one verb of the policy, the methods it takes, errors of three parts.

    What the page shows is judged again, object by object, by the policy; the verb here keeps out who has no
    role for it at all.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: _View[_Arguments]) -> _View[_Arguments]:
        @functools.wraps(view)
        def answer(
            request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
        ) -> HttpResponseBase:
            try:
                refusal = _check(request, verb, allowed)
                if refusal is None and request.method == "POST":
                    refusal = switch_language(request)
                return view(request, *args, **kwargs) if refusal is None else refusal
            except MithaqError as error:
                return problem_page(request, error)
            except RequestDataTooBig:
                return problem_page(request, MalformedError("body_too_large", "The body is over the limit."))

        answer.verb = verb  # type: ignore[attr-defined]
        return answer

    return decorate


def _check(request: HttpRequest, verb: str, allowed: tuple[str, ...]) -> HttpResponse | None:
    """A way out for who may not come in; None for who may."""
    if request.method not in allowed:
        refusal = problem_page(request, RefusedError("method", "The method is not one of this address."))
        refusal["Allow"] = ", ".join(allowed)
        return refusal
    if verb == OPEN or request.user.is_authenticated:
        return None
    return HttpResponseRedirect(sign_in_url(request))


def sign_in_url(request: HttpRequest) -> str:
    """Where to sign in, and the page to come back to."""
    return f"{find_url('account_login')}?{urlencode({'next': request.get_full_path()})}"
