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

NEXT_MONTH = """CASE WHEN every_months = 0
    THEN CAST(SUBSTR(on_day, 1, 4) AS INTEGER) * 12 + CAST(SUBSTR(on_day, 6, 2) AS INTEGER) - 1
    WHEN first_month >= %s THEN first_month
    ELSE first_month + ((%s - first_month + every_months - 1) / every_months) * every_months END"""
"""The month of the day of a row, or of the first one of a series that is not before a month: whole steps lie
between. The two marks are that month."""

NEAR = f"""WITH dated AS (SELECT {", ".join(COLUMNS)}, {NEXT_MONTH} AS next_month FROM store_instrumentdate
    WHERE {{where}}),
near AS (SELECT * FROM dated WHERE (every_months = 0 AND on_day >= %s AND on_day < %s)
    OR (every_months > 0 AND (until_on IS NULL OR until_on > %s) AND next_month <= %s))
SELECT {", ".join(COLUMNS)}, last_month FROM near, (SELECT COALESCE((SELECT next_month FROM near
    WHERE next_month > %s ORDER BY next_month LIMIT 1 OFFSET %s), %s) AS last_month) AS bound
WHERE next_month <= last_month"""
"""Rows with a day in a span, as far as it takes for so many days: whole months, the last one too."""

ALL = 1 << 40
"""More rows than there are."""


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
        begin, stop = _month_of(first), _month_of(max(first, end - timedelta(days=1)))
        where, values = f"step IN ({marks(len(steps))})", list[object](sorted(steps))
        if object_ids:
            where += f" AND object_id IN ({marks(len(object_ids))})"
            values += object_ids
        span = [first.isoformat(), end.isoformat(), first.isoformat(), stop]
        # A day of the first month may be over, a series may have ended: then all are asked for.
        found: list[InstrumentDate] = []
        for offset in (limit, ALL):
            rows = query(NEAR.format(where=where), [begin, begin, *values, *span, begin, offset, stop])
            found = [one for row in rows for one in _read(row, first, end)]
            if len(found) >= limit or not rows or rows[0][-1] == stop:
                break
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


def _month_of(day: date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def _read(row: Row, first: date, end: date) -> Iterator[InstrumentDate]:
    object_id, step, on_day, who, every, first_months, back, _first_month, until_on, *_ = row
    anchor_on = date.fromisoformat(on_day)
    if not every:
        parties = tuple(AdministrationCode(code) for code in who.split())
        yield InstrumentDate(object_id, step, anchor_on, parties)
        return
    until = date.fromisoformat(until_on) if until_on else None
    for on in Series(Step(step), anchor_on, first_months, every, back, until).between(first, end):
        yield InstrumentDate(object_id, step, on)
