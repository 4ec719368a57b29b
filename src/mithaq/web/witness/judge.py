"""Whether this node cosigns a checkpoint that somebody brought; and what it keeps of it.

Spec: docs/spec 3.2, 8.8; c2sp.org/tlog-witness.
"""

from collections.abc import Sequence
from typing import Final

from mithaq.core.keys import VerifierKey
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.signed_note import SignatureLine, SignedNote, parse_signed_note
from mithaq.core.types import Origin
from mithaq.core.witness import TEXT_TYPE, AddCheckpoint, Decision, decide
from mithaq.errors import MissingError, RefusedError, UnavailableError
from mithaq.node import clock_check
from mithaq.node.node import Node
from mithaq.node.partner.equivocation import Equivocation
from mithaq.node.partner.partner_keys import PartnerKeys
from mithaq.node.records import FollowedHead
from mithaq.node.restore.restore_guard import MODE

MAX_TRIES: Final = 8
EVIDENCE: Final = "witness"


def find_head(node: Node, origin: Origin) -> FollowedHead | None:
    """The followed log of that name; None for a log that is not on the roster."""
    return next((head for head in node.store.followed.heads() if head.origin == origin), None)


def judge(node: Node, asked: AddCheckpoint) -> Decision:
    """Decides, and stores before it answers: no cosignature leaves without the note that backs it.

    Raises:
        RefusedError: ``origin_frozen``; two histories of that log are known.
        UnavailableError: ``read_only`` after a restore, ``clock_not_trusted``, ``witness_busy``.
    """
    head = find_head(node, asked.origin)
    keys = _log_keys(node, head, asked)
    if head is not None and not keys:
        # A log we know, at a size for which none of its keys counts: that is not "unknown".
        return Decision(403, TEXT_TYPE, b"signature_missing\n", "signature_missing")
    if head is not None:
        _check_may_cosign(node, head)
    for _ in range(MAX_TRIES):
        stored = node.store.witnessed.last(asked.origin)
        last = parse_signed_note(stored) if stored else None
        decision = decide(asked, last, keys, lambda text: _cosign(node, text))
        if decision.store is None:
            if head is not None and decision.evidence is not None:
                _keep_evidence(node, head, last, _strip(decision.evidence, keys))
            return decision
        if node.store.witnessed.replace(asked.origin, stored, decision.store.encode()):
            return decision
    raise UnavailableError("witness_busy", "Others bring checkpoints of this log at the same time.", 1)


def _log_keys(node: Node, head: FollowedHead | None, asked: AddCheckpoint) -> Sequence[VerifierKey]:
    if head is None:
        return ()
    try:
        return PartnerKeys(node, head.administration).log_keys(asked.checkpoint.tree_size)
    except MissingError:
        return ()  # Its root file is not here yet.


def _check_may_cosign(node: Node, head: FollowedHead) -> None:
    if head.frozen:
        raise RefusedError("origin_frozen", "Two histories of this log are known: it is not cosigned.")
    if node.store.settings.get(MODE) is not None:
        # What was cosigned after the backup is not known yet, so nothing can be said about history.
        raise UnavailableError("read_only", "The node is read-only after a restore.", 60)
    if any((one.code, one.subject) == (clock_check.ALARM, "own") for one in node.store.alarms.alarms()):
        raise UnavailableError("clock_not_trusted", "The clock of the node is not trusted.", 60)


def _cosign(node: Node, text: bytes) -> Sequence[SignatureLine]:
    return (node.signer.cosign_witness(text, int(node.clock.now().timestamp())),)


def _strip(note: SignedNote, keys: Sequence[VerifierKey]) -> SignedNote:
    """Only the lines of the log: whoever submits could fill our store with notes that differ in others."""
    known = {(key.name, key.key_id) for key in keys}
    return SignedNote(note.text, tuple(line for line in note.lines if (line.name, line.key_id) in known))


def _keep_evidence(node: Node, head: FollowedHead, last: SignedNote | None, new: SignedNote) -> None:
    """Two roots of one size are two histories. A bad proof alone is not: anyone may bring one."""
    notes = [] if last is None else [last.encode()]
    if last is not None:
        old, now = parse_checkpoint(last.text), parse_checkpoint(new.text)
        if old.tree_size == now.tree_size and old.root_hash != now.root_hash:
            Equivocation(node).report(head, [*notes, new.encode()])
            return
    node.store.alarms.keep_evidence(head.origin, EVIDENCE, [*notes, new.encode()])
