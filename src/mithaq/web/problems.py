"""Errors as pages: what happened, what was kept, what to do now; and the stable code."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.errors import (
    ConflictError,
    MalformedError,
    MissingError,
    MithaqError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)
from mithaq.web import errors
from mithaq.web.access.noted import note_refusal
from mithaq.web.access.subject import subject_of
from mithaq.web.workspace import is_workspace


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """The three parts."""

    happened: Promise
    kept: Promise
    advice: Promise


_NOTHING_STORED: Final = _("Nothing was stored and nothing was sent.")
_NOTHING_CHANGED: Final = _("Nothing was changed. What you had before is still there.")

_FAMILIES: Final[tuple[tuple[type[MithaqError], ProblemWords], ...]] = (
    (
        MalformedError,
        ProblemWords(
            _("What was given does not have the form it should have."),
            _NOTHING_STORED,
            _("Go back, correct what was given and send it again."),
        ),
    ),
    (
        NotAllowedError,
        ProblemWords(
            _("You have no right to this."),
            _NOTHING_CHANGED,
            _("If you need it for your work, ask those who give roles on this node."),
        ),
    ),
    (
        ConflictError,
        ProblemWords(
            _("The record has moved on since this page was shown."),
            _NOTHING_CHANGED,
            _("Look at the record as it is now, then decide again."),
        ),
    ),
    (
        RefusedError,
        ProblemWords(
            _("A rule of the record does not allow this."),
            _NOTHING_CHANGED,
            _("Read the rule named by the code below, or choose another step."),
        ),
    ),
    (
        MissingError,
        ProblemWords(
            _("There is nothing here, or nothing that you may know of."),
            _NOTHING_CHANGED,
            _("Check the address, search for the record, or start from home."),
        ),
    ),
    (
        UnavailableError,
        ProblemWords(
            _("This cannot be done at the moment."),
            _NOTHING_CHANGED,
            _("Wait a little and try again."),
        ),
    ),
)
_CODES: Final[Mapping[str, ProblemWords]] = {
    "method": ProblemWords(
        _("This page cannot be asked for in that way."),
        _NOTHING_CHANGED,
        _("Open it by a link or a button of the workspace."),
    ),
    "stale_form": ProblemWords(
        _("The form was too old, or did not come from this page."),
        _NOTHING_STORED,
        _("Open the page again, and send the form from there."),
    ),
    "body_too_large": ProblemWords(
        _("What was sent is larger than this node takes."),
        _NOTHING_STORED,
        _("Send less, or in several parts."),
    ),
    "guard": ProblemWords(
        _("This node was restored from a copy and only reads until a partner has answered."),
        _NOTHING_CHANGED,
        _("Wait for the contact with the partner, or ask those who run the node."),
    ),
    "disk_full": ProblemWords(
        _("The disk of this node is nearly full: it takes no new acts."),
        _NOTHING_STORED,
        _("Ask those who run the node to make room."),
    ),
    "access_log": ProblemWords(
        _("The node could not write down who reads this, so it shows nothing."),
        _NOTHING_CHANGED,
        _("Wait a little and try again. If it stays so, tell those who run the node: its disk may be full."),
    ),
    "register_closed": ProblemWords(
        _("This register is not open with every administration named: no decision on scope lists it."),
        _NOTHING_CHANGED,
        _("Propose a decision on scope in the register of agreements; once it is in force, do this again."),
    ),
    "annulled": ProblemWords(
        _("This version was withdrawn, declined or countered meanwhile. It is not signed any more."),
        _NOTHING_CHANGED,
        _("Open the text: it shows the version that stands now."),
    ),
    "no_export": ProblemWords(
        _("A caveat holds this record on this node: it may be read here and not taken away."),
        _NOTHING_CHANGED,
        _("Ask the side that it comes from for its consent."),
    ),
    "sealed_reads": ProblemWords(
        _("You have opened as many sealed records as one person opens in an hour."),
        _NOTHING_CHANGED,
        _("Wait until the hour has passed. Those who look after the access log have been told."),
    ),
    "exports": ProblemWords(
        _("You have taken away as many records as leave with one person in a day."),
        _NOTHING_CHANGED,
        _("Go on tomorrow, or ask a colleague who needs them for the same purpose."),
    ),
    "too_many_requests": ProblemWords(
        _("You asked for pages faster than this node answers one person."),
        _NOTHING_STORED,
        _("Wait a few seconds, then open the page again."),
    ),
    "page": ProblemWords(
        _("There is no such page in this list."),
        _NOTHING_CHANGED,
        _("Go back to the first page of the list."),
    ),
}
_NO_REFUSALS: Final = frozenset({"step_up", "stale_form"})
"""Of ``NotAllowedError``: the same request is allowed a moment later."""
_INTERNAL: Final = ProblemWords(
    _("The node failed to answer. It is not your fault."),
    _("What was confirmed to you before is kept; this step was not taken."),
    _("Try again. If it fails again, give the code and the time to those who run the node."),
)


def words_for(error: MithaqError) -> ProblemWords:
    """The three parts for an error: by its code, else by its family."""
    if error.code in _CODES:
        return _CODES[error.code]
    return next((words for family, words in _FAMILIES if isinstance(error, family)), _INTERNAL)


def problem_page(
    request: HttpRequest,
    error: MithaqError,
    *,
    words: ProblemWords | None = None,
    status: HTTPStatus | None = None,
) -> HttpResponse:
    """The page for an error; ``words`` are better ones of the page where it arose."""
    status = status or errors.status_of(error)
    _note(request, error)
    context = {"words": words or words_for(error), "code": error.code, "status": int(status)}
    response = render(request, "web/problem.html", context, status=int(status))
    response["Cache-Control"] = "no-store"
    if isinstance(error, UnavailableError):
        response["Retry-After"] = str(error.retry_after_s or 5)
    return response


def _note(request: HttpRequest, error: MithaqError) -> None:
    """A refusal that did not come from the policy stands in the access log all the same."""
    if isinstance(error, NotAllowedError) and error.code not in _NO_REFUSALS:
        match = request.resolver_match
        note_refusal(subject_of(request), getattr(match.func, "verb", "") if match else "", error.code)


def handle_malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: what middleware refuses to read, before any view is asked."""
    error = MalformedError("bad_request", "The request cannot be read.")
    if isinstance(exception, RequestDataTooBig):
        error = MalformedError("body_too_large", "The body is over the limit.")
    return problem_page(request, error) if is_workspace(request.path_info) else errors.make_problem(error)


def handle_missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``: a page for people, a problem for programs."""
    if not is_workspace(request.path_info):
        return errors.handle_missing(request, exception)
    return problem_page(request, MissingError("not_found", "There is nothing at this address."))


def handle_failure(request: HttpRequest) -> HttpResponse:
    """``handler500``, the last resort; a page that fails too becomes a problem for programs."""
    answer = errors.handle_failure(request)
    if not is_workspace(request.path_info):
        return answer
    try:
        return problem_page(request, MithaqError("internal", "The node failed to answer."))
    except Exception:
        return answer


def handle_forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``."""
    error = NotAllowedError("stale_form", "The form does not belong to this session.")
    return problem_page(request, error)
