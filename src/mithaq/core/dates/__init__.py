"""Dates as people write them in Arabic, French and English: found, read, and never completed by guess.

Spec: registers 3.12.4.
"""

from mithaq.core.dates.finding import find_dates
from mithaq.core.dates.found import Calendar, FoundDate, Precision, Relative, Warn
from mithaq.core.dates.resolving import resolve
from mithaq.core.dates.typed import parse_typed_date

__all__ = [
    "Calendar",
    "FoundDate",
    "Precision",
    "Relative",
    "Warn",
    "find_dates",
    "parse_typed_date",
    "resolve",
]
