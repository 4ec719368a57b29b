"""Keeps the access log in order: tells its heads once a day, lets old months leave, takes back old alarms."""

import logging
import threading
from pathlib import Path

from mithaq.adapters.store.engine import close_connections
from mithaq.errors import MithaqError
from mithaq.main.home import Home, load_choices
from mithaq.node.node import Node

log = logging.getLogger("mithaq.access")

EVERY_S = 600.0


class AccessThread:
    """Looks every ten minutes until it is told to stop; what could not be done waits for the next look."""

    def __init__(self, node: Node, folder: Path) -> None:
        from mithaq.web.access_log.segments import read_years

        table = load_choices(Home(folder)).tables.get("access_log", {})
        self._node = node
        self._years = read_years(table.get("years") if isinstance(table, dict) else None)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        try:
            while not self._stopping.wait(EVERY_S):
                try:
                    self.look()
                except MithaqError as error:
                    log.warning("the access log waits: %s", error)
                except Exception:
                    log.exception("the access log could not be kept in order")
        finally:
            close_connections()

    def look(self) -> None:
        """One look."""
        from mithaq.web.access_log.heads import tell_heads
        from mithaq.web.access_log.rates import clear_old_alarms
        from mithaq.web.access_log.segments import let_old_months_leave

        tell_heads(self._node)
        let_old_months_leave(self._node, self._years)
        clear_old_alarms(self._node)
