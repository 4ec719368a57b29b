"""Texts, the next date first; texts in hand on this node."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.agreements.forms.words import KIND_WORDS, PURPOSE_WORDS, STEP_WORDS
from mithaq.registers.agreements.reading.drafts import list_drafts
from mithaq.registers.agreements.reading.lists import Wanted, ordered_ids
from mithaq.registers.agreements.reading.texts import AgreementView, read_agreements
from mithaq.registers.agreements.rules.kinds import AMENDMENT
from mithaq.registers.agreements.views.about import language, may_draft
from mithaq.web.access.protected import protect_objects
from mithaq.web.codes import choices_of
from mithaq.web.lists import Column, Empty, Filter, Listing, Row, list_page, read_filters, slice_of
from mithaq.web.pages import object_url
from mithaq.web.parties import parties, party_of
from mithaq.web.records.counted import visible_page
from mithaq.web.records.rights import readable_codes
from mithaq.web.records.rows import INSTRUMENT_STATES
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page
from mithaq.web.words import STATES, kind_word

COLUMNS = (
    Column("title", _("Title")),
    Column("kind", _("Kind"), "kind"),
    Column("parties", _("Parties"), "parties"),
    Column("state", _("State"), "state"),
    Column("next", _("What comes next")),
    Column("next_on", _("On"), "date"),
)
DRAFT_COLUMNS = (
    Column("title", _("Title")),
    Column("purpose", _("What it is")),
    Column("kind", _("Kind"), "kind"),
    Column("articles", _("Articles"), "number"),
    Column("at", _("Last changed"), "time"),
)
ORDERS = (("newest", _("The newest first")), ("signed", _("Signed last first")))


@workspace_page(verb="list")
def list_agreements(request: HttpRequest) -> HttpResponseBase:
    """Texts of both sides: the next date first, then what is negotiated, then what is over."""
    node = get_node()
    kinds = [*KIND_WORDS, (AMENDMENT, _("Amendment"))]
    chosen = read_filters(
        request,
        (
            Filter("kind", _("Kind"), kinds),
            Filter("state", _("State"), [(code, STATES[code].word) for code in INSTRUMENT_STATES]),
            Filter("party", _("Administration"), [(each.code, each.name) for each in parties().values()]),
            Filter("field", _("Field of cooperation"), choices_of("field")),
            Filter("order", _("Order"), ORDERS, _("The next date first")),
        ),
    )
    values = chosen.values
    wanted = Wanted(
        values.get("kind", ""),
        values.get("state", ""),
        values.get("party", ""),
        values.get("field", ""),
        readable_codes(request),
        values.get("order", ""),
    )
    ids = ordered_ids(node, wanted)
    part, visible = visible_page(request, len(ids), lambda start, stop: ids[start:stop], protect_objects)
    rows = _rows(visible)
    drafting = may_draft(request)
    listing = Listing(_("Agreements"), COLUMNS, rows, part, _empty(drafting), filters=chosen)
    return list_page(request, "agreements/list.html", listing, {"may_draft": drafting})


def _empty(drafting: bool) -> Empty:
    text = _("Texts that bind both sides stand here: agreements, frameworks, amendments, exchanges of notes.")
    return Empty(text, _("New text"), reverse("agreements-new")) if drafting else Empty(text)


def _rows(visible: Sequence[tuple[str, bool]]) -> list[Row]:
    known, lang, titled = parties(), language(), {object_id for object_id, has_title in visible if has_title}
    return [
        Row(
            {
                "title": text.title
                if text.title and text.object_id in titled
                else kind_word(text.object_kind),
                "kind": text.object_kind,
                "parties": [party_of(code, known).name for code in text.signatories],
                "state": text.word,
                "next": step_words(text),
                "next_on": text.next.on if text.next else None,
            },
            object_url(lang, text.object_kind, text.object_id),
        )
        for text in read_agreements(get_node(), [object_id for object_id, _ in visible], is_whole=False)
    ]


def step_words(text: AgreementView) -> str:
    """What happens next, in words; empty when nothing is foreseen."""
    return str(STEP_WORDS[text.next.step]) if text.next is not None else ""


@workspace_page(verb="draft")
def show_drafts(request: HttpRequest) -> HttpResponseBase:
    """Texts in hand: seen by this node alone."""
    codes = readable_codes(request)
    found = [each for each in list_drafts() if each.code in codes]
    part = slice_of(request, len(found))
    rows = [
        Row(
            {
                "title": each.title or kind_word(each.object_kind),
                "purpose": str(PURPOSE_WORDS.get(each.purpose, each.purpose)),
                "kind": AMENDMENT if each.purpose == "amend" else each.object_kind,
                "articles": each.article_count,
                "at": each.at,
            },
            reverse("agreements-draft", args=[each.draft_id]),
        )
        for each in found[part.start : part.stop]
    ]
    empty = Empty(
        _("Texts that are being written stand here. Nobody outside sees them before they are put forward."),
        _("New text"),
        reverse("agreements-new"),
    )
    return list_page(
        request, "agreements/drafts.html", Listing(_("Texts in hand"), DRAFT_COLUMNS, rows, part, empty)
    )
