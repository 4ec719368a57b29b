"""What every form of this register has: who acts, about what, how it is handled, and errors in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.acts.kinds import Kind
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError, MithaqError
from mithaq.node.node import Node
from mithaq.registers.roadmap.reading.lines import NoteView
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView
from mithaq.registers.roadmap.rules.kinds import ROADMAP
from mithaq.registers.roadmap.rules.standing import LineStanding
from mithaq.web.attachments import MOST_FILES, FilesField, Kept, KeptField
from mithaq.web.attachments import WORDS as FILE_WORDS
from mithaq.web.outgoing.commands import ActOnInstrument, Command, Reply, SendNote

CODES: Final = (("green", _("Green")), ("clear", _("Clear")), ("amber", _("Amber")))
LANGS: Final = ("ar", "fr")
ON_SIGNATURE: Final = {"rule": "ON_SIGNATURE"}

WORDS: Final[Mapping[str, Promise]] = {
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
    "line_address": _("A line of a text is not named by its address."),
    "line_removed": _("A line is dropped in its place, never taken out: its number is for ever."),
    "unknown_milestone": _("A milestone is named that the line does not have."),
    "evidence_missing": _("A milestone that asks for evidence cannot be reported done without any."),
    "reason_missing": _("Say why it is returned."),
    "not_owner": _("Another side is to do this line; its owner reports on it."),
    "line_settled": _("Nothing more is reported on this line: it is accepted, suspended or dropped."),
    "answer_awaited": _("The line is reported done. The other side has to accept or return it first."),
    "nothing_changed": _("The draft says the same as the version that stands."),
    "forbidden_character": _("The text holds a character that is not taken: a control or invisible one."),
    "unassigned_character": _("The text holds a character that no standard knows."),
    "unbalanced_isolate": _("The text opens or ends a change of direction alone."),
    "not_nfc": _("The text is not in its normal form."),
    "envelope_size": _("The text is too long for one act. Put long texts into an attachment."),
    "string_too_long": _("The text is too long for one act. Put long texts into an attachment."),
    "too_large": _("The text is too long for one act. Put long texts into an attachment."),
    "own_proposal": _("Your side proposed this version: withdraw it first, or wait for the other side."),
    "already_signed": _("Your side has signed this version."),
    "wrong_post": _("Another post than yours is named to sign this text."),
    "recipient": _("An administration is named that is not on the roster of this node."),
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
        if about.line is not None:
            return title_of_line(about.line)
        titled = about.note or about.roadmap
        return titled.title if titled is not None else {}

    def take_refusal(self, error: MithaqError) -> None:
        """Say above the form what was refused."""
        words = WORDS.get(error.code)
        if words is None:
            raise error
        self.add_error(None, forms.ValidationError(str(words), code=error.code))


class HandledForm(ActionForm):
    """A form whose act is handled by a code of its own."""

    def prepare(self) -> None:
        """The choice of a code, at the end of the form."""
        self.fields["code"] = forms.ChoiceField(label=_("Handling"), choices=CODES, initial="green")

    def envelope(self, title: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the envelope."""
        return envelope(title, str(self.cleaned_data.get("code") or "green"))


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

    def chosen_files(self) -> list[Kept]:
        """The files that go with it.

        Raises:
            MalformedError: ``upload_count``.
        """
        chosen = set(self.cleaned_data.get("kept", ()))
        found = [each for each in self.about.files if each.sha256 in chosen]
        if len(found) > MOST_FILES:
            raise MalformedError("upload_count", "more files than one act takes")
        return found


def title_of_line(standing: LineStanding) -> dict[str, str]:
    """``3. …`` by language, as a subject."""
    return {lang: f"{standing.line.no}. {text}"[:300] for lang, text in standing.line.title.items()}


def envelope(title: Mapping[str, str], code: str) -> dict[str, Any]:
    """Subject, languages and handling."""
    return {
        "subject": {lang: text for lang, text in title.items() if text},
        "lang": list(LANGS),
        "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
    }


def both(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text by language from the fields ``name_ar`` and ``name_fr``, without an empty one."""
    return {lang: cleaned[f"{name}_{lang}"] for lang in LANGS if cleaned.get(f"{name}_{lang}")}


def recipients_of(about: About) -> tuple[str, ...]:
    """The other signatories of the roadmap."""
    return tuple(sorted(set(about.needed_roadmap.shown.signatories) - {about.own}))


def send(about: About, kind: str, body: Mapping[str, Any], fields: Mapping[str, Any]) -> SendNote:
    """A note to the other side, in the dossier of the roadmap."""
    dossier = {"dossier": about.needed_roadmap.object_id}
    return SendNote(kind, recipients_of(about), body, {**fields, **dossier})


def reply(note_id: str, kind: Kind, body: Mapping[str, Any]) -> Reply:
    """An act on a note."""
    return Reply(note_id, str(kind), body, {"lang": list(LANGS)})


def propose(
    object_id: str, data: Mapping[str, Any], signers: Mapping[str, str], fields: Mapping[str, Any]
) -> ActOnInstrument:
    """A new roadmap under the id that its draft has."""
    manifest = build_manifest(
        object_id=object_id,
        object_kind=ROADMAP,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in signers.items()],
        effect=ON_SIGNATURE,
        data=data,
    )
    return ActOnInstrument(
        object_id, InstrumentKind.PROPOSE.value, {"manifest": dict(manifest.members)}, fields
    )


def counter(roadmap: RoadmapView, data: Mapping[str, Any], fields: Mapping[str, Any]) -> ActOnInstrument:
    """A new version of a roadmap: in answer to the one under negotiation, else to the one that stands."""
    before = roadmap.pending or roadmap.shown
    manifest = build_manifest(
        object_id=roadmap.object_id,
        object_kind=ROADMAP,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in before.signatories.items()],
        effect=ON_SIGNATURE,
        version=max(each.number for each in roadmap.versions) + 1,
        previous=before.content_hash,
        data=data,
    )
    return ActOnInstrument(
        roadmap.object_id, InstrumentKind.COUNTER.value, {"manifest": dict(manifest.members)}, fields
    )
