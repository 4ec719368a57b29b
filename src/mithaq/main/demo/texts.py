"""The texts of the scenario."""

from importlib.resources import files
from typing import Any

import orjson

Text = dict[str, Any]

MARKS = {"ar": "عرض توضيحي", "fr": "Démonstration"}
"""Stands before every subject; the data of an act say ``demonstration`` as well."""


def read_text(name: str) -> Text:
    """One file of ``scenario/``."""
    found: Text = orjson.loads((files("mithaq.main.demo") / "scenario" / f"{name}.json").read_bytes())
    return found


def mark_subject(title: dict[str, str]) -> dict[str, str]:
    """A title as the subject of an act of the demonstration."""
    marked = {lang: f"{mark}: {title[lang]}" for lang, mark in MARKS.items() if lang in title}
    if "fr" in marked:
        marked["fr"] = f"{MARKS['fr']}\N{NO-BREAK SPACE}: {title['fr']}"
    return marked
