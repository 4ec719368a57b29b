"""Partner logs, and what was cosigned as a witness."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.node.records import FollowedHead, ParkedAct, SealedAct, StoredAct, WaitingAct, WantedBlob


class FollowedStore(Protocol):
    """Partner logs as this node holds them."""

    def heads(self) -> list[FollowedHead]:
        """Every followed log, sorted by origin."""
        ...

    def head(self, origin: Origin, *, lock: bool = False) -> FollowedHead:
        """One followed log.

        Raises:
            MissingError: ``origin``; this node does not follow it.
        """
        ...

    def add(self, head: FollowedHead) -> None:
        """Start to follow a log."""
        ...

    def save(self, head: FollowedHead) -> None:
        """Replace the head and cursor."""
        ...

    def bundle(self, origin: Origin, number: int) -> bytes:
        """Stored bundle (up to 256 encoded entries); b"" when none is stored yet."""
        ...

    def save_bundles(self, origin: Origin, bundles: Mapping[int, bytes]) -> None:
        """Store whole or partial bundles by number, in the place of what is there."""
        ...

    def add_head(self, origin: Origin, tree_size: TreeSize, root_hash: RootHash, note: bytes) -> None:
        """Keep a verified checkpoint verbatim."""
        ...

    def root_at(self, origin: Origin, tree_size: TreeSize) -> RootHash | None:
        """Root of a verified checkpoint of exactly that size; None when none was kept."""
        ...

    def add_cosignature(self, origin: Origin, tree_size: TreeSize, line: SignatureLine, at_s: int) -> None:
        """Keep our own cosignature of a partner's checkpoint, stored before it is given out."""
        ...

    def cosigned(self, origin: Origin) -> tuple[TreeSize, bytes]:
        """Last checkpoint of that log that we cosigned, with our lines; (0, b"") before the first."""
        ...

    def add_acts(self, acts: Sequence[SealedAct]) -> None:
        """Insert verified acts of a partner."""
        ...

    def add_disclosed(self, act: SealedAct) -> None:
        """Insert an older act that was disclosed later; nothing changes when it is held already."""
        ...

    def remove_act(self, origin: Origin, leaf_index: LeafIndex) -> None:
        """Forget an act, with its sections, wants and the ranges of a receipt: another one has its id."""
        ...

    def acts_from(self, origin: Origin, first: LeafIndex, limit: int) -> list[StoredAct]:
        """Acts of that log held here, in index order (the mirror endpoint)."""
        ...

    def park(self, parked: Sequence[ParkedAct]) -> None:
        """Keep unusable acts with their reasons."""
        ...

    def count_parked(self, origin: Origin | None = None) -> int:
        """How many acts are parked."""
        ...

    def parked(self, origin: Origin | None = None) -> list[ParkedAct]:
        """Parked acts, in index order."""
        ...

    def unpark(self, origin: Origin, indexes: Iterable[LeafIndex]) -> None:
        """Forget what was parked at these leaves: the true act has come since."""
        ...

    def hold(self, waiting: Sequence[WaitingAct]) -> None:
        """Keep acts that wait for another log; one that is held already waits for that from now on."""
        ...

    def waiting(self, origin: Origin | None = None) -> list[WaitingAct]:
        """Acts that wait, in index order, all with their lines. For few; not for every pull."""
        ...

    def count_waiting(self, origin: Origin | None = None) -> tuple[int, int]:
        """How many acts wait, and the bytes of their lines."""
        ...

    def first_waiting(self, origin: Origin) -> LeafIndex | None:
        """Place of the first act of that log that waits."""
        ...

    def waits(self, origin: Origin) -> dict[Origin, TreeSize]:
        """Logs that acts of ``origin`` wait for, each with the smallest size that one waits for."""
        ...

    def waiting_for(self, origin: Origin, log: Origin, most: TreeSize, limit: int) -> list[WaitingAct]:
        """The first acts of ``origin`` that wait for ``log`` up to the size ``most``, in index order."""
        ...

    def unhold(self, waiting: WaitingAct) -> None:
        """Forget a wait that is over."""
        ...

    def want_blobs(self, origin: Origin, wanted: Sequence[WantedBlob]) -> None:
        """Remember attachments to fetch."""
        ...

    def wanted_blobs(self, origin: Origin) -> list[WantedBlob]:
        """Attachments still to fetch, oldest act first."""
        ...

    def blob_arrived(self, origin: Origin, sha256: str) -> list[LeafIndex]:
        """Forget that want; answers the acts of that log that want nothing more because of it."""
        ...

    def forget_blob(self, origin: Origin, sha256: str) -> None:
        """Give that attachment up; its acts stay ``pending``."""
        ...

    def set_gaps(self, origin: Origin, missing: Iterable[int]) -> None:
        """Replace the numbers known to be missing from that log; keeps the polls of the ones that stay."""
        ...

    def gaps(self, origin: Origin) -> dict[int, int]:
        """Missing number -> polls since it was first missed."""
        ...

    def incomplete(self) -> list[AdministrationCode]:
        """Administrations of whose followed log a number is missing, sorted."""
        ...


class WitnessStore(Protocol):
    """What this node last cosigned as a witness, by origin; apart from what it mirrors (spec 3.2.5)."""

    def last(self, origin: Origin) -> bytes:
        """The note as ``replace`` stored it; b"" before the first."""
        ...

    def replace(self, origin: Origin, old: bytes, new: bytes) -> bool:
        """Store ``new`` durably in the place of ``old``; False, and no change, when another is stored by now.

        Args:
            origin: of the log.
            old: what ``last`` gave; b"" for none.
            new: the note to keep.
        """
        ...
