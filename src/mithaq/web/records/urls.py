"""Addresses of the record pages, for a register's ``urlpatterns``."""

from django.urls import URLPattern, path

from mithaq.web.records import acting, views


def record_patterns(register: str) -> list[URLPattern]:
    """``timeline/``, ``text/``, ``diff/`` and ``proof/`` under a record of a register."""
    extra = {"register": register}
    return [
        path("<uuid:object_id>/timeline/", views.show_timeline, extra, name=f"{register}-timeline"),
        path("<uuid:object_id>/text/", views.show_text, extra, name=f"{register}-text"),
        path("<uuid:object_id>/diff/", views.show_diff, extra, name=f"{register}-diff"),
        path("<uuid:object_id>/proof/", views.show_proof, extra, name=f"{register}-proof"),
    ]


def plain_patterns(register: str) -> list[URLPattern]:
    """All pages of a register that has none of its own."""
    extra = {"register": register}
    return [
        path("", views.list_records, extra, name=f"{register}-list"),
        path("<uuid:object_id>/", views.show_record, extra, name=f"{register}-detail"),
        path("<uuid:object_id>/preview/<slug:action>/", acting.act_on_record, extra, name=f"{register}-act"),
        *record_patterns(register),
    ]
