"""The two columns of the minutes: each line once in Arabic and once in French."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from mithaq.core.fields import JOINT, LANGUAGES
from mithaq.registers.meetings.rules.addresses import BLOCKS, Line, iterate_lines
from mithaq.registers.meetings.rules.alignment import marks_of, tick_line, with_line, write_line
from mithaq.web.basis import read_basis, write_basis
from mithaq.web.fields import DayField, LinesField, TextField

NEW_BLOCKS: Final = (("paragraphs", _("Paragraph")), ("decisions", _("Decision")), ("actions", _("Action")))


@dataclass(frozen=True, slots=True)
class EditedLine:
    """A line with its fields.

    Attributes:
        marks: language -> ``missing`` or ``stale``.
    """

    line: Line
    arabic: BoundField
    french: BoundField
    owner: BoundField | None
    due_on: BoundField | None
    basis: BoundField | None
    marks: Mapping[str, str]

    @property
    def words(self) -> Any:
        """What kind of line it is."""
        return dict(NEW_BLOCKS).get(self.line.block, _("Title"))


class MinutesForm(forms.Form):
    """All lines of a draft, and room for one more."""

    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    new_block = forms.ChoiceField(label=_("Kind of line"), choices=NEW_BLOCKS, required=False)
    new_ar = TextField(label=_("New line in Arabic"), lang="ar", rows=3, required=False)
    new_fr = TextField(label=_("New line in French"), lang="fr", rows=3, required=False)
    new_owner = forms.ChoiceField(label=_("Owner of the action"), required=False)
    new_due_on = DayField(label=_("Action due on"), required=False)
    new_basis = LinesField(
        label=_("Basis of the decision"),
        rows=2,
        help_text=_("What it rests on: the address of a line of a text, or words."),
    )

    def __init__(
        self,
        *args: Any,
        draft: Mapping[str, Any],
        parties: tuple[str, ...],
        delegates: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.draft, self.delegates = draft, delegates
        self.lines = list(iterate_lines(draft))
        self.owners = [("", "—"), *((code, code) for code in parties), (JOINT, _("Both sides"))]
        super().__init__(*args, **kwargs)
        self._choices("new_owner")
        self._add_present()
        for line in self.lines:
            self._add_line(line)

    def _add_present(self) -> None:
        """Who came, where delegations are named; nothing is ticked that nobody has said."""
        listed = list(self.draft.get("delegations", []))
        if not listed:
            return
        self.fields["present"] = forms.MultipleChoiceField(
            label=_("Who was there"),
            required=False,
            choices=[(str(place), words) for place, words in enumerate(self.delegates)],
            initial=[str(place) for place, each in enumerate(listed) if each.get("attended") is True],
            widget=forms.CheckboxSelectMultiple,
        )

    def _choices(self, name: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self.owners

    def _add_line(self, line: Line) -> None:
        texts = line.fields.get("text")
        known = texts if isinstance(texts, Mapping) else {}
        rows = 2 if line.name == "title" else 3
        for lang, label in (("ar", _("Arabic")), ("fr", _("French"))):
            self.fields[f"{lang}_{line.name}"] = TextField(
                label=label, lang=lang, rows=rows, required=False, initial=known.get(lang, "")
            )
        if line.block == "decisions":
            told = write_basis(line.fields.get("basis", ()))
            self.fields[f"basis_{line.name}"] = LinesField(label=_("Basis"), rows=2, initial=told)
        if line.block == "actions":
            self.fields[f"owner_{line.name}"] = forms.ChoiceField(
                label=_("Owner"), choices=self.owners, initial=line.fields.get("owner", "")
            )
            self.fields[f"due_{line.name}"] = DayField(
                label=_("Due on"), help_text="", initial=_as_typed(line.fields.get("due_on"))
            )

    def clean(self) -> dict[str, Any]:
        """A new action has an owner and a day."""
        cleaned = super().clean() or self.cleaned_data
        is_new = bool(cleaned.get("new_ar") or cleaned.get("new_fr"))
        if is_new and cleaned.get("new_block") == "actions":
            for name in ("new_owner", "new_due_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("An action has one owner and a day."))
        return cleaned

    def rows(self) -> Iterator[EditedLine]:
        """Lines for the page."""
        for line in self.lines:
            is_action, is_decision = line.block == "actions", line.block == "decisions"
            yield EditedLine(
                line,
                self[f"ar_{line.name}"],
                self[f"fr_{line.name}"],
                self[f"owner_{line.name}"] if is_action else None,
                self[f"due_{line.name}"] if is_action else None,
                self[f"basis_{line.name}"] if is_decision else None,
                {lang: str(mark) for lang, mark in marks_of(line.fields).items()},
            )

    def write(self, post: str, lang: str) -> dict[str, Any]:
        """The draft after this form; who writes a rendering is kept with it."""
        data = dict(self.draft)
        for line in self.lines:
            texts = {each: self.cleaned_data.get(f"{each}_{line.name}", "") for each in LANGUAGES}
            fields = dict(line.fields)
            if _texts(fields) != texts:
                fields = write_line(fields, texts, post, lang)
            if line.block == "actions":
                due_on = self.cleaned_data[f"due_{line.name}"]
                fields |= {"owner": self.cleaned_data[f"owner_{line.name}"], "due_on": due_on.isoformat()}
            if line.block == "decisions":
                fields = _with_basis(fields, self.cleaned_data[f"basis_{line.name}"])
            if fields != line.fields:
                data = with_line(data, line, fields)
        return self._with_new(self._with_present(data), post, lang)

    def _with_present(self, data: dict[str, Any]) -> dict[str, Any]:
        """Once anybody is ticked, each of the delegations was there or was not."""
        present = set(self.cleaned_data.get("present", ()))
        listed = list(data.get("delegations", []))
        if not present and not any("attended" in each for each in listed):
            return data
        came = [{**each, "attended": str(place) in present} for place, each in enumerate(listed)]
        return {**data, "delegations": came}

    def _with_new(self, data: dict[str, Any], post: str, lang: str) -> dict[str, Any]:
        cleaned = self.cleaned_data
        texts = {each: cleaned.get(f"new_{each}", "") for each in LANGUAGES}
        if not any(texts.values()):
            return data
        block = cleaned["new_block"] or "paragraphs"
        items = list(data.get(block, []))
        no = max((each["no"] for each in items), default=0) + 1
        line = {"no": no, **write_line({}, texts, post, lang)}
        if texts["ar"] and texts["fr"]:
            line = tick_line(line, post)  # written together: the one renders the other as it stands
        if block == "actions":
            line |= {"owner": cleaned["new_owner"], "due_on": cleaned["new_due_on"].isoformat()}
        if block == "decisions":
            line = _with_basis(line, cleaned["new_basis"])
        return {**data, block: [*items, line]}


def _with_basis(line: Mapping[str, Any], told: Sequence[str]) -> dict[str, Any]:
    """A decision with what it rests on; what was there already stays as it is, in both its languages."""
    basis = read_basis(told, line.get("basis", ()))
    fields = {name: value for name, value in line.items() if name != "basis"}
    return {**fields, "basis": basis} if basis else fields


def tick(data: Mapping[str, Any], name: str, post: str) -> dict[str, Any]:
    """A draft in which a translator has found one line to be right."""
    for line in iterate_lines(data):
        if line.name == name:
            return with_line(data, line, tick_line(line.fields, post))
    return dict(data)


def without(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A draft without one line; the numbers of the others stay, since others may point at them."""
    return {
        **data,
        **{
            block: [each for each in data[block] if f"{word}_{each['no']}" != name]
            for block, word in BLOCKS.items()
            if block in data
        },
    }


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    texts = fields.get("text")
    known = texts if isinstance(texts, Mapping) else {}
    return {lang: str(known.get(lang, "")) for lang in LANGUAGES}


def _as_typed(day: object) -> str:
    parts = str(day or "").split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else ""
