"""The own log and what it gave out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import AdministrationCode, LeafIndex, TreeSize
from mithaq.node.records import OwnHead, Release, SealedAct, StoredAct


class OwnLogStore(Protocol):
    """The own log: acts, releases, checkpoints. One sequencer writes it."""

    def head(self, *, lock: bool = False) -> OwnHead:
        """The head; with ``lock`` under the row lock of the running transaction."""
        ...

    def next_seqs(self, codes: Iterable[AdministrationCode]) -> dict[AdministrationCode, int]:
        """Next free ``to.seq`` for each recipient, from 1."""
        ...

    def add_acts(self, acts: Sequence[SealedAct], releases: Sequence[Release]) -> None:
        """Insert acts above the head with their releases (transaction A)."""
        ...

    def restore_acts(
        self,
        acts: Sequence[SealedAct],
        releases: Sequence[Release],
        lost: Mapping[LeafIndex, bytes],
        next_index: LeafIndex,
    ) -> None:
        """Take back acts that a partner kept; ``lost`` gives the commitments of those nobody kept."""
        ...

    def read_committed(self, first: LeafIndex, count: int) -> list[tuple[bytes, bytes, bytes]]:
        """(commitment, salt, envelope) of acts ``first ..``, read back from the database."""
        ...

    def acts_from(self, first: LeafIndex, count: int) -> list[SealedAct]:
        """Acts ``first ..``, read; above the head too (recovery)."""
        ...

    def publish(self, old: OwnHead, new: OwnHead, release_heads: Mapping[AdministrationCode, bytes]) -> None:
        """Store a checkpoint and its release heads with compare-and-swap on (size, root) (transaction B).

        Raises:
            ConflictError: ``head_moved``; another sequencer wrote.
        """
        ...

    def checkpoint_covering(self, leaf_index: LeafIndex) -> tuple[TreeSize, bytes]:
        """First cosigned checkpoint over that index: (size, SignedNote with cosignatures).

        Raises:
            MissingError: ``not_cosigned``.
        """
        ...

    def latest_checkpoint(self) -> tuple[TreeSize, bytes]:
        """Last published checkpoint with every cosignature known; (0, b"") before the first."""
        ...

    def note_at(self, tree_size: TreeSize) -> bytes:
        """The checkpoint published at exactly that size, with its cosignatures.

        Raises:
            MissingError: ``checkpoint_missing``; none was published at that size.
        """
        ...

    def release_head(self, administration: AdministrationCode, tree_size: TreeSize) -> bytes:
        """Release head published with that checkpoint for that partner.

        Raises:
            MissingError: ``no_release_head``.
        """
        ...

    def last_seq(self, administration: AdministrationCode, below: TreeSize) -> int:
        """Number of the last act released to that partner under that size; 0 when none."""
        ...

    def released(
        self, administration: AdministrationCode, first: LeafIndex, below: TreeSize, limit: int
    ) -> list[StoredAct]:
        """Acts released to that partner from ``first`` up to ``below``, in index order."""
        ...

    def is_blob_released(self, administration: AdministrationCode, sha256: str) -> bool:
        """Whether a published act released to that partner names the blob (hex SHA-256)."""
        ...

    def add_cosignature(
        self, tree_size: TreeSize, line: SignatureLine, at_s: int, by: AdministrationCode
    ) -> None:
        """Keep a verified cosignature of an own checkpoint; repeating it changes nothing."""
        ...

    def cosigned_size(self, administration: AdministrationCode | None = None) -> TreeSize:
        """Largest own size cosigned by that partner, or by any."""
        ...
