"""Work that a service does again and again beside everything else, on a thread of its own."""

import logging
import threading
from collections.abc import Callable

from mithaq.adapters.store.engine import close_connections
from mithaq.errors import MithaqError


class Repeated:
    """Looks, waits, and looks again until it is told to stop; the first look is after a wait too.

    Args:
        name: of the thread.
        look: one look. What could not be done waits for the next one.
        every_s: between two looks.
        log: gets what went wrong.
    """

    def __init__(self, name: str, look: Callable[[], None], every_s: float, log: logging.Logger) -> None:
        self._look = look
        self._every_s = every_s
        self._log = log
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        try:
            while not self._stopping.wait(self._every_s):
                self._try_to_look()
        finally:
            close_connections()

    def _try_to_look(self) -> None:
        try:
            self._look()
        except MithaqError as error:
            self._log.warning("what is left waits for the next look: %s", error)
        except Exception:
            self._log.exception("a look failed")
