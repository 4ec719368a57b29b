"""The index gives way while acts come in fast."""

from mithaq.main.wiring.index_thread import (
    BUSY_ACTS_PER_S,
    BUSY_SHARE,
    FLOOD_ACTS_PER_S,
    FLOOD_SHARE,
    QUIET_SHARE,
    Pace,
)


def test_fast_growth_counts_as_busy_until_it_ends() -> None:
    pace = Pace()
    size = 1_000_000
    assert pace.share(10.0, size) == QUIET_SHARE  # what was there at the start has not just come in
    size += BUSY_ACTS_PER_S * 2
    assert pace.share(11.0, size) == BUSY_SHARE
    assert pace.share(11.1, size) == BUSY_SHARE  # judged over half a second at least
    assert pace.share(12.0, size) == QUIET_SHARE


def test_a_flood_leaves_less() -> None:
    pace = Pace()
    pace.share(10.0, 0)
    assert pace.share(12.0, 2 * FLOOD_ACTS_PER_S) == BUSY_SHARE
    assert pace.share(13.0, 4 * FLOOD_ACTS_PER_S) == FLOOD_SHARE


def test_slow_growth_is_not_busy() -> None:
    pace = Pace()
    pace.share(10.0, 0)
    assert pace.share(11.0, BUSY_ACTS_PER_S) == QUIET_SHARE
