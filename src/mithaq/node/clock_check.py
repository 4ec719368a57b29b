"""Whether this node's clock may stand behind a cosignature (spec 8.6.7)."""

from collections.abc import Callable, Sequence

from mithaq.node.ports import Clock, Store
from mithaq.node.records import Alarm

MOST_OFFSET_S = 300.0
"""Cosignatures and receipts wait while a configured source disagrees by more."""

CHECK_EVERY_S = 600.0
"""How long an answer of the sources holds."""

ALARM = "alarm.clock"

TimeSource = Callable[[], float | None]
"""Offset of the own clock from the source, seconds (own minus source); None when it does not answer."""


class ClockCheck:
    """Asks the configured sources now and then. A partner's ``Date`` is none of them: it only warns."""

    def __init__(self, store: Store, clock: Clock, sources: Sequence[TimeSource] = ()) -> None:
        self._store = store
        self._clock = clock
        self._sources = sources
        self._trusted = True
        self._asked_s: float | None = None

    def is_trusted(self) -> bool:
        """False while any source that answers is more than 300 s away. Without sources, True."""
        now_s = self._clock.monotonic_s()
        if self._sources and (self._asked_s is None or now_s - self._asked_s >= CHECK_EVERY_S):
            self._asked_s = now_s
            self._ask()
        return self._trusted

    def _ask(self) -> None:
        offsets = [offset for offset in (source() for source in self._sources) if offset is not None]
        self._trusted = all(abs(offset) <= MOST_OFFSET_S for offset in offsets)
        if self._trusted:
            self._store.alarms.clear(ALARM, "own")
        else:
            worst = max(offsets, key=abs)
            self._store.alarms.raise_alarm(Alarm(ALARM, "own", self._clock.now(), f"off by {worst:.0f} s"))
