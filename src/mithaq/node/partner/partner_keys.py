"""The keys of one partner, from its verified root file. Never from a message, never from its log.

Spec: docs/spec 6.2, 6.3.
"""

from collections.abc import Sequence
from functools import lru_cache

from mithaq.core.acts.dsse import ActSignature
from mithaq.core.acts.envelope import Envelope
from mithaq.core.acts.kinds import Kind
from mithaq.core.acts.release_head import ReleaseHead, verify_release_head
from mithaq.core.acts.revocations import Revocation, add_revocation, parse_revocation
from mithaq.core.acts.root_chain import verify_post_signature, verify_revocation
from mithaq.core.acts.roots import Role, Root, parse_signed_root
from mithaq.core.keys import VerifierKey
from mithaq.core.log.cosignature import good_cosignatures
from mithaq.core.log.signed_note import SignatureLine, SignedNote
from mithaq.core.types import AdministrationCode, LeafIndex, TreeSize
from mithaq.errors import MissingError, RefusedError
from mithaq.node.node import Node


@lru_cache(64)
def read_root(data: bytes) -> Root:
    """Root of a stored, verified root file."""
    return parse_signed_root(data).root


def latest_root(node: Node, code: AdministrationCode) -> Root:
    """Last verified root of an administration, the own one included.

    Raises:
        MissingError: ``root``.
    """
    data = node.store.roster.last_root(code)
    if not data:
        raise MissingError("root", "no root file of that administration is known")
    return read_root(data)


class PartnerKeys:
    """Answers which key of one partner counts for what, as its root and revocations stand now."""

    def __init__(self, node: Node, code: AdministrationCode) -> None:
        self._node = node
        self.code = code
        self._fresh: dict[str, Revocation] = {}

    @property
    def root(self) -> Root:
        """Last verified root of the partner."""
        return latest_root(self._node, self.code)

    def log_keys(self, tree_size: TreeSize) -> list[VerifierKey]:
        """Keys of its log valid at a tree size."""
        return [key.to_verifier() for key in self.root.keys_at(Role.LOG, tree_size, self._revocations())]

    def own_log_keys(self) -> list[VerifierKey]:
        """Keys of our own log, to read what the partner cosigned of it."""
        return [key.to_verifier() for key in latest_root(self._node, self._node.identity.code).keys(Role.LOG)]

    def mirror_key(self, line: SignatureLine) -> VerifierKey:
        """Its ``mirror`` key that a cosignature line names.

        Raises:
            RefusedError: ``cosignature_key``; its root has none of that name and id.
        """
        for key in self.root.keys(Role.MIRROR):
            verifier = key.to_verifier()
            if (verifier.name, verifier.key_id) == (line.name, line.key_id):
                return verifier
        raise RefusedError("cosignature_key", "the cosignature is by no mirror key of this partner")

    def good_cosignatures(self, note: SignedNote) -> list[tuple[SignatureLine, int]]:
        """Its good mirror cosignatures of a checkpoint, each with its POSIX seconds."""
        keys = [key.to_verifier() for key in self.root.keys(Role.MIRROR)]
        now_s = int(self._node.clock.now().timestamp())
        return [(one.encode(), one.at_s) for one in good_cosignatures(note, keys, now_s)]

    def open_release_head(self, data: bytes) -> ReleaseHead:
        """A release head signed by its ``node`` key for us.

        Raises:
            MalformedError, RefusedError: as ``verify_release_head``.
        """
        root = self.root
        publics = [key.public for key in root.keys(Role.NODE)]
        return verify_release_head(data, publics, root.origin, self._node.identity.code)

    def check_post_signature(
        self, envelope: Envelope, data: bytes, signatures: Sequence[ActSignature], leaf_index: LeafIndex
    ) -> None:
        """The post that authorised an act signed it with a key that counts at that place.

        Raises:
            RefusedError: ``signature_missing``, ``signature_bad``.
        """
        verify_post_signature(
            data, signatures, envelope.actor.post, self.root, leaf_index, self._revocations()
        )

    def check_revocation(
        self, envelope: Envelope, data: bytes, signatures: Sequence[ActSignature], leaf_index: LeafIndex
    ) -> None:
        """A ``key.revoke`` act is by someone who may revoke that key.

        Raises:
            MalformedError: ``revocation``. RefusedError: as ``verify_revocation``.
        """
        revocation = parse_revocation(envelope.body)
        verify_revocation(data, signatures, revocation, self.root, leaf_index, self._revocations())

    def begin_page(self) -> None:
        """Forget the revocations of a page that was not stored."""
        self._fresh = {}

    def note_revocation(self, envelope: Envelope) -> None:
        """A checked revocation counts for the acts behind it, in the same page already."""
        if envelope.kind == Kind.KEY_REVOKE:
            self._fresh = add_revocation(self._fresh, parse_revocation(envelope.body))

    def keep_revocation(self, envelope: Envelope) -> None:
        """Remember a checked revocation."""
        if envelope.kind == Kind.KEY_REVOKE:
            self._node.store.roster.add_revocation(self.code, parse_revocation(envelope.body))

    def _revocations(self) -> dict[str, Revocation]:
        known = self._node.store.roster.revocations(self.code)
        for revocation in self._fresh.values():
            known = add_revocation(known, revocation)
        return known
