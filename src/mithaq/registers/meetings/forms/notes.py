"""Papers, comments, initialling, statements, issues, reports, and one side's own communiqué."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.registers.meetings.forms.base import (
    ActionForm,
    HandledForm,
    embargo_at,
    reply,
    send,
)
from mithaq.registers.meetings.forms.fields import HourField
from mithaq.registers.meetings.forms.invitations import LEVEL_WORDS
from mithaq.registers.meetings.reading.carrying import issues_of
from mithaq.registers.meetings.rules.alignment import find_gaps
from mithaq.registers.meetings.rules.kinds import (
    ACTION_REPORT,
    COMMENT,
    INITIALLING,
    ISSUE,
    OWN_COMMUNIQUE,
    PAPER,
    STATEMENT,
)
from mithaq.registers.meetings.rules.notes import (
    check_action_report,
    check_comment,
    check_issue,
    check_own_communique,
    check_paper,
    check_statement,
    write_initialling,
)
from mithaq.registers.meetings.rules.signing import check_languages
from mithaq.web.fields import DayField, TextField
from mithaq.web.outgoing.commands import Command
from mithaq.web.outgoing.forms import FilesMixin, both
from mithaq.web.texts import pick

OUTCOME_WORDS = (
    ("settled", _("Settled")),
    ("no_agreement", _("No agreement")),
    ("moved", _("Taken up elsewhere")),
)


class WordsForm(HandledForm):
    """A form with a text of which one language is enough."""

    needs_text = True

    def prepare(self) -> None:
        """Both languages, neither of them required alone."""
        super().prepare()
        code = self.fields.pop("code")
        for lang, label in (("ar", _("Text in Arabic")), ("fr", _("Text in French"))):
            self.fields[f"text_{lang}"] = TextField(label=label, lang=lang, rows=4, required=False)
        self.fields["code"] = code

    def clean(self) -> dict[str, Any]:
        """At least one language."""
        cleaned = super().clean() or self.cleaned_data
        if self.needs_text and not both(cleaned, "text") and not self.errors:
            self.add_error("text_fr", _("Write in one language at least."))
        return cleaned

    def text_member(self) -> dict[str, Any]:
        """``text`` of a body; nothing when nothing was written."""
        text = both(self.cleaned_data, "text")
        return {"text": text} if text else {}


class ItemForm(WordsForm):
    """A form about a meeting or one item of its agenda."""

    def prepare(self) -> None:
        """The item."""
        super().prepare()
        items = self.about.needed_meeting.data.get("agenda", [])
        choices = [
            (str(each["no"]), f"{each['no']}. {pick(each['title'], self.about.lang)[0]}") for each in items
        ]
        if choices:
            self.fields["item"] = forms.ChoiceField(
                label=_("Item of the agenda"),
                choices=[("", _("The meeting as a whole")), *choices],
                required=False,
            )

    def item_member(self) -> dict[str, Any]:
        """``item`` of a body."""
        item = self.cleaned_data.get("item")
        return {"item": int(item)} if item else {}


class PaperForm(FilesMixin, ItemForm):
    """A paper for the meeting: a text, files, or both."""

    heading = _("Add a paper")
    lead = _("Its text and its files go to the other side.")
    needs_text = False

    def prepare(self) -> None:
        """A title."""
        super().prepare()
        self.fields = {
            "title_ar": TextField(label=_("Title in Arabic"), lang="ar", required=False),
            "title_fr": TextField(label=_("Title in French"), lang="fr"),
            **self.fields,
        }
        self.add_files(self.about.files)
        self.fields["code"] = self.fields.pop("code")

    def clean(self) -> dict[str, Any]:
        """A text or a file."""
        cleaned = super().clean() or self.cleaned_data
        if not both(cleaned, "text") and not cleaned.get("kept") and not self.errors:
            self.add_error("text_fr", _("Write in one language at least, or bring a file."))
        return cleaned

    def make_command(self) -> Command:
        """Send it."""
        body = {"meeting": self.about.needed_meeting.object_id, **self.item_member(), **self.text_member()}
        check_paper(body)
        fields = self.envelope(both(self.cleaned_data, "title"))
        files = self.choose_files(self.about.files)
        if files:
            fields["blobs"] = [each.to_blob() for each in files]
        return send(self.about, PAPER, body, fields)

    def make_title(self) -> Mapping[str, str]:
        """As typed."""
        return both(self.cleaned_data, "title")


class StatementForm(ItemForm):
    """What one side said: its word, not agreed."""

    heading = _("Statement of our side")
    lead = _("A statement is one side's word. It never becomes part of the agreed text.")

    def make_command(self) -> Command:
        """Send it."""
        meeting = self.about.needed_meeting
        body = {
            "meeting": meeting.object_id,
            "by": self.about.own,
            **self.item_member(),
            **self.text_member(),
        }
        check_statement(body)
        return send(self.about, STATEMENT, body, self.envelope(meeting.title))


class OwnCommuniqueForm(WordsForm):
    """One side's own words to the public."""

    heading = _("Our own communiqué")
    lead = _("It is marked as the word of one side, and is never mixed with the agreed text.")

    def prepare(self) -> None:
        """Whether it goes to the public, and from when on."""
        super().prepare()
        code = self.fields.pop("code")
        self.fields |= {
            "publish": forms.BooleanField(
                label=_("Show it on the public page of our node"),
                help_text=_("Its handling is then clear."),
                required=False,
            ),
            "embargo_day": DayField(label=_("Embargo until the day"), required=False),
            "embargo_hour": HourField(label=_("Embargo until the hour"), required=False),
            "code": code,
        }

    def clean(self) -> dict[str, Any]:
        """A day and an hour go together."""
        cleaned = super().clean()
        if bool(cleaned.get("embargo_day")) != bool(cleaned.get("embargo_hour")):
            self.add_error("embargo_hour", _("An embargo has both a day and an hour."))
        return cleaned

    def make_command(self) -> Command:
        """Send it."""
        meeting, cleaned = self.about.needed_meeting, self.cleaned_data
        body = {"meeting": meeting.object_id, **self.text_member()}
        if cleaned["publish"]:
            cleaned["code"] = "clear"  # what is to be published cannot be handled more narrowly
            body["visibility"] = "public"
        if cleaned["embargo_day"]:
            body["embargo_until_at"] = embargo_at(self.about, cleaned["embargo_day"], cleaned["embargo_hour"])
        check_own_communique(body)
        return send(self.about, OWN_COMMUNIQUE, body, self.envelope(meeting.title))


class CommentForm(WordsForm):
    """A comment on lines of a text."""

    heading = _("Comment")

    def prepare(self) -> None:
        """The lines of this version."""
        super().prepare()
        lines = [
            (line.name, f"{line.name}: {pick(line.fields.get('text'), self.about.lang)[0][:80]}")
            for line in self.about.needed_text.lines
        ]
        chosen = forms.MultipleChoiceField(
            label=_("Lines"), choices=lines, required=False, widget=forms.CheckboxSelectMultiple
        )
        self.fields = {"lines": chosen, **self.fields}

    def make_command(self) -> Command:
        """Send it."""
        text = self.about.needed_text
        body = {
            "instrument": text.object_id,
            "version": text.version,
            "lines": list(self.cleaned_data["lines"]),
            **self.text_member(),
        }
        check_comment(body)
        return send(self.about, COMMENT, body, self.envelope(text.title))


class InitialForm(HandledForm):
    """A translator of this side has compared both languages, line by line."""

    heading = _("Initial the text")
    lead = _(
        "By this you say, for your side, that both languages of every line say the same. It binds nobody yet."
    )

    def prepare(self) -> None:
        """A tick for each line."""
        super().prepare()
        code = self.fields.pop("code")
        for line in self.about.needed_text.lines:
            texts = line.fields.get("text", {})
            self.fields[f"line_{line.name}"] = forms.BooleanField(
                label=f"{line.name}: {texts.get('ar', '')[:120]} · {texts.get('fr', '')[:120]}"
            )
        self.fields["code"] = code
        self.groups = ((_("Handling"), ("code",)),)

    def make_command(self) -> Command:
        """Send it; a text with a gap cannot be initialled."""
        text = self.about.needed_text
        check_languages(text.data)
        assert not find_gaps(text.data)
        names = [line.name for line in text.lines]
        body = write_initialling(text.object_id, text.version, text.content_hash, self.about.post, names)
        return send(self.about, INITIALLING, body, self.envelope(text.title))


class IssueForm(WordsForm):
    """An open question of a body."""

    heading = _("New issue")
    lead = _(
        "An issue has one owner and a day. What is not settled here goes to the agenda of the level above."
    )

    def prepare(self) -> None:
        """Owner and day first."""
        super().prepare()
        owners = [(code, code) for code in self.about.needed_text.signatories]
        self.fields |= {
            "owner": forms.ChoiceField(label=_("Owner"), choices=owners),
            "due_on": DayField(label=_("Due on")),
            "escalated_to": forms.ChoiceField(
                label=_("Raise to the level"), choices=[("", _("Not raised")), *LEVEL_WORDS], required=False
            ),
        }

    def make_command(self) -> Command:
        """Send it."""
        body_id = self.about.needed_text.object_id
        numbers = [each.no or 0 for each in issues_of(self.about.node, body_id)]
        cleaned = self.cleaned_data
        body: dict[str, Any] = {
            "body": body_id,
            "no": max(numbers, default=0) + 1,
            "raised_by": self.about.own,
            "owner": cleaned["owner"],
            "due_on": cleaned["due_on"].isoformat(),
            **self.text_member(),
        }
        if cleaned["escalated_to"]:
            body["escalated_to"] = cleaned["escalated_to"]
        check_issue(body)
        return send(self.about, ISSUE, body, self.envelope(both(cleaned, "text") and _short(cleaned)))


class RaiseForm(ActionForm):
    """The side that raised an issue takes it to the level above."""

    heading = _("Raise the issue")
    lead = _("It is then proposed for the agenda of the next meeting of that level.")

    def prepare(self) -> None:
        """The level."""
        self.fields["escalated_to"] = forms.ChoiceField(
            label=_("Raise to the level"), choices=LEVEL_WORDS, initial="minister"
        )
        self.fields["reason"] = TextField(label=_("Reason"))

    def make_command(self) -> Command:
        """Correct the issue."""
        cleaned = self.cleaned_data
        body = {"fields": {"escalated_to": cleaned["escalated_to"]}, "reason": cleaned["reason"]}
        return reply(self.about.needed_item.object_id, Kind.NOTE_CORRECT, body)


class SettleForm(ActionForm):
    """What became of an issue."""

    heading = _("Settle the issue")

    def prepare(self) -> None:
        """The outcome."""
        self.fields["outcome"] = forms.ChoiceField(label=_("Outcome"), choices=OUTCOME_WORDS)
        self.fields["text"] = TextField(label=_("How"), rows=3, required=False)

    def make_command(self) -> Command:
        """Answer."""
        cleaned = self.cleaned_data
        body: dict[str, Any] = {"answers": [], "final": True, "outcome": cleaned["outcome"]}
        body |= {"text": {self.about.lang: cleaned["text"]}} if cleaned["text"] else {}
        return reply(self.about.needed_item.object_id, Kind.NOTE_ANSWER, body)


class ReportForm(WordsForm):
    """How far an action has come."""

    heading = _("Report on an action")
    needs_text = False

    def prepare(self) -> None:
        """The action and the share that is done."""
        super().prepare()
        actions = [
            (line.name, f"{line.no}. {pick(line.fields.get('text'), self.about.lang)[0][:100]}")
            for line in self.about.needed_text.lines
            if line.block == "actions"
        ]
        self.fields = {
            "action": forms.ChoiceField(label=_("Action"), choices=actions),
            "percent": forms.IntegerField(label=_("Done, in per cent"), min_value=0, max_value=100),
            **self.fields,
        }

    def make_command(self) -> Command:
        """Send it."""
        text = self.about.needed_text
        address = f"{text.object_id}@{text.version}#{self.cleaned_data['action']}"
        body = {"line": address, "percent": self.cleaned_data["percent"], **self.text_member()}
        check_action_report(body)
        return send(self.about, ACTION_REPORT, body, self.envelope(text.title))


def _short(cleaned: Mapping[str, Any]) -> dict[str, str]:
    return {lang: text.replace("\n", " ")[:120] for lang, text in both(cleaned, "text").items()}
