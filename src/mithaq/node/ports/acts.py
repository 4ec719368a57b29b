"""Acts of any log, and receipts about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.types import FIRST_LEAF, AdministrationCode, LeafIndex, Origin
from mithaq.node.records import Outcome, ReceiptRange, SealedAct, StoredAct


class ActStore(Protocol):
    """Reading acts of any log."""

    def by_id(self, act_id: str) -> SealedAct:
        """One act.

        Raises:
            MissingError: ``act``.
        """
        ...

    def at(self, log: Origin, leaf_index: LeafIndex) -> SealedAct:
        """One act by place.

        Raises:
            MissingError: ``act``.
        """
        ...

    def of_objects(self, object_ids: Iterable[str]) -> dict[str, list[SealedAct]]:
        """Every act held of these objects, published or applied, grouped."""
        ...

    def places_of(self, act_ids: Iterable[str]) -> dict[str, tuple[Origin, LeafIndex]]:
        """Where acts of these ids are held; without those that are not. Reads no content."""
        ...

    def count_of_objects(self, object_ids: Iterable[str], log: Origin) -> dict[str, int]:
        """How many later acts of these objects are held of that log. Reads no content."""
        ...

    def objects_signed_by(self, log: Origin, keyid: str, first: LeafIndex) -> list[str]:
        """Ids of objects with an act of that log, from ``first`` on, that bears a signature of that key."""
        ...

    def naming_blob(self, sha256: str, limit: int = 200) -> list[SealedAct]:
        """Acts held, of any log, that name a blob (hex SHA-256) among their attachments; the newest first."""
        ...

    def scan(self, log: Origin, first: LeafIndex = FIRST_LEAF) -> Iterator[StoredAct]:
        """Acts of one log in index order, streamed in constant memory."""
        ...

    def objects_in(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[str]:
        """Ids of objects with an act in that range that is not the only act of its object."""
        ...


class ReceiptStore(Protocol):
    """Receipts of both sides, as ranges."""

    def add(self, ranges: Sequence[ReceiptRange]) -> None:
        """Keep ranges; the same range of the same receipt twice changes nothing."""
        ...

    def covering(self, log: Origin, indexes: Iterable[LeafIndex]) -> list[ReceiptRange]:
        """Every range of that log that covers one of these indexes."""
        ...

    def covering_each(
        self, indexes: Mapping[Origin, Iterable[LeafIndex]]
    ) -> dict[Origin, list[ReceiptRange]]:
        """As ``covering``, for several logs in one look-up; every log of ``indexes`` is a key."""
        ...

    def told(self, one: ReceiptRange) -> list[tuple[LeafIndex, LeafIndex]]:
        """Spans (first, last) that meet this one, of the same result, in earlier receipts of that log."""
        ...

    def about(self, log: Origin) -> list[ReceiptRange]:
        """Every range about acts of that log, oldest receipt first."""
        ...

    def floor_at(self, log: Origin, by: AdministrationCode, leaf_index: LeafIndex) -> datetime | None:
        """Largest T among receipts by ``by`` about ``log`` with a cosigned size <= leaf_index."""
        ...

    def floors_at(
        self, asked: Sequence[tuple[Origin, AdministrationCode, LeafIndex]]
    ) -> list[datetime | None]:
        """As ``floor_at``, for several acts in one look-up, in their order."""
        ...

    def owe(self, log: Origin, outcomes: Sequence[Outcome]) -> None:
        """Remember results that a receipt must still tell the partner; written with the cursor."""
        ...

    def owed(self, log: Origin, limit: int) -> list[Outcome]:
        """Results not yet told, in index order."""
        ...

    def settle(self, log: Origin, first: LeafIndex, last: LeafIndex, result: ReceiptResult) -> None:
        """Forget the debt that a published receipt has told."""
        ...
