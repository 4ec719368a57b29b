"""Refusals of accounts and releases in words: what happened, what was kept, what to do now."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.web.problems import ProblemWords, problem_page

_KEPT: Final = _("Nothing was changed, and nobody was signed in.")

WORDS: Final[Mapping[str, ProblemWords]] = {
    "oidc_not_bound": ProblemWords(
        _("The identity service knows you, but no account here is bound to you."),
        _KEPT,
        _("Ask a security administrator of this node to bind your account; nobody can do it alone."),
    ),
    "oidc_acr": ProblemWords(
        _("The identity service did not check you as strictly as this node asks."),
        _KEPT,
        _("Sign in there with a stronger means, then try again."),
    ),
    "oidc_failed": ProblemWords(
        _("The identity service did not confirm the sign-in."),
        _KEPT,
        _("Try again, or sign in with your passkey or your password and code."),
    ),
    "login_link": ProblemWords(
        _("This one-time link was used before, is older than 24 hours, or was never given out."),
        _KEPT,
        _("Ask the security administrators for a new one."),
    ),
    "no_post": ProblemWords(
        _("You hold no post today, so you cannot do this."),
        _("Nothing was stored and nothing was sent."),
        _("Ask the security administrators to give you a post."),
    ),
    "own_draft": ProblemWords(
        _("You have written in this draft, so another person must release or sign it."),
        _("The draft is kept as it was. Nothing was sent."),
        _("Ask a colleague with the right to release; he finds it in the list “To release”."),
    ),
    "person_taken": ProblemWords(
        _("Another account of this node stands for that person."),
        _KEPT,
        _("Look at which of the two accounts the person uses, and close the other one."),
    ),
    "seal_open": ProblemWords(
        _("The sealed account is open: its hour still runs."),
        _KEPT,
        _("Wait until the hour is over, or close it before."),
    ),
    "seal_old": ProblemWords(
        _("The sealed account was asked for too long ago."),
        _("It stays sealed."),
        _("Who still needs it asks again, and says why."),
    ),
    "sealed_account": ProblemWords(
        _("The sealed account holds no posts and has no links: two persons open it for one hour."),
        _KEPT,
        _("Ask for it under “Sealed account” in your account."),
    ),
    "two_persons": ProblemWords(
        _("The second person must be another one than the first."),
        _("Nothing was changed. The proposal still waits."),
        _("Ask the other security administrator."),
    ),
}


def refusal_page(request: HttpRequest, error: MithaqError) -> HttpResponse:
    """The page of a refusal, in its own words where there are some."""
    return problem_page(request, error, words=WORDS.get(error.code))
