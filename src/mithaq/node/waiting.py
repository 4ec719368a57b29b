"""Acts that were held because their author had applied more than this node: let go when it has too."""

from collections.abc import Sequence

from mithaq.core.acts.envelope import parse_envelope
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.types import Origin
from mithaq.node.apply import Line, PageApplier
from mithaq.node.causal import CausalHold
from mithaq.node.node import Node
from mithaq.node.records import WaitingAct


class WaitingActs:
    """The waiting list of one partner's log."""

    def __init__(self, node: Node, applier: PageApplier) -> None:
        self._node = node
        self._applier = applier

    def release(self, origin: Origin) -> None:
        """Apply, in order, every held act whose wait is over."""
        waiting = self._node.store.followed.waiting(origin)
        if not waiting:
            return
        with self._node.store.transaction():  # a wait ends together with the effect of its act
            free = self._take_free(waiting)
            if free:
                head = self._node.store.followed.head(origin)
                self._applier.apply(head, free, head.next_index, park_mismatch=True)

    def _take_free(self, waiting: Sequence[WaitingAct]) -> list[Line]:
        hold = CausalHold(self._node.store, self._node.identity.origin)
        free: list[Line] = []
        for act in waiting:
            line = parse_line(act.line)
            if isinstance(line, ActLine) and hold.blocking(parse_envelope(line.envelope)) is None:
                free.append((line, act.line))
                self._node.store.followed.unhold(act)
        return free
