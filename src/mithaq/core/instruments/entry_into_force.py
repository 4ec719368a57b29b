"""The six rules of entry into force, and the calendar they count in.

Dates come from deliveries at the *receiving* side, cut to a date in the fixed UTC offset of the
manifest. No time zone, no clock and no author's date enters, so both nodes get the same day.

Spec: docs/spec 9.4.
"""

import calendar
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import assert_never

from mithaq.core.instruments.effect import Effect, Rule
from mithaq.core.types import AdministrationCode


def cut_to_date(at: datetime, zone: timezone) -> date:
    """Answer the date on which the aware instant ``at`` falls in ``zone``."""
    return at.astimezone(zone).date()


def start_of_day(on: date, zone: timezone) -> datetime:
    """Answer the instant at which the day ``on`` begins in ``zone``."""
    return datetime.combine(on, time(), zone)


def add_days(on: date, days: int) -> date:
    """Answer ``on`` plus ``days``; the last day of the calendar where the sum lies beyond it."""
    return date.max if days > (date.max - on).days else on + timedelta(days=days)


def add_months(on: date, months: int) -> date:
    """Answer the same day ``months`` later, or earlier when negative.

    A day that the month does not have becomes its last: 31 January plus one month is 28 or 29
    February. Beyond the calendar: its last or first day.
    """
    year, month0 = divmod(on.year * 12 + on.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    return date(year, month0 + 1, min(on.day, calendar.monthrange(year, month0 + 1)[1]))


def find_first_of_month(on: date, months: int) -> date:
    """Answer the first day of the ``months``-th month after that of ``on``: 12 March and 2 give 1 May."""
    return add_months(on.replace(day=1), months)


def find_last_receipt(effect: Effect, received_on: Mapping[AdministrationCode, date]) -> date | None:
    """Answer ``last_on``: the day the last notification asked for was received; None while one is missing."""
    days = [received_on.get(administration) for administration in effect.notifications]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def compute_entry_into_force(
    effect: Effect,
    *,
    signed_on: date | None,
    received_on: Mapping[AdministrationCode, date],
    other_on: date | None = None,
) -> date | None:
    """Answer the day a version enters into force; None while a fact is missing.

    Args:
        effect: with offset, rule and its ``n``, ``date`` or ``other``.
        signed_on: the latest delivery of the signings, or ``past.signed_on``; None while unsigned.
        received_on: administration -> the day its notification reached the last other party.
        other_on: for SAME_AS, the day the other version enters.

    Never before ``signed_on``, also not by SAME_AS: a text cannot have governed what came before
    it was signed, unless all signed a manifest that says so (``past``).
    """
    if signed_on is None:
        return None
    last_on = find_last_receipt(effect, received_on)
    match effect.rule:
        case Rule.ON_SIGNATURE:
            return signed_on
        case Rule.ON_DATE:
            return max(effect.on_date, signed_on) if effect.on_date else None
        case Rule.SAME_AS:
            return max(other_on, signed_on) if other_on else None
        case Rule.ON_EXCHANGE_OF_INSTRUMENTS:
            return last_on
        case Rule.N_DAYS_AFTER_LAST_NOTIFICATION:
            return add_days(last_on, effect.n or 0) if last_on else None
        case Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION:
            return find_first_of_month(last_on, effect.n or 0) if last_on else None
        case _:
            assert_never(effect.rule)
