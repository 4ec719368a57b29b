"""Clock, chance, keys and files: what a node needs from its machine."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import RootHash, TreeSize


class Clock(Protocol):
    """Time. Injected, so that tests own it."""

    def now(self) -> datetime:
        """Aware UTC time."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never go back, for waits and back-off."""
        ...


class Entropy(Protocol):
    """Randomness. Injected, so that a seeded run repeats."""

    def random_bytes(self, count: int) -> bytes:
        """``count`` bytes fit for keys and salts."""
        ...

    def random_fraction(self) -> float:
        """A float in [0, 1) for jitter only."""
        ...


class Signer(Protocol):
    """Holds the ``log``, ``mirror``, ``witness``, ``node`` and ``post`` keys (spec 6.1).

    It keeps its own head and signs a checkpoint only if it extends that head: the caller hands over
    the leaf hashes, the signer computes the root itself.
    """

    def head(self) -> tuple[TreeSize, RootHash]:
        """Size and root of the tree signed last."""
        ...

    def sign_checkpoint(self, old_size: TreeSize, leaf_hashes: Sequence[bytes]) -> bytes:
        """Sign the checkpoint of ``old_size + len(leaf_hashes)``; answers the encoded SignedNote.

        Repeating the last call gives the same answer (a crash may fall between it and the store).

        Raises:
            ConflictError: ``signer_head``; the signer's own head is not ``old_size``.
        """
        ...

    def cosign_mirror(self, note_text: bytes, at_s: int) -> SignatureLine:
        """Cosignature/v1 of a checkpoint text with the ``mirror`` key."""
        ...

    def cosign_witness(self, note_text: bytes, at_s: int) -> SignatureLine:
        """Cosignature/v1 of a checkpoint text with the ``witness`` key."""
        ...

    def sign_release_head(self, payload: bytes) -> bytes:
        """DSSE envelope (JSON bytes) of a release head, by the ``node`` key."""
        ...

    def sign_act(self, post: str, envelope: bytes) -> tuple[str, bytes]:
        """(keyid hex, signature) over an act envelope by the key of ``post``.

        Raises:
            MissingError: ``post_key``; no key of that post is held here.
        """
        ...


class TileFiles(Protocol):
    """The immutable files of the own log: full tiles and full entry bundles (spec 7.1.4)."""

    def write_full(self, path: str, data: bytes) -> None:
        """Create a file durably without ever replacing one.

        Raises:
            ConflictError: ``tile_differs``; the name exists with other content.
            UnavailableError: ``disk``; the bytes are not on stable storage.
        """
        ...

    def sync(self) -> None:
        """Make the names written since the last call durable (directory fsync)."""
        ...

    def read(self, path: str) -> bytes:
        """Whole file.

        Raises:
            MissingError: ``tile_missing``.
        """
        ...


class NonceStore(Protocol):
    """Nonces of signed requests, shared by all processes of a node."""

    def is_fresh(self, keyid: str, nonce: str, expires_at: datetime) -> bool:
        """Take a nonce; False when it was taken before and has not expired."""
        ...
