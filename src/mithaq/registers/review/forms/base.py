"""What every form of this register has: who acts, about what, how it is handled, and refusals in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.node.append.submit import Desk
from mithaq.node.node import Node
from mithaq.registers.review.reading.reviews import CellView, ReviewView, TextView
from mithaq.web.dossiers import find_dossier
from mithaq.web.outgoing import versions
from mithaq.web.outgoing.commands import ActOnInstrument, SendNote
from mithaq.web.outgoing.forms import WORDS as COMMAND_WORDS
from mithaq.web.outgoing.forms import CommandForm

WORDS: Final[Mapping[str, Promise]] = {
    **COMMAND_WORDS,
    "review_text": _("A text is missing, or longer than it may be."),
    "review_choice": _("A value is none of those that there are."),
    "review_reference": _("A record that is named here does not exist in that form."),
    "review_number": _("A number is missing, too large, or there twice."),
    "review_date": _("A day is missing."),
    "review_list": _("A list is too long, or empty where it needs a line."),
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


class CaseForm(CommandForm):
    """What may be done with a campaign or with one agreement of it."""

    words = WORDS
    about: Case

    def envelope(self, title: Mapping[str, str]) -> dict[str, Any]:
        """Fields of the envelope, with the dossier of the campaign."""
        fields = super().envelope(title)
        return fields if self.about.review is None else in_dossier(self.about.node, self.about.review, fields)


def in_dossier(node: Node, review: ReviewView, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an envelope, with the dossier of a campaign: the one it was filed into, else its own."""
    return {**fields, "dossier": find_dossier(node, review.object_id)}


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
    return versions.propose(object_id, kind, {**data, "author_post": case.post}, signers, fields)


def counter(
    case: Case, text: TextView, data: Mapping[str, Any], fields: Mapping[str, Any]
) -> ActOnInstrument:
    """A new version of a text: of the one under negotiation, else of the one in force."""
    return versions.counter(
        text.object_id,
        text.object_kind,
        {**data, "author_post": case.post},
        text.signatories,
        fields,
        version=(text.open_version or text.version) + 1,
        previous=text.open_hash or text.content_hash,
    )


def name_title(lead: Mapping[str, str], title: Mapping[str, str]) -> dict[str, str]:
    """``Opinion: title`` in each language of the lead, from the best title that there is."""
    best = title.get("fr") or title.get("ar") or next(iter(title.values()), "")
    return {lang: f"{word} {title.get(lang) or best}"[:300] for lang, word in lead.items()}
