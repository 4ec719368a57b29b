"""The page of the sealed account: ask for it, see its hours, close it, look into one."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.core.encoding import from_ms
from mithaq.errors import MissingError, MithaqError, NotAllowedError
from mithaq.web.access.gate import StepUpError, demand
from mithaq.web.access.protected import protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import STEP_UP_S, Verb
from mithaq.web.access_log.models import AccessRow
from mithaq.web.accounts.actions import ActionKind, propose
from mithaq.web.accounts.models import BreakGlass, User
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.accounts.seal import (
    MIN_TEXT,
    MOST_TEXT,
    SEALED,
    close_seal,
    is_review_late,
    is_running,
    live_opening,
    openings,
    review,
)
from mithaq.web.accounts.session_times import step_up_age_s
from mithaq.web.accounts.views import answer_refusal
from mithaq.web.kept import forget_form, keep_form, kept_values
from mithaq.web.runtime import get_node
from mithaq.web.view import SIGNED_IN, has_verb, page, workspace_page

REVIEWERS = f"{Verb.AUDIT}|{Verb.GRANT_ROLE}"
_CLEAR = protect_local("clear", "ADMIN")


class AskForm(forms.Form):
    """Why everything must be read now."""

    submit_label = _("Ask to open the sealed account")
    step = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("20 characters or more. Who opens it and who looks into it afterwards read it."),
        min_length=MIN_TEXT,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


@workspace_page(SIGNED_IN, ("GET", "POST"))
def show_seal(request: HttpRequest) -> HttpResponseBase:
    """Its hours, for everybody: that it was opened is no secret."""
    try:
        if request.method == "POST":
            return _take_step(request)
    except MithaqError as error:
        if isinstance(error, StepUpError):
            keep_form(request)
        return answer_refusal(request, error)
    return _show(request, AskForm(initial={**kept_values(request), "step": "ask"}))


def _show(request: HttpRequest, form: AskForm) -> HttpResponseBase:
    node = get_node()
    live = live_opening(node)
    sealed = str(User.objects.filter(login=SEALED).values_list("pk", flat=True).first() or "")
    context = {
        "form": form if acting_assignment(request) and not _is_sealed_user(request) else None,
        "is_open": live is not None,
        "may_close": live is not None and _may_close(request, live),
        "may_review": has_verb(request, REVIEWERS),
        "openings": [_describe(request, each, sealed) for each in openings()],
        "may_audit": has_verb(request, Verb.AUDIT),
        "cancel_url": reverse("account"),
    }
    return page(request, "accounts/seal.html", context)


def _describe(request: HttpRequest, opening: BreakGlass, sealed: str) -> dict[str, Any]:
    """One hour; its readings are counted until somebody has looked into them."""
    node, action = get_node(), opening.action
    opened_at, ends_at = from_ms(opening.opened_ms), from_ms(opening.closed_ms or opening.ends_ms)
    is_reviewed = opening.reviewed_ms is not None
    rows = AccessRow.objects.filter(user=sealed, at__gte=opened_at, at__lte=ends_at)
    return {
        "row": opening,
        "opened_at": opened_at,
        "ends_at": ends_at,
        "reason": action.fields.get("reason", ""),
        "reviewed_at": None if opening.reviewed_ms is None else from_ms(opening.reviewed_ms),
        "is_running": is_running(opening, node),
        "is_late": is_review_late(opening, node),
        "is_own": request.user.pk in (action.proposed_by_id, action.approved_by_id),
        "count": None if is_reviewed else rows.count(),
        "user": sealed,
    }


def _take_step(request: HttpRequest) -> HttpResponseBase:
    match request.POST.get("step", ""):
        case "ask":
            form = AskForm(request.POST)
            if not form.is_valid():
                return _show(request, form)
            _ask(request, form.cleaned_data["reason"])
        case "close":
            live = live_opening(get_node())
            if live is None or not _may_close(request, live):
                raise NotAllowedError("no_role", "Those who opened it close it.")
            close_seal(get_node())
        case "review":
            _review(request)
        case _:
            raise MissingError("not_found", "There is no such step.")
    return HttpResponseRedirect(reverse("break-glass"))


def _ask(request: HttpRequest, reason: str) -> None:
    """A holder of any post asks, having just shown a factor; a security administrator opens."""
    assert isinstance(request.user, User)
    if acting_assignment(request) is None or _is_sealed_user(request):
        raise NotAllowedError("no_post", "You hold no post today.")
    _demand_factor(request)
    propose(ActionKind.BREAK_GLASS, {"reason": reason}, request.user)
    forget_form(request)


def _review(request: HttpRequest) -> None:
    assert isinstance(request.user, User)
    number = request.POST.get("opening", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise MissingError("opening", "There is no such opening.")
    if has_verb(request, Verb.GRANT_ROLE):
        thing = replace(_CLEAR, reason="review break-glass")
        demand(subject_of(request), Verb.GRANT_ROLE, thing)
    else:
        demand(subject_of(request), Verb.AUDIT, _CLEAR)
    review(int(number), request.user, request.POST.get("finding", ""))


def _demand_factor(request: HttpRequest) -> None:
    age_s = step_up_age_s(request)
    if age_s is None or age_s > STEP_UP_S:
        raise StepUpError


def _may_close(request: HttpRequest, opening: BreakGlass) -> bool:
    persons = (opening.action.proposed_by_id, opening.action.approved_by_id)
    return request.user.pk in persons or _is_sealed_user(request) or has_verb(request, Verb.GRANT_ROLE)


def _is_sealed_user(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.login == SEALED
