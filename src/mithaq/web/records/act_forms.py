"""The form of each act on a record, and the body that it writes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.core.notes.standing import NoteState, QuestionResult, Result
from mithaq.web.codes import choices_of
from mithaq.web.records.corrections import changed_fields, find_places

DAY_S: Final = 86_400
MAX_CHARS: Final = 20_000
MAX_REASON: Final = 2_000


class ActForm(forms.Form):
    """One act. ``state`` is that of a note, ``now`` its body with corrections; an instrument has neither."""

    submit_label = _("Preview")

    def __init__(
        self,
        *given: Any,
        state: NoteState | None = None,
        now: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.state = state
        self.now = now or {}
        self.prepare()

    def prepare(self) -> None:
        """Add fields that depend on the record."""

    def body(self) -> dict[str, Any]:
        """The body of the act."""
        return {}


class PlainForm(ActForm):
    """An act that says nothing more than that it is done."""


class _ReasonForm(ActForm):
    """An act with a reason."""

    name = "reason"
    reason = forms.CharField(label=_("Reason"), max_length=MAX_REASON, widget=forms.Textarea({"rows": 3}))

    def body(self) -> dict[str, Any]:
        return {self.name: self.cleaned_data["reason"]} if self.cleaned_data["reason"] else {}


class WithdrawForm(_ReasonForm):
    """Take back."""


class DeclineForm(_ReasonForm):
    """Say no to a version; the reason is free."""

    def prepare(self) -> None:
        self.fields["reason"].required = False


class SuspendForm(ActForm):
    """From delivery, or from a later day."""

    ground = forms.CharField(label=_("Ground"), max_length=MAX_REASON, widget=forms.Textarea({"rows": 3}))
    start_on = forms.DateField(
        label=_("From (empty: on delivery)"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.TextInput({"dir": "ltr", "placeholder": "2026-12-31", "inputmode": "numeric"}),
    )

    def body(self) -> dict[str, Any]:
        start_on = self.cleaned_data["start_on"]
        start = {} if start_on is None else {"start_on": start_on.isoformat()}
        return {"ground": self.cleaned_data["ground"], **start}


class TextForm(ActForm):
    """Words to the other side."""

    text = forms.CharField(label=_("Text"), max_length=MAX_CHARS, widget=forms.Textarea({"rows": 6}))

    def body(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class ExtendForm(ActForm):
    """Time is given, never taken away."""

    days = forms.IntegerField(label=_("Days to add"), min_value=1, max_value=365)
    reason = forms.CharField(label=_("Reason"), max_length=MAX_REASON, required=False)

    def body(self) -> dict[str, Any]:
        reason = self.cleaned_data["reason"]
        return {"add_s": self.cleaned_data["days"] * DAY_S, **({"reason": reason} if reason else {})}


class AnswerForm(ActForm):
    """An answer to each question that is still open; one left empty stays open."""

    def prepare(self) -> None:
        for question in open_questions(self.state):
            label = _("Answer to question %(number)s") % {"number": question.no}
            self.fields[f"answer_{question.no}"] = forms.CharField(
                label=label, max_length=MAX_CHARS, required=False, widget=forms.Textarea({"rows": 4})
            )
        self.fields["text"] = forms.CharField(
            label=_("Further words") if open_questions(self.state) else _("Answer"),
            max_length=MAX_CHARS,
            required=not open_questions(self.state),
            widget=forms.Textarea({"rows": 4}),
        )
        self.fields["final"] = forms.BooleanField(
            label=_("Final: questions left empty stay without answer"), required=False
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        questions = open_questions(self.state)
        if questions and not cleaned.get("final") and not self._answers(cleaned):
            raise forms.ValidationError(_("Answer at least one question, or mark the answer as final."))
        return cleaned

    def _answers(self, cleaned: Mapping[str, Any]) -> list[dict[str, Any]]:
        texts = {question.no: cleaned.get(f"answer_{question.no}") for question in open_questions(self.state)}
        return [{"question_no": number, "text": text} for number, text in texts.items() if text]

    def body(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        answers = self._answers(cleaned)
        is_final = bool(cleaned["final"]) or not open_questions(self.state)
        text = {"text": cleaned["text"]} if cleaned["text"] else {}
        return {"answers": answers, "final": is_final, **text}


class RefuseForm(ActForm):
    """The whole note, or some of its open questions, on a ground of the shared list."""

    def prepare(self) -> None:
        self.fields["ground"] = forms.ChoiceField(label=_("Ground"), choices=choices_of("refusal_ground"))
        questions = open_questions(self.state)
        if questions:
            self.fields["questions"] = forms.MultipleChoiceField(
                label=_("Questions refused (none: the whole)"),
                choices=[(str(one.no), str(one.no)) for one in questions],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["text"] = forms.CharField(
            label=_("Further words"), max_length=MAX_CHARS, required=False, widget=forms.Textarea({"rows": 3})
        )

    def body(self) -> dict[str, Any]:
        chosen = [int(number) for number in self.cleaned_data.get("questions", ())]
        text = self.cleaned_data["text"]
        return {
            "ground": self.cleaned_data["ground"],
            **({"questions": chosen} if chosen else {}),
            **({"text": text} if text else {}),
        }


class CloseForm(ActForm):
    """What came of it."""

    def prepare(self) -> None:
        self.fields["outcome"] = forms.ChoiceField(label=_("Outcome"), choices=choices_of("outcome"))

    def body(self) -> dict[str, Any]:
        return {"outcome": self.cleaned_data["outcome"]}


class CorrectForm(ActForm):
    """Texts of the note as they stand, each to be put right; what is left as it is stays out of the act."""

    def prepare(self) -> None:
        for place in find_places(self.now):
            rows = {"rows": 2 if place.is_short else 5, "dir": "auto"}
            self.fields[place.field] = forms.CharField(
                label=str(place.label),
                initial=place.value,
                max_length=MAX_CHARS,
                strip=False,
                widget=forms.TextInput({"dir": "auto"}) if place.is_short else forms.Textarea(rows),
            )
        self.fields["reason"] = forms.CharField(
            label=_("Why it is corrected"), max_length=MAX_REASON, widget=forms.Textarea({"rows": 3})
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self._changes(cleaned):
            raise forms.ValidationError(_("Nothing was put right: change at least one text."))
        return cleaned

    def _changes(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        typed = {name: str(value).replace("\r\n", "\n") for name, value in cleaned.items()}
        return changed_fields(self.now, typed)

    def body(self) -> dict[str, Any]:
        return {"fields": self._changes(self.cleaned_data), "reason": self.cleaned_data["reason"]}


FORMS: Final[Mapping[str, type[ActForm]]] = {
    "note.clarify": TextForm,
    "note.explain": TextForm,
    "note.answer": AnswerForm,
    "note.refuse": RefuseForm,
    "note.extend": ExtendForm,
    "note.withdraw": WithdrawForm,
    "note.correct": CorrectForm,
    "note.close": CloseForm,
    "instrument.decline": DeclineForm,
    "instrument.withdraw": DeclineForm,
    "instrument.suspend": SuspendForm,
}
"""Kind of act -> its form; one that is not here says nothing of its own."""


def open_questions(state: NoteState | None) -> Sequence[QuestionResult]:
    """Questions of a note without a result."""
    return [one for one in state.questions if one.result is Result.NONE] if state is not None else []
