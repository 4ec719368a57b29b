"""Days ahead as rows of lists: what the reader may know of."""

from collections.abc import Iterable, Sequence
from typing import Any

from mithaq.web.access.policy import Protected
from mithaq.web.access.protected import protect_objects
from mithaq.web.lists import Row
from mithaq.web.parties import parties, party_of
from mithaq.web.records import rows
from mithaq.web.reminders.ahead import Ahead, Near
from mithaq.web.reminders.words import mark_of, step_word


def protect_days(found: Sequence[Near]) -> list[Protected]:
    """What protects the instruments of days, in their order."""
    return protect_objects([each.day.object_id for each in found])


def tell_days(found: Sequence[Ahead], visible: Iterable[tuple[Near, bool]]) -> list[Row]:
    """Days as rows, one for each; ``visible`` says whether the reader may see the title of its instrument."""
    titled = {near.day.object_id for near, has_title in visible if has_title}
    texts = list({each.row.object_id: each.row for each in found}.values())
    shown = rows.tell_instruments([(each, each.object_id in titled) for each in texts])
    return [Row(_values(each, shown[each.row.object_id]), shown[each.row.object_id].url) for each in found]


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
