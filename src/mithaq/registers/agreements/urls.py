"""Addresses of the register, below ``/<lang>/agreements/``."""

from django.urls import URLPattern, path

from mithaq.registers.agreements.views import acting, details, drafting, lists, starting
from mithaq.web.records.urls import record_patterns

urlpatterns: list[URLPattern] = [
    path("", lists.list_agreements, name="agreements-list"),
    path("new/", starting.new_text, name="agreements-new"),
    path("drafts/", lists.show_drafts, name="agreements-drafts"),
    path("drafts/<uuid:draft_id>/", drafting.show_draft, name="agreements-draft"),
    path("drafts/<uuid:draft_id>/terms/", drafting.edit_terms, name="agreements-terms"),
    path("drafts/<uuid:draft_id>/articles/new/", drafting.add_article, name="agreements-article-new"),
    path("drafts/<uuid:draft_id>/articles/<slug:eid>/", drafting.edit_article, name="agreements-article"),
    path("drafts/<uuid:draft_id>/order/", drafting.change_order, name="agreements-order"),
    path("drafts/<uuid:draft_id>/base/", drafting.change_base, name="agreements-base"),
    path("drafts/<uuid:draft_id>/drop/", drafting.drop_draft, name="agreements-drop"),
    path("drafts/<uuid:draft_id>/propose/", drafting.propose, name="agreements-propose"),
    path("<uuid:object_id>/", details.show, name="agreements-detail"),
    path("<uuid:object_id>/do/<slug:action>/", acting.act_on_text, name="agreements-do"),
    path("<uuid:object_id>/start/<slug:purpose>/", starting.start_version, name="agreements-start"),
    path("<uuid:object_id>/consolidated/", details.show_consolidated, name="agreements-consolidated"),
    *record_patterns("agreements"),
]
