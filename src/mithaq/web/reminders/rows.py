"""Days ahead as rows of lists: what the reader may know of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from mithaq.web.access.policy import Protected
from mithaq.web.lists import Row
from mithaq.web.parties import parties, party_of
from mithaq.web.records import rows
from mithaq.web.reminders.ahead import Ahead
from mithaq.web.reminders.words import mark_of, step_word


def ahead_rows(
    request: HttpRequest, found: Sequence[Ahead], known: Mapping[str, Protected] | None = None
) -> list[Row]:
    """Days as rows, one for each; ``known`` is what protects their instruments."""
    texts = list({each.row.object_id: each.row for each in found}.values())
    shown = rows.keyed_instrument_rows(request, texts, known)
    return [
        Row(_values(each, shown[each.row.object_id]), shown[each.row.object_id].url)
        for each in found
        if each.row.object_id in shown
    ]


def _values(one: Ahead, row: Row) -> dict[str, Any]:
    sides = parties()
    return {
        **row.values,
        "on": one.day.on,
        "step": step_word(one.day.step),
        "who": [party_of(code, sides).name for code in one.day.who],
        "marks": (f"step_{one.day.step}", *mark_of(one.reminder)),
        "due_at": one.day.on,
    }
