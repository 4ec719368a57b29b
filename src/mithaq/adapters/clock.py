"""The clock of the system."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Implements ``node.ports.Clock``."""

    def now(self) -> datetime:
        """Aware UTC time."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds that never go back, from an unknown start."""
        return time.monotonic()
