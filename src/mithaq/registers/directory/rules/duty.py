"""Duty: posts that must never be empty, and the alarm a day before they are.

Spec: docs/spec 17.6; registers 3.11.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

NOTICE: Final = timedelta(hours=24)
"""A gap is an alarm from this time before it begins."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One line of a rota: somebody answers from ``from_at`` until ``until_at``."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class DutyGap:
    """Nobody answers from ``from_at``; until when, or None when nothing is planned after."""

    from_at: datetime
    until_at: datetime | None

    def is_now(self, now: datetime) -> bool:
        """Whether it has begun."""
        return self.from_at <= now


def find_gap(watches: Iterable[Watch], now: datetime, notice: timedelta = NOTICE) -> DutyGap | None:
    """The first gap that begins before ``now + notice``; None when the rota covers it all."""
    covered_until = now
    for watch in sorted(watches, key=lambda one: (one.from_at, one.until_at)):
        if watch.until_at <= covered_until:
            continue
        if watch.from_at > covered_until:
            break
        covered_until = watch.until_at
    if covered_until >= now + notice:
        return None
    later = [watch.from_at for watch in watches_after(watches, covered_until)]
    return DutyGap(covered_until, min(later, default=None))


def watches_after(watches: Iterable[Watch], at: datetime) -> list[Watch]:
    """The lines that begin after an instant."""
    return [watch for watch in watches if watch.from_at > at]


def find_watch(watches: Iterable[Watch], at: datetime) -> Watch | None:
    """The line that covers an instant, the one begun last; None in a gap."""
    covering = [watch for watch in watches if watch.from_at <= at < watch.until_at]
    return max(covering, key=lambda one: one.from_at, default=None)
