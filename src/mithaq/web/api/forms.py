"""The form that makes a token."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.web.access.policy import rank_of
from mithaq.web.access.table import CODES
from mithaq.web.api.models import LONGEST
from mithaq.web.api.tokens import GRANTABLE, NAME_CHARACTERS, grantable_registers
from mithaq.web.pages import installed_pages
from mithaq.web.words import HANDLING

VERBS: dict[str, Promise] = {
    "list": _("see lists"),
    "read": _("read records"),
    "search": _("search"),
    "export": _("take records away"),
    "draft": _("make drafts"),
    "reply": _("draft replies"),
    "withdraw": _("draft corrections and withdrawals"),
    "audit": _("read the journal as an auditor"),
    "backup": _("see how the node stands"),
}


class TokenForm(forms.Form):
    """Name, rights and end of a token. It never may more than its owner, and never releases or signs."""

    name = forms.CharField(
        label=_("Name of the token"),
        max_length=NAME_CHARACTERS,
        help_text=_("Which program it is for, so that you know it again."),
    )
    verbs = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(verb, VERBS[verb]) for verb in GRANTABLE],
        widget=forms.CheckboxSelectMultiple,
        initial=["list", "read"],
    )
    registers = forms.MultipleChoiceField(
        label=_("In which registers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    highest = forms.ChoiceField(label=_("Up to which handling code"), initial="green")
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST.days,
        initial=30,
        help_text=_("At most 90."),
    )
    submit_label = _("Make the token")

    def __init__(self, *arguments: Any, clearance: str = "clear", **named: Any) -> None:
        super().__init__(*arguments, **named)
        labels = {each.name: each.label for each in installed_pages()}
        self.fields["registers"].choices = [  # type: ignore[attr-defined]
            (name, labels.get(name, name)) for name in grantable_registers()
        ]
        self.fields["highest"].choices = [  # type: ignore[attr-defined]
            (code, HANDLING[code]) for code in CODES[: rank_of(clearance) + 1]
        ]
        if rank_of(clearance) < rank_of("green"):
            self.fields["highest"].initial = clearance
