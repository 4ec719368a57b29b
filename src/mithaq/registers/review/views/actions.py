"""Forms that end in a preview: a campaign, an opinion, an outcome."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from mithaq.errors import ConflictError, MissingError
from mithaq.registers.review.forms.base import Case, CaseForm
from mithaq.registers.review.forms.opinions import OpinionForm
from mithaq.registers.review.forms.outcomes import OutcomeForm
from mithaq.registers.review.forms.plans import PlanForm
from mithaq.registers.review.reading.doable import may_conclude, may_opine, may_revise
from mithaq.registers.review.rules.kinds import NAME
from mithaq.registers.review.views.about import demand_draft, list_agreements, make_case, open_review
from mithaq.web.outgoing.previewed import PreviewedForms, draft_of
from mithaq.web.view import page, workspace_page

_FORMS: Final = PreviewedForms(NAME, many=frozenset({"agreements"}))
_OUT_OF_STATE: Final = "This cannot be done with the record as it stands."


@workspace_page(verb="draft", methods=("GET", "POST"))
def new_plan(request: HttpRequest) -> HttpResponseBase:
    """A new campaign."""
    demand_draft(request)
    case = replace(make_case(request), agreements=list_agreements(request))
    return _answer_form(request, PlanForm, case, reverse("review-list"))


@workspace_page(verb="draft", methods=("GET", "POST"))
def revise_plan(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """Another version of a campaign, to be signed again."""
    review = open_review(request, str(object_id))
    case = make_case(request, review)
    if not may_revise(review, case.own):
        raise ConflictError("out_of_state", _OUT_OF_STATE)
    case = replace(case, agreements=list_agreements(request, review))
    return _answer_form(request, PlanForm, case, reverse("review-detail", args=[object_id]))


@workspace_page(verb="draft", methods=("GET", "POST"))
def give_opinion(request: HttpRequest, object_id: UUID, agreement: UUID) -> HttpResponseBase:
    """What our side thinks of one agreement."""
    case = _open_cell(request, str(object_id), str(agreement))
    if not may_opine(case.needed_review, case.needed_cell, case.own):
        raise ConflictError("out_of_state", _OUT_OF_STATE)
    return _answer_form(request, OpinionForm, case, reverse("review-detail", args=[object_id]))


@workspace_page(verb="draft", methods=("GET", "POST"))
def propose_outcome(request: HttpRequest, object_id: UUID, agreement: UUID) -> HttpResponseBase:
    """What both sides are to sign about one agreement."""
    case = _open_cell(request, str(object_id), str(agreement))
    if not may_conclude(case.needed_review, case.needed_cell, case.own):
        raise ConflictError("out_of_state", _OUT_OF_STATE)
    return _answer_form(request, OutcomeForm, case, reverse("review-detail", args=[object_id]))


def _open_cell(request: HttpRequest, plan_id: str, agreement: str) -> Case:
    review = open_review(request, plan_id)
    try:
        cell = review.find(agreement)
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error
    return replace(make_case(request, review), cell=cell, outcome=cell.outcome)


# The form


def _answer_form(
    request: HttpRequest, form_class: type[CaseForm], case: Case, cancel_url: str
) -> HttpResponseBase:
    """Show a form; keep what it makes as a draft and go to the preview."""
    draft_id = draft_of(request)
    if request.method == "POST":
        form = form_class(request.POST, about=case)
        gone = _FORMS.start(request, form, draft_id) if form.is_valid() else None
        if gone is not None:
            return gone
    else:
        form = form_class(about=case, initial=_FORMS.initial(request, draft_id))
    context = {"form": form, "cancel_url": cancel_url, "case": case, "other_sides": _other_sides(case, form)}
    return page(request, "review/form.html", context, status=422 if form.is_bound else 200)


def _other_sides(case: Case, form: CaseForm) -> bool:
    return isinstance(form, OpinionForm) and form.is_sealed
