"""What each partner may take: requests open at once, and bytes a second.

Spec: docs/spec 12.1.2.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from django.conf import settings

from mithaq.core.types import AdministrationCode
from mithaq.errors import UnavailableError

MAX_OPEN: Final = 8
BYTES_PER_S: Final = 32 * 1_048_576
BURST_BYTES: Final = 64 * 1_048_576


class CallerMeter:
    """One partner's use of this node. Times are of the node's monotonic clock, in seconds.

    Args:
        bytes_per_s, burst_bytes: of the bucket that answers are paid from.
    """

    def __init__(self, bytes_per_s: int = BYTES_PER_S, burst_bytes: int = BURST_BYTES) -> None:
        self._lock = threading.Lock()
        self._bytes_per_s = bytes_per_s
        self._burst_bytes = burst_bytes
        self._level = float(burst_bytes)
        self._filled_at: float | None = None
        self._open = 0
        self.is_clock_warned = False

    @contextmanager
    def hold_open(self) -> Iterator[ExitStack]:
        """One open request, until the block ends; or longer, for who takes over what is yielded.

        Raises:
            UnavailableError: ``too_many_open``.
        """
        with self._lock:
            if self._open >= MAX_OPEN:
                raise UnavailableError("too_many_open", f"At most {MAX_OPEN} requests may be open.", 1)
            self._open += 1
        with ExitStack() as held:
            held.callback(self._let_go)
            yield held

    def _let_go(self) -> None:
        with self._lock:
            self._open -= 1

    def check_bytes(self, now_s: float) -> None:
        """Checks that the bucket holds something; the next answer may overdraw it, once.

        Raises:
            UnavailableError: ``too_many_bytes``, with the seconds until it is filled again.
        """
        with self._lock:
            passed_s = 0.0 if self._filled_at is None else now_s - self._filled_at
            self._filled_at = now_s
            self._level = min(self._burst_bytes, self._level + passed_s * self._bytes_per_s)
            missing = -self._level
        if missing >= 0:
            wait_s = math.floor(missing / self._bytes_per_s) + 1
            raise UnavailableError("too_many_bytes", "The byte bucket is empty.", wait_s)

    def spend(self, count: int) -> None:
        """Pays for an answer."""
        with self._lock:
            self._level -= count


class CallerMeters:
    """The meter of each partner; a part of the served node (``runtime.get_part``)."""

    def __init__(self) -> None:
        self._bytes_per_s = int(getattr(settings, "MITHAQ_EXCHANGE_BYTES_PER_S", BYTES_PER_S))
        self._burst_bytes = int(getattr(settings, "MITHAQ_EXCHANGE_BURST_BYTES", BURST_BYTES))
        self._meters: dict[AdministrationCode, CallerMeter] = {}
        self._lock = threading.Lock()

    def of(self, code: AdministrationCode) -> CallerMeter:
        """The meter of that partner."""
        with self._lock:
            if code not in self._meters:
                self._meters[code] = CallerMeter(self._bytes_per_s, self._burst_bytes)
            return self._meters[code]
