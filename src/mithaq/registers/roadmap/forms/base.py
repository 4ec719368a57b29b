"""What every form of this register has: who acts, about what, how it is handled, and errors in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.node.node import Node
from mithaq.registers.roadmap.reading.lines import NoteView
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView
from mithaq.registers.roadmap.rules.kinds import ROADMAP
from mithaq.registers.roadmap.rules.standing import LineStanding
from mithaq.web.attachments import WORDS as FILE_WORDS
from mithaq.web.attachments import Kept
from mithaq.web.dossiers import find_dossier
from mithaq.web.outgoing import versions
from mithaq.web.outgoing.commands import ActOnInstrument, Reply, SendNote
from mithaq.web.outgoing.forms import LANGS, CommandForm
from mithaq.web.outgoing.forms import WORDS as COMMAND_WORDS

WORDS: Final[Mapping[str, Promise]] = {
    **COMMAND_WORDS,
    "roadmap_text": _("A text is missing in Arabic or French, or longer than it may be."),
    "roadmap_choice": _("A value is none of those that there are."),
    "roadmap_party": _("An owner or a lead post is missing, or not written as the directory writes it."),
    "roadmap_reference": _("A record, file or address that is named here does not have the form it needs."),
    "roadmap_number": _("A number is missing, too large, or there twice."),
    "roadmap_date": _("A day is missing."),
    "roadmap_span": _("The end is before the start."),
    "roadmap_list": _("A list is too long, or empty where it needs a line."),
    "roadmap_basis": _("Every line says on what it rests."),
    "roadmap_chapter": _("A line belongs to a field that has no chapter."),
    "roadmap_dependency": _("A line depends on one that is not there, or on itself in a circle."),
    "roadmap_expects": _("A report that says something is done waits for an answer."),
    "line_removed": _("A line is dropped in its place, never taken out: its number is for ever."),
    "unknown_milestone": _("A milestone is named that the line does not have."),
    "evidence_missing": _("A milestone that asks for evidence cannot be reported done without any."),
    "reason_missing": _("Say why it is returned."),
    "not_owner": _("Another side is to do this line; its owner reports on it."),
    "line_settled": _("Nothing more is reported on this line: it is accepted, suspended or dropped."),
    "answer_awaited": _("The line is reported done. The other side has to accept or return it first."),
    "nothing_changed": _("The draft says the same as the version that stands."),
    **FILE_WORDS,
}
"""Words for what rules and the record refuse, beside the field or above the form."""


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about, and who fills it in.

    Attributes:
        post: that acts.
        lang: of the page.
        files: that were brought for what is being written.
    """

    node: Node
    post: str
    lang: str
    roadmap: RoadmapView | None = None
    line: LineStanding | None = None
    note: NoteView | None = None
    files: tuple[Kept, ...] = ()

    @property
    def own(self) -> str:
        """Code of this administration."""
        return str(self.node.identity.code)

    @property
    def needed_roadmap(self) -> RoadmapView:
        """The roadmap; only for forms that are of one."""
        assert self.roadmap is not None
        return self.roadmap

    @property
    def needed_line(self) -> LineStanding:
        """The line; only for forms that are of one."""
        assert self.line is not None
        return self.line

    @property
    def needed_note(self) -> NoteView:
        """The note; only for forms that are of one."""
        assert self.note is not None
        return self.note


class ActionForm(CommandForm):
    """What may be done with a roadmap, a line or a note about it."""

    words = WORDS
    about: About

    def make_title(self) -> Mapping[str, str]:
        """That of what the form is about."""
        about = self.about
        if about.line is not None:
            return title_of_line(about.line)
        titled = about.note or about.roadmap
        return titled.title if titled is not None else {}


class HandledForm(ActionForm):
    """A form whose act is handled by a code of its own."""

    def prepare(self) -> None:
        """The choice of a code, at the end of the form."""
        self.add_code()


def title_of_line(standing: LineStanding) -> dict[str, str]:
    """``3. …`` by language, as a subject."""
    return {lang: f"{standing.line.no}. {text}"[:300] for lang, text in standing.line.title.items()}


def recipients_of(about: About) -> tuple[str, ...]:
    """The other signatories of the roadmap."""
    return tuple(sorted(set(about.needed_roadmap.shown.signatories) - {about.own}))


def send(about: About, kind: str, body: Mapping[str, Any], fields: Mapping[str, Any]) -> SendNote:
    """A note to the other side, in the dossier of the roadmap."""
    dossier = {"dossier": find_dossier(about.node, about.needed_roadmap.object_id)}
    return SendNote(kind, recipients_of(about), body, {**fields, **dossier})


def reply(note_id: str, kind: Kind, body: Mapping[str, Any]) -> Reply:
    """An act on a note."""
    return Reply(note_id, str(kind), body, {"lang": list(LANGS)})


def counter(roadmap: RoadmapView, data: Mapping[str, Any], fields: Mapping[str, Any]) -> ActOnInstrument:
    """A new version of a roadmap: in answer to the one under negotiation, else to the one that stands."""
    before = roadmap.pending or roadmap.shown
    return versions.counter(
        roadmap.object_id,
        ROADMAP,
        data,
        before.signatories,
        fields,
        version=max(each.number for each in roadmap.versions) + 1,
        previous=before.content_hash,
    )
