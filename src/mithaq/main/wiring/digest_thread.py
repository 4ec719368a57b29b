"""Tells outside of the workspace that something waits: the mails of the day and the webhook."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from mithaq.main.home import Home, load_choices
from mithaq.main.wiring.repeated import Repeated
from mithaq.node.node import Node

if TYPE_CHECKING:
    from mithaq.web.digest.choices import Webhook

log = logging.getLogger("mithaq.digest")

EVERY_S = 60.0


def tell_outside(node: Node, folder: Path) -> Repeated | None:
    """Start, a look once a minute; None for a node with neither mail nor webhook."""
    from django.conf import settings

    from mithaq.web.digest.choices import read_webhook

    webhook = read_webhook(folder, load_choices(Home(folder)).tables)
    if webhook is None and settings.MITHAQ_MAIL_HOUR is None:
        return None
    return Repeated("digest", lambda: _look(node, webhook), EVERY_S, log)


def _look(node: Node, webhook: "Webhook | None") -> None:
    from mithaq.web.digest.mailing import send_due_mails
    from mithaq.web.digest.webhook import note_events, send_calls

    send_due_mails(node)
    if webhook is not None:
        from mithaq.adapters.http.webhook import post_webhook  # a client of its own, which few nodes need

        note_events(node)
        send_calls(node, webhook, post_webhook)
