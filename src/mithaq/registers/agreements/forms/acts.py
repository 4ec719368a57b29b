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


class SuspendTextForm(SuspendForm):
    """A suspension with its ground, from delivery or a later day, of the whole or of single parts."""

    def __init__(self, *given: Any, parts: Sequence[str] = (), **named: Any) -> None:
        self._parts = parts
        super().__init__(*given, **named)

    def prepare(self) -> None:
        """The parts that can be suspended alone, where there are any."""
        if self._parts:
            self.fields["scope"] = forms.MultipleChoiceField(
                label=_("Parts (none: the whole text)"),
                choices=[(name, name) for name in self._parts],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

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
