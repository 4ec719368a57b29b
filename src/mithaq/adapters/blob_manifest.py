"""Manifest of an attachment: its hash, size and the hash of each chunk.

Spec: docs/spec 11.
"""

import math
from dataclasses import dataclass

import orjson

from mithaq.core.encoding import JsonValue, parse_canonical, parse_hex
from mithaq.errors import MalformedError

CHUNK_BYTES = 1_048_576
MAX_BLOB_BYTES = 4 * 2**30
MAX_CHUNKS = MAX_BLOB_BYTES // CHUNK_BYTES
MAX_MANIFEST_BYTES = 524_288
"""4,096 hashes in hex are 274,432 bytes: a manifest of the largest file is above the limit of an act."""


@dataclass(frozen=True, slots=True)
class BlobManifest:
    """What a file must be.

    Attributes:
        sha256: hex, of the whole.
        size: bytes, 0..4 GiB.
        chunks: hex SHA-256 of each chunk of 1 MiB; the last one may be shorter.
    """

    sha256: str
    size: int
    chunks: tuple[str, ...]

    def chunk_bytes(self, number: int) -> int:
        """Length of chunk ``number`` (from 0)."""
        return min(CHUNK_BYTES, self.size - number * CHUNK_BYTES)

    def encode(self) -> bytes:
        """Canonical JSON ``{chunk_bytes, chunks[], sha256, size}``."""
        # Not by ``encode_canonical``, whose limit is the one of an act; hex, integers and sorted keys
        # are canonical as they are.
        fields = {"sha256": self.sha256, "size": self.size, "chunk_bytes": CHUNK_BYTES, "chunks": self.chunks}
        return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def parse_blob_manifest(data: bytes) -> BlobManifest:
    """Reads a manifest. Unknown fields are passed over.

    Raises:
        MalformedError: ``blob_manifest``; no canonical JSON, a field missing or of another form,
            another chunk length, a count of chunks that is not of the size, a size over 4 GiB.
    """
    try:
        fields = parse_canonical(data, max_bytes=MAX_MANIFEST_BYTES)
        size, chunks = fields["size"], fields["chunks"]
        if fields["chunk_bytes"] != CHUNK_BYTES or type(size) is not int or not isinstance(chunks, list):
            raise MalformedError("blob_manifest")
        if not 0 <= size <= MAX_BLOB_BYTES or len(chunks) != math.ceil(size / CHUNK_BYTES):
            raise MalformedError("blob_manifest")
        hashes = tuple(_check_hash(chunk) for chunk in chunks)
        return BlobManifest(_check_hash(fields["sha256"]), size, hashes)
    except (KeyError, MalformedError) as error:
        raise MalformedError("blob_manifest", "The manifest of a file is not of its form.") from error


def _check_hash(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise MalformedError("blob_manifest")
    parse_hex(value, 32)
    return value
