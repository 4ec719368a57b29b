"""The causal hold: an act waits until everything its author had applied is applied here too."""

from collections.abc import Sequence

from mithaq.core.acts.envelope import Envelope, SeenHead
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.types import Origin, TreeSize
from mithaq.errors import MissingError, RefusedError
from mithaq.node.ports import Store

Blocking = tuple[Origin, TreeSize]
"""(log, size) that must be applied here first."""


class CausalHold:
    """Answers whether the heads that an act saw are applied here. Remembers good heads of one page."""

    def __init__(self, store: Store, own_origin: Origin) -> None:
        self._store = store
        self._own_origin = own_origin
        self._good: set[tuple[str, int, str]] = set()

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
            own = self._store.own.head()
            if own.tree_size < head.size:
                return False
            self._check_root(head)
            return True
        try:
            followed = self._store.followed.head(head.log)
        except MissingError:
            return True  # not a log that we follow
        return followed.applied_size >= head.size

    def _check_root(self, head: SeenHead) -> None:
        try:
            note = self._store.own.note_at(head.size)
        except MissingError:
            raise RefusedError("seen_unknown_head", "the author saw a head that this node never published") from None
        if parse_checkpoint(parse_signed_note(note).text).root_hash.hex() != head.root:
            raise RefusedError("seen_other_root", "the author saw another tree of this node's log")
