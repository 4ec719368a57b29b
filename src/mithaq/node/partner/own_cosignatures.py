"""What a partner cosigned of our log, asked of it: covers heads that no receipt will ever name."""

from mithaq.core.log.checkpoint import open_checkpoint
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.ports import PeerClient

ASK_EVERY_S = 0.5
"""At most two questions a second and partner."""


class OwnCosignatures:
    """Keeps ``cosigned_size`` of the own log fresh from one partner's ``heads``."""

    def __init__(self, node: Node, client: PeerClient, keys: PartnerKeys) -> None:
        self._node = node
        self._client = client
        self._keys = keys
        self._asked_s: float | None = None

    def refresh(self) -> None:
        """Ask, unless everything published is cosigned by this partner or it was asked just now."""
        own = self._node.store.own
        if own.cosigned_size(self._keys.code) >= own.head().tree_size or self._asked_lately():
            return
        data = self._client.heads(self._node.identity.origin)
        if data is not None:
            self._keep(data)

    def _asked_lately(self) -> bool:
        now_s = self._node.clock.monotonic_s()
        if self._asked_s is not None and now_s - self._asked_s < ASK_EVERY_S:
            return True
        self._asked_s = now_s
        return False

    def _keep(self, data: bytes) -> None:
        """Store the partner's good cosignatures of a checkpoint that is ours."""
        note = parse_signed_note(data)
        checkpoint = open_checkpoint(note, self._node.identity.origin, self._keys.own_log_keys())
        try:
            published = parse_signed_note(self._node.store.own.note_at(checkpoint.tree_size))
        except MissingError:
            return
        if published.text != note.text:
            return  # the restore guard judges this (spec 7.4)
        with self._node.store.transaction():
            for line, at_s in self._keys.good_cosignatures(note):
                self._node.store.own.add_cosignature(checkpoint.tree_size, line, at_s, self._keys.code)
