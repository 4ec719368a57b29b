"""The accessibility statement of a node."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mithaq.web.view import OPEN, page, workspace_page


@workspace_page(verb=OPEN)
def show_accessibility(request: HttpRequest) -> HttpResponseBase:
    """What is held to, how it is checked, and whom to tell."""
    return page(request, "web/accessibility.html")
