"""The figures of a year. Years are of UTC, so that no zone of a node enters."""

import re
from datetime import UTC, datetime

from mithaq.errors import MalformedError
from mithaq.node.node import Node
from mithaq.node.ports.row_reader import Tally
from mithaq.node.registry import Promised

FIRST_YEAR = 2000
LAST_YEAR = 2199
COUNTS = ("opened", "open", "overdue", "in_time", "late", "ended")
"""Counts of a tally, in the order in which they are shown."""

PROMISE_COUNTS = ("made", "open", "late", "at_risk", "kept")
"""Counts of commitments, in the order in which they are shown."""

_YEAR = re.compile(r"2[01][0-9]{2}", re.ASCII)


def parse_year(text: str) -> int:
    """A year of four digits.

    Raises:
        MalformedError: ``year``.
    """
    if not _YEAR.fullmatch(text):
        raise MalformedError("year", f"a year is a number from {FIRST_YEAR} to {LAST_YEAR}")
    return int(text)


def read_balance(node: Node, year: int) -> list[Tally]:
    """What was opened in that year, by who asked, who owes, and register."""
    since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return node.store.rows.tally(since, until, node.clock.now())


def read_promises(node: Node) -> list[Promised]:
    """Commitments in force today, by register and owner."""
    return node.registry.promised(node)
