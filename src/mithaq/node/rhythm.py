"""When to ask a partner again (spec 8.7): poll, back off, be woken."""

from mithaq.node.ports import Entropy

POLL_S = 30.0
FIRST_BACK_OFF_S = 1.0
LAST_BACK_OFF_S = 300.0
JITTER = 0.2
"""Share by which each wait is lengthened or shortened, so that nodes do not march in step."""

LONG_POLL_S = 25
"""Longest wait that a partner is asked for."""


class Rhythm:
    """Waits between pulls of one partner."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._back_off_s = 0.0

    def after_success(self) -> float:
        """Seconds until the next pull where the partner offers no long poll."""
        self._back_off_s = 0.0
        return self._jittered(POLL_S)

    def after_failure(self) -> float:
        """Seconds until the next try: 1 s, doubling up to 300 s."""
        self._back_off_s = min(max(FIRST_BACK_OFF_S, self._back_off_s * 2), LAST_BACK_OFF_S)
        return self._jittered(self._back_off_s)

    def reset(self) -> None:
        """The partner was heard: the next failure starts from 1 s again."""
        self._back_off_s = 0.0

    def _jittered(self, seconds: float) -> float:
        return seconds * (1 - JITTER + 2 * JITTER * self._entropy.random_fraction())
