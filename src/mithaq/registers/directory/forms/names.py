"""Forms about names: ask, add, decide, take back, and keep a person, body or place of this node."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.registers.directory.forms.fields import NameField, NamesField, TidyField, choices
from mithaq.registers.directory.forms.words import ENTITY_TYPES, NAME_KINDS
from mithaq.registers.directory.rules.matching import make_name
from mithaq.registers.directory.rules.values import NameKind


class AliasForm(forms.Form):
    """Another spelling of an entity, kept on this node."""

    submit_label = _("Add spelling")

    text = NameField(label=_("Spelling"))
    kind = forms.ChoiceField(
        label=_("What it is"), choices=[each for each in choices(NAME_KINDS) if each[0] != "official"]
    )
    reason = TidyField(
        label=_("Where it was met, or why"),
        required=False,
        max_length=500,
        help_text=_("Stays on this node, with your post and the time."),
    )


class DecisionForm(forms.Form):
    """Confirm or reject that a spelling means an entity."""

    text = NameField(label=_("Spelling"))
    entity_id = TidyField(label=_("Whom it means"), max_length=200, ltr=True)
    decision = forms.ChoiceField(choices=[("confirm", _("Confirm")), ("reject", _("Reject"))])
    reason = TidyField(label=_("Why"), required=False, max_length=500)


class ReversalForm(forms.Form):
    """Take a decision back."""

    submit_label = _("Take the decision back")

    reason = TidyField(label=_("Why"), max_length=500)


class EntityForm(forms.Form):
    """A person, body or place that no side has a card of; kept on this node."""

    submit_label = _("Keep on this node")

    type = forms.ChoiceField(label=_("What it is"), choices=choices(ENTITY_TYPES))
    name_ar = NameField(label=_("Name in Arabic"), lang="ar")
    name_fr = NameField(label=_("Name in Latin letters"), lang="fr")
    aliases = NamesField(label=_("Also written"), help_text=_("One a line, in either script."))
    id = TidyField(
        label=_("Reference"),
        required=False,
        ltr=True,
        max_length=100,
        help_text=_("Left empty, one is made."),
    )

    groups = ((_("More"), ("id",)),)

    def names(self) -> list[dict[str, str]]:
        """Spellings, the two official ones first."""
        data: dict[str, Any] = self.cleaned_data
        official = [make_name(data[name], NameKind.OFFICIAL) for name in ("name_ar", "name_fr")]
        others = [make_name(text, NameKind.ALIAS) for text in data["aliases"]]
        return [one.encode() for one in (*official, *others)]
