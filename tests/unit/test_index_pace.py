"""The index gives way while acts come in fast."""

from mithaq.main.wiring.index_thread import BUSY_ACTS_PER_S, Pace


def test_fast_growth_counts_as_busy_until_it_ends() -> None:
    pace = Pace()
    size = 1_000_000
    assert not pace.is_busy(10.0, size)  # what was there at the start has not just come in
    size += BUSY_ACTS_PER_S * 2
    assert pace.is_busy(11.0, size)
    assert pace.is_busy(11.1, size)  # judged over half a second at least
    assert not pace.is_busy(12.0, size)


def test_slow_growth_is_not_busy() -> None:
    pace = Pace()
    pace.is_busy(10.0, 0)
    assert not pace.is_busy(11.0, BUSY_ACTS_PER_S)
