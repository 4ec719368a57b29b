"""Reads anew what pages keep (notices of home, days ahead, who is on duty), so that no page waits for it."""

import logging
from typing import Final

from mithaq.main.wiring.repeated import Repeated

log = logging.getLogger("mithaq.facts")

EVERY_S: Final = 1.0
"""So late a page tells what was written; it costs one look-up where nothing was."""


def keep_facts() -> Repeated:
    """Start; of the node that this process serves."""
    from mithaq.web.lasting import look_after

    return Repeated("facts", look_after, EVERY_S, log)
