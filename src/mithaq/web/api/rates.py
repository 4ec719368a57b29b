"""How often a user may call: 10 requests a second, whichever tokens he uses (trust 8)."""

import math
import threading
from typing import Final

from mithaq.errors import UnavailableError

PER_S: Final = 10
BURST: Final = 10
MOST_USERS: Final = 10_000


class Rates:
    """A bucket for each user; a part of the served node (``runtime.get_part``)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, user_id: str, now_s: float) -> None:
        """Pay for one request. Times are of the node's monotonic clock, in seconds.

        Raises:
            UnavailableError: ``too_many_requests``, with the seconds until the next one is taken.
        """
        with self._lock:
            level, at_s = self._levels.get(user_id, (float(BURST), now_s))
            level = min(float(BURST), level + (now_s - at_s) * PER_S)
            if level < 1:
                self._levels[user_id] = (level, now_s)
                wait_s = max(1, math.ceil((1 - level) / PER_S))
                raise UnavailableError("too_many_requests", f"At most {PER_S} requests a second.", wait_s)
            if len(self._levels) >= MOST_USERS:
                self._levels.clear()
            self._levels[user_id] = (level - 1, now_s)
