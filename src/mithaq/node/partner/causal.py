"""The causal hold: an act waits until everything its author had applied is applied here too."""

from collections.abc import Sequence

from mithaq.core.acts.envelope import Envelope, SeenHead
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MissingError, RefusedError
from mithaq.node.node import Node
from mithaq.node.partner.followed_roots import FollowedRoots
from mithaq.node.partner.own_heads import OwnHeads
from mithaq.node.ports import FollowedStore

MOST_HELD_ACTS = 4_096
MOST_HELD_BYTES = 32 * 2**20
"""Acts of one log that may be held at once, and bytes of their lines. Then that log is read no further until
some may go; it has ``seen`` what it waits for, so its next acts would have to wait as well."""

Blocking = tuple[Origin, TreeSize]
"""(log, size) that must be applied here first."""


class HoldRoom:
    """Room for acts of one log that have to wait."""

    def __init__(self, followed: FollowedStore, origin: Origin) -> None:
        acts, size = followed.count_waiting(origin)
        self._acts, self._bytes = MOST_HELD_ACTS - acts, MOST_HELD_BYTES - size

    def take(self, size: int) -> bool:
        """Take the place of one act of so many bytes, if there is one."""
        self._acts -= 1
        self._bytes -= size
        return self._acts >= 0 and self._bytes >= 0


class SeenOtherRoot(RefusedError):
    """The author saw another tree of a log that is held here."""

    log: Origin


class CausalHold:
    """Answers whether the heads that an act saw are applied here, as it stood when it was first asked.

    Make one for each page: it remembers what it has read.
    """

    def __init__(self, node: Node, roots: FollowedRoots | None = None) -> None:
        self._store = node.store
        self._own_origin = node.identity.origin
        self._roots = roots or FollowedRoots(node.store.followed)
        self._heads = OwnHeads(node)
        self._good: set[tuple[str, int, str]] = set()
        self._applied: dict[Origin, TreeSize | None] = {}

    def blocking(self, envelope: Envelope) -> Blocking | None:
        """What the act must wait for; None when nothing.

        Raises:
            SeenOtherRoot: ``seen_other_root``.
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
        if not self.is_applied_to(head.log, head.size):
            return False
        self._check_root(head)
        return True

    def is_applied_to(self, log: Origin, tree_size: TreeSize) -> bool:
        """Whether all of a log up to that size is applied or parked here; True for one that we do not follow.

        An act that waits holds up only what comes after it in its log. Were the whole log held up, two
        logs that saw each other would wait for each other for ever.
        """
        applied = self.applied_to(log)
        return applied is None or applied >= tree_size

    def applied_to(self, log: Origin) -> TreeSize | None:
        """Size up to which all of a log is applied or parked here; None for one that we do not follow."""
        if log == self._own_origin:
            return self._store.own.head().tree_size
        if log not in self._applied:
            self._applied[log] = self._read_applied(log)
        return self._applied[log]

    def _read_applied(self, log: Origin) -> TreeSize | None:
        try:
            applied = self._store.followed.head(log).next_index
        except MissingError:
            return None
        held = self._store.followed.first_waiting(log)
        return TreeSize(applied if held is None else min(applied, held))

    def _check_root(self, head: SeenHead) -> None:
        if head.log == self._own_origin:
            root = parse_checkpoint(self._heads.text_at(head.size)).root_hash
        elif self.applied_to(head.log) is not None:
            root = self._roots.root_at(head.log, head.size)
        else:
            return
        if root.hex() != head.root:
            error = SeenOtherRoot("seen_other_root", "the author saw another tree of a log that is held here")
            error.log = head.log
            raise error
