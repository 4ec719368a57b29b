"""Acts that were held because their author had applied more than this node: let go when it has too."""

from collections.abc import Sequence

from mithaq.core.acts.envelope import parse_envelope
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.types import Origin
from mithaq.errors import MithaqError, UnavailableError
from mithaq.node.node import Node
from mithaq.node.partner.apply import PageApplier
from mithaq.node.partner.causal import CausalHold
from mithaq.node.partner.page_reader import Line
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.read.projection import Projector
from mithaq.node.records import WaitingAct


class WaitingActs:
    """The acts of all partners' logs that wait for one another."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._projector = Projector(node.store, node.registry, node.identity.code)

    def release(self) -> None:
        """Apply, in order, every held act whose wait is over, until none is left that could go.

        Two logs that saw each other by turns let one another go step by step; so all are looked at
        again after each step, and it does not take a poll for each.
        """
        followed = self._node.store.followed
        moved = True
        while moved:
            moved = sum(self._release_log(head.origin) for head in followed.heads()) > 0

    def _release_log(self, origin: Origin) -> bool:
        """Let go what may go of one log; answers whether anything went."""
        if not self._node.store.followed.waiting(origin):
            return False
        with self._node.store.transaction():  # a wait ends together with the effect of its act
            free = self._take_free(self._node.store.followed.waiting(origin))
            if free:
                head = self._node.store.followed.head(origin)
                keys = PartnerKeys(self._node, head.administration)
                applier = PageApplier(self._node, self._projector, keys)
                applier.apply(head, free, head.next_index, park_mismatch=True)
        return bool(free)

    def _take_free(self, waiting: Sequence[WaitingAct]) -> list[Line]:
        hold = CausalHold(self._node)
        free: list[Line] = []
        for act in waiting:
            if not hold.is_applied_to(act.waiting_for, act.waiting_size):
                continue
            line = parse_line(act.line)
            if isinstance(line, ActLine) and not self._is_blocked(line, hold):
                free.append((line, act.line))
                self._node.store.followed.unhold(act)
        return free

    def _is_blocked(self, line: ActLine, hold: CausalHold) -> bool:
        """Whether it must go on waiting. A false one goes to the applier, which parks it.

        Raised from here it would stop the pull of every partner, for ever.
        """
        try:
            return hold.blocking(parse_envelope(line.envelope)) is not None
        except UnavailableError:
            raise  # our own disk, not the act
        except MithaqError:
            return False
