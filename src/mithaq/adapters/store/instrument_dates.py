"""Days of instruments in the database: those that stand once, and series of which a month asks for its own.

A series is one row. Whether one of its days falls into a month is a division of months, done by the engine;
the days themselves are reckoned by ``core``.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import orjson

from mithaq.adapters.store.rows import Row, execute, execute_many, marks, query
from mithaq.core.instruments.next_step import DatedStep, Series, Step
from mithaq.core.types import AdministrationCode
from mithaq.node.records import InstrumentDate

COLUMNS = (
    "object_id", "step", "on_day", "who", "every_months", "first_months", "back_months", "first_month",
    "until_on",
)  # fmt: skip

IN_MONTH = (
    "(first_month <= %s AND %s - first_month = ((%s - first_month) / NULLIF(every_months, 0)) * every_months)"
)
"""Whether a series has a day in a month: whole steps lie between. The three marks are that month."""

MOST_MONTHS = 18
"""Months that one question may span, or the list of its conditions grows."""


class InstrumentDates:
    """The part of ``node.ports.Projections`` about days."""

    def save_dates(self, object_id: str, fixed: Sequence[DatedStep], series: Sequence[Series]) -> None:
        """Replace the days of one instrument."""
        execute("DELETE FROM store_instrumentdate WHERE object_id = %s", (object_id,))
        rows = [_fixed_row(object_id, one) for one in fixed if one.on is not None]
        rows += [_series_row(object_id, one) for one in series]
        if rows:
            sql = f"INSERT INTO store_instrumentdate ({', '.join(COLUMNS)}) VALUES ({marks(len(COLUMNS))})"
            execute_many(sql, list(dict.fromkeys(rows)))

    def dates_between(
        self, first: date, end: date, steps: Collection[Step], limit: int, object_ids: Sequence[str] = ()
    ) -> list[InstrumentDate]:
        """Days of these steps in ``[first, end)``, the earliest first, at most ``limit``."""
        months = _list_months(first, end)
        series = " OR ".join([IN_MONTH] * len(months))
        where = f"step IN ({marks(len(steps))}) AND ((every_months = 0 AND on_day >= %s AND on_day < %s)"
        where += f" OR (every_months > 0 AND (until_on IS NULL OR until_on > %s) AND ({series or '1 = 0'})))"
        values: list[object] = [*sorted(steps), first.isoformat(), end.isoformat(), first.isoformat()]
        values += [month for each in months for month in (each, each, each)]
        if object_ids:
            where += f" AND object_id IN ({marks(len(object_ids))})"
            values += object_ids
        sql = f"SELECT {', '.join(COLUMNS)} FROM store_instrumentdate WHERE {where}"
        found = [one for row in query(sql, values) for one in _read(row, first, end)]
        return sorted(found, key=lambda one: (one.on, one.step, one.object_id))[:limit]

    def digest_dates(self) -> tuple[int, str]:
        """Row count and hash of all days."""
        digest, count = hashlib.sha256(), 0
        # No order of the engine: it sorts texts, and rows without an end, in a way of its own.
        for row in sorted(query(f"SELECT {', '.join(COLUMNS)} FROM store_instrumentdate"), key=_order):
            digest.update(orjson.dumps(list(row)))
            count += 1
        return count, digest.hexdigest()


def _order(row: Row) -> list[str]:
    return [str(each) for each in row]


def _fixed_row(object_id: str, one: DatedStep) -> Row:
    on = one.on.isoformat() if one.on is not None else ""
    return (object_id, str(one.step), on, " ".join(one.who), 0, 0, 0, 0, None)


def _series_row(object_id: str, one: Series) -> Row:
    return (
        object_id,
        str(one.step),
        one.anchor_on.isoformat(),
        "",
        one.every_months,
        one.first_months,
        one.back_months,
        one.first_month,
        one.until_on.isoformat() if one.until_on else None,
    )


def _list_months(first: date, end: date) -> list[int]:
    """Months since year 0 that ``[first, end)`` touches."""
    last = end - timedelta(days=1) if end > date.min else end
    begin, stop = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return list(range(begin, min(stop, begin + MOST_MONTHS - 1) + 1))


def _read(row: Row, first: date, end: date) -> Iterator[InstrumentDate]:
    object_id, step, on_day, who, every, first_months, back, _first_month, until_on = row
    anchor_on = date.fromisoformat(on_day)
    if not every:
        parties = tuple(AdministrationCode(code) for code in who.split())
        yield InstrumentDate(object_id, step, anchor_on, parties)
        return
    until = date.fromisoformat(until_on) if until_on else None
    for on in Series(Step(step), anchor_on, first_months, every, back, until).between(first, end):
        yield InstrumentDate(object_id, step, on)
