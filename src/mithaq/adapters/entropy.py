"""Randomness of the system."""

import os
import random


class SystemEntropy:
    """Implements ``node.ports.Entropy``."""

    def __init__(self) -> None:
        # A source of its own kind: it reads the system too, and no seed set elsewhere reaches it.
        self._fractions = random.SystemRandom()

    def random_bytes(self, count: int) -> bytes:
        """``count`` bytes fit for keys and salts."""
        return os.urandom(count)

    def random_fraction(self) -> float:
        """A float in [0, 1) for jitter only."""
        return self._fractions.random()
