"""What a register tells the shell about its pages: its name, its icon, and words for its kinds.

The configuration of a register's app carries ``pages = RegisterPages(...)``; the shell needs nothing else to
give it a place in the navigation, in the lists of home and in the addresses of records.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string

_ANY_OBJECT: Final = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a register wants to be seen on home: a gap, something that ends soon.

    Attributes:
        tone: ``late``, ``warn`` or ``info``.
        detail: what it is about; plain or by language.
        at: the instant it speaks of.
    """

    text: Promise | str
    url: str
    tone: str = "info"
    detail: Any = ""
    at: datetime | None = None


_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RegisterPages:
    """The face of a register.

    Attributes:
        name: of the register on the wire, and of its addresses.
        icon: one of bootstrap-icons that ``tools/vendor.py`` puts into the sprite.
        order: place in the navigation, small first.
        kinds: a word for each ``object_kind``.
        tour: function that gives the first steps of a demonstration.
        changes: function that tells a new version beside an older one, from the data of both:
            (template, context); without one they are compared as any two versions are.
        subject_page: name and argument of the page of what is no record but has an id of its own here.
        states: the words of this register for states and marks: code -> (word, icon, tone).
    """

    name: str
    label: Promise
    icon: str
    order: int
    kinds: Mapping[str, Promise] = field(default_factory=dict)
    quiet_kinds: tuple[str, ...] = ()
    notices: str = ""
    tour: str = ""
    changes: str = ""
    subject_page: tuple[str, str] = ("", "")
    states: Mapping[str, tuple[Promise, str, str]] = field(default_factory=dict)


@cache
def installed_pages() -> tuple[RegisterPages, ...]:
    """The registers with pages, in the order of the navigation."""
    found = [getattr(config, "pages", None) for config in apps.get_app_configs()]
    pages = [each for each in found if isinstance(each, RegisterPages)]
    return tuple(sorted(pages, key=lambda each: (each.order, each.name)))


def quiet_kinds() -> tuple[str, ...]:
    """Kinds that home does not count as new."""
    return tuple(kind for pages in installed_pages() for kind in pages.quiet_kinds)


def read_notices(request: HttpRequest) -> list[Notice]:
    """What the registers want to be seen on home, in the order of the navigation."""
    found: list[Notice] = []
    for pages in installed_pages():
        if pages.notices:
            found += import_string(pages.notices)(request)
    return found


def pages_of(object_kind: str) -> RegisterPages | None:
    """The register that a kind belongs to; None when it has no pages here."""
    register = object_kind.partition(".")[0]
    return next((each for each in installed_pages() if each.name == register), None)


def name_kind(object_kind: str) -> Promise | None:
    """The word for a kind; None when no register here gives one."""
    pages = pages_of(object_kind)
    return None if pages is None else pages.kinds.get(object_kind)


def object_url(lang: str, object_kind: str, object_id: str) -> str:
    """The address of the page of an instrument or note; the journal for a kind that nobody shows."""
    return _object_address(lang, object_kind.partition(".")[0]).replace(_ANY_OBJECT, object_id)


@cache
def _object_address(lang: str, register: str) -> str:
    """The same for an object that does not exist: the addresses of a list differ in the id alone."""
    with translation.override(lang):
        try:
            return reverse(f"{register}-detail", kwargs={"object_id": _ANY_OBJECT})
        except NoReverseMatch:
            return reverse("record", kwargs={"object_id": _ANY_OBJECT})


def find_url(name: str) -> str:
    """The address of a page; empty when it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
