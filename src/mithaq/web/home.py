"""Home: what is due by me, what waits for the partner, what is new since the last visit."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from mithaq.web.language import preferred_language
from mithaq.web.view import page, workspace_page


def choose_language(request: HttpRequest) -> HttpResponse:
    """From the bare address of the node to home in the reader's language."""
    response = HttpResponseRedirect(f"/{preferred_language(request)}/")
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@workspace_page(verb="list")
def show_home(request: HttpRequest) -> HttpResponseBase:
    """The three lists."""
    return page(request, "web/home.html")
