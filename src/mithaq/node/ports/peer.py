"""A partner over the wire."""

from collections.abc import Iterator
from typing import Protocol

from mithaq.core.types import LeafIndex, Origin, TreeSize


class PeerClient(Protocol):
    """The exchange interface of one partner, as this node calls it (spec 8.2)."""

    def checkpoint(self, after: TreeSize, wait_s: int) -> bytes | None:
        """SignedNote once larger than ``after``; None when the wait ran out."""
        ...

    def entries(self, number: int, width: int) -> bytes:
        """An entry bundle of the partner's own log."""
        ...

    def tile(self, level: int, number: int, width: int) -> bytes:
        """A hash tile of the partner's own log."""
        ...

    def release_head(self, tree_size: TreeSize) -> bytes:
        """The release head for us."""
        ...

    def acts(self, first: LeafIndex, limit: int) -> Iterator[bytes]:
        """Lines of a page of released acts, without their newline."""
        ...

    def heads(self, origin: Origin) -> bytes | None:
        """The partner's last cosigned SignedNote of that log; None when it has none."""
        ...

    def mirror_entries(self, origin: Origin, number: int, width: int) -> bytes:
        """An entry bundle of *our* log as the partner stored it."""
        ...

    def mirror_acts(self, origin: Origin, first: LeafIndex) -> Iterator[bytes]:
        """Lines of our acts that the partner holds."""
        ...

    def root(self, version: int) -> bytes | None:
        """Root file; None when there is no such version."""
        ...

    def blob_manifest(self, sha256: str) -> bytes:
        """Manifest of a blob."""
        ...

    def blob_chunk(self, sha256: str, number: int) -> bytes:
        """One chunk."""
        ...

    def hint(self, origin: Origin, tree_size: TreeSize, priority: str) -> None:
        """Wake the partner's puller; may be lost."""
        ...

    def status(self) -> bytes:
        """Versions, kinds known, limits (JSON)."""
        ...
