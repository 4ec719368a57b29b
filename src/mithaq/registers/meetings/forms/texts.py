"""Mandates, agendas, communiqués; sharing minutes; signing."""

import re
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.errors import ConflictError, MalformedError
from mithaq.registers.meetings.forms.base import (
    ActionForm,
    HandledForm,
    counter,
    embargo_at,
    propose,
    recipients_of,
    signing_posts,
    whole,
)
from mithaq.registers.meetings.forms.fields import HourField, fold_digits
from mithaq.registers.meetings.forms.invitations import agenda_items, agenda_lines, find_code
from mithaq.registers.meetings.reading.carrying import carried_over
from mithaq.registers.meetings.reading.texts import ALIGNED
from mithaq.registers.meetings.rules.alignment import write_line
from mithaq.registers.meetings.rules.kinds import AGENDA, COMMUNIQUE, MANDATE
from mithaq.registers.meetings.rules.programme import DEFAULT_DAYS
from mithaq.registers.meetings.rules.signing import check_signable
from mithaq.registers.meetings.rules.texts import check_agenda, check_communique, check_mandate
from mithaq.web.basis import read_basis, write_basis
from mithaq.web.codes import choices_of
from mithaq.web.fields import DayField, RowsField, TextField, write_rows
from mithaq.web.outgoing.commands import ActOnInstrument, Command
from mithaq.web.outgoing.forms import both

STEP_WORDS = {
    "invitation": _("Invitation"),
    "agenda_items": _("Items for the agenda"),
    "agenda_agreed": _("Agenda agreed"),
    "minutes_draft": _("Draft of the minutes"),
    "comments": _("Comments"),
    "signing": _("Signing"),
}
CONFIDENTIALITY_WORDS = {
    "open": _("open"),
    "delegations": _("delegations only"),
    "heads_only": _("heads of delegation only"),
}


_SEATS = ("members", "secretariat")
_UNSAID = "-"
_MINUTES = re.compile(r"[0-9]{1,4}", re.ASCII)


class MandateForm(HandledForm):
    """A joint body: a new one, or new terms of one."""

    heading = _("Joint body")
    lead = _("A mandate is a text that both sides sign. A change is a new version, signed again.")

    def prepare(self) -> None:
        """Names first; who sits in it and its deadlines behind."""
        super().prepare()
        code = self.fields.pop("code")
        self.fields = {
            "name_ar": TextField(label=_("Name in Arabic"), lang="ar"),
            "name_fr": TextField(label=_("Name in French"), lang="fr"),
            "basis": RowsField(
                label=_("Basis"), required=True, rows=2, help_text=_("What the body rests on.")
            ),
            "terms_ar": RowsField(
                label=_("Terms in Arabic"), lang="ar", help_text=_("One paragraph a line.")
            ),
            "terms_fr": RowsField(label=_("Terms in French"), lang="fr", help_text=_("The same paragraphs.")),
            "rhythm_ar": TextField(label=_("Rhythm in Arabic"), lang="ar", required=False),
            "rhythm_fr": TextField(label=_("Rhythm in French"), lang="fr", required=False),
            "members": RowsField(
                label=_("Members"), parts=2, least=2, help_text=_("One a line: administration | post.")
            ),
            "secretariat": RowsField(
                label=_("Secretariat"), parts=2, least=2, help_text=_("One a line: administration | post.")
            ),
            "aliases": RowsField(label=_("Other names"), help_text=_("Names met elsewhere, one a line.")),
            "issues": forms.BooleanField(
                label=_("The body keeps a list of issues"), required=False, initial=True
            ),
            "field_codes": forms.MultipleChoiceField(
                label=_("Fields of cooperation"),
                required=False,
                choices=choices_of("field"),
                widget=forms.CheckboxSelectMultiple,
            ),
            **{
                f"days_{name}": forms.IntegerField(
                    label=STEP_WORDS[name], required=False, min_value=-365, max_value=365
                )
                for name in DEFAULT_DAYS
            },
            "code": code,
        }
        signers = self.add_signers(self._chairs())
        self.groups = (
            (
                _("Co-chairs, members, fields"),
                (*signers, *_SEATS, "aliases", "field_codes", "issues", "code"),
            ),
            (
                _("Deadlines that this body sets, in days from the meeting"),
                tuple(f"days_{name}" for name in DEFAULT_DAYS),
            ),
        )
        self._fill()

    def _chairs(self) -> dict[str, str]:
        if self.about.text is not None:
            return dict(self.about.text.signatories)
        return dict.fromkeys(sorted((self.about.own, *recipients_of(self.about))), "minister")

    def _fill(self) -> None:
        text = self.about.text
        if text is None:
            return
        data = text.data
        for lang in ("ar", "fr"):
            self.fields[f"name_{lang}"].initial = data["name"].get(lang, "")
            paragraphs = data.get("paragraphs", [])
            self.fields[f"terms_{lang}"].initial = "\n".join(
                each["text"].get(lang, "") for each in paragraphs
            )
            rhythm = data.get("rhythm")
            self.fields[f"rhythm_{lang}"].initial = (
                rhythm.get(lang, "") if isinstance(rhythm, Mapping) else rhythm
            )
        for name in _SEATS:
            seats = [(each["administration"], each["post"]) for each in data.get(name, [])]
            self.fields[name].initial = write_rows(seats)
        self.fields["issues"].initial = data.get("issues", True)
        self.fields["aliases"].initial = "\n".join(data.get("aliases", []))
        self.fields["basis"].initial = write_basis(data["basis"])
        self.fields["field_codes"].initial = data.get("fields", [])
        for name, days in data.get("deadlines", {}).items():
            self.fields[f"days_{name}"].initial = days

    def make_data(self) -> dict[str, Any]:
        """Data of the manifest."""
        cleaned = self.cleaned_data
        known = () if self.about.text is None else self.about.text.data["basis"]
        terms = agenda_items(cleaned["terms_ar"], cleaned["terms_fr"])
        deadlines = {
            name: cleaned[f"days_{name}"] for name in DEFAULT_DAYS if cleaned[f"days_{name}"] is not None
        }
        data: dict[str, Any] = {
            "name": both(cleaned, "name"),
            "basis": read_basis([each for [each] in cleaned["basis"]], known),
            "co_chairs": [{"administration": code, "post": post} for code, post in self.signers().items()],
            **{
                name: [{"administration": parts[0], "post": parts[1]} for parts in cleaned[name]]
                for name in _SEATS
            },
            "aliases": [parts[0] for parts in cleaned["aliases"]],
            "fields": list(cleaned["field_codes"]),
            "paragraphs": [{"no": each["no"], "text": each["title"]} for each in terms],
            "deadlines": deadlines,
            "issues": cleaned["issues"],
        }
        rhythm = both(cleaned, "rhythm")
        data = {name: value for name, value in data.items() if value not in ([], {})}
        data |= {"rhythm": rhythm} if rhythm else {}
        check_mandate(data)
        return data

    def make_command(self) -> Command:
        """Propose a body, or new terms of one."""
        data = self.make_data()
        if self.about.text is not None:
            return counter(self.about, data, self.envelope(data["name"]))
        return propose(self.about, MANDATE, data, self.signers(), self.envelope(data["name"]))

    def make_title(self) -> Mapping[str, str]:
        """Its name."""
        return both(self.cleaned_data, "name")


class AgendaForm(HandledForm):
    """The agenda of a meeting."""

    heading = _("Agenda")
    lead = _(
        "What was left open and what a lower level has raised stands below. Delete what you do not want."
    )

    def prepare(self) -> None:
        """The items so far, then what is open."""
        super().prepare()
        code = self.fields.pop("code")
        about = self.about
        meeting = about.needed_meeting
        items = list(
            (about.text.data if about.text else meeting.data).get("items" if about.text else "agenda", [])
        )
        self._known = {_key(each["title"]): each for each in items}
        if about.text is None:
            self._known |= {_key(each["title"]): each for each in self._raised()}
            items += self._raised()
        title = {
            "ar": f"جدول أعمال: {meeting.title.get('ar', '')}",
            "fr": f"Ordre du jour : {meeting.title.get('fr', '')}",
        }
        for lang, label in (("ar", _("Title in Arabic")), ("fr", _("Title in French"))):
            self.fields[f"title_{lang}"] = TextField(label=label, lang=lang, initial=title[lang][:300])
        for lang, label in (("ar", _("Items in Arabic")), ("fr", _("Items in French"))):
            self.fields[f"items_{lang}"] = RowsField(
                label=label, lang=lang, rows=8, required=True, initial=agenda_lines(items, lang)
            )
        self.fields["details"] = RowsField(
            label=_("Details of the items"),
            parts=3,
            least=0,
            rows=8,
            help_text=_(
                "One a line, in the order of the items: who proposes | minutes | for whom. %(words)s."
            )
            % {"words": ", ".join(map(str, CONFIDENTIALITY_WORDS.values()))},
            initial=write_rows([_details_of(each) for each in items]),
        )
        self.fields["code"] = code
        self.groups = (
            (_("Who proposes, how long, for whom"), ("details",)),
            (_("Handling, signing posts"), ("code", *self.add_signers(signing_posts(about)))),
        )

    def _raised(self) -> list[dict[str, Any]]:
        """Open issues and actions as items."""
        carried = carried_over(self.about.needed_room, self.about.needed_meeting)
        issues = [
            {"no": 1, "title": _cut(each.data["text"]), "issue": each.object_id, "proposed_by": each.sender}
            for each in carried.issues
        ]
        return issues + [
            {"no": 1, "title": _cut(each.line.fields["text"]), "papers": [each.address]}
            for each in carried.actions
        ]

    def make_data(self) -> dict[str, Any]:
        """Data of the manifest; an item that was proposed keeps where it came from."""
        cleaned = self.cleaned_data
        items = agenda_items(cleaned["items_ar"], cleaned["items_fr"])
        items = [
            _with_details({**self._known.get(_key(each["title"]), {}), **each}, parts)
            for each, parts in zip_longest(items, cleaned["details"][: len(items)])
        ]
        data = {
            "title": both(cleaned, "title"),
            "invitation": self.about.needed_meeting.object_id,
            "items": items,
        }
        check_agenda(data)
        return data

    def make_command(self) -> Command:
        """Propose the agenda, or another version of it."""
        data = self.make_data()
        if self.about.text is not None:
            return counter(self.about, data, self.envelope(data["title"]))
        return propose(self.about, AGENDA, data, self.signers(), self.envelope(data["title"]))

    def make_title(self) -> Mapping[str, str]:
        """As typed."""
        return both(self.cleaned_data, "title")


def _details_of(item: Mapping[str, Any]) -> tuple[object, ...]:
    """What is said of an item beside its title, as a person would type it; dashes for what is not said."""
    readers = item.get("confidentiality", "")
    said = (
        item.get("proposed_by"),
        item.get("minutes_allotted"),
        CONFIDENTIALITY_WORDS.get(readers, readers),
    )
    return tuple(each or _UNSAID for each in said)


def _with_details(item: dict[str, Any], parts: list[str] | None) -> dict[str, Any]:
    """An item with its details as they were typed; one without a line keeps those that it has.

    Raises:
        MalformedError: ``meeting_number``.
    """
    if parts is None:
        return item
    said = [fold_digits(each) if each != _UNSAID else "" for each in parts]
    if said[1] and not _MINUTES.fullmatch(said[1]):
        raise MalformedError("meeting_number", "minutes are a number")
    values = {
        "proposed_by": said[0],
        "minutes_allotted": int(said[1]) if said[1] else None,
        "confidentiality": find_code(said[2], CONFIDENTIALITY_WORDS) if said[2] else None,
    }
    kept = {name: value for name, value in item.items() if name not in values}
    return kept | {name: value for name, value in values.items() if value}


def _key(title: Mapping[str, str]) -> str:
    return title.get("fr") or title.get("ar", "")


def _cut(texts: object) -> dict[str, str]:
    known = texts if isinstance(texts, Mapping) else {"fr": str(texts)}
    return {
        lang: str(text).replace("\n", " ").replace("|", "/")[:300] for lang, text in known.items() if text
    }


class CommuniqueForm(HandledForm):
    """What both sides tell the public, in one text of two languages."""

    heading = _("Joint communiqué")
    lead = _(
        "Signed by both sides, it stands on the public page from the hour of the embargo on, not before."
    )

    def prepare(self) -> None:
        """Both texts and the embargo."""
        super().prepare()
        self.fields.pop("code")
        for lang, label in (("ar", _("Title in Arabic")), ("fr", _("Title in French"))):
            self.fields[f"title_{lang}"] = TextField(label=label, lang=lang)
        for lang, label in (("ar", _("Text in Arabic")), ("fr", _("Text in French"))):
            self.fields[f"text_{lang}"] = TextField(label=label, lang=lang, rows=8)
        self.fields["embargo_day"] = DayField(label=_("Embargo until the day"), required=False)
        self.fields["embargo_hour"] = HourField(label=_("Embargo until the hour"), required=False)
        self.groups = ((_("Signing posts"), self.add_signers(signing_posts(self.about))),)
        if self.about.text is not None:
            for lang in ("ar", "fr"):
                self.fields[f"title_{lang}"].initial = self.about.text.data["title"].get(lang, "")
                self.fields[f"text_{lang}"].initial = self.about.text.data["text"].get(lang, "")

    def clean(self) -> dict[str, Any]:
        """A day and an hour go together."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("embargo_day")) != bool(cleaned.get("embargo_hour")):
            self.add_error("embargo_hour", _("An embargo has both a day and an hour."))
        return cleaned

    def make_data(self) -> dict[str, Any]:
        """Data of the manifest: to be published, and by whom each language was written."""
        cleaned = self.cleaned_data
        before = dict(self.about.text.data) if self.about.text else {}
        aligned = before.get("aligned", {})
        lines = {
            name: write_line(
                {**aligned.get(name, {}), "text": before.get(name, {})},
                whole(cleaned, name),
                self.about.post,
                self.about.lang,
            )
            for name in ("title", "text")
        }
        data: dict[str, Any] = {
            "title": lines["title"].pop("text"),
            "text": lines["text"].pop("text"),
            "aligned": lines,
            "invitation": self.about.needed_meeting.object_id,
            "visibility": "public",
        }
        if cleaned["embargo_day"]:
            data["embargo_until_at"] = embargo_at(self.about, cleaned["embargo_day"], cleaned["embargo_hour"])
        check_communique(data)
        return data

    def make_command(self) -> Command:
        """Propose it, or another version of it."""
        self.cleaned_data["code"] = "clear"  # what is to be published cannot be handled more narrowly
        data = self.make_data()
        fields = self.envelope(both(self.cleaned_data, "title"))
        if self.about.text is not None:
            return counter(self.about, data, fields)
        return propose(self.about, COMMUNIQUE, data, self.signers(), fields)

    def make_title(self) -> Mapping[str, str]:
        """As typed."""
        return both(self.cleaned_data, "title")


class SignForm(ActionForm):
    """Sign one version."""

    heading = _("Sign")
    lead: ClassVar[Any] = _("You sign this version in both languages, by its content hash.")
    submit_label = _("Preview the signature")

    def make_command(self) -> Command:
        """Sign, if nothing stands in the way.

        Raises:
            ConflictError: ``not_open``, or as ``rules.signing.check_signable``.
        """
        text = self.about.needed_text
        if not text.is_open:
            raise ConflictError("not_open", "this version is not to be signed any more")
        if text.object_kind in ALIGNED:
            initiallings = [(each.sender, each.data) for each in text.initiallings]
            check_signable(text.data, text.content_hash, text.signatories, initiallings)
        body = {"version": text.version, "content_hash": text.content_hash}
        return ActOnInstrument(text.object_id, InstrumentKind.SIGN.value, body, {"lang": ["ar", "fr"]})


class WithdrawTextForm(ActionForm):
    """Take an own proposal back."""

    heading = _("Withdraw this version")

    def prepare(self) -> None:
        """A reason."""
        self.fields["reason"] = TextField(label=_("Reason"))

    def make_command(self) -> Command:
        """Withdraw."""
        text = self.about.needed_text
        body = {
            "version": text.version,
            "content_hash": text.content_hash,
            "reason": self.cleaned_data["reason"],
            "of": "proposal",
        }
        return ActOnInstrument(text.object_id, InstrumentKind.WITHDRAW.value, body, {"lang": ["ar", "fr"]})
