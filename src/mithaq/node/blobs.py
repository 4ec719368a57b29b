"""Attachments: whole files by hash, in chunks of 1 MiB (spec 11)."""

from collections.abc import Iterator
from typing import Protocol


class Blobs(Protocol):
    """Port: sealed files of attachments."""

    def manifest(self, sha256: str) -> bytes:
        """Canonical JSON ``{sha256, size, chunk_bytes, chunks[]}``.

        Raises:
            MissingError: ``blob``.
        """
        ...

    def read_chunk(self, sha256: str, number: int) -> bytes:
        """Plain bytes of chunk ``number`` (from 0), verified against the manifest."""
        ...

    def is_whole(self, sha256: str) -> bool:
        """Whether every chunk is here and the hash of the whole agrees."""
        ...

    def add(self, chunks: Iterator[bytes]) -> tuple[str, int]:
        """Store a new file; answers (sha256 hex, size in bytes)."""
        ...

    def begin(self, manifest: bytes, owner: str = "") -> list[int]:
        """Prepare to receive a file; answers the numbers of the chunks still missing (resume).

        ``owner`` is whose quota it counts against.
        """
        ...

    def write_chunk(self, sha256: str, number: int, data: bytes) -> None:
        """Store one chunk.

        Raises:
            MalformedError: ``blob_chunk``; its hash is not the manifest's.
        """
        ...

    def delete(self, sha256: str) -> None:
        """Remove a file and destroy its data key."""
        ...
