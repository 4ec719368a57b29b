"""The draft of a roadmap: its head, its chapters, and one line a page. Nothing here leaves the node."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.fields import JOINT
from mithaq.registers.roadmap.forms.base import About
from mithaq.registers.roadmap.reading.drafts import Draft
from mithaq.registers.roadmap.reading.rows import handling_of
from mithaq.registers.roadmap.rules.fields import MAX_ITEMS
from mithaq.registers.roadmap.rules.plan import MOST_CYCLE_MONTHS, MOST_WEIGHT, PUBLIC
from mithaq.web.codes import choices_of
from mithaq.web.fields import DayField, RowsField, TextField, read_day, write_day, write_rows
from mithaq.web.outgoing.forms import both
from mithaq.web.parties import parties, party_of
from mithaq.web.pickers import offer_posts, post_field
from mithaq.web.texts import pick

KIND_WORDS: Final = (("commitment", _("Commitment of a side")), ("action", _("Action")))
STANDING_WORDS: Final = (
    ("running", _("Goes on")),
    ("suspended", _("Suspended")),
    ("dropped", _("Dropped")),
)
LEAD_POST: Final = _("Lead post of %(administration)s")
VISIBILITY_WORDS: Final = (
    ("both", _("Both sides")),
    ("one_side_annex", _("Annex of one side")),
    ("public", _("Everyone")),
)


class DraftForm(forms.Form):
    """A form that changes a part of the draft."""

    heading: ClassVar[Promise]
    lead: ClassVar[Promise | str] = ""
    submit_label: ClassVar[Promise] = _("Save the draft")
    groups: Sequence[tuple[Any, tuple[str, ...]]] = ()
    base = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, about: About, draft: Draft, sides: Sequence[str], **kwargs: Any) -> None:
        self.about, self.draft, self.sides = about, draft, sides
        self.offered = offer_posts(about.node, sides)
        kwargs["initial"] = {"base": str(draft.number), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fields with the values of the draft."""
        raise NotImplementedError

    def post_field(self, code: str, label: Promise, **more: Any) -> forms.Field:
        """A post of an administration, chosen from the directory; its name stands in the label."""
        words = {"administration": pick(party_of(code, parties()).name, self.about.lang)[0]}
        return post_field(self.offered, code, self.about.lang, label=label % words, **more)

    def write(self) -> dict[str, Any]:
        """The draft with what was typed."""
        raise NotImplementedError


class HeadForm(DraftForm):
    """Title, period, reports, fields; on a new roadmap the posts that sign it."""

    heading = _("Title, period and fields")

    def prepare(self) -> None:
        """What the draft says so far."""
        data = self.draft.data
        for lang, label in (("ar", _("Title in Arabic")), ("fr", _("Title in French"))):
            text = data.get("title", {}).get(lang, "")
            self.fields[f"title_{lang}"] = TextField(label=label, lang=lang, initial=text)
        for name, label in (("period_from_on", _("From the day")), ("period_to_on", _("To the day"))):
            self.fields[name] = DayField(label=label, initial=write_day(data.get(name, "")))
        self.fields["report_cycle_months"] = forms.IntegerField(
            label=_("A report on each line every so many months"),
            min_value=1,
            max_value=MOST_CYCLE_MONTHS,
            initial=data.get("report_cycle_months", 3),
        )
        self.fields["chapters"] = forms.MultipleChoiceField(
            label=_("Fields of cooperation, a chapter each"),
            choices=choices_of("field"),
            widget=forms.CheckboxSelectMultiple,
            initial=self.draft.fields,
        )
        if self._may_be_public():
            self.fields["is_public"] = forms.BooleanField(
                label=_("Anyone may read its public lines"),
                required=False,
                initial=data.get("visibility") == PUBLIC,
                help_text=_(
                    "It is then handled as Clear. Of its lines those stand there"
                    " that are visible to everyone."
                ),
            )
        if self.draft.roadmap is None:
            signers = data.get("signers", {})
            for code in self.sides:
                self.fields[f"signs_{code}"] = self.post_field(
                    code,
                    _("Signing post of %(administration)s"),
                    initial=signers.get(code, "minister"),
                    is_short=True,
                )
            self.groups = ((_("Signing posts"), tuple(f"signs_{code}" for code in self.sides)),)

    def write(self) -> dict[str, Any]:
        """A chapter that goes on keeps its number and its lead posts; a new one gets the signing posts."""
        cleaned, data = self.cleaned_data, dict(self.draft.data)
        signers = {code: cleaned[f"signs_{code}"] for code in self.sides if f"signs_{code}" in cleaned}
        known = {each["field"]: each for each in data.get("chapters", [])}
        leads = signers or self._signing_posts()
        next_no = max((each["no"] for each in known.values()), default=0) + 1
        chapters = []
        for field in cleaned["chapters"]:
            if field in known:
                chapters.append(known[field])
            else:
                chapters.append({"no": next_no, "field": field, "lead_posts": leads})
                next_no += 1
        data |= {
            "title": both(cleaned, "title"),
            "period_from_on": cleaned["period_from_on"].isoformat(),
            "period_to_on": cleaned["period_to_on"].isoformat(),
            "report_cycle_months": cleaned["report_cycle_months"],
            "chapters": chapters,
            "fields": sorted(cleaned["chapters"]),
        }
        data.setdefault("lines", [])
        if "is_public" in cleaned:
            data.pop("visibility", None)
            data |= {"visibility": PUBLIC} if cleaned["is_public"] else {}
        return {**data, "signers": signers} if signers else data

    def _may_be_public(self) -> bool:
        """A new one; a later version where the record itself is for everybody."""
        if self.draft.roadmap is None:
            return True
        code = handling_of(self.about.node, self.draft.subject).get("code")
        return bool(code == "clear")

    def _signing_posts(self) -> dict[str, str]:
        roadmap = self.draft.roadmap
        return dict(roadmap.shown.signatories) if roadmap else {}


class ChaptersForm(DraftForm):
    """The lead post of each side in each chapter."""

    heading = _("Lead posts of the chapters")

    def prepare(self) -> None:
        """A field for each chapter and side."""
        words = dict(choices_of("field"))
        groups = []
        for chapter in self.draft.data.get("chapters", []):
            field, names = chapter["field"], []
            for code in self.sides:
                name = f"lead_{field}_{code}"
                initial = chapter.get("lead_posts", {}).get(code, "")
                self.fields[name] = self.post_field(code, LEAD_POST, initial=initial)
                names.append(name)
            groups.append((words.get(field, field), tuple(names)))
        self.groups = tuple(groups)

    def write(self) -> dict[str, Any]:
        """The chapters with these posts."""
        chapters = [
            {
                **chapter,
                "lead_posts": {
                    code: self.cleaned_data[f"lead_{chapter['field']}_{code}"] for code in self.sides
                },
            }
            for chapter in self.draft.data.get("chapters", [])
        ]
        return {**self.draft.data, "chapters": chapters}


class LineForm(DraftForm):
    """One line."""

    heading = _("Line of the roadmap")
    lead = _("A change of text, owner, day or target binds once both sides have signed the new version.")

    def __init__(self, *args: Any, line: Mapping[str, Any], **kwargs: Any) -> None:
        self.line = line
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Seven fields first; texts, steps, figures and the rest behind."""
        line, known = self.line, parties()
        names = dict(choices_of("field"))
        fields = [(each, names.get(each, each)) for each in self.draft.fields]
        owners = [(code, pick(party_of(code, known).name, self.about.lang)[0]) for code in self.sides]
        for lang, label in (("ar", _("Title in Arabic")), ("fr", _("Title in French"))):
            text = line.get("title", {}).get(lang, "")
            self.fields[f"title_{lang}"] = TextField(label=label, lang=lang, initial=text, required=False)
        self.fields |= {
            "field": forms.ChoiceField(
                label=_("Field of cooperation"), choices=fields, initial=line.get("field")
            ),
            "owner": forms.ChoiceField(
                label=_("Owner"), choices=[*owners, (JOINT, _("Both sides"))], initial=line.get("owner")
            ),
            "start_on": DayField(label=_("Starts on"), initial=write_day(line.get("start_on", ""))),
            "due_on": DayField(label=_("Due on"), initial=write_day(line.get("due_on", ""))),
            "basis": RowsField(
                most_lines=MAX_ITEMS,
                label=_("Basis"),
                rows=3,
                initial="\n".join(_tell_ground(each, self.about.lang) for each in line.get("basis", [])),
                help_text=_("One a line: the address of a line of a text, or what it is in words."),
            ),
        }
        self._add_texts()
        self._add_parts()
        self._add_leads()
        self._add_rest(fields)

    def _add_texts(self) -> None:
        for lang, label in (("ar", _("Text in Arabic")), ("fr", _("Text in French"))):
            text = self.line.get("text", {}).get(lang, "")
            self.fields[f"text_{lang}"] = TextField(
                label=label, lang=lang, rows=5, initial=text, required=False
            )

    def _add_parts(self) -> None:
        milestones = [
            (
                each["no"],
                write_day(each.get("due_on", "")),
                each.get("text", {}).get("ar", ""),
                each.get("text", {}).get("fr", ""),
                "+" if each.get("evidence_required") else "",
            )
            for each in self.line.get("milestones", [])
        ]
        indicators = [
            tuple(each.get(name, "") for name in ("code", "unit", "baseline", "target", "period"))
            for each in self.line.get("indicators", [])
        ]
        self.fields |= {
            "milestones": RowsField(
                most_lines=MAX_ITEMS,
                label=_("Milestones"),
                parts=5,
                least=4,
                initial=write_rows(milestones),
                help_text=_("One a line: number | day | in Arabic | in French | + if it asks for evidence"),
            ),
            "indicators": RowsField(
                most_lines=MAX_ITEMS,
                label=_("Indicators"),
                parts=5,
                least=2,
                initial=write_rows(indicators),
                help_text=_("One a line: code | unit | baseline | target | period"),
            ),
        }

    def _add_leads(self) -> None:
        """Posts that lead this line, where they are not those of its chapter."""
        for code in self.sides:
            self.fields[f"lead_{code}"] = self.post_field(
                code,
                LEAD_POST,
                initial=self.line.get("lead_posts", {}).get(code, ""),
                required=False,
                empty=_("The lead post of the chapter"),
            )

    def _read_leads(self) -> dict[str, str]:
        chosen = {code: self.cleaned_data[f"lead_{code}"] for code in self.sides}
        kept = {code: post for code, post in self.line.get("lead_posts", {}).items() if code not in chosen}
        return kept | {code: post for code, post in chosen.items() if post}

    def _add_rest(self, fields: Sequence[tuple[str, str]]) -> None:
        line = self.line
        for name, label, words in (
            ("kind", _("Kind"), KIND_WORDS),
            ("standing", _("Standing"), STANDING_WORDS),
            ("visibility", _("Visible to"), VISIBILITY_WORDS),
        ):
            self.fields[name] = forms.ChoiceField(label=label, choices=words, initial=line.get(name))
        self.fields |= {
            "other_fields": forms.MultipleChoiceField(
                label=_("Other fields that it touches"),
                required=False,
                choices=fields,
                initial=line.get("other_fields", []),
                widget=forms.CheckboxSelectMultiple,
            ),
            "dependencies": TextField(
                label=_("Depends on the lines"),
                required=False,
                initial=", ".join(map(str, line.get("dependencies", []))),
            ),
            "weight": forms.IntegerField(
                label=_("Weight in its chapter"),
                min_value=1,
                max_value=MOST_WEIGHT,
                initial=line.get("weight", 1),
            ),
        }
        self.groups = (
            (_("Text"), ("text_ar", "text_fr")),
            (_("Milestones and indicators"), ("milestones", "indicators")),
            (_("Lead posts"), tuple(f"lead_{code}" for code in self.sides)),
            (
                _("Kind, standing, dependencies"),
                ("kind", "standing", "visibility", "other_fields", "dependencies", "weight"),
            ),
        )

    def clean_milestones(self) -> list[dict[str, Any]]:
        """Numbered steps."""
        found = []
        for number, day, arabic, french, evidence in self.cleaned_data["milestones"]:
            if not (number.isascii() and number.isdecimal()):
                raise forms.ValidationError(_("Each milestone begins with its number."))
            step: dict[str, Any] = {
                "no": int(number),
                "due_on": read_day(day).isoformat(),
                "text": {"ar": arabic, "fr": french},
            }
            found.append({**step, "evidence_required": True} if evidence else step)
        return found

    def clean_dependencies(self) -> list[int]:
        """Numbers of lines, apart by commas."""
        words = self.cleaned_data["dependencies"].replace("،", ",").replace(",", " ").split()
        if not all(each.isascii() and each.isdecimal() for each in words):
            raise forms.ValidationError(_("Write the numbers of the lines, apart by commas."))
        return [int(each) for each in words]

    def make_line(self) -> dict[str, Any]:
        """The line with what was typed; what is at its default is left out."""
        cleaned = self.cleaned_data
        names = ("code", "unit", "baseline", "target", "period")
        line: dict[str, Any] = {
            "no": self.line["no"],
            "title": both(cleaned, "title"),
            "text": both(cleaned, "text"),
            "field": cleaned["field"],
            "owner": cleaned["owner"],
            "start_on": cleaned["start_on"].isoformat(),
            "due_on": cleaned["due_on"].isoformat(),
            "basis": self._read_basis(),
            "milestones": cleaned["milestones"],
            "indicators": [
                {name: value for name, value in zip(names, parts, strict=True) if value}
                for parts in cleaned["indicators"]
            ],
            "lead_posts": self._read_leads(),
            "dependencies": cleaned["dependencies"],
            "other_fields": [each for each in cleaned["other_fields"] if each != cleaned["field"]],
        }
        for name, default in (("kind", "commitment"), ("standing", "running"), ("visibility", "both")):
            line |= {name: cleaned[name]} if cleaned[name] != default else {}
        line |= {"weight": cleaned["weight"]} if cleaned["weight"] != 1 else {}
        return {name: value for name, value in line.items() if value not in ([], {})}

    def _read_basis(self) -> list[Any]:
        """An entry that was not touched stays as it is; others are addresses or words."""
        known = {_tell_ground(each, self.about.lang): each for each in self.line.get("basis", [])}
        found: list[Any] = []
        for [words] in self.cleaned_data["basis"]:
            if words in known:
                found.append(known[words])
            elif _is_address(words):
                found.append({"at": words})
            else:
                found.append({"text": {self.about.lang if self.about.lang in ("ar", "fr") else "fr": words}})
        return found

    def write(self) -> dict[str, Any]:
        """The draft with the line in its place, or at the end."""
        line = self.make_line()
        lines = list(self.draft.data.get("lines", []))
        numbers = [each["no"] for each in lines]
        if line["no"] in numbers:
            lines[numbers.index(line["no"])] = line
        else:
            lines.append(line)
        return {**self.draft.data, "lines": lines}


def _is_address(words: str) -> bool:
    return len(words) >= 36 and words[8:9] == "-" and words[23:24] == "-"


def _tell_ground(ground: Any, lang: str) -> str:
    """An entry of ``basis`` as one line of a field."""
    if isinstance(ground, str):
        return ground
    if "at" in ground and "source" not in ground:
        return str(ground["at"])
    return " ".join(pick(ground.get("text", ""), lang)[0].split()).replace("|", "/")[:200]
