"""Forms of security administrators: an account, a post, the end of a post, a binding."""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.access.table import CODES, KNOWN_CAVEATS, PURPOSES, Role
from mithaq.web.accounts.models import PostAssignment, User
from mithaq.web.codes import choices_of
from mithaq.web.language import LANGUAGES

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

ROLE_LABELS: Final[dict[str, Promise]] = {
    Role.READER: _("Reader"),
    Role.DRAFTER: _("Drafter"),
    Role.RELEASER: _("Releaser (up to GREEN)"),
    Role.SIGNATORY: _("Signatory"),
    Role.HANDLING_OFFICER: _("Handling officer (releases AMBER and above)"),
    Role.DUTY: _("Duty officer"),
    Role.TRANSLATOR: _("Translator"),
    Role.RETENTION_OFFICER: _("Retention officer"),
    Role.DATA_PROTECTION: _("Data protection officer"),
    Role.SECURITY_ADMIN: _("Security administrator (sees no content)"),
    Role.SYSTEM_ADMIN: _("System administrator (sees no content)"),
    Role.AUDITOR: _("Auditor (sees no content)"),
}
CODE_CHOICES: Final = [(code, code.upper()) for code in CODES]


class TypedDate(forms.DateField):
    """A date as people type it: 2026-01-31 or 31/01/2026, in any digits."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"dir": "ltr", "maxlength": "10", "autocomplete": "off"})
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], widget=widget, **kwargs)

    def to_python(self, value: Any) -> date | None:
        return super().to_python(value.translate(_DIGITS) if isinstance(value, str) else value)


class PostForm(forms.Form):
    """A post for a time."""

    submit_label = _("Propose to the other administrator")
    groups = ((_("Code, purposes and caveats"), ("clearance", "purposes", "caveats", "persons_purposes")),)

    post = forms.CharField(
        label=_("Post"), max_length=64, widget=forms.TextInput(attrs={"dir": "ltr", "maxlength": "64"})
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=[*ROLE_LABELS.items()], widget=forms.CheckboxSelectMultiple
    )
    from_on = TypedDate(label=_("From the day"))
    to_on = TypedDate(label=_("Until"), required=False)
    clearance = forms.ChoiceField(label=_("Highest handling code"), choices=CODE_CHOICES, initial="green")
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"),
        choices=lambda: choices_of("purpose"),
        initial=list(PURPOSES),
        widget=forms.CheckboxSelectMultiple,
    )
    caveats = forms.MultipleChoiceField(
        label=_("Caveats"),
        choices=[(each, each.upper()) for each in KNOWN_CAVEATS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    persons_purposes = forms.MultipleChoiceField(
        label=_("Purposes for which data on persons are read"),
        choices=lambda: choices_of("purpose"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = today.isoformat()
        posts = ", ".join(settings.MITHAQ_POSTS)
        self.fields["post"].help_text = _("Posts with a key of this node: %(posts)s.") % {"posts": posts}

    def clean_post(self) -> str:
        return _check_code(self.cleaned_data["post"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("from_on"), values.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day is before the first."))
        return values

    def as_fields(self) -> dict[str, Any]:
        """What the action keeps."""
        values = dict(self.cleaned_data)
        values["from_on"] = values["from_on"].isoformat()
        values["to_on"] = values["to_on"].isoformat() if values["to_on"] else None
        return values


class AccountForm(PostForm):
    """An account and its first post."""

    field_order = ("login", "display_name", "language", "post", "roles", "from_on", "to_on")
    login = forms.CharField(
        label=_("Name to sign in with"),
        max_length=64,
        help_text=_("Small letters and digits, as: a.alaoui"),
        widget=forms.TextInput(attrs={"dir": "ltr", "maxlength": "64", "autocomplete": "off"}),
    )
    display_name = forms.CharField(label=_("Name of the person"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=[*LANGUAGES.items()])

    def clean_login(self) -> str:
        login = _check_code(self.cleaned_data["login"])
        if User.objects.filter(login=login).exists():
            raise forms.ValidationError(_("There is an account of that name."))
        return login


class PersonForm(forms.Form):
    """Whose card of the directory the account stands for."""

    submit_label = _("Propose to the other administrator")
    chosen = forms.ChoiceField(
        label=_("Holders of the posts of this account, as the directory names them"),
        required=False,
        widget=forms.RadioSelect,
    )
    typed = forms.CharField(
        label=_("Or the id of another card of a person"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "maxlength": "64", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if choices:
            self.fields["chosen"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["chosen"]
            self.fields["typed"].label = _("Id of the card of the person")

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        return _check_code(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        person = values.get("typed") or values.get("chosen") or ""
        if not person and not self.errors:
            raise forms.ValidationError(_("Choose a person, or give the id of a card."))
        if User.objects.filter(pseudonym=person).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError(_("Another account stands for that person."))
        return values

    def as_fields(self) -> dict[str, Any]:
        """What the action keeps."""
        return {"person": self.cleaned_data.get("typed") or self.cleaned_data["chosen"]}


class EndPostForm(forms.Form):
    """The last day of a post."""

    submit_label = _("Propose to the other administrator")
    assignment = forms.ModelChoiceField(label=_("Post"), queryset=PostAssignment.objects.none())
    to_on = TypedDate(label=_("Until"))

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignment"].queryset = user.assignments.all()  # type: ignore[attr-defined]
        self.fields["to_on"].initial = today.isoformat()

    def as_fields(self) -> dict[str, Any]:
        """What the action keeps."""
        values = self.cleaned_data
        return {"assignment": values["assignment"].pk, "to_on": values["to_on"].isoformat()}


class BindingForm(forms.Form):
    """Who the person is at the identity service."""

    submit_label = _("Propose to the other administrator")
    sub = forms.CharField(
        label=_("Identifier of the person at the identity service (sub)"),
        max_length=191,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    def as_fields(self) -> dict[str, Any]:
        """What the action keeps."""
        return {"sub": self.cleaned_data["sub"]}


class PlainForm(forms.Form):
    """Asks nothing."""

    submit_label = _("Propose to the other administrator")

    def as_fields(self) -> dict[str, Any]:
        """Nothing."""
        return {}


def _check_code(value: str) -> str:
    if not LOGIN.fullmatch(value):
        raise forms.ValidationError(_("Use small Latin letters, digits, points and hyphens."))
    return value
