"""What a node still does as its disk fills, and when it comes back by itself (spec 12.1.4)."""

from collections.abc import Callable
from enum import IntEnum

RECOVERS_AT = 0.12
"""Free share of the disk at which a restriction ends."""


class DiskLevel(IntEnum):
    """From all to nothing."""

    NORMAL = 0
    NO_NEW_ACTS = 1
    """Under 10 % free: receipts, alarms and pulling go on."""
    NO_PULL = 2
    """Under 5 %: pulling stops too."""
    READ_ONLY = 3
    """Under 2 %: nothing is written."""


LIMITS = ((0.02, DiskLevel.READ_ONLY), (0.05, DiskLevel.NO_PULL), (0.10, DiskLevel.NO_NEW_ACTS))


class DiskWatch:
    """Free space as a level, with a gap between falling and rising so that it does not flutter."""

    def __init__(self, free_share: Callable[[], float]) -> None:
        """``free_share`` answers the free share of the disk, 0 to 1."""
        self._free_share = free_share
        self._level = DiskLevel.NORMAL

    def level(self) -> DiskLevel:
        """The level now."""
        free = self._free_share()
        found = next((level for limit, level in LIMITS if free < limit), DiskLevel.NORMAL)
        if free >= RECOVERS_AT or found > self._level:
            self._level = found
        elif self._level > DiskLevel.NO_NEW_ACTS and found < self._level:
            self._level = max(found, DiskLevel.NO_NEW_ACTS)
        return self._level

    def takes_acts(self, urgent: bool) -> bool:
        """Whether (urgent) acts are appended at this level: receipts and alarms go on longer."""
        return self.level() < (DiskLevel.READ_ONLY if urgent else DiskLevel.NO_NEW_ACTS)
