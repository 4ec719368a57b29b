"""Acts that were held because their author had applied more than this node: let go when it has too."""

from collections.abc import Sequence
from dataclasses import replace

from mithaq.core.acts.envelope import parse_envelope
from mithaq.core.federation.page import ActLine, parse_line
from mithaq.core.log.merkle import MAX_TREE_SIZE
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MithaqError, UnavailableError
from mithaq.node.node import Node
from mithaq.node.partner.apply import PageApplier
from mithaq.node.partner.causal import CausalHold
from mithaq.node.partner.page_reader import Line
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.read.projection import Projector
from mithaq.node.records import WaitingAct

ACTS_A_STEP = 256
"""Held acts read at a time."""


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
        hold, moved = CausalHold(self._node), False
        for log, size in self._node.store.followed.waits(origin).items():
            if hold.is_applied_to(log, size):
                moved = self._release_for(origin, log, hold) or moved
        return moved

    def _release_for(self, origin: Origin, log: Origin, hold: CausalHold) -> bool:
        """What waited for one log, some at a time: each is let go, or waits for another log from now on."""
        applied, followed, moved, is_more = hold.applied_to(log), self._node.store.followed, False, True
        most = TreeSize(MAX_TREE_SIZE) if applied is None else applied
        while is_more:
            with self._node.store.transaction():  # a wait ends together with the effect of its act
                held = followed.waiting_for(origin, log, most, ACTS_A_STEP)
                is_more = len(held) == ACTS_A_STEP
                free = self._take_free(held)
                if free:
                    moved = True
                    head = followed.head(origin)
                    keys = PartnerKeys(self._node, head.administration)
                    applier = PageApplier(self._node, self._projector, keys)
                    applier.apply(head, free, head.next_index, park_mismatch=True)
        return moved

    def _take_free(self, waiting: Sequence[WaitingAct]) -> list[Line]:
        """Those that wait for nothing more. A false one goes to the applier, which parks it.

        Raised from here it would stop the pull of every partner, for ever.
        """
        hold = CausalHold(self._node)
        free: list[Line] = []
        for act in waiting:
            blocked, line = None, parse_line(act.line)
            try:
                if isinstance(line, ActLine):
                    blocked = hold.blocking(parse_envelope(line.envelope))
            except UnavailableError:
                raise  # our own disk, not the act
            except MithaqError:
                pass
            if blocked is not None:
                self._node.store.followed.hold(
                    [replace(act, waiting_for=blocked[0], waiting_size=blocked[1])]
                )
                continue
            self._node.store.followed.unhold(act)
            if isinstance(line, ActLine):
                free.append((line, act.line))
        return free
