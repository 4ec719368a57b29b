"""What every form of this register has: who acts, about what, how it is handled, and errors in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import format_time
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError, MithaqError
from mithaq.node.append.submit import Desk
from mithaq.node.node import Node
from mithaq.registers.meetings.forms.fields import local_time
from mithaq.registers.meetings.reading.items import ItemView
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.room import Room
from mithaq.registers.meetings.reading.rows import partners_of
from mithaq.registers.meetings.reading.seats import find_zone, is_zone, zone_of
from mithaq.registers.meetings.reading.texts import TextView
from mithaq.registers.meetings.rules.appointment import find_instant
from mithaq.web.attachments import MOST_FILES, FilesField, Kept, KeptField
from mithaq.web.attachments import WORDS as FILE_WORDS
from mithaq.web.fields import TextField
from mithaq.web.outgoing.commands import ActOnInstrument, Command, Reply, SendNote

CODES: Final = (("green", _("Green")), ("clear", _("Clear")), ("amber", _("Amber")))
LANGS: Final = ("ar", "fr")
ON_SIGNATURE: Final = {"rule": "ON_SIGNATURE"}

WORDS: Final[Mapping[str, Promise]] = {
    "meeting_text": _("A text is missing, or longer than it may be."),
    "meeting_choice": _("A value is none of those that there are."),
    "meeting_party": _("An administration or a post is not written as the directory writes it."),
    "meeting_reference": _("A record that is named here does not exist in that form."),
    "meeting_number": _("A number is missing, too large, or there twice."),
    "meeting_date": _("A day or an hour is missing."),
    "meeting_local": _("An hour or a day of a session or a visit cannot be read."),
    "meeting_zone": _("The time zone is not one that is known by name."),
    "meeting_gap": _("The clocks of that zone leave this hour out on that day."),
    "meeting_span": _("The end is not after the start, or the programme is not in the order of time."),
    "meeting_list": _("A list is too long, or empty where it needs a line."),
    "meeting_basis": _("A mandate says on what it rests."),
    "meeting_chairs": _("A joint body has one co-chair of each administration."),
    "meeting_deadline": _("A deadline is on the wrong side of the meeting."),
    "line_address": _("A line of a text is not named by its address."),
    "forbidden_character": _("The text holds a character that is not taken: a control or invisible one."),
    "unassigned_character": _("The text holds a character that no standard knows."),
    "unbalanced_isolate": _("The text opens or ends a change of direction alone."),
    "not_nfc": _("The text is not in its normal form."),
    "envelope_size": _("The text is too long for one act. Put long texts into an attachment."),
    "string_too_long": _("The text is too long for one act. Put long texts into an attachment."),
    "too_large": _("The text is too long for one act. Put long texts into an attachment."),
    "translation_missing": _("A line is missing in one of the languages. It cannot be signed so."),
    "translation_stale": _(
        "A line has changed since it was translated. A translator has to look at it first."
    ),
    "concordance_missing": _("A translator of each side has yet to compare both languages."),
    "own_proposal": _("Your side proposed this version: withdraw it first, or wait for the other side."),
    "already_signed": _("Your side has signed this version."),
    "wrong_post": _("Another post than yours is named to sign this text."),
    "recipient": _("An administration is named that is not on the roster of this node."),
    **FILE_WORDS,
    "ics_not_one": _("The file does not hold exactly one meeting with a start, an end and a zone by name."),
}
"""Words for what rules and the record refuse, beside the field or above the form."""

CALENDAR_WORDS: Final = _("The file is no calendar file that this node can read.")


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about, and who fills it in.

    Attributes:
        post: that acts.
        lang: of the page.
        kinds: of the texts that the meeting has.
        room: what is around the meeting or the text.
        files: that were brought for what is being written.
    """

    node: Node
    post: str
    lang: str
    meeting: MeetingView | None = None
    text: TextView | None = None
    item: ItemView | None = None
    kinds: frozenset[str] = frozenset()
    room: Room | None = None
    files: tuple[Kept, ...] = ()

    @property
    def own(self) -> str:
        """Code of this administration."""
        return str(self.node.identity.code)

    @property
    def needed_meeting(self) -> MeetingView:
        """The meeting; only for forms that are of one."""
        assert self.meeting is not None
        return self.meeting

    @property
    def needed_room(self) -> Room:
        """What is around it; only for forms about a meeting or a text."""
        assert self.room is not None
        return self.room

    @property
    def needed_text(self) -> TextView:
        """The text; only for forms that are of one."""
        assert self.text is not None
        return self.text

    @property
    def needed_item(self) -> ItemView:
        """The note; only for forms that are of one."""
        assert self.item is not None
        return self.item


class ActionForm(forms.Form):
    """A form that ends in a command."""

    heading: ClassVar[Promise]
    lead: ClassVar[Promise | str] = ""
    submit_label: ClassVar[Promise] = _("Preview")
    groups: Sequence[tuple[Any, tuple[str, ...]]] = ()

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        self.about = about
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Choices and values that depend on what the form is about."""

    def make_command(self) -> Command:
        """The command of a valid form.

        Raises:
            MithaqError: what rules or the record refuse.
        """
        raise NotImplementedError

    def make_title(self) -> Mapping[str, str]:
        """The title of the draft, by language."""
        about = self.about
        titled = about.text or about.item or about.meeting
        return titled.title if titled is not None else {}

    def take_refusal(self, error: MithaqError) -> None:
        """Say above the form what was refused."""
        fallback = CALENDAR_WORDS if error.code.startswith("ics_") else None
        words = WORDS.get(error.code) or fallback
        if words is None:
            raise error
        self.add_error(None, forms.ValidationError(str(words), code=error.code))


class FilesMixin:
    """Fields for files that go with a note."""

    about: About
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_files(self) -> None:
        """Add the fields: new files, and a tick for each that is here already."""
        self.fields["files"] = FilesField()
        if self.about.files:
            self.fields["kept"] = KeptField(self.about.files)

    def blobs(self) -> dict[str, Any]:
        """``blobs`` of an envelope; nothing without a file.

        Raises:
            MalformedError: ``upload_count``.
        """
        chosen = set(self.cleaned_data.get("kept", ()))
        found = [each.to_blob() for each in self.about.files if each.sha256 in chosen]
        if len(found) > MOST_FILES:
            raise MalformedError("upload_count", "more files than one act takes")
        return {"blobs": found} if found else {}


class HandledForm(ActionForm):
    """A form whose act is handled by a code of its own."""

    def prepare(self) -> None:
        """The choice of a code, at the end of the form."""
        self.fields["code"] = forms.ChoiceField(label=_("Handling"), choices=CODES, initial="green")

    def envelope(self, title: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the envelope."""
        return envelope(title, str(self.cleaned_data.get("code") or "green"), self.about)


def envelope(title: Mapping[str, str], code: str, about: About) -> dict[str, Any]:
    """Subject, languages, handling, and the dossier that a meeting makes."""
    meeting = about.meeting
    fields: dict[str, Any] = {
        "subject": {lang: text for lang, text in title.items() if text},
        "lang": list(LANGS),
        "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
    }
    return fields if meeting is None else {**fields, "dossier": meeting.object_id}


def embargo_at(about: About, day: date, hour: time) -> str:
    """The instant of an embargo that is written on the clock of the meeting."""
    tzid = about.needed_meeting.tzid
    zone = tzid if is_zone(tzid) else zone_of(about.node, about.own)
    return format_time(find_instant(local_time(day, hour), find_zone(zone)))


def both(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text by language from the fields ``name_ar`` and ``name_fr``, without an empty one."""
    return {lang: cleaned[f"{name}_{lang}"] for lang in LANGS if cleaned.get(f"{name}_{lang}")}


def whole(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """The same with both languages always there."""
    return {lang: str(cleaned.get(f"{name}_{lang}") or "") for lang in LANGS}


def recipients_of(about: About) -> tuple[str, ...]:
    """The other side: the parties of the meeting or text, else everyone on the roster."""
    if about.meeting is not None:
        named: tuple[str, ...] = about.meeting.parties
    elif about.text is not None:
        named = tuple(about.text.signatories)
    else:
        named = tuple(map(str, partners_of(about.node)))
    return tuple(sorted(set(named) - {about.own}))


def send(about: About, kind: str, body: Mapping[str, Any], fields: Mapping[str, Any]) -> SendNote:
    """A note to the other side."""
    return SendNote(kind, recipients_of(about), body, fields)


def reply(
    note_id: str, kind: Kind, body: Mapping[str, Any], fields: Mapping[str, Any] | None = None
) -> Reply:
    """An act on a note."""
    return Reply(note_id, str(kind), body, fields or {"lang": list(LANGS)})


def propose(
    about: About, kind: str, data: Mapping[str, Any], signers: Mapping[str, str], fields: Mapping[str, Any]
) -> ActOnInstrument:
    """A new text.

    Args:
        about: who proposes.
        kind: of the instrument.
        data: of the manifest.
        signers: administration -> post that signs.
        fields: of the envelope.
    """
    object_id = Desk(about.node).new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind=kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in signers.items()],
        effect=ON_SIGNATURE,
        data={**data, "author_post": about.post},
    )
    return ActOnInstrument(
        object_id, InstrumentKind.PROPOSE.value, {"manifest": dict(manifest.members)}, fields
    )


def counter(about: About, data: Mapping[str, Any], fields: Mapping[str, Any]) -> ActOnInstrument:
    """A new version of the text that the form is about."""
    text = about.needed_text
    manifest = build_manifest(
        object_id=text.object_id,
        object_kind=text.object_kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in text.signatories.items()],
        effect=ON_SIGNATURE,
        version=max(text.versions) + 1,
        previous=text.content_hash,
        data={**data, "author_post": about.post},
    )
    return ActOnInstrument(
        text.object_id, InstrumentKind.COUNTER.value, {"manifest": dict(manifest.members)}, fields
    )


class SignersMixin:
    """Fields for the posts that sign, one for each side."""

    about: About
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_signers(self, posts: Mapping[str, str]) -> tuple[str, ...]:
        """Add the fields; answers their names."""
        for code, post in posts.items():
            self.fields[f"signs_{code}"] = TextField(
                label=_("Signing post of %(administration)s") % {"administration": code},
                initial=post,
                max_length=128,
            )
        return tuple(f"signs_{code}" for code in posts)

    def signers(self) -> dict[str, str]:
        """Administration -> post."""
        return {
            name.removeprefix("signs_"): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("signs_")
        }


def signing_posts(about: About) -> dict[str, str]:
    """Who signs a text about this meeting: the co-chairs of its body, else the ministers."""
    from mithaq.registers.meetings.reading.texts import read_text

    parties = about.meeting.parties if about.meeting else (about.own, *recipients_of(about))
    posts = dict.fromkeys(sorted(parties), "minister")
    if about.meeting is not None and about.meeting.body_id:
        chairs = read_text(about.node, about.meeting.body_id).data.get("co_chairs", [])
        posts |= {each["administration"]: each["post"] for each in chairs if each["administration"] in posts}
    return posts
