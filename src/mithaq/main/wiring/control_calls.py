"""What the control socket of a running service understands."""

import os
from collections.abc import Callable
from typing import Any

from mithaq.errors import MalformedError, MithaqError
from mithaq.main.wiring.control import Message, pack_error, unpack_draft
from mithaq.main.wiring.pull_threads import PullThreads
from mithaq.node.draft import check_draft
from mithaq.node.node import Node
from mithaq.node.submit import Desk

APPEND_TIMEOUT_S = 60.0


class ControlCalls:
    """Handler of control messages ``{"do": name, ...}``."""

    def __init__(self, node: Node, pullers: PullThreads, reload: Callable[[], None]) -> None:
        self._node = node
        self._pullers = pullers
        self._reload = reload
        self._desk = Desk(node)

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
        drafts = [unpack_draft(one) for one in message["drafts"]]
        context = self._desk.context()
        for draft in drafts:
            check_draft(draft, context)
        futures = self._node.appender.submit(drafts)
        return {"appended": [self._outcome(future) for future in futures]}

    def _outcome(self, future: Any) -> Message:
        try:
            appended = future.result(APPEND_TIMEOUT_S)
        except MithaqError as error:
            return {"error": pack_error(error)}
        return {"id": appended.act_id, "leaf_index": appended.leaf_index, "tree_size": appended.tree_size}

    def _sync(self, origin: str | None) -> Message:
        return {"pulled": self._pullers.pull_now(origin)}
