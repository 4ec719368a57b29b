"""Forms of the acts that this register adds to those of every record: initialling, and notices in detail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.registers.agreements.reading.describing import write_initialling
from mithaq.registers.agreements.reading.texts import AgreementView
from mithaq.registers.agreements.rules.kinds import INITIALLING
from mithaq.web.fields import TextField
from mithaq.web.outgoing.commands import SendNote
from mithaq.web.records.act_forms import ActForm, SuspendForm

GROUNDS = (
    ("text", _("A clause of the text allows it")),
    ("breach", _("Breach by the other party (Vienna Convention, article 60)")),
    ("consent", _("Consent of all parties (article 57)")),
    ("circumstances", _("Change of circumstances (article 62)")),
    ("other", _("Another ground")),
)


WHOLE, SINGLE = "whole", "single"


class SuspendTextForm(SuspendForm):
    """A suspension with its ground, from delivery or a later day, of the whole or of single articles.

    How much is suspended is said in a field of its own: an empty list must never suspend the whole.
    """

    def __init__(self, *given: Any, scopes: Sequence[tuple[str, str]] = (), **named: Any) -> None:
        self._scopes = scopes
        super().__init__(*given, **named)

    def prepare(self) -> None:
        """The articles and attachments that can be suspended alone, where there are any."""
        if not self._scopes:
            return
        self.fields["extent"] = forms.ChoiceField(
            label=_("What is suspended"),
            choices=((WHOLE, _("The whole text")), (SINGLE, _("Only the articles ticked below"))),
            widget=forms.RadioSelect,
        )
        self.fields["scope"] = forms.MultipleChoiceField(
            label=_("Articles"),
            choices=self._scopes,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        """What is ticked and what is said agree."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("extent") == SINGLE and not cleaned.get("scope"):
            self.add_error("scope", _("Tick at least one article, or choose the whole text."))
        if cleaned.get("extent") == WHOLE and cleaned.get("scope"):
            self.add_error("extent", _("Articles are ticked, and yet the whole text is chosen: which is it?"))
        return cleaned

    def body(self) -> dict[str, Any]:
        """Of the act."""
        scope = sorted(self.cleaned_data.get("scope") or ())
        return {**super().body(), **({"scope": scope} if scope else {})}


class SupersedeForm(ActForm):
    """The text that takes the place of this one."""

    def __init__(self, *given: Any, texts: Sequence[tuple[str, str]] = (), **named: Any) -> None:
        self._texts = texts
        super().__init__(*given, **named)

    def prepare(self) -> None:
        """Texts of the same parties."""
        self.fields["by"] = forms.ChoiceField(
            label=_("The text that takes its place"),
            choices=self._texts,
            help_text=_("It ends when every party has agreed and that text is in force."),
        )

    def body(self) -> dict[str, Any]:
        """Of the act."""
        return {"by": self.cleaned_data["by"]}


class InitialForm(forms.Form):
    """A side finds this version to be the agreed text; a translator may say that both languages agree."""

    submit_label = _("Preview")

    def __init__(self, *args: Any, can_compare: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if can_compare:
            self.fields["has_compared"] = forms.BooleanField(
                label=_("I have compared both languages, article by article, and they say the same."),
                required=False,
            )
        self.fields["text"] = TextField(label=_("Remark"), rows=3, required=False, max_length=2_000)

    def make_command(self, text: AgreementView, own: str, post: str) -> SendNote:
        """The note to the other signatories.

        Raises:
            ConflictError: as ``write_initialling``.
        """
        cleaned = self.cleaned_data
        body, fields = write_initialling(
            text, post, has_compared=bool(cleaned.get("has_compared")), remark=cleaned.get("text") or ""
        )
        return SendNote(INITIALLING, tuple(sorted(set(text.signatories) - {own})), body, fields)
