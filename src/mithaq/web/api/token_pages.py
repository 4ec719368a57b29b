"""The tokens of the person who is signed in: made, shown once, revoked."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from mithaq.errors import NotAllowedError
from mithaq.web.access.gate import StepUpError
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import STEP_UP_S
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.api.forms import VERBS, TokenForm
from mithaq.web.api.models import ApiToken
from mithaq.web.api.tokens import make_token, revoke_token
from mithaq.web.runtime import get_node
from mithaq.web.view import SIGNED_IN, page, workspace_page
from mithaq.web.words import HANDLING


@workspace_page(SIGNED_IN)
def list_tokens(request: HttpRequest) -> HttpResponseBase:
    """Every token of this account that is still good, and those that ended lately."""
    now = get_node().clock.now()
    tokens = ApiToken.objects.filter(user_id=str(request.user.pk))[:100]
    shown = [
        {
            "token": one,
            "is_good": one.revoked_at is None and one.expires_at > now,
            "verbs": [VERBS.get(verb, verb) for verb in one.verbs],
            "code": HANDLING.get(one.highest, one.highest),
        }
        for one in tokens
    ]
    return page(request, "api/tokens.html", {"tokens": shown})


@workspace_page(SIGNED_IN, ("GET", "POST"))
def new_token(request: HttpRequest) -> HttpResponseBase:
    """Make one; its text is on the page that answers, and nowhere else."""
    _check_step_up(request)
    assignment = acting_assignment(request)
    if assignment is None:
        raise NotAllowedError("no_post", "You hold no post today.")
    data = request.POST if request.method == "POST" else None
    form = TokenForm(data, clearance=assignment.clearance)
    if request.method == "POST" and form.is_valid():
        token, text = make_token(get_node(), request.user, assignment.post, **form.cleaned_data)
        return page(request, "api/token.html", {"token": token, "text": text})
    return page(
        request,
        "api/new_token.html",
        {"form": form, "cancel_url": reverse("api-tokens"), "post": assignment.post},
        status=400 if form.is_bound else 200,
    )


def _check_step_up(request: HttpRequest) -> None:
    """A token is a way in for ninety days: whoever makes one shows a factor first."""
    age_s = subject_of(request).step_up_age_s
    if age_s is None or age_s > STEP_UP_S:
        raise StepUpError


@workspace_page(SIGNED_IN, ("POST",))
def end_token(request: HttpRequest, token_id: UUID) -> HttpResponseBase:
    """Revoke one: the next request with it is refused."""
    revoke_token(request.user, str(token_id), get_node().clock.now())
    return HttpResponseRedirect(reverse("api-tokens"))
