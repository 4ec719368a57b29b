"""What every page of the workspace goes through: sign-in, rights, language, errors as pages."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from mithaq.errors import MalformedError, MithaqError, NotAllowedError, RefusedError
from mithaq.web.access.gate import StepUpError
from mithaq.web.access.noted import Noting, answer_noted
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import ROLE_VERBS, Role
from mithaq.web.api.rates import PageRates
from mithaq.web.kept import keep_form, switch_language
from mithaq.web.pages import find_url
from mithaq.web.problems import problem_page
from mithaq.web.runtime import get_node, get_part

_Arguments = ParamSpec("_Arguments")
_View = Callable[Concatenate[HttpRequest, _Arguments], HttpResponseBase]

OPEN: Final = "open"
"""The verb of pages that anyone may open: sign-in and what is said about the node."""

SIGNED_IN: Final = "account"
"""The verb of pages for whoever has signed in, whatever his posts: his own account."""


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
            return answer_noted(
                _noting_of(request),
                lambda: _answer(request, *args, **kwargs),
                lambda error: problem_page(request, error),
            )

        def _answer(
            request: HttpRequest, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
        ) -> HttpResponseBase:
            try:
                refusal = _check(request, verb, allowed)
                if refusal is None and request.method == "POST":
                    refusal = switch_language(request)
                return view(request, *args, **kwargs) if refusal is None else refusal
            except StepUpError as error:
                return ask_again(request) or problem_page(request, error)
            except MithaqError as error:
                return problem_page(request, error)
            except RequestDataTooBig:
                return problem_page(request, MalformedError("body_too_large", "The body is over the limit."))

        answer.verb = verb  # type: ignore[attr-defined]
        answer.methods = allowed  # type: ignore[attr-defined]
        return answer

    return decorate


def _noting_of(request: HttpRequest) -> Noting:
    """What this request will decide: written down before its page leaves."""
    way = "file" if request.GET.get("format") in ("csv", "docx", "json", "pdf", "xlsx") else "page"
    return Noting(way, request.method in ("GET", "HEAD"))


def _check(request: HttpRequest, verb: str, allowed: tuple[str, ...]) -> HttpResponse | None:
    """A way out for who may not come in; None for who may."""
    if request.method not in allowed:
        refusal = problem_page(request, RefusedError("method", "The method is not one of this address."))
        refusal["Allow"] = ", ".join(allowed)
        return refusal
    if verb == OPEN:
        return None
    if not request.user.is_authenticated:
        return HttpResponseRedirect(sign_in_url(request))
    get_part(PageRates).take(str(request.user.pk), get_node().clock.monotonic_s())
    if not has_verb(request, verb):
        raise NotAllowedError("no_role", "No role of the post that acts has this verb.")
    return None


def has_verb(request: HttpRequest, verb: str) -> bool:
    """Whether the post that acts has a verb at all; ``a|b`` means one of them."""
    roles = subject_of(request).roles
    wanted = set(verb.split("|"))
    return SIGNED_IN in wanted or any(wanted & ROLE_VERBS[role] for role in Role if role in roles)


def ask_again(request: HttpRequest) -> HttpResponse | None:
    """To the page that asks for a factor again, and back; None where there is none."""
    url = find_url("account_reauthenticate")
    if not url:
        return None
    if request.method == "POST":
        keep_form(request)
    return HttpResponseRedirect(f"{url}?{urlencode({'next': request.get_full_path()})}")


def sign_in_url(request: HttpRequest) -> str:
    """Where to sign in, and the page to come back to."""
    return f"{find_url('account_login')}?{urlencode({'next': request.get_full_path()})}"
