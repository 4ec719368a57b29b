"""Pages of a record: detail where a register has none of its own, timeline, text, diff, proof."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.web.pages import object_url, pages_of
from mithaq.web.runtime import get_node
from mithaq.web.view import page, workspace_page


@workspace_page(verb="read")
def find_record(request: HttpRequest, object_id: UUID) -> HttpResponseBase:
    """From an id to the page of its register."""
    first = get_node().store.acts.by_id(str(object_id)).parsed
    kind = first.object_kind or ""
    if pages_of(kind) is None:
        raise MissingError("object_kind", "no register here shows that kind")
    return HttpResponseRedirect(object_url(get_language() or "en", kind, first.object or first.id))


@workspace_page(verb="list")
def list_records(request: HttpRequest, register: str) -> HttpResponseBase:
    """The records of a register."""
    return page(request, "web/base.html")


@workspace_page(verb="read")
def show_record(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """A record."""
    return page(request, "web/base.html")


@workspace_page(verb="read")
def show_timeline(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """Every act of a record, in order."""
    return page(request, "web/base.html")


@workspace_page(verb="read")
def show_text(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """The text in two columns."""
    return page(request, "web/base.html")


@workspace_page(verb="read")
def show_diff(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """Two versions compared."""
    return page(request, "web/base.html")


@workspace_page(verb="read")
def show_proof(request: HttpRequest, register: str, object_id: UUID) -> HttpResponseBase:
    """What others can check of each act."""
    return page(request, "web/base.html")
