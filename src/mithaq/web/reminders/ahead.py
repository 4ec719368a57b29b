"""Which days lie ahead, and of which people are to be reminded now: asked of the rows, for a given day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mithaq.core.instruments.next_step import REMIND_DAYS, REMINDED, Reminder, Step, find_reminder
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentDate, InstrumentRow

MOST: Final = 400
"""Days of one question; a list shows them by pages."""

PAST_DAYS: Final = 365
"""How long a notification that does not come is still spoken of."""

DATED: Final = frozenset(Step) - {Step.SIGNING, Step.OTHER_TEXT}


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day of an instrument.

    Attributes:
        reminder: None while it is too early, or for a step that nobody is reminded of.
    """

    day: InstrumentDate
    row: InstrumentRow
    reminder: Reminder | None = None

    def waits_for(self, code: str) -> bool:
        """Whether that side is to act: one that is named, or any where it concerns all."""
        return not self.day.who or code in self.day.who


def list_ahead(
    node: Node, first: date, end: date, steps: Collection[Step] = DATED, limit: int = MOST
) -> list[Ahead]:
    """Days of these steps in ``[first, end)``, the earliest first."""
    today = node.clock.now().date()
    found = node.store.projections.dates_between(first, end, steps, limit)
    rows = _find_rows(node, list({each.object_id for each in found}))
    return [
        Ahead(each, rows[each.object_id], _reminder_of(each, today))
        for each in found
        if each.object_id in rows
    ]


def list_reminders(node: Node, limit: int = MOST) -> list[Ahead]:
    """Of what people are to be reminded today; a notification that is missing still after its day."""
    today = node.clock.now().date()
    first, end = today - timedelta(days=PAST_DAYS), today + timedelta(days=max(REMIND_DAYS) + 1)
    found = list_ahead(node, first, end, REMINDED, limit)
    return [each for each in found if each.reminder is not None]


def _reminder_of(one: InstrumentDate, today: date) -> Reminder | None:
    if one.step not in REMINDED:
        return None
    reminder = find_reminder(one.on, today)
    is_over = reminder is not None and reminder.days_left < 0
    return None if is_over and one.step != Step.NOTIFICATION else reminder


def _find_rows(node: Node, ids: Sequence[str]) -> dict[str, InstrumentRow]:
    found = node.store.rows.instruments(RowQuery(object_ids=ids), MOST) if ids else []
    return {each.object_id: each for each in found}
