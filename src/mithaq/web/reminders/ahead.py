"""Which days lie ahead, and of which people are to be reminded now: asked of the rows, for a given day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest

from mithaq.core.instruments.next_step import REMIND_DAYS, REMINDED, Reminder, Step, find_reminder
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentDate, InstrumentRow
from mithaq.web.lasting import Unchanged
from mithaq.web.runtime import get_part

MOST: Final = 400
"""Days of one question; a list shows them by pages."""

PAST_DAYS: Final = 365
"""How long a notification that does not come is still spoken of."""

KEPT_FOR: Final = timedelta(minutes=1)
"""So long after midnight reminders may be those of the day before."""

DATED: Final = frozenset(Step) - {Step.SIGNING, Step.OTHER_TEXT}


@dataclass(frozen=True, slots=True)
class Near:
    """A day of an instrument.

    Attributes:
        reminder: None while it is too early, or for a step that nobody is reminded of.
    """

    day: InstrumentDate
    reminder: Reminder | None = None

    def waits_for(self, code: str) -> bool:
        """Whether that side is to act: one that is named, or any where it concerns all."""
        return not self.day.who or code in self.day.who


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day with its instrument."""

    near: Near
    row: InstrumentRow

    @property
    def day(self) -> InstrumentDate:
        """The day."""
        return self.near.day

    @property
    def reminder(self) -> Reminder | None:
        """As of ``Near``."""
        return self.near.reminder


def list_near(
    node: Node, first: date, end: date, steps: Collection[Step] = DATED, limit: int = MOST
) -> list[Near]:
    """Days of these steps in ``[first, end)``, the earliest first."""
    today = node.clock.now().date()
    found = node.store.projections.dates_between(first, end, steps, limit)
    return [Near(each, _reminder_of(each, today)) for each in found]


def list_reminders(node: Node, limit: int = MOST) -> list[Near]:
    """Of what people are to be reminded today; a notification that is missing still after its day."""
    today = node.clock.now().date()
    missing = list_near(node, today - timedelta(days=PAST_DAYS), today, {Step.NOTIFICATION}, limit)
    ahead = list_near(node, today, today + timedelta(days=max(REMIND_DAYS) + 1), REMINDED, limit)
    return [each for each in (*missing, *ahead) if each.reminder is not None][:limit]


def kept_reminders(request: HttpRequest) -> list[Near]:
    """``list_reminders``, read anew when something was written or the day is another."""
    return get_part(_make_reminders).get(request)


def _make_reminders() -> Unchanged[list[Near]]:
    return Unchanged(list_reminders, KEPT_FOR)


def with_rows(node: Node, found: Sequence[Near]) -> list[Ahead]:
    """The same with their instruments; days of those that are not here are left out."""
    ids = list({each.day.object_id for each in found})
    return join_rows(found, node.store.rows.instruments(RowQuery(object_ids=ids), MOST) if ids else ())


def join_rows(found: Sequence[Near], rows: Sequence[InstrumentRow]) -> list[Ahead]:
    """Days with instruments that were read already."""
    known = {each.object_id: each for each in rows}
    return [Ahead(each, known[each.day.object_id]) for each in found if each.day.object_id in known]


def list_ahead(
    node: Node, first: date, end: date, steps: Collection[Step] = DATED, limit: int = MOST
) -> list[Ahead]:
    """``list_near`` with instruments."""
    return with_rows(node, list_near(node, first, end, steps, limit))


def _reminder_of(one: InstrumentDate, today: date) -> Reminder | None:
    if one.step not in REMINDED:
        return None
    reminder = find_reminder(one.on, today)
    is_over = reminder is not None and reminder.days_left < 0
    return None if is_over and one.step != Step.NOTIFICATION else reminder
