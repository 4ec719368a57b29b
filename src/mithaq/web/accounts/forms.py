"""Forms of sign-in and of factors, in the words of this program; failures count by the node's clock."""

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mithaq.web.accounts import session_times
from mithaq.web.accounts.assertions import remember
from mithaq.web.accounts.attestation import asked_roots, is_attested
from mithaq.web.accounts.backoff import is_waiting, note_failure
from mithaq.web.accounts.code_use import take_code
from mithaq.web.accounts.enrolment import asks_for_make
from mithaq.web.accounts.models import User
from mithaq.web.language import LANGUAGES

_CODE_ATTRIBUTES = {
    "autocomplete": "one-time-code",
    "inputmode": "text",
    "dir": "ltr",
    "maxlength": "32",
    "spellcheck": "false",
}


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password; the second factor is asked on the next page."""

    submit_label = _("Sign in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "dir": "ltr", "maxlength": "64"}
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "dir": "ltr"}


def _label_code(form: forms.Form) -> None:
    form.fields["code"].label = _("Code")
    form.fields["code"].help_text = _("Six digits of your authenticator, or one of your recovery codes.")
    form.fields["code"].widget.attrs = dict(_CODE_ATTRIBUTES)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The second factor after a password."""

    submit_label = _("Confirm")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_code(self)

    def clean_code(self) -> str:
        return _count_failures(self, super().clean_code)

    def save(self) -> None:
        super().save()
        _remember_code(self)


class StepUpCodeForm(ReauthenticateForm):  # type: ignore[misc]
    """The same, before something that matters."""

    submit_label = _("Confirm")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_code(self)

    def clean_code(self) -> str:
        return _count_failures(self, super().clean_code)

    def save(self) -> None:
        super().save()
        session_times.step_up(context.request)
        _remember_code(self)


def _remember_code(form: Any) -> None:
    evidence = {"factor": str(form.authenticator.type), "number": form.authenticator.pk}
    remember(context.request, form.user, "code", evidence)


def _check_passkey(form: Any, clean: Any) -> Any:
    """The credential as it was sent is the evidence: whoever has the public key can check it again."""
    sent = form.cleaned_data["credential"]
    authenticator = clean()
    remember(context.request, authenticator.user, "passkey", {"credential": sent})
    return authenticator


def _count_failures(form: Any, clean: Any) -> str:
    if is_waiting(form.user.login):
        raise get_adapter().validation_error("too_many_login_attempts")
    try:
        code = str(clean())
        if not take_code(form.authenticator, code):
            raise get_factor_adapter().validation_error("incorrect_code")
    except ValidationError:
        note_failure(form.user.login)
        raise
    return code


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]
    """Sign-in with a passkey alone: it has verified the person itself."""

    def clean_credential(self) -> Any:
        return _check_passkey(self, super().clean_credential)


class SecondPasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor after a password."""

    def clean_credential(self) -> Any:
        return _check_passkey(self, super().clean_credential)


class StepUpPasskeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey again, before something that matters."""

    submit_label = _("Confirm with the passkey")

    def clean_credential(self) -> Any:
        return _check_passkey(self, super().clean_credential)

    def save(self) -> None:
        super().save()
        session_times.step_up(context.request)


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that verifies the person."""

    submit_label = _("Add the passkey")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("So that you know it later, as: key on my desk.")
        self.fields["name"].widget.attrs = {"maxlength": "60"}
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = "on"

    def clean(self) -> dict[str, Any]:
        """Of who administers a key that proves its make, where the node wants that."""
        cleaned: dict[str, Any] = super().clean()
        if asks_for_make(self.user) and not is_attested(cleaned.get("credential") or {}, asked_roots() or ()):
            raise forms.ValidationError(
                _(
                    "This key did not prove its maker."
                    " Who administers enrols keys of makers that this node trusts."
                )
            )
        return cleaned


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].widget.attrs = {"maxlength": "60"}


class ActivateCodesForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code proves that the authenticator has the secret."""

    submit_label = _("Turn on codes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that it shows now")
        self.fields["code"].widget.attrs = dict(_CODE_ATTRIBUTES)


class DeactivateCodesForm(DeactivateTOTPForm):  # type: ignore[misc]
    """Asks nothing."""

    submit_label = _("Turn off codes")


class NewRecoveryCodesForm(GenerateRecoveryCodesForm):  # type: ignore[misc]
    """Asks nothing."""

    submit_label = _("Make new recovery codes")


class PasswordForm(forms.Form):
    """A password, typed twice."""

    submit_label = _("Set the password")
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. Several words are easier to keep than one with signs."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )
    password_again = forms.CharField(
        label=_("The same once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self._user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("password") != values.get("password_again"):
            self.add_error("password_again", _("The two passwords are not the same."))
        elif values.get("password"):
            try:
                validate_password(values["password"], self._user)
            except ValidationError as error:
                self.add_error("password", error)
        return values


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker alone
    """Language and theme of the pages."""

    submit_label = _("Save")
    language = forms.ChoiceField(label=_("Language"), choices=[*LANGUAGES.items()])
    theme = forms.ChoiceField(label=_("Theme"), choices=[("light", _("Light")), ("dark", _("Dark"))])

    class Meta:
        model = User
        fields: ClassVar = ["language", "theme"]
