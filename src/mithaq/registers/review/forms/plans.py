"""A campaign: which agreements, which questions, until when, sealed or open."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.registers.review.forms.base import CaseForm, counter, propose
from mithaq.registers.review.reading.rows import partners_of
from mithaq.registers.review.rules.fields import MAX_ITEMS
from mithaq.registers.review.rules.kinds import PLAN
from mithaq.registers.review.rules.plan import check_plan, default_due_on
from mithaq.web.basis import read_basis, write_basis
from mithaq.web.fields import DayField, LinesField, TextField, write_day
from mithaq.web.outgoing.commands import Command
from mithaq.web.outgoing.forms import both
from mithaq.web.texts import pick


class PlanForm(CaseForm):
    """A new campaign, or another version of one."""

    heading = _("Review campaign")
    lead = _("Both sides sign which agreements they look at anew, with which questions, and until when.")

    def prepare(self) -> None:
        """What is reviewed first; questions, handling and posts behind."""
        today = self.about.node.clock.now().date()
        self.fields["title_ar"] = TextField(label=_("Title in Arabic"), lang="ar")
        self.fields["title_fr"] = TextField(label=_("Title in French"), lang="fr")
        self.fields["agreements"] = forms.MultipleChoiceField(
            label=_("Agreements under review"),
            choices=[(each, pick(title, self.about.lang)[0]) for each, title in self.about.agreements],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["due_on"] = DayField(
            label=_("Opinions until"), initial=write_day(default_due_on(today).isoformat())
        )
        self.fields["sealed"] = forms.BooleanField(
            label=_("Sealed opinions"),
            required=False,
            initial=True,
            help_text=_("Each side's opinion stays closed until all sides have deposited theirs."),
        )
        for lang, label in (("ar", _("Questions in Arabic")), ("fr", _("Questions in French"))):
            self.fields[f"questions_{lang}"] = LinesField(
                most_lines=MAX_ITEMS,
                label=label,
                lang=lang,
                help_text=_("One a line, in the same order in both languages."),
            )
        self.fields["basis"] = LinesField(label=_("Basis"), most_lines=MAX_ITEMS, rows=2)
        self.add_code()
        names = self.add_signers(self._signing_posts())
        self.groups = (
            (_("Questions and basis"), ("questions_ar", "questions_fr", "basis")),
            (_("Handling, signing posts"), ("code", *names)),
        )
        if self.about.review is not None:
            self._fill(self.about.review.plan.data)

    def _signing_posts(self) -> dict[str, str]:
        if self.about.review is not None:
            return dict(self.about.review.plan.signatories)
        return dict.fromkeys(sorted({self.about.own, *map(str, partners_of(self.about.node))}), "minister")

    def _fill(self, data: Mapping[str, Any]) -> None:
        for lang in ("ar", "fr"):
            self.fields[f"title_{lang}"].initial = data["title"].get(lang, "")
            asked = [each["text"].get(lang, "") for each in data.get("questions", [])]
            self.fields[f"questions_{lang}"].initial = "\n".join(asked)
        self.fields["agreements"].initial = [each["agreement"] for each in data["agreements"]]
        year, month, day = str(data["due_on"]).split("-")
        self.fields["due_on"].initial = f"{int(day)}/{int(month)}/{year}"
        self.fields["basis"].initial = write_basis(data.get("basis", ()))
        self.fields["sealed"].initial = data.get("sealed_opinions") is True

    def clean(self) -> dict[str, Any]:
        """Questions stand in both languages."""
        cleaned = super().clean() or self.cleaned_data
        if len(cleaned.get("questions_ar") or ()) != len(cleaned.get("questions_fr") or ()):
            self.add_error("questions_fr", _("Both languages need the same number of lines."))
        return cleaned

    def make_data(self) -> dict[str, Any]:
        """Data of the manifest."""
        cleaned, titles = self.cleaned_data, dict(self.about.agreements)
        pairs = zip(cleaned["questions_ar"], cleaned["questions_fr"], strict=True)
        data = {
            "title": both(self.cleaned_data, "title"),
            "agreements": [
                {"no": no, "agreement": each, "title": dict(titles[each])}
                for no, each in enumerate(cleaned["agreements"], start=1)
            ],
            "questions": [
                {"no": no, "text": {"ar": arabic, "fr": french}}
                for no, (arabic, french) in enumerate(pairs, start=1)
            ],
            "due_on": cleaned["due_on"].isoformat(),
            "sealed_opinions": bool(cleaned["sealed"]),
        }
        if cleaned["basis"]:
            known = self.about.review.plan.data.get("basis", ()) if self.about.review is not None else ()
            data["basis"] = read_basis(cleaned["basis"], known)
        check_plan(data)
        return data

    def make_command(self) -> Command:
        """Propose the campaign, or another version of it."""
        data = self.make_data()
        fields = self.envelope(data["title"])
        if self.about.review is not None:
            return counter(self.about, self.about.review.plan, data, fields)
        return propose(self.about, PLAN, data, self.signers(), fields)

    def make_title(self) -> Mapping[str, str]:
        """As typed."""
        return both(self.cleaned_data, "title")
