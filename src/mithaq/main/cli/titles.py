"""Which title of a text in several languages to show."""

from collections.abc import Mapping
from typing import Any

_ORDER = ("en", "fr", "ar")


def pick_title(subject: Any, lang: str) -> str:
    """The title in a language, else in another; empty without any."""
    if not isinstance(subject, Mapping) or not subject:
        return ""
    for wanted in (lang, *_ORDER):
        for tag, text in subject.items():
            if tag == wanted or str(tag).startswith(f"{wanted}-"):
                return str(text)
    return str(next(iter(subject.values())))
