"""Cosign what is verified and applied, and tell the partner what became of its acts.

Spec: docs/spec 8.6.
"""

from collections.abc import Sequence

from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.receipts import MAX_MISSING, MAX_REASONS, Range, Receipt
from mithaq.core.log.signed_note import SignatureLine, parse_signed_note
from mithaq.core.types import AdministrationCode
from mithaq.node.clock_check import ClockCheck
from mithaq.node.draft import Draft, new_act_id
from mithaq.node.node import Node
from mithaq.node.records import FollowedHead, Outcome

RANGES_A_RECEIPT = MAX_REASONS
"""Results told in one receipt; more wait for the next. Each may need a reason."""


class Cosigner:
    """Cosigns partners' checkpoints with the ``mirror`` key and drafts the receipts."""

    def __init__(self, node: Node, clock_check: ClockCheck) -> None:
        self._node = node
        self._clock_check = clock_check

    def cosign(self, head: FollowedHead) -> tuple[Draft | None, bool]:
        """Cosign the verified head, store the line, and draft the receipt for what is owed.

        Returns:
            The draft; None when nothing is owed, or while the clock is not trusted (receipts then
            wait). And whether more is owed than it tells.
        """
        if head.frozen or not head.note or not self._clock_check.is_trusted():
            return None, False
        at_s = int(self._node.clock.now().timestamp())
        line = self._node.signer.cosign_mirror(parse_signed_note(head.note).text, at_s)
        with self._node.store.transaction():
            self._node.store.followed.add_cosignature(head.origin, head.verified_size, line, at_s)
        owed = self._node.store.receipts.owed(head.origin, RANGES_A_RECEIPT + 1)
        told = drop_repeated(owed[:RANGES_A_RECEIPT])
        draft = self._draft(head, line, at_s, told) if told else None
        return draft, len(told) < len(owed)

    def _draft(self, head: FollowedHead, line: SignatureLine, at_s: int, owed: Sequence[Outcome]) -> Draft:
        node = self._node
        gaps = sorted(node.store.followed.gaps(head.origin))
        receipt = Receipt(
            log=head.origin,
            tree_size=head.verified_size,
            root_hash=head.root_hash,
            at_s=at_s,
            cosignature=line,
            ranges=tuple(Range(one.first, one.last, one.result) for one in owed),
            missing_seq=tuple(gaps[:MAX_MISSING]),
            reasons=tuple((one.first, one.reason) for one in owed if one.reason),
        )
        return Draft(
            {
                "kind": str(Kind.RECEIPT),
                "id": new_act_id(node.clock.now(), node.entropy.random_bytes(10), node.identity.origin),
                "priority": "normal",
                "actor": node.machine_actor(),
                "body": receipt.to_body(),
            },
            tuple(sorted({head.administration, *self._known(owed[0].also_to)})),
        )

    def _known(self, also_to: str) -> list[AdministrationCode]:
        """The other recipients that this node has on its roster; to others it cannot send."""
        codes = also_to.split()
        return [code for code in self._node.store.roster.codes() if code in codes] if codes else []


def drop_repeated(owed: Sequence[Outcome]) -> list[Outcome]:
    """Results that one receipt may tell: its ranges are apart, and for one circle of readers.

    Of two about one act (``pending``, then ``applied``) the older; what is left out comes with the next.
    """
    told: list[Outcome] = []
    for one in owed:
        if one.also_to == owed[0].also_to and (not told or one.first > told[-1].last):
            told.append(one)
    return told
