"""Tells outside of the workspace that something waits: the mails of the day and the webhook."""

import logging
import threading
from pathlib import Path

from mithaq.adapters.http.webhook import post_webhook
from mithaq.adapters.store.engine import close_connections
from mithaq.main.home import Home, load_choices
from mithaq.node.node import Node

log = logging.getLogger("mithaq.digest")

EVERY_S = 60.0


class DigestThread:
    """Looks once a minute until it is told to stop; does nothing on a node with neither mail nor webhook."""

    def __init__(self, node: Node, folder: Path) -> None:
        from django.conf import settings

        from mithaq.web.digest.choices import read_webhook

        self._node = node
        self._webhook = read_webhook(folder, load_choices(Home(folder)).tables)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="digest", daemon=True)
        if self._webhook is not None or settings.MITHAQ_MAIL_HOUR is not None:
            self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        try:
            while not self._stopping.wait(EVERY_S):
                try:
                    self.look()
                except Exception:
                    log.exception("what waits could not be told")
        finally:
            close_connections()

    def look(self) -> None:
        """One look."""
        from mithaq.web.digest.mailing import send_due_mails
        from mithaq.web.digest.webhook import note_events, send_calls

        send_due_mails(self._node)
        if self._webhook is not None:
            note_events(self._node)
            send_calls(self._node, self._webhook, post_webhook)
