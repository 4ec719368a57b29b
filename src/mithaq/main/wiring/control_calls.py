"""What the control socket of a running service understands."""

import os
from collections.abc import Callable

from mithaq.errors import MalformedError
from mithaq.main.wiring.control import Message, pack_outcome, unpack_drafts
from mithaq.main.wiring.pull_threads import PullThreads
from mithaq.node.node import Node

APPEND_TIMEOUT_S = 60.0


class ControlCalls:
    """Handler of control messages ``{"do": name, ...}``."""

    def __init__(self, node: Node, pullers: PullThreads, reload: Callable[[], None]) -> None:
        self._node = node
        self._pullers = pullers
        self._reload = reload

    def __call__(self, message: Message) -> Message:
        """Answer one message."""
        match message.get("do"):
            case "append":
                return self._append(message)
            case "sync":
                return self._sync(message.get("origin"))
            case "reload":
                self._reload()
                return {}
            case "ping":
                return {"pid": os.getpid()}
            case _:
                raise MalformedError("control_message", "the service does not know that call")

    def _append(self, message: Message) -> Message:
        drafts = unpack_drafts(message.get("drafts"))
        outcomes = self._node.appender.submit(drafts).result(APPEND_TIMEOUT_S)
        return {"appended": [pack_outcome(outcome) for outcome in outcomes]}

    def _sync(self, origin: str | None) -> Message:
        return {"pulled": self._pullers.pull_now(origin)}
