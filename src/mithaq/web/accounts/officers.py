"""Pages of security administrators: the accounts, and what waits for the second of them."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from mithaq.errors import MissingError, MithaqError
from mithaq.web.access.gate import demand
from mithaq.web.access.protected import protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import Verb
from mithaq.web.accounts.actions import (
    LABELS,
    ActionKind,
    approve,
    find_action,
    propose,
    refuse,
    waiting_actions,
)
from mithaq.web.accounts.links import link_path
from mithaq.web.accounts.models import AccountAction, User
from mithaq.web.accounts.officer_forms import (
    AccountForm,
    BindingForm,
    EndPostForm,
    PersonForm,
    PlainForm,
    PostForm,
)
from mithaq.web.accounts.persons import persons_to_choose
from mithaq.web.accounts.seal import SEALED
from mithaq.web.accounts.views import answer_refusal
from mithaq.web.kept import forget_form, kept_values
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page

CLEAR = protect_local("clear", "ADMIN")


_OF_NO_ACCOUNT = (ActionKind.MAKE_ACCOUNT, ActionKind.BREAK_GLASS)


@workspace_page("grant_role")
def show_accounts(request: HttpRequest) -> HttpResponseBase:
    """Accounts with their posts, and proposals."""
    try:
        demand_reading(request)
    except MithaqError as error:
        return answer_refusal(request, error)
    people = User.objects.exclude(login=SEALED).prefetch_related("assignments").order_by("login")
    waiting = [(each, LABELS[each.kind], describe(each)) for each in waiting_actions()]
    kinds = [(str(kind), LABELS[kind]) for kind in ActionKind if kind not in _OF_NO_ACCOUNT]
    context = {"people": people, "waiting": waiting, "kinds": kinds}
    return page(request, "accounts/officers.html", context)


@workspace_page("grant_role", ("GET", "POST"))
def propose_account(request: HttpRequest) -> HttpResponseBase:
    """A new account."""
    form = AccountForm(request.POST or None, today=_today(), initial=kept_values(request))
    return _propose(request, ActionKind.MAKE_ACCOUNT, form, None)


@workspace_page("grant_role", ("GET", "POST"))
def propose_change(request: HttpRequest, user_id: Any, kind: str) -> HttpResponseBase:
    """Something about an account that is there."""
    target = User.objects.filter(pk=user_id).first()
    if target is None or kind not in {str(each) for each in ActionKind if each not in _OF_NO_ACCOUNT}:
        return answer_refusal(request, MissingError("not_found", "There is no such account."))
    chosen = ActionKind(kind)
    return _propose(request, chosen, _make_form(request, chosen, target), target)


@workspace_page("grant_role", ("GET", "POST"))
def decide_action(request: HttpRequest, action_id: Any) -> HttpResponseBase:
    """Approve or refuse what another administrator has proposed."""
    try:
        demand_granting(request)
        action, user = find_action(action_id), request.user
        assert isinstance(user, User)
        if request.method == "GET":
            context = {
                "action": action,
                "label": LABELS[action.kind],
                "lines": describe(action),
                "is_own": user.pk in (action.proposed_by_id, action.target_id),
            }
            return page(request, "accounts/action.html", context)
        decision = "approve" if request.POST.get("decision") == "approve" else "refuse"
        demand_granting(request, f"{decision} {action.kind}", action.target_id or action.pk)
        if decision == "approve":
            return _show_link(request, approve(action_id, user))
        refuse(action_id, user)
    except MithaqError as error:
        return answer_refusal(request, error)
    return HttpResponseRedirect(reverse("officers"))


def demand_reading(request: HttpRequest) -> None:
    """That somebody may see the accounts; a factor is asked for only when something changes."""
    demand(replace(subject_of(request), step_up_age_s=0.0), Verb.GRANT_ROLE, CLEAR, is_done=False)


def demand_granting(request: HttpRequest, done: str = "", target: object = "") -> None:
    """That somebody may change accounts now; what he does then stands in the access log."""
    thing = replace(CLEAR, object_id=str(target or ""), reason=done)
    demand(subject_of(request), Verb.GRANT_ROLE, thing, is_done=bool(done))


def describe(action: AccountAction) -> list[tuple[str, str]]:
    """What an action says, for the page that asks for the second person."""
    lines = [(name, _in_words(value)) for name, value in sorted(action.fields.items()) if value]
    return [("account", str(action.target)), *lines] if action.target else lines


def _in_words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _make_form(request: HttpRequest, kind: ActionKind, target: User) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    match kind:
        case ActionKind.GIVE_POST:
            return PostForm(data, today=_today(), initial=kept_values(request))
        case ActionKind.END_POST:
            return EndPostForm(data, user=target, today=_today(), initial=kept_values(request))
        case ActionKind.NAME_PERSON:
            choices = persons_to_choose(target, get_language() or "en")
            return PersonForm(data, user=target, choices=choices, initial=kept_values(request))
        case ActionKind.BIND_OIDC:
            return BindingForm(data, initial=kept_values(request))
        case _:
            return PlainForm(data)


def _propose(request: HttpRequest, kind: ActionKind, form: Any, target: User | None) -> HttpResponseBase:
    try:
        demand_granting(request)
        if request.method == "POST" and form.is_valid():
            assert isinstance(request.user, User)
            demand_granting(request, f"propose {kind}", target.pk if target else "")
            _, token = propose(kind, form.as_fields(), request.user, target)
            forget_form(request)
            return _show_link(request, token)
    except MithaqError as error:
        return answer_refusal(request, error)
    context = {"form": form, "label": LABELS[kind], "person": target, "cancel_url": reverse("officers")}
    return page(request, "accounts/propose.html", context)


def _show_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A one-time link is shown once, to the person who approved; it is stored nowhere."""
    if not token:
        return HttpResponseRedirect(reverse("officers"))
    address = get_node().identity.base_url + link_path(token, get_language() or "en")
    return page(request, "accounts/new_link.html", {"address": address})


def _today() -> Any:
    return get_node().clock.now().date()
