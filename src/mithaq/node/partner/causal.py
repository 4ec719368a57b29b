"""The causal hold: an act waits until everything its author had applied is applied here too."""

from collections.abc import Sequence

from mithaq.core.acts.envelope import Envelope, SeenHead
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MissingError, RefusedError
from mithaq.node.node import Node
from mithaq.node.partner.own_heads import OwnHeads

Blocking = tuple[Origin, TreeSize]
"""(log, size) that must be applied here first."""


class CausalHold:
    """Answers whether the heads that an act saw are applied here, as it stood when it was first asked.

    Make one for each page: it remembers what it has read.
    """

    def __init__(self, node: Node) -> None:
        self._store = node.store
        self._own_origin = node.identity.origin
        self._heads = OwnHeads(node)
        self._good: set[tuple[str, int, str]] = set()
        self._applied: dict[Origin, TreeSize | None] = {}

    def blocking(self, envelope: Envelope) -> Blocking | None:
        """What the act must wait for; None when nothing.

        Raises:
            RefusedError: ``seen_other_root``; the author saw another tree of a log that we hold.
        """
        return self._blocking(envelope.seen)

    def _blocking(self, seen: Sequence[SeenHead]) -> Blocking | None:
        for head in seen:
            key = (head.log, head.size, head.root)
            if key in self._good or head.size == 0:
                continue
            if not self._is_applied(head):
                return head.log, head.size
            self._good.add(key)
        return None

    def _is_applied(self, head: SeenHead) -> bool:
        if head.log == self._own_origin:
            if self._store.own.head().tree_size < head.size:
                return False
            self._check_root(head)
            return True
        return self.is_applied_to(head.log, head.size)

    def is_applied_to(self, log: Origin, tree_size: TreeSize) -> bool:
        """Whether all of a log up to that size is applied or parked here; True for one that we do not follow.

        An act that waits holds up only what comes after it in its log. Were the whole log held up, two
        logs that saw each other would wait for each other for ever.
        """
        if log == self._own_origin:
            return self._store.own.head().tree_size >= tree_size
        if log not in self._applied:
            self._applied[log] = self._read_applied(log)
        applied = self._applied[log]
        return applied is None or applied >= tree_size

    def _read_applied(self, log: Origin) -> TreeSize | None:
        try:
            applied = self._store.followed.head(log).next_index
        except MissingError:
            return None
        held = self._store.followed.waiting(log)
        return TreeSize(min([applied, *(act.leaf_index for act in held)]))

    def _check_root(self, head: SeenHead) -> None:
        if parse_checkpoint(self._heads.text_at(head.size)).root_hash.hex() != head.root:
            raise RefusedError("seen_other_root", "the author saw another tree of this node's log")
