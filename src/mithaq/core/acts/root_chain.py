"""How trust moves from one root version to the next, and what a root says of a signed act.

Versions are taken one by one, never backwards; each carries enough root keys of the version before
and of its own. Expiry is judged only on the last, because those between are history.

Spec: docs/spec 6.2, 6.3.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from mithaq.core.acts.dsse import ACT_TYPE, ROOT_TYPE, ActSignature, sign_payload, verify_signatures
from mithaq.core.acts.revocations import Revocation
from mithaq.core.acts.roots import RIGHT_KEYS, Role, Root, RootKey, SignedRoot, parse_root, parse_signed_root
from mithaq.core.keys import SigningKey
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import RefusedError


def sign_root(payload: bytes, keys: Iterable[SigningKey]) -> SignedRoot:
    """Sign the payload of a root file with root keys of its own and of the version before.

    Raises:
        MalformedError: as ``parse_root``.
    """
    root = parse_root(payload)
    return SignedRoot(payload, tuple(sign_payload(ROOT_TYPE, payload, key) for key in keys), root)


def verify_first_root(signed: SignedRoot, pinned_sha256: bytes) -> Root:
    """Accept version 1 by its pin and its own threshold.

    Args:
        signed: as ``parse_signed_root`` gives it.
        pinned_sha256: 32 bytes, handed over out of band.

    Raises:
        RefusedError: ``root_pin``, ``root_version``, ``signature_bad`` or ``signature_missing``.
    """
    if signed.sha256 != pinned_sha256:
        raise RefusedError("root_pin", "the root file is not the one that was pinned")
    if signed.root.version != 1:
        raise RefusedError("root_version", "the pinned root file is not version 1")
    _verify_threshold(signed, signed.root)
    return signed.root


def verify_next_root(trusted: Root, signed: SignedRoot) -> Root:
    """Accept the version after a trusted one.

    Raises:
        RefusedError: ``root_version`` unless it is exactly the next; ``root_administration``;
            ``signature_bad``; ``signature_missing`` when either version's threshold is not met.
    """
    if signed.root.version != trusted.version + 1:
        raise RefusedError("root_version", f"version {trusted.version + 1} is due, not {signed.root.version}")
    if signed.root.administration != trusted.administration:
        raise RefusedError("root_administration", "the root file is of another administration")
    _verify_threshold(signed, trusted)
    _verify_threshold(signed, signed.root)
    return signed.root


def verify_root_chain(files: Iterable[bytes], pinned_sha256: bytes) -> Root:
    """Accept versions 1, 2, ... in order; give the last. Expiry is for ``check_root_expiry``.

    Args:
        files: root files as fetched, from version 1 on.
        pinned_sha256: 32 bytes over the payload of version 1.

    Raises:
        MalformedError: as ``parse_signed_root``.
        RefusedError: as ``verify_first_root`` and ``verify_next_root``; ``root_missing`` for no file.
    """
    root: Root | None = None
    for data in files:
        signed = parse_signed_root(data)
        root = verify_first_root(signed, pinned_sha256) if root is None else verify_next_root(root, signed)
    if root is None:
        raise RefusedError("root_missing", "there is no root file")
    return root


def is_root_expired(root: Root, now: datetime) -> bool:
    """Whether a root has expired at an aware time: its owner then signs nothing new; readers go on."""
    return now >= root.expires_at


def check_root_expiry(root: Root, now: datetime) -> None:
    """Stop new signing under an expired root.

    Raises:
        RefusedError: ``root_expired``.
    """
    if is_root_expired(root, now):
        raise RefusedError("root_expired", f"version {root.version} of the root has expired")


def verify_post_signature(
    envelope: bytes,
    signatures: Iterable[ActSignature],
    post: str,
    root: Root,
    leaf_index: LeafIndex,
    revocations: Mapping[str, Revocation] | None = None,
) -> RootKey:
    """Verify that the authorised post signed an act; give its key.

    Args:
        envelope: exact bytes.
        signatures: those beside the act.
        post: ``actor.post`` of the envelope.
        root: last verified root of the author.
        leaf_index: place of the act in the author's log.
        revocations: keyid -> revocation, those known now.

    Raises:
        RefusedError: ``signature_missing`` when no key of that post that is valid at this place
            signed (none, unknown, of another post, expired, revoked); ``signature_bad``.
    """
    valid = root.post_keys_at(post, TreeSize(leaf_index + 1), revocations)
    by_id = {key.keyid: key for key in valid}
    publics = {key.keyid: key.public for key in valid}
    return by_id[min(verify_signatures(ACT_TYPE, envelope, signatures, publics))]


def verify_revocation(
    envelope: bytes,
    signatures: Iterable[ActSignature],
    revocation: Revocation,
    root: Root,
    leaf_index: LeafIndex,
    revocations: Mapping[str, Revocation] | None = None,
) -> None:
    """Verify that whoever revoked a key may: the root's threshold, or another post with the right ``keys``.

    Args:
        envelope: exact bytes of the ``key.revoke`` act.
        signatures: those beside the act.
        revocation: its body.
        root: last verified root of the author.
        leaf_index: place of the act in the author's log.
        revocations: those known before.

    Raises:
        RefusedError: ``key_unknown`` for a key that the root does not name; ``signature_bad``;
            ``signature_missing``.
    """
    if all(key.keyid != revocation.keyid for key in root.all_keys()):
        raise RefusedError("key_unknown", "the revoked key is not in the root")
    given = tuple(signatures)
    officers = {
        key.keyid: key.public
        for key in root.keys_at(Role.POST, TreeSize(leaf_index + 1), revocations)
        if RIGHT_KEYS in key.rights and key.keyid != revocation.keyid
    }
    if any(signature.keyid in officers for signature in given):
        verify_signatures(ACT_TYPE, envelope, given, officers)
        return
    _verify_by_root(ACT_TYPE, envelope, given, root)


def _verify_threshold(signed: SignedRoot, by: Root) -> None:
    _verify_by_root(ROOT_TYPE, signed.payload, signed.signatures, by)


def _verify_by_root(payload_type: str, payload: bytes, given: Iterable[ActSignature], by: Root) -> None:
    entry = by.roles[Role.ROOT]
    publics = {key.keyid: key.public for key in entry.keys}
    verify_signatures(payload_type, payload, given, publics, entry.threshold)
