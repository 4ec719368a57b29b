"""Keeps the access log in order: tells its heads once a day, lets old months leave, takes back old alarms."""

import logging
from pathlib import Path

from mithaq.main.home import Home, load_choices
from mithaq.main.wiring.repeated import Repeated
from mithaq.node.node import Node

log = logging.getLogger("mithaq.access")

EVERY_S = 600.0


def keep_access_log(node: Node, folder: Path) -> Repeated:
    """Start; a look every ten minutes."""
    from mithaq.web.access_log.segments import read_years

    table = load_choices(Home(folder)).tables.get("access_log", {})
    years = read_years(table.get("years") if isinstance(table, dict) else None)
    return Repeated("access", lambda: _look(node, years), EVERY_S, log)


def _look(node: Node, years: int) -> None:
    from mithaq.web.access_log.heads import tell_heads
    from mithaq.web.access_log.rates import clear_old_alarms
    from mithaq.web.access_log.segments import let_old_months_leave

    tell_heads(node)
    let_old_months_leave(node, years)
    clear_old_alarms(node)
