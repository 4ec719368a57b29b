"""Saved views: a user's names for addresses of lists, with their filters and order."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MalformedError, MissingError
from mithaq.web.access.subject import subject_of
from mithaq.web.language import language_in
from mithaq.web.models import SavedView
from mithaq.web.view import workspace_page

MOST_VIEWS: Final = 50
_NAME_CHARS: Final = 80
_QUERY_CHARS: Final = 1000
_PLACE_CHARS: Final = 200


def views_of(request: HttpRequest) -> list[SavedView]:
    """The user's views of the list that is open."""
    user_id = subject_of(request).user_id
    if not user_id:
        return []
    return list(SavedView.objects.filter(user_id=user_id, place=place_of(request.path_info)).order_by("name"))


def place_of(path: str) -> str:
    """A path without its language."""
    return path.removeprefix("/").partition("/")[2] if language_in(path) else path


@workspace_page(verb="list", methods=("POST",))
def save_view(request: HttpRequest) -> HttpResponseBase:
    """Give the address of a list a name."""
    name = " ".join(request.POST.get("name", "").split())[:_NAME_CHARS]
    place = request.POST.get("place", "")[:_PLACE_CHARS]
    query = request.POST.get("query", "")[:_QUERY_CHARS]
    address = f"/{get_language()}/{place}"
    try:
        resolve(address)
    except Resolver404 as error:
        raise MalformedError("view_place", "A view is a name for a list of this node.") from error
    user_id = subject_of(request).user_id
    if not name or not name.isprintable():
        messages.error(request, _("The view was not saved: give it a name."))
    elif SavedView.objects.filter(user_id=user_id).count() >= MOST_VIEWS:
        messages.error(request, _("The view was not saved: you have fifty of them already."))
    else:
        SavedView.objects.update_or_create(user_id=user_id, place=place, name=name, defaults={"query": query})
        messages.success(request, _("Saved: this view has a name now."))
    return HttpResponseRedirect(f"{address}?{query}")


@workspace_page(verb="list", methods=("POST",))
def remove_view(request: HttpRequest, number: int) -> HttpResponseBase:
    """Forget a name; the list itself stays as it is."""
    view = SavedView.objects.filter(pk=number, user_id=subject_of(request).user_id).first()
    if view is None:
        raise MissingError("view", "There is no view of that number.")
    view.delete()
    messages.success(request, _("Removed: the list itself is unchanged."))
    return HttpResponseRedirect(f"/{get_language()}/{view.place}")
