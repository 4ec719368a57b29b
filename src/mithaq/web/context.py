"""What every page of the workspace is given: who, where, in which language, and what must be seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq.errors import MithaqError
from mithaq.node.records import Alarm
from mithaq.web.language import LANGUAGES, direction_of, in_language
from mithaq.web.pages import find_url, installed_pages
from mithaq.web.runtime import get_node
from mithaq.web.workspace import is_workspace

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """An entry of the navigation."""

    label: Promise
    icon: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Foot:
    """What the foot of a page says about the node."""

    code: str
    version: str
    tree_size: int
    cosigned_at: datetime | None


def workspace(request: HttpRequest) -> dict[str, Any]:
    """Context processor; nothing for pages that are not of the workspace."""
    if not is_workspace(request.path_info):
        return {}
    lang = get_language() or "en"
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "light")
    return {
        "lang": lang,
        "direction": direction_of(lang),
        "theme": theme if theme in THEMES else "light",
        "identity": get_node().identity,
        "acting_post": getattr(request, "acting_post", ""),
        "nav": SimpleLazyObject(lambda: _navigation(request)),
        "places": SimpleLazyObject(lambda: _places(request)),
        "alarms": SimpleLazyObject(_alarms),
        "foot": SimpleLazyObject(_foot),
        "is_demonstration": settings.MITHAQ_IS_DEMONSTRATION,
        "languages": _languages(request, lang),
        "is_htmx": "HX-Request" in request.headers,
        "search_url": find_url("search"),
        "account_url": find_url("account"),
        "health_url": find_url("health"),
        "sign_out_url": find_url("account_logout"),
    }


def _languages(request: HttpRequest, lang: str) -> list[tuple[str, str, str, bool]]:
    """(code, name, address of this page in it, whether it is this one)."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    return [
        (code, name, in_language(code, request.path_info) + query, code == lang)
        for code, name in LANGUAGES.items()
    ]


def _navigation(request: HttpRequest) -> list[NavigationItem]:
    items = [_item(request, _("Home"), "house", "home", is_exact=True)]
    items += [_item(request, each.label, each.icon, f"{each.name}-list") for each in installed_pages()]
    return [each for each in items if each is not None]


def _places(request: HttpRequest) -> list[NavigationItem]:
    """Pages beside the registers, where they are installed."""
    items = [
        _item(request, _("To release"), "send-check", "outgoing-list"),
        _item(request, _("Calendar"), "calendar3", "calendar"),
        _item(request, _("Balance"), "arrow-left-right", "balance"),
        _item(request, _("Journal"), "journal-text", "journal"),
        _item(request, _("Health"), "heart-pulse", "health"),
    ]
    return [each for each in items if each is not None]


def _item(
    request: HttpRequest, label: Promise, icon: str, name: str, *, is_exact: bool = False
) -> NavigationItem | None:
    url = find_url(name)
    if not url:
        return None
    is_here = request.path_info == url if is_exact else request.path_info.startswith(url)
    return NavigationItem(label, icon, url, is_here)


def _alarms() -> list[Alarm]:
    try:
        return list(get_node().store.alarms.alarms())
    except MithaqError:
        return []


def _foot() -> Foot:
    from mithaq import __version__

    node = get_node()
    head = node.store.own.head()
    return Foot(node.identity.code, __version__, head.tree_size, None)
