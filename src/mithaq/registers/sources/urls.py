"""Addresses of the register, below ``/<lang>/sources/``. A released source is a note with its own id."""

from django.urls import URLPattern, path

from mithaq.registers.sources.views import details, intake, leaving, lists, meetings
from mithaq.web.records.urls import record_patterns
from mithaq.web.records.views import show_record

urlpatterns: list[URLPattern] = [
    path("", lists.list_all, name="sources-list"),
    path("new/", intake.take_in, name="sources-new"),
    path("released/", lists.list_released, name="sources-released"),
    path("meetings/", meetings.list_candidates, name="sources-meetings"),
    path("meetings/rule/", meetings.rule, name="sources-rule"),
    path("meetings/<slug:group_id>/", meetings.show_group, name="sources-meeting"),
    path("<uuid:object_id>/", show_record, {"register": "sources"}, name="sources-detail"),
    *record_patterns("sources"),
    path("<slug:source_id>/", details.show, name="sources-show"),
    path("<slug:source_id>/decide/", intake.decide_one, name="sources-decide"),
    path("<slug:source_id>/paragraph/", intake.classify, name="sources-paragraph"),
    path("<slug:source_id>/describe/", intake.describe, name="sources-describe"),
    path("<slug:source_id>/raw/", details.download, name="sources-raw"),
    path("<slug:source_id>/attach/", leaving.attach_to, name="sources-attach"),
    path("<slug:source_id>/release/", leaving.release, name="sources-release"),
]
