"""The proof panel of an act: where it stands, who has cosigned that, and that it was verified here.

Spec: docs/spec 4.1, 4.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from mithaq.core.acts.proved_act import parse_proof_extra, verify_proof_file
from mithaq.core.encoding import encode_base64
from mithaq.core.keys import VerifierKey
from mithaq.core.log.checkpoint import Checkpoint, parse_checkpoint
from mithaq.core.log.cosignature import parse_cosignature, verify_cosignature
from mithaq.core.log.policy import Policy
from mithaq.core.log.proof_file import ProofFile, parse_proof_file
from mithaq.core.log.signed_note import SignatureLine, SignedNote
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError, MithaqError
from mithaq.node.node import Node
from mithaq.node.proof.proof_export import prove_act
from mithaq.node.proof.roster_keys import RosterKeys
from mithaq.node.records import ReceiptRange, SealedAct
from mithaq.web.lasting import Lasting
from mithaq.web.runtime import get_part

KEYS_KEPT_FOR: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class ShownCosignature:
    """A cosignature under the checkpoint.

    Attributes:
        is_good: whether it verified here; None when its key is of nobody on the roster.
    """

    name: str
    key_id: str
    at: datetime | None
    is_good: bool | None


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """What a partner's node said about the act."""

    recipient: str
    result: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofPanel:
    """Everything of one act that others can check.

    Attributes:
        commitment, content_hash: hex.
        note: the checkpoint with its cosignatures, verbatim; empty while nobody has cosigned one.
        tree_size, root_hash: of that checkpoint; the hash in base64.
        is_verified: whether entry, log, quorum and inclusion were verified here for this page.
        is_clear: whether the proof can be taken away.
    """

    act: SealedAct
    is_own: bool
    is_clear: bool
    commitment: str
    content_hash: str
    receipts: tuple[ShownReceipt, ...]
    note: str = ""
    tree_size: int = 0
    root_hash: str = ""
    cosignatures: tuple[ShownCosignature, ...] = ()
    is_verified: bool = False

    @property
    def stages(self) -> list[tuple[str, bool]]:
        """Stage and whether it is reached, in order."""
        return [
            ("in_log", True),
            ("published", True),
            ("cosigned", bool(self.note)),
            ("applied", any(receipt.result == "applied" for receipt in self.receipts)),
        ]


def known_keys() -> RosterKeys:
    """The keys of the roster as they were within the last seconds: for pages, not for files."""
    return get_part(_make_keys).get()


def _make_keys() -> Lasting[RosterKeys]:
    return Lasting(RosterKeys, KEYS_KEPT_FOR)


class Prover:
    """Makes proof panels and proof files. One a request."""

    def __init__(self, node: Node, keys: RosterKeys | None = None) -> None:
        self._node = node
        self._keys = RosterKeys(node) if keys is None else keys

    def policy(self, origin: Origin) -> Policy:
        """The keys that this node goes by for one log.

        Raises:
            MissingError: ``origin``, ``cosigner``.
        """
        return self._keys.policy(origin)

    def proof_file(self, act_id: str) -> ProofFile:
        """The proof of an act without its sections: these have readers of their own.

        Raises:
            MissingError: ``act``, ``not_cosigned``.
        """
        return self._prove(self._node.store.acts.by_id(act_id))

    def _prove(self, act: SealedAct) -> ProofFile:
        proof = parse_proof_file(prove_act(self._node, act).data)
        if proof.extra is None:
            return proof
        return replace(proof, extra=replace(parse_proof_extra(proof.extra), sections={}).encode())

    def panel(self, act: SealedAct, content_hash: str = "", *, is_clear: bool = True) -> ProofPanel:
        """The panel of an act; ``is_clear`` where whoever looks at it may take the proof away."""
        panel = ProofPanel(
            act=act,
            is_own=act.log == self._node.identity.origin,
            is_clear=is_clear,
            commitment=act.commitment.hex(),
            content_hash=content_hash,
            receipts=self._receipts(act),
        )
        try:
            proof = self._prove(act)
        except MissingError:
            return panel
        checkpoint = parse_checkpoint(proof.checkpoint.text)
        return replace(
            panel,
            note=proof.checkpoint.encode().decode(),
            tree_size=checkpoint.tree_size,
            root_hash=encode_base64(checkpoint.root_hash),
            cosignatures=tuple(self._cosignatures(proof.checkpoint, checkpoint)),
            is_verified=self._is_verified(proof, act.log),
        )

    def _is_verified(self, proof: ProofFile, origin: Origin) -> bool:
        now_s = int(self._node.clock.now().timestamp())
        try:
            verify_proof_file(proof, self.policy(origin), now_s=now_s)
        except MithaqError:
            return False
        return True

    def _cosignatures(self, note: SignedNote, checkpoint: Checkpoint) -> Sequence[ShownCosignature]:
        logs = {_place(key) for key in self._keys.log_keys(checkpoint.origin)}
        return [self._cosignature(note, line) for line in note.lines if _place(line) not in logs]

    def _cosignature(self, note: SignedNote, line: SignatureLine) -> ShownCosignature:
        key = next((each for each in self._keys.cosigner_keys() if _place(each) == _place(line)), None)
        at = _read_time(line)
        if key is None:
            return ShownCosignature(line.name, line.key_id.hex(), at, None)
        try:
            verify_cosignature(note.text, line, key, now_s=None)
        except MithaqError:
            return ShownCosignature(line.name, line.key_id.hex(), at, False)
        return ShownCosignature(line.name, line.key_id.hex(), at, True)

    def _receipts(self, act: SealedAct) -> tuple[ShownReceipt, ...]:
        found: dict[str, ReceiptRange] = {}
        for one in self._node.store.receipts.covering(act.log, [LeafIndex(act.leaf_index)]):
            # The first ``applied`` of each recipient counts (spec 8.6.4).
            known = found.get(one.recipient)
            if known is None or (known.result != "applied" and one.result == "applied"):
                found[one.recipient] = one
        return tuple(ShownReceipt(code, str(found[code].result), found[code].at) for code in sorted(found))


def _place(one: SignatureLine | VerifierKey) -> tuple[str, bytes]:
    return one.name, one.key_id


def _read_time(line: SignatureLine) -> datetime | None:
    """The time in a line, if it is a cosignature at all and its time one that can be written."""
    try:
        return datetime.fromtimestamp(parse_cosignature(line).at_s, UTC)
    except (MithaqError, OverflowError, ValueError, OSError):
        return None
