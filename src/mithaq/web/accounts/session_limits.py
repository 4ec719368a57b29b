"""Sessions end after 15 idle minutes and after 10 hours, whatever the browser keeps."""

from collections.abc import Callable
from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from mithaq.web.access.table import IDLE_S, SESSION_S
from mithaq.web.accounts.enrolment import finish_enrolment, has_two_for_administration, needs_two
from mithaq.web.accounts.models import User
from mithaq.web.accounts.posts import acting_assignment, other_posts, posts_of
from mithaq.web.accounts.seal import is_sealed
from mithaq.web.accounts.session_times import BEGAN, SEEN, now_s, session_end
from mithaq.web.kept import keep_form, take_forms, wait_with

SEEN_EVERY_S = 60
"""A session is written once a minute at most: each write waits for the disk."""

ENROLMENT: Final = frozenset(
    {"code", "confirm", "factors", "link", "passkey", "password", "preferences", "sign-in", "sign-out"}
)
"""Below the account page: what enrols factors, and the way out."""


class SessionLimits:
    """Middleware after authentication: ends old sessions, and says which post acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            if _is_over(request) or is_sealed(request.user):
                _end(request)
            else:
                assignment = acting_assignment(request)
                request.acting_post = assignment.post if assignment else ""  # type: ignore[attr-defined]
                request.other_posts = other_posts(request)  # type: ignore[attr-defined]
                request.session_end = session_end(request)  # type: ignore[attr-defined]
                if _is_kept_out(request):
                    return HttpResponseRedirect(reverse("account"))
        return self._get_response(request)


def _end(request: HttpRequest) -> None:
    """End a session; what its person had typed and not sent waits for him to sign in again."""
    if request.method == "POST" and _is_genuine(request):
        keep_form(request)
    user_id, forms = str(request.user.pk), take_forms(request)
    logout(request)
    wait_with(request, user_id, forms)


def _is_genuine(request: HttpRequest) -> bool:
    """Whether a form comes from a page of this session, as Django's own check says."""

    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse()

    return CsrfViewMiddleware(answer).process_view(request, answer, (), {}) is None


def _is_kept_out(request: HttpRequest) -> bool:
    """Whether an account without its factors asks for more than the pages that enrol them."""
    user = request.user
    if not isinstance(user, User) or _is_for_enrolment(request.path_info):
        return False
    return (user.must_enrol and not finish_enrolment(user)) or lacks_second(request)


def lacks_second(request: HttpRequest) -> bool:
    """Whether a person who administers has not enrolled his second authenticator, or has removed it."""
    user = request.user
    if not isinstance(user, User):
        return False
    roles = [role for each in posts_of(request) for role in each.roles]
    return needs_two(roles) and not has_two_for_administration(user)


def _is_for_enrolment(path: str) -> bool:
    """Whether a page is one of those that an account without its factors still reaches."""
    account = reverse("account")
    place = path.removeprefix(account)
    return place != path and (not place or place.partition("/")[0] in ENROLMENT)


def _is_over(request: HttpRequest) -> bool:
    began, seen, now = request.session.get(BEGAN), request.session.get(SEEN), now_s()
    if not isinstance(began, int) or not isinstance(seen, int):
        return True
    if now - began > SESSION_S or now - seen > IDLE_S:
        return True
    if now - seen >= SEEN_EVERY_S:
        request.session[SEEN] = now
    return False
