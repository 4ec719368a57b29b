"""What every form of this register has: who acts, about what, how it is handled, and errors in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import format_time
from mithaq.errors import MithaqError
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
from mithaq.web.attachments import WORDS as FILE_WORDS
from mithaq.web.attachments import Kept
from mithaq.web.dossiers import find_dossier
from mithaq.web.forms import add_refusal
from mithaq.web.outgoing import versions
from mithaq.web.outgoing.commands import ActOnInstrument, Reply, SendNote
from mithaq.web.outgoing.forms import LANGS, CommandForm
from mithaq.web.outgoing.forms import WORDS as COMMAND_WORDS

WORDS: Final[Mapping[str, Promise]] = {
    **COMMAND_WORDS,
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
    "translation_missing": _("A line is missing in one of the languages. It cannot be signed so."),
    "translation_stale": _(
        "A line has changed since it was translated. A translator has to look at it first."
    ),
    "concordance_missing": _("A translator of each side has yet to compare both languages."),
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


class ActionForm(CommandForm):
    """What may be done with a meeting, a text or a note."""

    words = WORDS
    about: About

    def make_title(self) -> Mapping[str, str]:
        """That of what the form is about."""
        about = self.about
        titled = about.text or about.item or about.meeting
        return titled.title if titled is not None else {}

    def take_refusal(self, error: MithaqError) -> None:
        """Say above the form what was refused, also of a calendar file."""
        if error.code.startswith("ics_") and error.code not in WORDS:
            add_refusal(self, error.code, CALENDAR_WORDS)
        else:
            super().take_refusal(error)

    def envelope(self, title: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the envelope, with the dossier that a meeting makes."""
        return in_dossier(self.about, super().envelope(title))


class HandledForm(ActionForm):
    """A form whose act is handled by a code of its own."""

    def prepare(self) -> None:
        """The choice of a code, at the end of the form."""
        self.add_code()


def in_dossier(about: About, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an envelope, with the dossier of a meeting: the one it was filed into, else its own."""
    if about.meeting is None:
        return {**fields}
    return {**fields, "dossier": find_dossier(about.node, about.meeting.object_id)}


def embargo_at(about: About, day: date, hour: time) -> str:
    """The instant of an embargo that is written on the clock of the meeting."""
    tzid = about.needed_meeting.tzid
    zone = tzid if is_zone(tzid) else zone_of(about.node, about.own)
    return format_time(find_instant(local_time(day, hour), find_zone(zone)))


def whole(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text by language, both always there, also empty."""
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
    """A new text; ``signers`` is administration -> post."""
    object_id = Desk(about.node).new_object_id()
    return versions.propose(object_id, kind, {**data, "author_post": about.post}, signers, fields)


def counter(about: About, data: Mapping[str, Any], fields: Mapping[str, Any]) -> ActOnInstrument:
    """A new version of the text that the form is about."""
    text = about.needed_text
    return versions.counter(
        text.object_id,
        text.object_kind,
        {**data, "author_post": about.post},
        text.signatories,
        fields,
        version=max(text.versions) + 1,
        previous=text.content_hash,
    )


def signing_posts(about: About) -> dict[str, str]:
    """Who signs a text about this meeting: the co-chairs of its body, else the ministers."""
    from mithaq.registers.meetings.reading.texts import read_text

    parties = about.meeting.parties if about.meeting else (about.own, *recipients_of(about))
    posts = dict.fromkeys(sorted(parties), "minister")
    if about.meeting is not None and about.meeting.body_id:
        body = about.room.text(about.meeting.body_id) if about.room is not None else None
        chairs = (body or read_text(about.node, about.meeting.body_id)).data.get("co_chairs", [])
        posts |= {each["administration"]: each["post"] for each in chairs if each["administration"] in posts}
    return posts
