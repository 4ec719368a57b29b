"""What every form of this register has: who acts, about what, how it is handled, and refusals in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Signatory, build_manifest
from mithaq.core.types import AdministrationCode
from mithaq.errors import MithaqError
from mithaq.node.append.submit import Desk
from mithaq.node.node import Node
from mithaq.registers.review.reading.reviews import CellView, ReviewView, TextView
from mithaq.web.fields import TextField
from mithaq.web.outgoing.commands import ActOnInstrument, Command, SendNote

CODES: Final = (("green", _("Green")), ("clear", _("Clear")), ("amber", _("Amber")))
LANGS: Final = ("ar", "fr")
ON_SIGNATURE: Final = {"rule": "ON_SIGNATURE"}

WORDS: Final[Mapping[str, Promise]] = {
    "review_text": _("A text is missing, or longer than it may be."),
    "review_choice": _("A value is none of those that there are."),
    "review_reference": _("A record that is named here does not exist in that form."),
    "review_number": _("A number is missing, too large, or there twice."),
    "review_date": _("A day is missing."),
    "review_list": _("A list is too long, or empty where it needs a line."),
    "line_address": _("A line of a text is not named by its address."),
    "forbidden_character": _("The text holds a character that is not taken: a control or invisible one."),
    "unassigned_character": _("The text holds a character that no standard knows."),
    "unbalanced_isolate": _("The text opens or ends a change of direction alone."),
    "not_nfc": _("The text is not in its normal form."),
    "envelope_size": _("The text is too long for one act. Put long texts into an attachment."),
    "string_too_long": _("The text is too long for one act. Put long texts into an attachment."),
    "too_large": _("The text is too long for one act. Put long texts into an attachment."),
    "own_proposal": _("Your side proposed this version: withdraw it first, or wait for the other side."),
    "recipient": _("An administration is named that is not on the roster of this node."),
}
"""Words for what rules and the record refuse, above the form."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a form is about, and who fills it in.

    Attributes:
        post: that acts.
        lang: of the page.
        agreements: (id, title by language) of what may be chosen.
        outcome: of the agreement, where there is one already.
    """

    node: Node
    post: str
    lang: str
    review: ReviewView | None = None
    cell: CellView | None = None
    outcome: TextView | None = None
    agreements: Sequence[tuple[str, Mapping[str, str]]] = ()

    @property
    def own(self) -> str:
        """Code of this administration."""
        return str(self.node.identity.code)

    @property
    def needed_review(self) -> ReviewView:
        """The campaign; only for forms that are of one."""
        assert self.review is not None
        return self.review

    @property
    def needed_cell(self) -> CellView:
        """The agreement; only for forms that are of one."""
        assert self.cell is not None
        return self.cell


class CaseForm(forms.Form):
    """A form that ends in a command."""

    heading: ClassVar[Promise]
    lead: ClassVar[Promise | str] = ""
    submit_label: ClassVar[Promise] = _("Preview")
    groups: Sequence[tuple[Any, tuple[str, ...]]] = ()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fields that depend on what the form is about."""

    def make_command(self) -> Command:
        """The command of a valid form.

        Raises:
            MithaqError: what rules or the record refuse.
        """
        raise NotImplementedError

    def make_title(self) -> Mapping[str, str]:
        """The title of the draft, by language."""
        raise NotImplementedError

    def take_refusal(self, error: MithaqError) -> None:
        """Say above the form what was refused; what has no words here is an error of the page."""
        words = WORDS.get(error.code)
        if words is None:
            raise error
        self.add_error(None, forms.ValidationError(str(words), code=error.code))

    def add_code(self) -> None:
        """The choice of a handling code."""
        self.fields["code"] = forms.ChoiceField(label=_("Handling"), choices=CODES, initial="green")

    def add_signers(self, posts: Mapping[str, str]) -> tuple[str, ...]:
        """Fields for the posts that sign, one for each side; answers their names."""
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

    def envelope(self, title: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the envelope."""
        return make_envelope(title, str(self.cleaned_data.get("code") or "green"))

    def both(self, name: str) -> dict[str, str]:
        """A text by language from ``name_ar`` and ``name_fr``, without an empty one."""
        found = {lang: str(self.cleaned_data.get(f"{name}_{lang}") or "") for lang in LANGS}
        return {lang: text for lang, text in found.items() if text}


def make_envelope(title: Mapping[str, str], code: str = "green") -> dict[str, Any]:
    """Subject, languages, handling."""
    return {
        "subject": {lang: text[:300] for lang, text in title.items() if text},
        "lang": list(LANGS),
        "handling": {"code": code, "caveats": [], "purpose": "ADMIN"},
    }


def send(
    recipients: Sequence[str], kind: str, body: Mapping[str, Any], fields: Mapping[str, Any]
) -> SendNote:
    """A note; one to nobody stays sealed in our log."""
    return SendNote(kind, tuple(sorted(recipients)), body, fields)


def propose(
    case: Case, kind: str, data: Mapping[str, Any], signers: Mapping[str, str], fields: Mapping[str, Any]
) -> ActOnInstrument:
    """A new text; ``signers`` is administration -> post."""
    object_id = Desk(case.node).new_object_id()
    manifest = build_manifest(
        object_id=object_id,
        object_kind=kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in signers.items()],
        effect=ON_SIGNATURE,
        data={**data, "author_post": case.post},
    )
    return ActOnInstrument(
        object_id, InstrumentKind.PROPOSE.value, {"manifest": dict(manifest.members)}, fields
    )


def counter(
    case: Case, text: TextView, data: Mapping[str, Any], fields: Mapping[str, Any]
) -> ActOnInstrument:
    """A new version of a text: of the one under negotiation, else of the one in force."""
    manifest = build_manifest(
        object_id=text.object_id,
        object_kind=text.object_kind,
        object_v=1,
        signatories=[Signatory(AdministrationCode(code), post) for code, post in text.signatories.items()],
        effect=ON_SIGNATURE,
        version=(text.open_version or text.version) + 1,
        previous=text.open_hash or text.content_hash,
        data={**data, "author_post": case.post},
    )
    return ActOnInstrument(
        text.object_id, InstrumentKind.COUNTER.value, {"manifest": dict(manifest.members)}, fields
    )


def name_title(lead: Mapping[str, str], title: Mapping[str, str]) -> dict[str, str]:
    """``Opinion: title`` in each language of the lead, from the best title that there is."""
    best = title.get("fr") or title.get("ar") or next(iter(title.values()), "")
    return {lang: f"{word} {title.get(lang) or best}"[:300] for lang, word in lead.items()}
