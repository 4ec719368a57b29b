"""Inviting to a meeting, answering, moving it, calling it off, closing it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import from_ms
from mithaq.core.names import fold
from mithaq.errors import MalformedError
from mithaq.registers.meetings.exchange import read_invitation
from mithaq.registers.meetings.forms.base import (
    ActionForm,
    HandledForm,
    recipients_of,
    reply,
    whole,
)
from mithaq.registers.meetings.forms.fields import HourField, fold_digits, local_time
from mithaq.registers.meetings.models import Meeting
from mithaq.registers.meetings.reading.rows import load_texts
from mithaq.registers.meetings.reading.seats import find_zone, is_zone, zone_of
from mithaq.registers.meetings.reading.texts import body_names
from mithaq.registers.meetings.rules.appointment import parse_local, write_appointment
from mithaq.registers.meetings.rules.invitation import LEVELS, Answer, check_invitation, write_answer
from mithaq.registers.meetings.rules.kinds import INVITATION
from mithaq.registers.meetings.rules.standing import CANCELLED, HELD
from mithaq.web.basis import read_basis
from mithaq.web.codes import choices_of
from mithaq.web.fields import DayField, RowsField, TextField, write_rows
from mithaq.web.language import LANGUAGES
from mithaq.web.outgoing.commands import Command, SendNote
from mithaq.web.outgoing.forms import both
from mithaq.web.texts import pick

LEVEL_WORDS: Final = (
    ("minister", _("Ministers")),
    ("director_general", _("Directors general")),
    ("technical", _("Technical")),
)
FORM_WORDS: Final = {
    "head_to_head": _("Head to head"),
    "extended": _("Extended meeting"),
    "plenary": _("Plenary"),
    "working_group": _("Working meeting"),
    "visit": _("Visit"),
}
ROLE_WORDS: Final = {
    "head": _("Head of delegation"),
    "co_chair": _("Co-chair"),
    "secretary": _("Secretary"),
    "member": _("Member"),
    "interpreter": _("Interpreter"),
    "observer": _("Observer"),
    "expert": _("Expert"),
}
MOST_FOLLOWED: Final = 50
MAX_FILE_BYTES: Final = 1_048_576


class WhenForm(HandledForm):
    """A form with the time of a meeting: a local time and the name of a zone."""

    def when_fields(self) -> dict[str, forms.Field]:
        """Day, hours and zone."""
        return {
            "day": DayField(label=_("Day")),
            "starts": HourField(label=_("Start")),
            "ends": HourField(label=_("End")),
            "tzid": forms.CharField(
                label=_("Time zone"),
                max_length=64,
                widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "Africa/Casablanca"}),
                help_text=_("By its name: the clock of the place where you meet."),
            ),
        }

    def clean_tzid(self) -> str:
        """A zone that this node knows."""
        name = str(self.cleaned_data["tzid"]).strip()
        if not is_zone(name):
            raise forms.ValidationError(_("No zone of that name is known."))
        return name

    def clean(self) -> dict[str, Any]:
        """The end is after the start."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end is not after the start."))
        return cleaned

    def appointment(self) -> dict[str, str]:
        """The members of an invitation.

        Raises:
            MalformedError: ``meeting_gap``, ``meeting_span``.
        """
        data = self.cleaned_data
        zone = find_zone(data["tzid"])
        starts, ends = local_time(data["day"], data["starts"]), local_time(data["day"], data["ends"])
        return write_appointment(starts, ends, data["tzid"], zone)


class InvitationForm(WhenForm):
    """A new meeting."""

    heading = _("New meeting")
    lead = _("The other side gets an invitation, and answers it or proposes another time.")

    def prepare(self) -> None:
        """Fields in the order of the page: seven first, the rest in groups."""
        super().prepare()
        about, code = self.about, self.fields.pop("code")
        self.fields = {
            "title_ar": TextField(label=_("Title in Arabic"), lang="ar"),
            "title_fr": TextField(label=_("Title in French"), lang="fr"),
            "place": TextField(label=_("Place"), max_length=200),
            **self.when_fields(),
            **self._series_fields(),
            **_content_fields(about.lang, [about.own, *recipients_of(about)]),
            "code": code,
            "file": forms.FileField(
                label=_("Calendar file"),
                required=False,
                help_text=_("With one meeting: its day, hours, zone and place are taken over."),
                widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
            ),
        }
        self.fields["tzid"].initial = zone_of(self.about.node, self.about.own)
        self.groups = (
            (_("Body and series"), ("level", "body", "no", "follows", "host", "to")),
            (_("Sessions, delegations, visit"), ("sessions", "delegations", "programme")),
            (_("Agenda, basis, handling"), ("agenda_ar", "agenda_fr", "field_codes", "basis", "code")),
            (_("Take over from a calendar file"), ("file",)),
        )

    def _series_fields(self) -> dict[str, forms.Field]:
        lang, node = self.about.lang, self.about.node
        bodies = [(each, pick(names, lang)[0]) for each, names in body_names().items()]
        earlier = Meeting.objects.order_by("-starts_ms")[:MOST_FOLLOWED]
        follows = [
            (row.object_id, f"{pick(load_texts(row.title), lang)[0]} ({from_ms(row.starts_ms):%Y-%m-%d})")
            for row in earlier
        ]
        partners = [(code, code) for code in recipients_of(self.about)]
        hosts = [(code, code) for code in (node.identity.code, *(code for code, _name in partners))]
        return {
            "level": forms.ChoiceField(label=_("Level"), choices=LEVEL_WORDS, initial="technical"),
            "body": forms.ChoiceField(label=_("Joint body"), choices=[("", "—"), *bodies], required=False),
            "no": forms.IntegerField(
                label=_("Number in the series"), min_value=1, max_value=999, required=False
            ),
            "follows": forms.ChoiceField(
                label=_("Follows the meeting"),
                choices=[("", "—"), *follows],
                required=False,
                help_text=_("What was left open there is carried over."),
            ),
            "host": forms.ChoiceField(label=_("Host"), choices=hosts, initial=node.identity.code),
            "to": forms.MultipleChoiceField(
                label=_("Invited"),
                choices=partners,
                initial=[code for code, _name in partners],
                widget=forms.CheckboxSelectMultiple,
            ),
        }

    def clean_file(self) -> Any:
        """At most 1 MiB."""
        file = self.cleaned_data.get("file")
        if file is not None and file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(_("A calendar file is at most 1 MiB."))
        return file

    def make_body(self) -> dict[str, Any]:
        """Body of the invitation.

        Raises:
            MalformedError: a code that begins with ``meeting_``.
        """
        data = self.cleaned_data
        body: dict[str, Any] = {
            "level": data["level"],
            "host": data["host"],
            "place": data["place"],
            **self.appointment(),
            "sessions": [
                _session(number, parts, data["day"]) for number, parts in enumerate(data["sessions"], start=1)
            ],
            "delegations": [
                {
                    "administration": parts[0],
                    "post": parts[1],
                    "role": find_code(parts[2], ROLE_WORDS) or "member",
                }
                for parts in data["delegations"]
            ],
            "programme": [_visit_item(parts, data["day"]) for parts in data["programme"]],
            "agenda": agenda_items(data["agenda_ar"], data["agenda_fr"]),
            "basis": read_basis([each for [each] in data["basis"]]),
            "fields": list(data["field_codes"]),
        }
        body |= {name: data[name] for name in ("body", "follows", "no") if data.get(name)}
        body = {name: value for name, value in body.items() if value != []}
        check_invitation(body)
        return body

    def make_command(self) -> Command:
        """Send the invitation."""
        title = both(self.cleaned_data, "title")
        to = tuple(self.cleaned_data["to"])
        return SendNote(INVITATION, to, self.make_body(), self.envelope(title))

    def make_title(self) -> Mapping[str, str]:
        """As typed."""
        return both(self.cleaned_data, "title")


def _content_fields(lang: str, parties: list[str]) -> dict[str, forms.Field]:
    return {
        "sessions": RowsField(
            label=_("Sessions of the meeting"),
            parts=4,
            help_text=_("One a line: form | start | end | place. Forms: %(forms)s.")
            % {"forms": _list_words(FORM_WORDS)},
        ),
        "delegations": RowsField(
            label=_("Delegations"),
            parts=3,
            least=2,
            help_text=_("One a line: administration | post | role. Sides: %(codes)s. Roles: %(roles)s.")
            % {"codes": ", ".join(parties), "roles": _list_words(ROLE_WORDS)},
            initial="\n".join(f"{code} | minister | {ROLE_WORDS['head']}" for code in parties),
        ),
        "programme": RowsField(
            label=_("Programme of the visit"),
            parts=4,
            least=2,
            help_text=_("One a line, in the order of time: hour | Arabic | French | place."),
        ),
        "agenda_ar": RowsField(label=_("Agenda in Arabic"), lang="ar", help_text=_("One item a line.")),
        "agenda_fr": RowsField(
            label=_("Agenda in French"), lang="fr", help_text=_("The same items in the same order.")
        ),
        "field_codes": forms.MultipleChoiceField(
            label=_("Fields of cooperation"),
            required=False,
            choices=choices_of("field"),
            widget=forms.CheckboxSelectMultiple,
        ),
        "basis": RowsField(
            label=_("Basis"), help_text=_("What it rests on: the address of a line of a text, or words.")
        ),
    }


def _list_words(words: Mapping[str, Any]) -> str:
    return ", ".join(map(str, words.values()))


def find_code(typed: str, words: Mapping[str, Any]) -> str:
    """The code of a word, typed in any of the languages of the pages; what is no word stays as it is."""
    wanted = fold(typed)
    for lang in LANGUAGES:
        with translation.override(lang):
            for code, word in words.items():
                if wanted in (code, fold(str(word))):
                    return code
    return typed


def read_file(data: bytes) -> dict[str, str]:
    """What a calendar file gives for the fields of an invitation.

    Raises:
        MalformedError: a code that begins with ``ics_``.
    """
    found = read_invitation(data, is_zone)
    starts, ends = parse_local(found.starts_local), parse_local(found.ends_local)
    if starts.date() != ends.date():
        raise MalformedError("ics_not_one", "the meeting lasts over one day")
    return {
        "title_fr": found.title,
        "place": found.place,
        "day": f"{starts:%d/%m/%Y}",
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "tzid": found.tzid,
    }


def agenda_items(arabic: list[list[str]], french: list[list[str]]) -> list[dict[str, Any]]:
    """Items from the two lists, line by line; a line may still be missing in one language."""
    count = max(len(arabic), len(french))
    titles = [
        {lang: lines[place][0] for lang, lines in (("ar", arabic), ("fr", french)) if place < len(lines)}
        for place in range(count)
    ]
    return [{"no": number, "title": title} for number, title in enumerate(titles, start=1)]


def _session(number: int, parts: list[str], day: date) -> dict[str, Any]:
    session: dict[str, Any] = {"no": number, "form": find_code(parts[0], FORM_WORDS)}
    if parts[1]:
        session |= {"starts_local": as_local(parts[1], day), "ends_local": as_local(parts[2], day)}
    return {**session, "place": parts[3]} if parts[3] else session


def _visit_item(parts: list[str], day: date) -> dict[str, Any]:
    texts = {lang: text for lang, text in (("ar", parts[1]), ("fr", parts[2])) if text}
    item: dict[str, Any] = {"starts_local": as_local(parts[0], day), "text": texts}
    return {**item, "place": parts[3]} if parts[3] else item


def as_local(text: str, day: date) -> str:
    """``09:30`` of that day, or ``2027-03-02 09:30``, as the record writes it."""
    typed = fold_digits(text.strip())
    whole = typed if " " in typed else f"{day.isoformat()} {typed.zfill(5)}"
    return whole.replace(" ", "T", 1)


def agenda_lines(items: list[Mapping[str, Any]], lang: str) -> str:
    """Items as a person would type them."""
    return write_rows([[each.get("title", {}).get(lang, "")] for each in items])


class AcceptForm(ActionForm):
    """Yes to an invitation."""

    heading = _("Accept the invitation")
    lead = _("The other side is told that you come. The meeting is then confirmed.")

    def make_command(self) -> Command:
        """Answer."""
        return reply(self.about.needed_meeting.object_id, Kind.NOTE_ANSWER, write_answer(Answer.ACCEPT))


class RefuseForm(ActionForm):
    """No to an invitation."""

    heading = _("Decline the invitation")

    def make_command(self) -> Command:
        """Refuse."""
        return reply(self.about.needed_meeting.object_id, Kind.NOTE_REFUSE, {"ground": "not_possible"})


class CounterForm(WhenForm):
    """Another time."""

    heading = _("Propose another time")
    lead = _("The invitation stays open until the other side has moved the meeting, or you accept.")

    def prepare(self) -> None:
        """The time as it is now."""
        meeting = self.about.needed_meeting
        self.fields |= self.when_fields()
        local = meeting.local_start
        values = {
            "day": f"{local:%d/%m/%Y}",
            "starts": f"{local:%H:%M}",
            "ends": f"{meeting.local_end:%H:%M}",
            "tzid": meeting.tzid,
        }
        for name, value in values.items():
            self.fields[name].initial = value
        self.fields["place"] = TextField(
            label=_("Place"), max_length=200, initial=pick(meeting.place, self.about.lang)[0]
        )

    def make_command(self) -> Command:
        """Answer with other fields."""
        fields = {**self.appointment(), "place": self.cleaned_data["place"]}
        return reply(
            self.about.needed_meeting.object_id, Kind.NOTE_ANSWER, write_answer(Answer.COUNTER, fields)
        )


class MoveForm(CounterForm):
    """The side that invited moves the meeting."""

    heading = _("Move the meeting")
    lead = _("The correction is sent to everyone who is invited; the invitation before it stays visible.")

    def prepare(self) -> None:
        """What the other side proposed, if it did."""
        super().prepare()
        self.fields["reason"] = TextField(label=_("Reason"))
        for fields in self.about.needed_meeting.counters.values():
            self._suggest(fields)

    def _suggest(self, fields: Mapping[str, Any]) -> None:
        try:
            starts, ends = parse_local(fields.get("starts_local")), parse_local(fields.get("ends_local"))
        except MalformedError:
            return
        self.fields["day"].initial = f"{starts:%d/%m/%Y}"
        self.fields["starts"].initial = f"{starts:%H:%M}"
        self.fields["ends"].initial = f"{ends:%H:%M}"

    def make_command(self) -> Command:
        """Correct the invitation."""
        meeting = self.about.needed_meeting
        fields = {**self.appointment(), "place": self.cleaned_data["place"]}
        check_invitation({**meeting.data, **fields})
        body = {"fields": fields, "reason": self.cleaned_data["reason"]}
        return reply(meeting.object_id, Kind.NOTE_CORRECT, body)


class CancelForm(ActionForm):
    """The side that invited calls the meeting off."""

    heading = _("Call the meeting off")

    def prepare(self) -> None:
        """A reason."""
        self.fields["reason"] = TextField(label=_("Reason"))

    def make_command(self) -> Command:
        """Withdraw an open invitation; close an answered one as cancelled."""
        meeting = self.about.needed_meeting
        if "answered" in meeting.states.values():
            body = {"outcome": CANCELLED, "reason": self.cleaned_data["reason"]}
            return reply(meeting.object_id, Kind.NOTE_CLOSE, body)
        return reply(meeting.object_id, Kind.NOTE_WITHDRAW, {"reason": self.cleaned_data["reason"]})


class CloseForm(ActionForm):
    """Nothing more is to be done about a meeting."""

    heading = _("Close the meeting")
    lead = _("Its minutes are signed, and nothing more is due.")

    def make_command(self) -> Command:
        """Close."""
        return reply(self.about.needed_meeting.object_id, Kind.NOTE_CLOSE, {"outcome": HELD})


__all__ = [
    "FORM_WORDS",
    "LEVELS",
    "LEVEL_WORDS",
    "ROLE_WORDS",
    "AcceptForm",
    "CancelForm",
    "CloseForm",
    "CounterForm",
    "InvitationForm",
    "MoveForm",
    "RefuseForm",
    "agenda_items",
    "agenda_lines",
    "as_local",
    "read_file",
    "whole",
]
