"""The account of the person who is signed in, sign-in by link, and the way out."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mithaq.errors import MissingError, MithaqError, NotAllowedError
from mithaq.web.access.gate import StepUpError
from mithaq.web.access.subject import subject_of
from mithaq.web.access.table import STEP_UP_S, Verb
from mithaq.web.accounts import session_times
from mithaq.web.accounts.assertions import remember
from mithaq.web.accounts.enrolment import finish_enrolment, has_factor, is_enrolled
from mithaq.web.accounts.forms import PasswordForm, PreferencesForm
from mithaq.web.accounts.links import find_user, hash_token, use_link
from mithaq.web.accounts.models import User
from mithaq.web.accounts.persons import beside_directory
from mithaq.web.accounts.posts import ACTING, acting_assignment, held_posts, posts_of
from mithaq.web.accounts.problems import refusal_page
from mithaq.web.accounts.session_limits import lacks_second
from mithaq.web.kept import wait_with, waiting_forms
from mithaq.web.language import LANGUAGES, in_language
from mithaq.web.parties import label_own_post
from mithaq.web.runtime import get_node
from mithaq.web.view import OPEN, page, workspace_page


@workspace_page(OPEN, ("GET", "POST"))
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link is used by its button: programs that look at addresses do not use it up."""
    now = get_node().clock.now()
    try:
        user = find_user(token, now)
        if request.method == "GET":
            return page(request, "accounts/link.html", {"person": user})
        user = use_link(token, now)
    except MissingError as error:
        return refusal_page(request, error)
    waiting = waiting_forms(request)
    logout(request)
    wait_with(request, *waiting)
    record_authentication(request, user, "link", reauthenticated=True)
    remember(request, user, "link", {"link_sha256": hash_token(token)})
    answer: HttpResponseBase = perform_login(request, Login(user=user))
    return answer


@workspace_page(OPEN, ("POST",))
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session, and what the browser keeps of it."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    response = HttpResponseRedirect(reverse("account_login"))
    # On plain loopback another node of this machine keeps its cookies.
    kinds = '"cache", "cookies", "storage"' if request.is_secure() else '"cache", "storage"'
    response["Clear-Site-Data"] = kinds
    return response


@workspace_page("account")
def go_on(request: HttpRequest) -> HttpResponseBase:
    """Go on with a session that would end soon; for the notice on each page, which asks by script."""
    end = session_times.session_end(request)
    return JsonResponse({"seconds": end.seconds if end else 0, "is_last": end is None or end.is_last})


@workspace_page("account")
def show_account(request: HttpRequest) -> HttpResponseBase:
    """Posts, factors, sessions, language and theme."""
    user = _user_of(request)
    is_open = finish_enrolment(user) and not lacks_second(request)
    factors, held = Authenticator.objects.filter(user=user), posts_of(request)
    context = {
        "person": user,
        "is_open": is_open,
        "is_enrolled": is_enrolled(user),
        "posts": [(each, label_own_post(get_node(), each.post)) for each in held],
        "others": [each for each in beside_directory(user, held) if each.is_other],
        "acting": acting_assignment(request),
        "passkeys": [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "has_codes": any(each.type == Authenticator.Type.TOTP for each in factors),
        "has_password": user.has_usable_password(),
        "is_officer": Verb.GRANT_ROLE in _verbs(request),
    }
    return page(request, "accounts/account.html", context)


@workspace_page("account", ("GET", "POST"))
def choose_preferences(request: HttpRequest) -> HttpResponseBase:
    """Language and theme."""
    user = _user_of(request)
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect(in_language(user.language, reverse("account")))
    return page(request, "accounts/preferences.html", {"form": form, "cancel_url": reverse("account")})


@workspace_page("account", ("POST",))
def choose_post(request: HttpRequest) -> HttpResponseBase:
    """The post that acts from now on in this session."""
    wanted = request.POST.get("post", "")
    if wanted not in {each.post for each in held_posts(_user_of(request))}:
        return refusal_page(request, NotAllowedError("no_post", "You do not hold that post today."))
    request.session[ACTING] = wanted
    return HttpResponseRedirect(_way_back(request))


@workspace_page("account", ("GET", "POST"))
def set_password(request: HttpRequest) -> HttpResponseBase:
    """A password, for an account with codes; the other sessions of the account end."""
    user = _user_of(request)
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    if (session_times.step_up_age_s(request) or 0) > STEP_UP_S:
        return step_up_redirect(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)
        finish_enrolment(user)
        return HttpResponseRedirect(reverse("account"))
    return page(request, "accounts/password.html", {"form": form, "cancel_url": reverse("account")})


@workspace_page("account", ("GET", "POST"))
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Show a factor again; in a demonstration an account without one confirms by a button."""
    user = _user_of(request)
    if has_factor(user) or not settings.MITHAQ_IS_DEMONSTRATION:
        is_passkey = not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        name = "mfa_reauthenticate_webauthn" if is_passkey else "mfa_reauthenticate"
        return HttpResponseRedirect(f"{reverse(name)}?{request.META['QUERY_STRING']}")
    if request.method == "POST":
        session_times.step_up(request)
        return HttpResponseRedirect(_way_back(request))
    return page(request, "accounts/confirm.html", {"next": request.GET.get("next", "")})


def step_up_redirect(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a factor, and back here."""
    from urllib.parse import urlencode

    return HttpResponseRedirect(
        f"{reverse('account_confirm')}?{urlencode({'next': request.get_full_path()})}"
    )


def answer_refusal(request: HttpRequest, error: MithaqError) -> HttpResponse:
    """A refusal as its page; a missing step-up leads to it."""
    return step_up_redirect(request) if isinstance(error, StepUpError) else refusal_page(request, error)


def _user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _verbs(request: HttpRequest) -> frozenset[Verb]:
    from mithaq.web.access.table import ROLE_VERBS, Role

    roles = subject_of(request).roles
    return frozenset(verb for role in Role if role in roles for verb in ROLE_VERBS[role])


def _way_back(request: HttpRequest) -> str:
    """Where the form came from, on this node; home otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    first = wanted.strip("/").partition("/")[0]
    return wanted if is_safe and first in LANGUAGES else reverse("home")
