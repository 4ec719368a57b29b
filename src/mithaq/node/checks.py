"""One line of the health of a node: what ``node.health`` and ``main`` answer with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

GOOD, WARNING, FAIL = "ok", "warn", "fail"
WARN_DAYS = 30
FAIL_DAYS = 1


@dataclass(frozen=True, slots=True)
class Check:
    """One answer.

    Attributes:
        level: ``ok``, ``warn`` or ``fail``.
        message, remedy: English, for operators; words of pages are made from ``code`` and ``facts``.
        facts: what the message tells, by name.
    """

    code: str
    level: str
    message: str
    remedy: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


Checker: TypeAlias = Callable[[], Iterator[Check]]
Checks: TypeAlias = Sequence[tuple[str, Checker]]
"""Code -> a check that answers one or more lines."""


def check_expiry(code: str, what: str, left: timedelta, remedy: str) -> Check:
    """A line about something that ends; a warning from 30 days on, a failure in its last day."""
    days = max(left.days, 0)
    facts = {"what": what, "days": str(days)}
    if left < timedelta(days=FAIL_DAYS):
        return Check(code, FAIL, f"{what} has {days} days left", remedy, facts)
    level = WARNING if days < WARN_DAYS else GOOD
    return Check(code, level, f"{what} is good for {days} days", remedy if level == WARNING else "", facts)
