"""Addresses under ``/api/v1/``: made from the routes, so that none is served that is not described."""

from django.urls import URLPattern, path, re_path

from mithaq.web.api import problem_pages
from mithaq.web.api.dispatch import make_view
from mithaq.web.api.routes import Route, collect_routes


def api_patterns() -> list[URLPattern]:
    """One pattern for each address, named after its first route."""
    by_path: dict[str, list[Route]] = {}
    for route in collect_routes():
        by_path.setdefault(route.url_pattern(), []).append(route)
    return [
        path(pattern, make_view(routes), name=f"api-{routes[0].name}") for pattern, routes in by_path.items()
    ]


urlpatterns = [
    path("problems/<slug:code>", problem_pages.show_problem, name="api-problem"),
    *api_patterns(),
    re_path("^.*$", problem_pages.show_nothing, name="api-nothing"),
]
