"""The raw text of a source, read from the node's sealed files."""

import msgspec

from mithaq.node.node import Node
from mithaq.registers.sources.models import Source
from mithaq.registers.sources.rules.reading import ReadText, read_source


class _Manifest(msgspec.Struct):
    chunks: list[str]


def read_bytes(node: Node, sha256: str) -> bytes:
    """The bytes as they came.

    Raises:
        MissingError: ``blob``, ``blob_damaged``. UnavailableError: ``disk``.
    """
    manifest = msgspec.json.decode(node.blobs.manifest(sha256), type=_Manifest)
    return b"".join(node.blobs.read_chunk(sha256, number) for number in range(len(manifest.chunks)))


def read_raw(node: Node, row: Source) -> ReadText:
    """The text that all offsets of a source count in."""
    return read_source(read_bytes(node, row.sha256))
