"""Many short random runs of a federation, each from its seed."""

import os

import pytest

from .simulator import Run

SOAK = os.environ.get("MITHAQ_SOAK", "") not in ("", "0")
SEEDS = 20_000 if SOAK else 120
BLOCK = 10 if not SOAK else 100


def first_seeds() -> list[int]:
    chosen = os.environ.get("MITHAQ_SEED")
    return [int(chosen)] if chosen else list(range(0, SEEDS, BLOCK))


@pytest.mark.parametrize("first", first_seeds())
def test_fault_random_runs(first: int) -> None:
    count = 1 if os.environ.get("MITHAQ_SEED") else BLOCK
    for seed in range(first, first + count):
        print(f"seed {seed}: repeat with MITHAQ_SEED={seed}")
        Run(seed).play()
