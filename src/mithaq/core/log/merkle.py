"""RFC 6962 Merkle trees: hashes, compact ranges, proofs and their checks.

All hashes are SHA-256, 32 bytes. Tree sizes and leaf indexes are at most 2^63-1, so a path or a
compact range never holds more than 63 hashes.

Spec: docs/spec 2.1 to 2.3; RFC 6962 §2.1.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Self

from mithaq.core.encoding import MAX_TREE_INTEGER
from mithaq.core.types import RootHash, TreeSize
from mithaq.errors import MalformedError, RefusedError

HASH_BYTES = 32
MAX_TREE_SIZE = MAX_TREE_INTEGER
MAX_PATH_HASHES = 63
EMPTY_ROOT = RootHash(sha256(b"").digest())
"""Root of the tree without entries: SHA-256 of nothing."""

NodeReader = Callable[[int, int], bytes]
"""``(level, index)`` -> hash of the full subtree of 2^level leaves number ``index`` (from 0)."""


def hash_leaf(entry: bytes) -> bytes:
    """Hash of one log entry as a leaf: ``H(00 || entry)``.

    Spec: RFC 6962 §2.1.
    """
    return sha256(b"\x00" + entry).digest()


def hash_leaves(entries: Sequence[bytes]) -> list[bytes]:
    """Leaf hashes of many entries, in their order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def hash_children(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: ``H(01 || left || right)``.

    Spec: RFC 6962 §2.1.
    """
    return sha256(b"\x01" + left + right).digest()


def hash_pairs(row: Sequence[bytes]) -> list[bytes]:
    """Parents of neighbouring hashes; an odd last one has no parent yet and is left out."""
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]


def fold_right(hashes: Sequence[bytes]) -> bytes:
    """Root over neighbouring subtrees, largest first; at least one."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = sha256(b"\x01" + left + root).digest()
    return root


def hash_tree(hashes: Sequence[bytes]) -> RootHash:
    """Root of the tree over ``hashes`` (leaf hashes, or roots of full subtrees of one level)."""
    tree = CompactRange()
    tree.extend(hashes)
    return tree.root()


class CompactRange:
    """Everything a follower must keep of a tree to extend it and to know its root.

    Holds the roots of the full subtrees that make up the tree, largest first: one for each bit set
    in the size. Mutable and not safe to share between threads; ``copy`` is cheap.

    Spec: docs/spec 2.1.2.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._hashes: list[bytes] = []

    @property
    def size(self) -> TreeSize:
        """Count of leaves, 0..2^63-1."""
        return TreeSize(self._size)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Roots of the full subtrees, largest first; at most 63."""
        return tuple(self._hashes)

    def append(self, leaf_hash: bytes) -> None:
        """Adds one leaf.

        Raises:
            RefusedError: ``tree_full``; the tree has 2^63-1 leaves.
        """
        self._demand_room(1)
        hashes, size, node = self._hashes, self._size, leaf_hash
        while size & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            size >>= 1
        hashes.append(node)
        self._size += 1

    def extend(self, leaf_hashes: Sequence[bytes]) -> None:
        """Adds leaves in order. Works a level at a time, as binary addition does: about 1 µs a leaf.

        Args:
            leaf_hashes: 32 bytes each; their length is the caller's to check.

        Raises:
            RefusedError: ``tree_full``; the tree would pass 2^63-1 leaves. Nothing was added.
        """
        self._demand_room(len(leaf_hashes))
        old, size = self._hashes, self._size
        row = list(leaf_hashes)
        tops: list[bytes] = []
        while row:
            if size & 1:
                row.insert(0, old.pop())
            if len(row) & 1:
                tops.append(row.pop())
            row = hash_pairs(row)
            size >>= 1
        # What is left of ``old`` stands above every carry and stays as it is.
        old.extend(reversed(tops))
        self._size += len(leaf_hashes)

    def root(self) -> RootHash:
        """Root hash of the tree as it is now; ``EMPTY_ROOT`` at size 0."""
        if not self._hashes:
            return EMPTY_ROOT
        return RootHash(fold_right(self._hashes))

    def copy(self) -> "CompactRange":
        """An independent range with the same leaves."""
        twin = CompactRange()
        twin._size, twin._hashes = self._size, self._hashes.copy()
        return twin

    def encode(self) -> bytes:
        """Size (8 bytes, big-endian) || hashes, largest subtree first. Read by ``parse_compact_range``."""
        return self._size.to_bytes(8, "big") + b"".join(self._hashes)

    @classmethod
    def from_hashes(cls, size: int, hashes: Sequence[bytes]) -> Self:
        """A range of ``size`` leaves from the roots of its full subtrees, largest first.

        Raises:
            MalformedError: ``compact_range``; size out of bounds, a wrong count, or a hash not of 32 bytes.
        """
        fits = 0 <= size <= MAX_TREE_SIZE and len(hashes) == size.bit_count()
        if not fits or any(len(node) != HASH_BYTES for node in hashes):
            raise MalformedError("compact_range", "The hashes do not make up a tree of this size.")
        tree = cls()
        tree._size, tree._hashes = size, list(hashes)
        return tree

    def _demand_room(self, count: int) -> None:
        if self._size + count > MAX_TREE_SIZE:
            raise RefusedError("tree_full", "A tree holds at most 2^63-1 leaves.")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompactRange):
            return NotImplemented
        return self._size == other._size and self._hashes == other._hashes

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"CompactRange(size={self._size}, root={self.root().hex()})"


def parse_compact_range(data: bytes) -> CompactRange:
    """Reads what ``CompactRange.encode`` wrote.

    Raises:
        MalformedError: ``compact_range``; not 8 + 32 × (bits set in the size) bytes, or size over 2^63-1.
    """
    if len(data) < 8 or len(data) % HASH_BYTES != 8:
        raise MalformedError("compact_range", "A compact range is a size and whole hashes.")
    hashes = [data[at : at + HASH_BYTES] for at in range(8, len(data), HASH_BYTES)]
    return CompactRange.from_hashes(int.from_bytes(data[:8], "big"), hashes)


def _check_path(path: Sequence[bytes], *others: bytes) -> None:
    if len(path) > MAX_PATH_HASHES:
        raise RefusedError("too_many_hashes", "A proof holds at most 63 hashes.")
    if any(len(node) != HASH_BYTES for node in (*path, *others)):
        raise MalformedError("hash_length", "A hash of a tree is 32 bytes.")


def _check_size(tree_size: int) -> None:
    if not 0 <= tree_size <= MAX_TREE_SIZE:
        raise RefusedError("tree_size", "A tree size is 0 to 2^63-1.")


def verify_inclusion(
    leaf_hash: bytes, leaf_index: int, tree_size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Checks that a leaf stands at ``leaf_index`` of the tree with this size and root.

    Args:
        leaf_hash: 32 bytes; see ``hash_leaf``.
        leaf_index: from 0, below the size.
        tree_size: 1..2^63-1.
        root: 32 bytes, of a verified checkpoint.
        path: at most 63 hashes from the leaf's sibling up to below the root.

    Raises:
        MalformedError: ``hash_length``; a hash is not 32 bytes.
        RefusedError: ``leaf_index``, ``tree_size``, ``too_many_hashes`` or ``inclusion_proof``.

    Spec: docs/spec 2.2; RFC 9162 §2.1.3.2.
    """
    _check_size(tree_size)
    _check_path(path, leaf_hash, root)
    if not 0 <= leaf_index < tree_size:
        raise RefusedError("leaf_index", "The leaf index is not below the tree size.")
    first, last, computed = leaf_index, tree_size - 1, leaf_hash
    for node in path:
        if last == 0:
            raise RefusedError("inclusion_proof", "The path is longer than the tree is high.")
        if first & 1 or first == last:
            computed = hash_children(node, computed)
            while not first & 1 and first > 0:
                first, last = first >> 1, last >> 1
        else:
            computed = hash_children(computed, node)
        first, last = first >> 1, last >> 1
    if last != 0 or computed != root:
        raise RefusedError("inclusion_proof", "The path does not lead from the leaf to the root.")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Checks that the tree with the new size and root only appends to the old one.

    Args:
        old_size: 1 or more. Anything extends the empty tree, so a caller that stands at 0 demands an
            empty path and asks nothing here.
        new_size: the old size or more, at most 2^63-1.
        old_root: 32 bytes.
        new_root: 32 bytes.
        path: at most 63 hashes.

    Raises:
        MalformedError: ``hash_length``; a hash is not 32 bytes.
        RefusedError: ``tree_size``, ``too_many_hashes`` or ``consistency_proof``.

    Spec: docs/spec 2.3; RFC 9162 §2.1.4.2.
    """
    _check_size(new_size)
    _check_path(path, old_root, new_root)
    if not 0 < old_size <= new_size:
        raise RefusedError("tree_size", "The old size is not within 1 and the new size.")
    if old_size == new_size:
        if path or old_root != new_root:
            raise RefusedError("consistency_proof", "Trees of one size differ, or came with a path.")
        return
    if not path:
        raise RefusedError("consistency_proof", "The path is empty.")
    # A full old tree is itself the first node; the prover leaves it out.
    nodes = [old_root, *path] if old_size.bit_count() == 1 else path
    if _fold_consistency(old_size, new_size, nodes) != (old_root, new_root):
        raise RefusedError("consistency_proof", "The path does not lead to both roots.")


def _fold_consistency(old_size: int, new_size: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that the nodes lead to; None when there are too many or too few of them."""
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            old, new = hash_children(node, old), hash_children(node, new)
            while not first & 1 and first > 0:
                first, last = first >> 1, last >> 1
        else:
            new = hash_children(new, node)
        first, last = first >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(count: int) -> int:
    """Largest power of two below ``count`` (2 or more)."""
    return 1 << (count - 1).bit_length() - 1


def _read_range(start: int, end: int, read_node: NodeReader) -> bytes:
    """Root over leaves ``start`` to ``end - 1``, as an inner node of the tree splits them."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(read_node(level, start >> level))
        start += 1 << level
    return fold_right(nodes)


def inclusion_path(leaf_index: int, tree_size: int, read_node: NodeReader) -> tuple[bytes, ...]:
    """The path that ``verify_inclusion`` accepts for this leaf.

    Args:
        leaf_index: from 0, below the size.
        tree_size: 1..2^63-1.
        read_node: gives hashes of full subtrees within ``tree_size``; what it raises passes through.

    Raises:
        RefusedError: ``leaf_index`` or ``tree_size``.

    Spec: RFC 6962 §2.1.1.
    """
    _check_size(tree_size)
    if not 0 <= leaf_index < tree_size:
        raise RefusedError("leaf_index", "The leaf index is not below the tree size.")
    start, end = 0, tree_size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if leaf_index < middle:
            path.append(_read_range(middle, end, read_node))
            end = middle
        else:
            path.append(_read_range(start, middle, read_node))
            start = middle
    return tuple(reversed(path))


def consistency_path(old_size: int, new_size: int, read_node: NodeReader) -> tuple[bytes, ...]:
    """The path that ``verify_consistency`` accepts; empty when the old size is 0 or equals the new one.

    Above 2^62 leaves it can need a 64th hash, which no verifier takes: a log ends there at the latest.

    Args:
        old_size: 0 up to the new size.
        new_size: at most 2^63-1.
        read_node: gives hashes of full subtrees within ``new_size``; what it raises passes through.

    Raises:
        RefusedError: ``tree_size``.

    Spec: RFC 6962 §2.1.2.
    """
    _check_size(new_size)
    if not 0 <= old_size <= new_size:
        raise RefusedError("tree_size", "The old size is not within 0 and the new size.")
    if old_size == 0:
        return ()
    start, end = 0, new_size
    path = []
    while end > old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_read_range(middle, end, read_node))
            end = middle
        else:
            path.append(_read_range(start, middle, read_node))
            start = middle
    if start > 0:
        path.append(_read_range(start, end, read_node))
    return tuple(reversed(path))
