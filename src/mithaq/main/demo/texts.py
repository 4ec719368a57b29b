"""The texts of the scenario."""

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import orjson

from mithaq.core.encoding import format_time

Text = dict[str, Any]

MARKS = {"ar": "عرض توضيحي", "fr": "Démonstration"}
"""Stands before every subject; the data of an act say ``demonstration`` as well."""


def read_text(name: str) -> Text:
    """One file of ``scenario/``."""
    found: Text = orjson.loads((files("mithaq.main.demo") / "scenario" / f"{name}.json").read_bytes())
    return found


def make_rota(post: str, tzid: str, now: datetime) -> list[Text]:
    """Duty cards of a post that never sleeps: a watch of a day each, from the hour before for a week."""
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    return [
        {
            "card": "duty",
            "id": f"{post}.duty.{number}",
            "post": post,
            "from_at": format_time(first + timedelta(days=number - 1)),
            "until_at": format_time(first + timedelta(days=number)),
            "tzid": tzid,
        }
        for number in range(1, 8)
    ]


def mark_subject(title: dict[str, str]) -> dict[str, str]:
    """A title as the subject of an act of the demonstration."""
    marked = {lang: f"{mark}: {title[lang]}" for lang, mark in MARKS.items() if lang in title}
    if "fr" in marked:
        marked["fr"] = f"{MARKS['fr']}\N{NO-BREAK SPACE}: {title['fr']}"
    return marked
