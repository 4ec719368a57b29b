"""Named scalar types. They cost nothing at run time and keep an index from passing for a size."""

from typing import NewType

Origin = NewType("Origin", str)
"""Name of a transparency log, at most 255 bytes of UTF-8; equals the name of its key."""

AdministrationCode = NewType("AdministrationCode", str)
"""``[a-z]{2,3}(-[a-z0-9]{1,16}){1,3}``, as ``ma-mi``."""

LeafIndex = NewType("LeafIndex", int)
"""Place of an entry in its log, from 0."""

TreeSize = NewType("TreeSize", int)
"""Count of entries under a checkpoint, 0..2^63-1."""

RootHash = NewType("RootHash", bytes)
"""32 bytes: root of the Merkle tree of a given size."""

FIRST_LEAF = LeafIndex(0)
"""Where a log begins."""
