"""How often a user may ask: 10 times a second by programs, whatever their tokens, and 10 for pages."""

import math
import threading
from typing import Final

from django.conf import settings

from mithaq.errors import UnavailableError

PER_S: Final = 10
BURST: Final = 10
PAGE_BURST = 30
"""A browser that is started with its tabs of yesterday asks for all of them at once."""

MOST_USERS: Final = 10_000


class Rates:
    """A bucket for each user; a part of the served node (``runtime.get_part``)."""

    def __init__(self, burst: int = BURST) -> None:
        self._burst = float(burst)
        self._lock = threading.Lock()
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, user_id: str, now_s: float) -> None:
        """Pay for one request. Times are of the node's monotonic clock, in seconds.

        Raises:
            UnavailableError: ``too_many_requests``, with the seconds until the next one is taken.
        """
        with self._lock:
            level, at_s = self._levels.get(user_id, (self._burst, now_s))
            level = min(self._burst, level + (now_s - at_s) * PER_S)
            if level < 1:
                self._levels[user_id] = (level, now_s)
                wait_s = max(1, math.ceil((1 - level) / PER_S))
                raise UnavailableError("too_many_requests", f"At most {PER_S} requests a second.", wait_s)
            if len(self._levels) >= MOST_USERS:
                self._levels.clear()
            self._levels[user_id] = (level - 1, now_s)


class PageRates(Rates):
    """The buckets of pages: what a person asks for leaves his programs theirs."""

    def __init__(self) -> None:
        super().__init__(settings.MITHAQ_PAGE_BURST or PAGE_BURST)
