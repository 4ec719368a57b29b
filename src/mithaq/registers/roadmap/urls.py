"""Addresses of the register, below ``/<lang>/roadmap/``."""

from django.urls import URLPattern, path

from mithaq.registers.roadmap.views import actions, changes, details, draft, exports, lists
from mithaq.web.records.urls import record_patterns

urlpatterns: list[URLPattern] = [
    path("", lists.list_lines, name="roadmap-list"),
    path("all/", lists.list_all, name="roadmap-all"),
    path("new/", draft.new, name="roadmap-new"),
    path("<uuid:object_id>/", details.show, name="roadmap-detail"),
    path("<uuid:object_id>/do/<slug:action>/", actions.act, name="roadmap-do"),
    path("<uuid:object_id>/lines/<int:no>/", details.show_line, name="roadmap-line"),
    path("<uuid:object_id>/lines/<int:no>/do/<slug:action>/", actions.act_on_line, name="roadmap-line-do"),
    path("<uuid:object_id>/draft/", draft.edit, name="roadmap-draft"),
    path("<uuid:object_id>/draft/head/", draft.edit_head, name="roadmap-draft-head"),
    path("<uuid:object_id>/draft/chapters/", draft.edit_chapters, name="roadmap-draft-chapters"),
    path("<uuid:object_id>/draft/lines/<int:no>/", draft.edit_line, name="roadmap-draft-line"),
    path("<uuid:object_id>/draft/take/", draft.take_over, name="roadmap-draft-take"),
    path("<uuid:object_id>/lines.csv", exports.lines_file, name="roadmap-lines-file"),
    path("<uuid:object_id>/lines.iati.xml", exports.activities_file, name="roadmap-activities-file"),
    path("<uuid:object_id>/days.ics", exports.days_file, name="roadmap-days-file"),
    path("<uuid:object_id>/diff/", changes.show_diff, name="roadmap-diff"),
    *(each for each in record_patterns("roadmap") if each.name != "roadmap-diff"),
]
