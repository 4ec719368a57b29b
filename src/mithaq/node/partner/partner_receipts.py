"""Receipts that a partner sends about our log: checked like any act, their cosignature kept as truth."""

from mithaq.core.acts.envelope import Envelope
from mithaq.core.acts.receipts import Receipt, parse_receipt
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.cosignature import verify_cosignature
from mithaq.errors import MissingError, RefusedError
from mithaq.node.node import Node
from mithaq.node.partner.own_heads import OwnHeads
from mithaq.node.partner.partner_keys import PartnerKeys


class PartnerReceipts:
    """Judges receipts of one partner."""

    def __init__(self, node: Node, keys: PartnerKeys) -> None:
        self._node = node
        self._keys = keys
        self._heads = OwnHeads(node)

    def check(self, envelope: Envelope) -> None:
        """A receipt about our log must cosign a checkpoint that we published.

        Raises:
            MalformedError: not a receipt body.
            MissingError: ``checkpoint_missing``; our log was never of that size.
            RefusedError: ``receipt_root``, ``signature_bad`` and what ``verify_cosignature`` says.
        """
        receipt = parse_receipt(envelope.body)
        if receipt.log != self._node.identity.origin:
            return
        text = self._own_text(receipt)
        key = self._keys.mirror_key(receipt.cosignature)
        # A cosignature far in the future is evidence of a wrong clock, not of a wrong record.
        verify_cosignature(text, receipt.cosignature, key, now_s=None)

    def keep_cosignature(self, envelope: Envelope) -> None:
        """Store the cosignature of a checked receipt beside our checkpoint, if that is still here."""
        receipt = parse_receipt(envelope.body)
        own = self._node.store.own
        if receipt.log != self._node.identity.origin:
            return
        try:
            own.note_at(receipt.tree_size)
        except MissingError:
            return
        own.add_cosignature(receipt.tree_size, receipt.cosignature, receipt.at_s, envelope.author)

    def _own_text(self, receipt: Receipt) -> bytes:
        text = self._heads.text_at(receipt.tree_size)
        if parse_checkpoint(text).root_hash != receipt.root_hash:
            raise RefusedError("receipt_root", "the receipt names another root than the one published")
        return text
