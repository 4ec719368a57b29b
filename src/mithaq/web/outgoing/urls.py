"""Pages of what leaves, below the language."""

from django.urls import path

from mithaq.web.outgoing import views

urlpatterns = [
    path("", views.show_outgoing, name="outgoing-list"),
    path("<uuid:draft_id>/", views.show_preview, name="outgoing-preview"),
    path("<uuid:draft_id>/release/", views.release_draft, name="outgoing-release"),
    path("<uuid:draft_id>/<slug:step>/", views.change_state, name="outgoing-step"),
]
