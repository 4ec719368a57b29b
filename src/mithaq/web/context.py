"""What every page of the workspace is given: who, where, in which language, and what must be seen."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mithaq import __version__
from mithaq.core.log.cosignature import parse_cosignature
from mithaq.core.log.signed_note import SignatureLine, parse_signed_note
from mithaq.errors import MithaqError
from mithaq.node.node import Node
from mithaq.node.records import Alarm
from mithaq.web.access.subject import subject_of
from mithaq.web.language import LANGUAGES, direction_of, in_language
from mithaq.web.lasting import Lasting
from mithaq.web.pages import find_url, installed_pages
from mithaq.web.parties import label_own_post, parties, party_of
from mithaq.web.runtime import get_node, get_part
from mithaq.web.scope import find_closed_register
from mithaq.web.view import OPEN, has_verb
from mithaq.web.workspace import is_workspace

THEMES: Final = ("light", "dark")
ALARMS_KEPT_FOR: Final = timedelta(seconds=5)
FOOT_KEPT_FOR: Final = timedelta(seconds=15)


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
        "own_name": SimpleLazyObject(_own_name),
        "acting_post": SimpleLazyObject(lambda: _acting_post(request)),
        "nav": SimpleLazyObject(lambda: _navigation(request)),
        "places": SimpleLazyObject(lambda: _places(request)),
        "alarms": SimpleLazyObject(get_part(_make_alarms).get),
        "closed_register": SimpleLazyObject(lambda: find_closed_register(request)),
        "foot": SimpleLazyObject(get_part(_make_foot).get),
        "is_demonstration": settings.MITHAQ_IS_DEMONSTRATION,
        "languages": _languages(request, lang),
        "shown_at": get_node().clock.now(),
        "search_url": find_url("search"),
        "account_url": find_url("account"),
        "health_url": find_url("health"),
        "sign_out_url": find_url("account_logout"),
    }


def _own_name() -> tuple[Any, ...]:
    """The name of this administration, by language or plain; in a tuple, for a template to take as it is."""
    code = str(get_node().identity.code)
    return (party_of(code, parties()).name,)


def _acting_post(request: HttpRequest) -> Any:
    """The post that acts, by language; empty for who holds none."""
    posts = sorted(subject_of(request).posts)
    return label_own_post(get_node(), posts[0]) if posts else ""


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
        _item(request, _("Dossiers"), "folder2-open", "dossiers"),
        _item(request, _("Balance"), "arrow-left-right", "balance"),
        _item(request, _("Journal"), "journal-text", "journal"),
        _item(request, _("Access log"), "eye", "access-log"),
        _item(request, _("Health"), "heart-pulse", "health"),
    ]
    return [each for each in items if each is not None]


def _item(
    request: HttpRequest, label: Promise, icon: str, name: str, *, is_exact: bool = False
) -> NavigationItem | None:
    url = find_url(name)
    if not url or not has_verb(request, getattr(resolve(url).func, "verb", OPEN)):
        return None
    is_here = request.path_info == url if is_exact else request.path_info.startswith(url)
    return NavigationItem(label, icon, url, is_here)


def _make_alarms() -> Lasting[list[Alarm]]:
    return Lasting(_read_alarms, ALARMS_KEPT_FOR)


def _read_alarms(node: Node) -> list[Alarm]:
    try:
        return list(node.store.alarms.alarms())
    except MithaqError:
        return []


def _make_foot() -> Lasting[Foot]:
    return Lasting(_read_foot, FOOT_KEPT_FOR)


def _read_foot(node: Node) -> Foot:
    own = node.store.own
    return Foot(node.identity.code, __version__, own.head().tree_size, _read_cosigned_at(node))


def _read_cosigned_at(node: Node) -> datetime | None:
    """When a partner last cosigned our log; None before the first time."""
    size = node.store.own.cosigned_size()
    if not size:
        return None
    try:
        lines = parse_signed_note(node.store.own.note_at(size)).lines
    except MithaqError:
        return None
    times = [at for at in map(_read_time, lines) if at is not None]
    return max(times, default=None)


def _read_time(line: SignatureLine) -> datetime | None:
    try:
        return datetime.fromtimestamp(parse_cosignature(line).at_s, UTC)
    except (MithaqError, OverflowError, ValueError, OSError):
        return None
