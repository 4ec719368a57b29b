"""Pages of accounts, below the language. Those of allauth stand in the same frame as all others."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as codes
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.urls import URLPattern, path

from mithaq.web.accounts import officers, seal_views, views
from mithaq.web.accounts.factor_views import ActivateCodes, AddPasskey
from mithaq.web.accounts.sign_in import SignIn
from mithaq.web.view import OPEN, workspace_page


def framed(route: str, view: Any, name: str, verb: str = "account") -> URLPattern:
    """A page of allauth: the language of an unsent form is kept as on every other page."""
    return path(route, workspace_page(verb, ("GET", "POST"))(view), name=name)


urlpatterns = [
    path("", views.show_account, name="account"),
    path("link/<str:token>/", views.sign_in_by_link, name="account_link"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("go-on/", views.go_on, name="account_go_on"),
    path("preferences/", views.choose_preferences, name="account_preferences"),
    path("post/", views.choose_post, name="account_post"),
    path("password/", views.set_password, name="account_set_password"),
    path("confirm/", views.confirm, name="account_confirm"),
    path("confirm/", views.confirm, name="account_reauthenticate"),
    framed("sign-in/", SignIn.as_view(), "account_login", OPEN),
    framed("inactive/", account.account_inactive, "account_inactive", OPEN),
    framed("code/", factors.authenticate, "mfa_authenticate", OPEN),
    path("factors/", views.show_account, name="mfa_index"),
    framed("confirm/code/", factors.reauthenticate, "mfa_reauthenticate"),
    framed("confirm/passkey/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    framed("factors/codes/on/", ActivateCodes.as_view(), "mfa_activate_totp"),
    framed("factors/codes/off/", codes.deactivate_totp, "mfa_deactivate_totp"),
    framed("factors/recovery/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    framed("factors/recovery/new/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    path("factors/passkeys/", views.show_account, name="mfa_list_webauthn"),
    framed("factors/passkeys/new/", AddPasskey.as_view(), "mfa_add_webauthn"),
    framed("factors/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    framed("factors/passkeys/<int:pk>/edit/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    framed("passkey/", passkeys.login_webauthn, "mfa_login_webauthn", OPEN),
    framed("sessions/", sessions.list_usersessions, "usersessions_list"),
    framed("oidc/cancelled/", social.login_cancelled, "socialaccount_login_cancelled", OPEN),
    framed("oidc/error/", social.login_error, "socialaccount_login_error", OPEN),
    path("break-glass/", seal_views.show_seal, name="break-glass"),
    path("officers/", officers.show_accounts, name="officers"),
    path("officers/new/", officers.propose_account, name="officers_new"),
    path("officers/<uuid:user_id>/<slug:kind>/", officers.propose_change, name="officers_change"),
    path("officers/actions/<uuid:action_id>/", officers.decide_action, name="officers_decide"),
]
