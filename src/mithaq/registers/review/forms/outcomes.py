"""What both sides are to sign about one agreement: what becomes of it, or that they disagree."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.registers.review.forms.base import CaseForm, counter, name_title, propose
from mithaq.registers.review.forms.opinions import VerdictMixin
from mithaq.registers.review.rules.kinds import OUTCOME
from mithaq.registers.review.rules.outcome import Verdict, check_outcome
from mithaq.web.fields import TextField
from mithaq.web.outgoing.commands import Command
from mithaq.web.outgoing.forms import both

VERDICT_WORDS: Final[Mapping[str, Promise]] = {
    Verdict.AGREED: _("Agreed"),
    Verdict.DISAGREED: _("No agreement"),
}
TITLE: Final = {"ar": "نتيجة مراجعة:", "fr": "Conclusion du réexamen :"}
"""Begin of the title of the text: data of the record, in both languages that are signed."""


class OutcomeForm(VerdictMixin, CaseForm):
    """The outcome for one agreement, or another version of it."""

    heading = _("Outcome of a review")
    lead = _("Both sides sign it. It binds on signature, and closes the review of this agreement.")

    def prepare(self) -> None:
        """Verdict, what becomes of it, and words in both languages."""
        self.fields["verdict"] = forms.ChoiceField(
            label=_("Verdict"), choices=[(str(code), word) for code, word in VERDICT_WORDS.items()]
        )
        self.add_verdict(with_undecided=False)
        self.fields["text_ar"] = TextField(label=_("Text in Arabic"), lang="ar", rows=4, required=False)
        self.fields["text_fr"] = TextField(label=_("Text in French"), lang="fr", rows=4, required=False)
        self.add_code()
        names = self.add_signers(dict(self.about.needed_review.plan.signatories))
        self.groups = ((_("Handling, signing posts"), ("code", *names)),)
        if self.about.outcome is not None:
            self._fill(self.about.outcome.data)

    def _fill(self, data: Mapping[str, Any]) -> None:
        for name in ("verdict", "opinion", "merge_with"):
            self.fields[name].initial = data.get(name, "")
        self.fields["articles"].initial = "\n".join(data.get("articles", []))
        for lang in ("ar", "fr"):
            self.fields[f"text_{lang}"].initial = data.get("text", {}).get(lang, "")

    def clean(self) -> dict[str, Any]:
        """An agreed outcome says what becomes of it; words stand in both languages."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == Verdict.AGREED and not cleaned.get("opinion"):
            self.add_error("opinion", _("An agreed outcome says what becomes of it."))
        if bool(cleaned.get("text_ar")) != bool(cleaned.get("text_fr")):
            self.add_error("text_fr", _("The text stands in both languages, or in none."))
        return cleaned

    def make_data(self) -> dict[str, Any]:
        """Data of the manifest."""
        verdict = self.read_verdict()
        if self.cleaned_data["verdict"] == Verdict.DISAGREED:
            verdict = {"agreement": verdict["agreement"]}
        data = {
            "title": self.make_title(),
            "plan": self.about.needed_review.object_id,
            "verdict": self.cleaned_data["verdict"],
            **verdict,
        }
        if both(self.cleaned_data, "text"):
            data["text"] = both(self.cleaned_data, "text")
        check_outcome(data)
        return data

    def make_command(self) -> Command:
        """Propose it, or another version of it."""
        data = self.make_data()
        fields = self.envelope(data["title"])
        if self.about.outcome is not None:
            return counter(self.about, self.about.outcome, data, fields)
        return propose(self.about, OUTCOME, data, self.signers(), fields)

    def make_title(self) -> dict[str, str]:
        """That of the agreement, with a word before it."""
        return name_title(TITLE, self.about.needed_cell.reviewed.title)
