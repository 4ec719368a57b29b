"""The day at our seat."""

from datetime import date

from mithaq.registers.directory.rules.holders import day_at
from mithaq.web.runtime import get_node
from mithaq.web.seats import seats


def read_today() -> date:
    """By the calendar of our seat; UTC while no card says where it is."""
    node = get_node()
    zone = next((str(seat.zone) for seat in seats() if seat.code == node.identity.code), "")
    return day_at(node.clock.now(), zone)
