"""Proof file ``.tlog-proof``: one entry of a log with all that is needed to check it offline.

The line ``extra`` is opaque here and authenticated by nothing; what Mithaq writes into it, and how an
act is proved with it, is in ``mithaq.core.acts.proved_act``.

Spec: docs/spec 4.1, 4.2; c2sp.org/tlog-proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mithaq.core.encoding import encode_base64, parse_base64, parse_decimal
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from mithaq.core.log.cosignature import Cosignature, good_cosignatures
from mithaq.core.log.merkle import HASH_BYTES, MAX_PATH_HASHES, hash_leaf, verify_inclusion
from mithaq.core.log.policy import Policy
from mithaq.core.log.signed_note import SignedNote, parse_signed_note
from mithaq.core.types import LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, RefusedError

MAX_PROOF_BYTES = 4_194_304
"""4 MiB: a full envelope and its sections, twice in base64, and a full SignedNote."""

_FIRST_LINE = b"c2sp.org/tlog-proof@v1"
_EXTRA = b"extra "
_INDEX = b"index "


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof as it stands in its file. Nothing of it is verified.

    Attributes:
        extra: opaque bytes; None when there is no such line.
        leaf_index: place of the entry, from 0.
        path: at most 63 hashes of 32 bytes, from the leaf's sibling up.
        checkpoint: verbatim, with its cosignatures.
    """

    extra: bytes | None
    leaf_index: LeafIndex
    path: tuple[bytes, ...]
    checkpoint: SignedNote

    def encode(self) -> bytes:
        """The file; equal to the bytes it was parsed from.

        Raises:
            MalformedError: what ``parse_proof_file`` would refuse is not written.
        """
        lines = [_FIRST_LINE]
        if self.extra is not None:
            lines.append(_EXTRA + encode_base64(self.extra).encode())
        lines.append(_INDEX + b"%d" % self.leaf_index)
        lines += [encode_base64(node).encode() for node in self.path]
        data = b"\n".join(lines) + b"\n\n" + self.checkpoint.encode()
        if parse_proof_file(data) != self:
            raise MalformedError("proof_file", "The proof does not say what it holds.")
        return data


@dataclass(frozen=True, slots=True)
class VerifiedProof:
    """What a proof proves, once verified.

    Attributes:
        origin: of the log.
        leaf_index: place of the entry, from 0.
        tree_size, root_hash: of the checkpoint.
        cosignatures: the good ones of the policy's witnesses, each with its time.
        envelope: the act's bytes; None when only an entry was proved.
    """

    origin: Origin
    leaf_index: LeafIndex
    tree_size: TreeSize
    root_hash: RootHash
    cosignatures: tuple[Cosignature, ...]
    envelope: bytes | None = None


def parse_proof_file(data: bytes) -> ProofFile:
    """Reads a proof file. It verifies nothing.

    Raises:
        MalformedError: ``proof_too_long`` (over 4 MiB, before anything else); ``proof_file``: another
            first line, lines missing or out of order, bad base64, a hash that is not 32 bytes, over
            63 hashes; ``proof_index``, an index that is no number; or as ``parse_signed_note``.

    Spec: c2sp.org/tlog-proof, Format.
    """
    if len(data) > MAX_PROOF_BYTES:
        raise MalformedError("proof_too_long", "A proof file is at most 4 MiB.")
    head, separator, note = data.partition(b"\n\n")
    # First line, extra and index, then the hashes; counted before the lines are split.
    if not separator or head.count(b"\n") > MAX_PATH_HASHES + 2:
        raise MalformedError("proof_file", "A proof file is a head of up to 66 lines and a checkpoint.")
    first, *rest = head.split(b"\n")
    if first != _FIRST_LINE:
        raise MalformedError("proof_file", "The first line is not the one of a proof file.")
    extra = _decode(rest.pop(0)[len(_EXTRA) :]) if rest and rest[0].startswith(_EXTRA) else None
    if not rest or not rest[0].startswith(_INDEX):
        raise MalformedError("proof_file", "The index is missing, or the lines are out of order.")
    leaf_index = _parse_index(rest[0][len(_INDEX) :])
    return ProofFile(extra, leaf_index, _parse_path(rest[1:]), parse_signed_note(note))


def _parse_index(text: bytes) -> LeafIndex:
    try:
        return LeafIndex(parse_decimal(text.decode("ascii")))
    except (UnicodeDecodeError, MalformedError) as error:
        raise MalformedError("proof_index", "The index is not a number.") from error


def _parse_path(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    path = tuple(_decode(line) for line in lines)
    if len(path) > MAX_PATH_HASHES or any(len(node) != HASH_BYTES for node in path):
        raise MalformedError("proof_file", "A path is at most 63 hashes of 32 bytes.")
    return path


def _decode(text: bytes) -> bytes:
    try:
        return parse_base64(text)
    except MalformedError as error:
        raise MalformedError("proof_file", "A line of the proof is not base64.") from error


def verify_entry_proof(
    proof: ProofFile, policy: Policy | None, entry: bytes, *, now_s: int | None = None
) -> VerifiedProof:
    """Checks that an entry stands in a log that the policy trusts, under enough witnesses.

    Args:
        proof: as ``parse_proof_file`` gave it.
        policy: the caller's own; without one nothing is proved.
        entry: the bytes in the log, at most 65,535.
        now_s: our time, POSIX seconds; cosignatures over 300 s ahead do not count. None for any time.

    Raises:
        RefusedError: ``policy_missing``; ``log_untrusted``, the policy has no key of this origin; as
            ``open_checkpoint``; ``signature_bad`` or another of ``good_cosignatures``;
            ``quorum_not_met``; ``leaf_index``, not below the size; ``inclusion_proof``.
        MalformedError: ``checkpoint`` or ``note_text``; the note is no checkpoint.

    Spec: docs/spec 4.2.
    """
    if policy is None:
        raise RefusedError("policy_missing", "Without a policy no proof can be verified.")
    checkpoint, cosignatures = verify_with_policy(proof.checkpoint, policy, now_s=now_s)
    verify_inclusion(
        hash_leaf(entry), proof.leaf_index, checkpoint.tree_size, proof.path, checkpoint.root_hash
    )
    return VerifiedProof(
        checkpoint.origin, proof.leaf_index, checkpoint.tree_size, checkpoint.root_hash, cosignatures
    )


def verify_with_policy(
    note: SignedNote, policy: Policy, *, now_s: int | None = None
) -> tuple[Checkpoint, tuple[Cosignature, ...]]:
    """Checks a checkpoint by a policy: log, signature, quorum.

    Returns:
        The checkpoint and the good cosignatures of the policy's witnesses.

    Raises:
        RefusedError, MalformedError: as ``verify_entry_proof``, up to the quorum.
    """
    origin = parse_checkpoint(note.text).origin
    log_keys = policy.log_keys(origin)
    if not log_keys:
        raise RefusedError("log_untrusted", "The policy has no key of this log.")
    checkpoint = open_checkpoint(note, origin, log_keys)
    cosignatures = good_cosignatures(note, policy.witness_keys(), now_s)
    if not policy.is_met(policy.name_witnesses(cosignatures)):
        raise RefusedError("quorum_not_met", "Too few witnesses of the policy have cosigned.")
    return checkpoint, cosignatures
