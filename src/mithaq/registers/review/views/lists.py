"""Review campaigns, the one due last first."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mithaq.registers.review.reading.reviews import ReviewView, ordered_plans, read_reviews
from mithaq.registers.review.views.about import may_draft
from mithaq.registers.review.views.words import state_code
from mithaq.web.access.protected import protect_objects
from mithaq.web.lists import Column, Empty, Listing, Row, list_page
from mithaq.web.parties import parties, party_of
from mithaq.web.records.counted import visible_page
from mithaq.web.runtime import get_node
from mithaq.web.view import workspace_page

COLUMNS = (
    Column("title", _("Review campaign")),
    Column("parties", _("Signatories"), "parties"),
    Column("state", _("State"), "state"),
    Column("marks", _("Marks"), "marks"),
    Column("due_on", _("Opinions until"), "date"),
    Column("count", _("Agreements"), "number"),
    Column("done", _("With an outcome"), "number"),
)


@workspace_page(verb="list")
def list_reviews(request: HttpRequest) -> HttpResponseBase:
    """Every campaign that the reader may know of."""
    ids = ordered_plans()
    part, shown = visible_page(request, len(ids), lambda start, stop: ids[start:stop], protect_objects)
    titled = {plan_id for plan_id, has_title in shown if has_title}
    found = read_reviews(get_node(), [plan_id for plan_id, _has_title in shown])
    rows = [_row(each, has_title=each.object_id in titled) for each in found]
    drafting = may_draft(request)
    text = _("Agreements that both sides look at anew stand here, with what each side thinks of them.")
    empty = Empty(text, _("New review"), reverse("review-new")) if drafting else Empty(text)
    listing = Listing(_("Reviews of agreements"), COLUMNS, rows, part, empty)
    return list_page(request, "review/list.html", listing, {"may_draft": drafting})


def _row(review: ReviewView, *, has_title: bool) -> Row:
    known = parties()
    is_late = review.is_late(get_node().clock.now().date())
    values = {
        "title": review.title if has_title else _("Review campaign"),
        "parties": [party_of(code, known).name for code in review.parties],
        "state": state_code(review.word),
        "marks": ("overdue",) if is_late else (),
        "due_on": review.due_on,
        "count": len(review.cells),
        "done": review.done,
    }
    return Row(values, reverse("review-detail", args=[review.object_id]))
