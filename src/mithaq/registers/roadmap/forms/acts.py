"""Sign or withdraw a version; report on a line, say that it is at risk; accept, return; close a roadmap."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.lines import LineAddress
from mithaq.errors import ConflictError
from mithaq.registers.roadmap.forms.base import ActionForm, HandledForm, reply, send
from mithaq.registers.roadmap.rules.changes import check_succession
from mithaq.registers.roadmap.rules.fields import MAX_ITEMS
from mithaq.registers.roadmap.rules.kinds import AT_RISK, FINAL_REPORT, PROGRESS_REPORT
from mithaq.registers.roadmap.rules.notes import ACCEPTED, RETURNED, check_final_report
from mithaq.registers.roadmap.rules.reporting import decide_answer, decide_report, decide_risk
from mithaq.web.attachments import Kept
from mithaq.web.fields import DayField, RowsField, TextField
from mithaq.web.outgoing.commands import ActOnInstrument, Command
from mithaq.web.outgoing.forms import FilesMixin, both
from mithaq.web.texts import pick

_LABELS: Final = (("ar", _("Text in Arabic")), ("fr", _("Text in French")))
_REASONS: Final = (("ar", _("Reason in Arabic")), ("fr", _("Reason in French")))


class SignForm(ActionForm):
    """Sign the version under negotiation."""

    heading = _("Sign")
    lead = _("You sign this version in both languages, by its content hash.")
    submit_label = _("Preview the signature")

    def make_command(self) -> Command:
        """Sign it.

        Raises:
            ConflictError: ``not_open``; ``line_removed``, as ``check_succession``.
        """
        roadmap = self.about.needed_roadmap
        pending = roadmap.pending
        if pending is None:
            raise ConflictError("not_open", "no version is to be signed")
        if roadmap.binding is not None:
            check_succession(roadmap.data, roadmap.data_of([pending])[pending.content_hash])
        body = {"version": pending.number, "content_hash": pending.content_hash}
        return ActOnInstrument(pending.object_id, InstrumentKind.SIGN.value, body, {"lang": ["ar", "fr"]})


class WithdrawForm(ActionForm):
    """Take an own proposal back."""

    heading = _("Withdraw this version")

    def prepare(self) -> None:
        """A reason."""
        self.fields["reason"] = TextField(label=_("Reason"))

    def make_command(self) -> Command:
        """Withdraw it.

        Raises:
            ConflictError: ``not_open``.
        """
        pending = self.about.needed_roadmap.pending
        if pending is None:
            raise ConflictError("not_open", "no version is under negotiation")
        body = {
            "version": pending.number,
            "content_hash": pending.content_hash,
            "reason": self.cleaned_data["reason"],
            "of": "proposal",
        }
        return ActOnInstrument(pending.object_id, InstrumentKind.WITHDRAW.value, body, {"lang": ["ar", "fr"]})


class ReportForm(FilesMixin, HandledForm):
    """How far a line has come, and what shows it."""

    heading = _("Report on the line")
    lead = _(
        "At 100 % the line is reported done: the other side then accepts it or returns it with a reason, "
        "within thirty days. Silence is no acceptance."
    )

    def prepare(self) -> None:
        """The percent, the words, then milestones, evidence and figures."""
        super().prepare()
        code, line = self.fields.pop("code"), self.about.needed_line
        self.fields["percent"] = forms.IntegerField(
            label=_("Done, in per cent"), min_value=0, max_value=100, initial=line.percent
        )
        for lang, label in _LABELS:
            self.fields[f"text_{lang}"] = TextField(label=label, lang=lang, rows=4, required=False)
        open_ones = [each.milestone for each in line.milestones if each.accepted_on is None]
        if open_ones:
            self.fields["milestones"] = forms.MultipleChoiceField(
                label=_("Milestones that are done"),
                choices=[
                    (str(each.no), f"{each.no}. {pick(each.text, self.about.lang)[0]}") for each in open_ones
                ],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["evidence"] = RowsField(
            most_lines=MAX_ITEMS,
            label=_("Supporting evidence"),
            parts=3,
            help_text=_(
                "One thing a line: what it is | its address (a record, or https://…) | its milestone"
            ),
        )
        self.add_files(self.about.files)
        figures = self._add_actuals()
        self.fields["code"] = code
        self.groups = (((_("Figures"), figures),) if figures else ()) + ((_("Handling"), ("code",)),)

    def _add_actuals(self) -> tuple[str, ...]:
        """A field for each indicator of the line."""
        names = []
        for place, each in enumerate(self.about.needed_line.line.data.get("indicators", []), start=1):
            name = f"actual_{place}"
            self.fields[name] = forms.RegexField(
                r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$", label=f"{each['code']} ({each['unit']})", required=False
            )
            names.append(name)
        return tuple(names)

    def clean(self) -> dict[str, Any]:
        """Something is said in words where something is done."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("percent") == 100 and not both(cleaned, "text") and not self.errors:
            self.add_error("text_fr", _("Write in one language at least what was done."))
        return cleaned

    def make_command(self) -> Command:
        """Send it."""
        cleaned, about = self.cleaned_data, self.about
        files = self.choose_files(self.about.files)
        shown = [_read_evidence(parts, about.lang) for parts in cleaned["evidence"]]
        said = {
            "percent": cleaned["percent"],
            "text": both(cleaned, "text"),
            "milestones_done": [int(each) for each in cleaned.get("milestones", [])],
            "evidence": [*shown, *_show_files(files, cleaned.get("milestones", []))],
            "actuals": self._read_actuals(),
        }
        address = about.needed_roadmap.shown.address
        body = decide_report(address, about.needed_line, about.own, said)
        blobs = {"blobs": [each.to_blob() for each in files]} if files else {}
        return send(about, PROGRESS_REPORT, body, self.envelope(self.make_title()) | blobs)

    def _read_actuals(self) -> list[dict[str, str]]:
        indicators = self.about.needed_line.line.data.get("indicators", [])
        return [
            {"code": each["code"], "value": self.cleaned_data[f"actual_{place}"]}
            for place, each in enumerate(indicators, start=1)
            if self.cleaned_data.get(f"actual_{place}")
        ]


def _show_files(files: Sequence[Kept], milestones: Sequence[str]) -> list[dict[str, Any]]:
    """Each file as evidence; of the milestone, where the report names one alone."""
    of = {"milestone": int(milestones[0])} if len(milestones) == 1 else {}
    return [
        {"text": {"fr": each.name[:300], "ar": each.name[:300]}, "sha256": each.sha256, **of}
        for each in files
    ]


def _read_evidence(parts: list[str], lang: str) -> dict[str, Any]:
    text, address, milestone = parts
    found: dict[str, Any] = {"text": {lang if lang in ("ar", "fr") else "fr": text}}
    if address.startswith("http"):
        found["url"] = address
    elif address:
        found["at"] = address
    if milestone:
        found["milestone"] = int(milestone) if milestone.isascii() and milestone.isdecimal() else 0
    return found


class RiskForm(HandledForm):
    """The line may not be met."""

    heading = _("Say that the line is at risk")
    lead = _("The mark stands on both nodes until you take it back or a new version sets another day.")

    def prepare(self) -> None:
        """The reason and the day that is expected now."""
        super().prepare()
        code = self.fields.pop("code")
        for lang, label in _REASONS:
            self.fields[f"reason_{lang}"] = TextField(label=label, lang=lang, rows=3, required=False)
        self.fields["expected_on"] = DayField(label=_("Expected on"), required=False)
        self.fields["code"] = code
        self.groups = ((_("Handling"), ("code",)),)

    def clean(self) -> dict[str, Any]:
        """One language at least."""
        cleaned = super().clean() or self.cleaned_data
        if not both(cleaned, "reason") and not self.errors:
            self.add_error("reason_fr", _("Write in one language at least."))
        return cleaned

    def make_command(self) -> Command:
        """Send it."""
        said: dict[str, Any] = {"reason": both(self.cleaned_data, "reason")}
        if self.cleaned_data["expected_on"]:
            said["expected_on"] = self.cleaned_data["expected_on"].isoformat()
        about = self.about
        body = decide_risk(about.needed_roadmap.shown.address, about.needed_line, about.own, said)
        return send(about, AT_RISK, body, self.envelope(self.make_title()))


class LiftForm(ActionForm):
    """Take a risk back."""

    heading = _("The risk is over")

    def prepare(self) -> None:
        """A reason."""
        self.fields["reason"] = TextField(label=_("Reason"))

    def make_command(self) -> Command:
        """Withdraw the note."""
        body = {"reason": self.cleaned_data["reason"]}
        return reply(self.about.needed_note.object_id, Kind.NOTE_WITHDRAW, body)


def _line_of(data: Mapping[str, Any]) -> str:
    return str(data.get("line", data.get("roadmap", "")))


class AcceptForm(ActionForm):
    """What is reported done is done."""

    heading = _("Accept")
    lead = _("By this your side says that it is done. It cannot be taken back.")

    def prepare(self) -> None:
        """A remark in either language."""
        for lang, label in (("ar", _("Remark in Arabic")), ("fr", _("Remark in French"))):
            self.fields[f"reason_{lang}"] = TextField(label=label, lang=lang, rows=3, required=False)

    def make_command(self) -> Command:
        """Answer."""
        note = self.about.needed_note
        body = decide_answer(_line_of(note.data), ACCEPTED, both(self.cleaned_data, "reason"))
        return reply(note.object_id, Kind.NOTE_ANSWER, body)


class ReturnForm(ActionForm):
    """What is reported done is not done yet."""

    heading = _("Return with a reason")
    lead = _("The line goes back to its owner. The reason is shown on both nodes.")

    def prepare(self) -> None:
        """The reason."""
        for lang, label in _REASONS:
            self.fields[f"reason_{lang}"] = TextField(label=label, lang=lang, rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """One language at least."""
        cleaned = super().clean() or self.cleaned_data
        if not both(cleaned, "reason") and not self.errors:
            self.add_error("reason_fr", _("Say why it is returned."))
        return cleaned

    def make_command(self) -> Command:
        """Answer."""
        note = self.about.needed_note
        body = decide_answer(_line_of(note.data), RETURNED, both(self.cleaned_data, "reason"))
        return reply(note.object_id, Kind.NOTE_ANSWER, body)


class FinalForm(HandledForm):
    """What became of the roadmap; accepted by the other side, it closes it."""

    heading = _("Final report")
    lead = _("Once the other side has accepted it, the roadmap is closed.")

    def prepare(self) -> None:
        """The words."""
        super().prepare()
        code = self.fields.pop("code")
        for lang, label in _LABELS:
            self.fields[f"text_{lang}"] = TextField(label=label, lang=lang, rows=6)
        self.fields["code"] = code
        self.groups = ((_("Handling"), ("code",)),)

    def make_command(self) -> Command:
        """Send it."""
        shown = self.about.needed_roadmap.shown
        address = LineAddress(shown.object_id, shown.number).encode()
        body = {"roadmap": address, "text": both(self.cleaned_data, "text"), "expects": "answer"}
        check_final_report(body)
        return send(self.about, FINAL_REPORT, body, self.envelope(shown.title))
