"""Two officers end the guard of a restored node, because a partner stays silent.

They take a risk: the silent one may hold acts of this log that the backup lacks, and then two histories of
it exist. What they saw of that risk, and why they went on, is signed by both and stands in the log.

Spec: docs/spec 7.4.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mithaq.core.acts.dsse import ACT_TYPE, ActSignature, verify_signatures
from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.roots import RIGHT_KEYS
from mithaq.core.encoding import JsonObject, encode_base64, encode_canonical, format_time
from mithaq.core.types import TreeSize
from mithaq.errors import ConflictError, MalformedError, NotAllowedError
from mithaq.node.draft import Draft, new_act_id
from mithaq.node.node import Appended, Node
from mithaq.node.partner.partner_keys import latest_root
from mithaq.node.restore.restore_guard import BACKUP_GENERATION, RestoreGuard

OFFICERS = 2
MOST_REASON = 1_000
EVIDENCE = "guard_ended"


@dataclass(frozen=True, slots=True)
class ForkRisk:
    """What officers are shown before they end the guard.

    Attributes:
        tree_size: of the log as it was restored; the next act gets this index.
        signed_size: that the signer knows to have signed; equal to ``tree_size``, or the guard stays.
        silent: codes of the partners that may hold more.
        cosigned: largest size that each of them had cosigned, as far as the backup knows.
    """

    tree_size: TreeSize
    signed_size: TreeSize
    silent: Sequence[str]
    cosigned: Sequence[TreeSize]


def show_risk(node: Node, guard: RestoreGuard) -> ForkRisk:
    """What may go wrong if the guard is ended now.

    Raises:
        ConflictError: ``guard``; it is open, or closed by more than silence, which nobody may overrule.
    """
    if not guard.is_closed or not guard.silent:
        raise ConflictError("guard", "the guard waits for more than an answer, or it is open")
    own, codes = node.store.own, set(node.store.roster.codes())
    known = [code for code in codes if code in guard.silent]
    return ForkRisk(
        own.head().tree_size,
        node.signer.head()[0],
        guard.silent,
        [own.cosigned_size(code) for code in sorted(known)],
    )


def end_guard(node: Node, guard: RestoreGuard, posts: Sequence[str], reason: str) -> Appended:
    """End the guard in the name of two officers; their statement is kept and appended to the log.

    Args:
        node: the restored node.
        guard: its guard, after a ``check``.
        posts: two posts with the right ``keys``, whose keys the signer holds.
        reason: for people, at most 1,000 characters.

    Raises:
        ConflictError: ``guard``, as ``show_risk``.
        MalformedError: ``bad_reason``. NotAllowedError: ``not_officers``. MissingError: ``post_key``.
    """
    risk = show_risk(node, guard)
    if not 1 <= len(reason.strip()) <= MOST_REASON:
        raise MalformedError("bad_reason", "say why, in at most 1,000 characters")
    if len(set(posts)) != OFFICERS or len(posts) != OFFICERS:
        raise NotAllowedError("not_officers", "two officers end the guard together")
    said = _describe(node, risk, reason)
    statements = [_sign(node, post, {**said, "actor": {"post": post, "holder": "officer"}}) for post in posts]
    node.store.alarms.keep_evidence(
        node.identity.origin, EVIDENCE, [encode_canonical(statement) for statement in statements]
    )
    guard.open()
    return node.append([_draft(node, statements)])[0]


def _describe(node: Node, risk: ForkRisk, reason: str) -> JsonObject:
    return {
        "v": 1,
        "kind": "guard.end",
        "log": node.identity.origin,
        "generation": node.store.settings.get(BACKUP_GENERATION) or "",
        "size": risk.tree_size,
        "root": node.store.own.head().root_hash.hex(),
        "silent": list(risk.silent),
        "reason": reason,
        "at": format_time(node.clock.now()),
    }


def _sign(node: Node, post: str, statement: JsonObject) -> JsonObject:
    """The statement with the signature of one officer, checked against the own root."""
    payload = encode_canonical(statement)
    keyid, sig = node.signer.sign_act(post, payload)
    root, size = latest_root(node, node.identity.code), node.store.own.head().tree_size
    revoked = node.store.roster.revocations(node.identity.code)
    keys = root.post_keys_at(post, TreeSize(size + 1), revoked)
    officers = {key.keyid: key.public for key in keys if RIGHT_KEYS in key.rights}
    if keyid not in officers:
        raise NotAllowedError("not_officers", "an officer is a post with the right 'keys'")
    verify_signatures(ACT_TYPE, payload, [ActSignature(keyid, sig)], officers)
    return {**statement, "keyid": keyid, "sig": encode_base64(sig)}


def _draft(node: Node, statements: Sequence[JsonObject]) -> Draft:
    fields = {
        "kind": str(Kind.NOOP),
        "id": new_act_id(node.clock.now(), node.entropy.random_bytes(10), node.identity.origin),
        "priority": "normal",
        "actor": node.machine_actor(),
        "body": {EVIDENCE: list(statements)},
    }
    return Draft(fields)
