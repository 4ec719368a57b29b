"""What of a version stands still while the rest of it applies: for every page and file that shows a text."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from mithaq.core.instruments.state import State, Version, is_line_suspended_at, state_at, suspended_parts_at

SUSPENDED_IN_PART: Final = "suspended_in_part"
"""A mark that stands beside ``in_force``; the record has no such state."""


def is_suspended_in_part(version: Version, at: datetime) -> bool:
    """Whether single articles or parts stand still at ``at`` while the text applies."""
    return state_at(version, at) is State.IN_FORCE and bool(suspended_parts_at(version, at))


def tell_marks(version: Version, at: datetime) -> list[str]:
    """The mark, in a list as programs read it; empty where nothing or everything stands still."""
    return [SUSPENDED_IN_PART] if is_suspended_in_part(version, at) else []


def find_still(version: Version, names: Iterable[str], at: datetime) -> list[str]:
    """Of these lines those that do not apply at ``at``; none where only the whole was ever suspended."""
    if not any(each.scope for each in version.suspensions):
        return []
    return [name for name in names if name and is_line_suspended_at(version, name, at)]
