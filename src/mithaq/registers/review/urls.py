"""Addresses of the register, below ``/<lang>/review/``."""

from django.urls import URLPattern, path

from mithaq.registers.review.views import actions, details, lists, seals
from mithaq.web.records import acting
from mithaq.web.records.urls import record_patterns

_ACT = {"register": "review"}

urlpatterns: list[URLPattern] = [
    path("", lists.list_reviews, name="review-list"),
    path("new/", actions.new_plan, name="review-new"),
    path("<uuid:object_id>/", details.show, name="review-detail"),
    path("<uuid:object_id>/revise/", actions.revise_plan, name="review-revise"),
    path("<uuid:object_id>/opinion/<uuid:agreement>/", actions.give_opinion, name="review-opinion"),
    path("<uuid:object_id>/outcome/<uuid:agreement>/", actions.propose_outcome, name="review-outcome"),
    path("<uuid:object_id>/seals/", seals.settle_seals, name="review-seals"),
    path("<uuid:object_id>/preview/<slug:action>/", acting.act_on_record, _ACT, name="review-act"),
    *record_patterns("review"),
]
