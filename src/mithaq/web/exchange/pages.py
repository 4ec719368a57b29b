"""Writing a page of acts: bounded in acts and in bytes, read from the store a little at a time.

Spec: docs/spec 8.4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from mithaq.core.federation.page import MAX_PAGE_BYTES, encode_end
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.node.records import StoredAct

_FIRST_FETCH: Final = 16
"""Acts of full size fetched at once stay within some 20 MiB; what follows is fitted to what came."""

_Act = TypeVar("_Act", bound=StoredAct)


@dataclass(frozen=True, slots=True)
class Page(Generic[_Act]):
    """What is sent, and the acts that are on it."""

    data: bytes
    acts: Sequence[_Act]


def write_page(
    fetch: Callable[[LeafIndex, int], Sequence[_Act]],
    write_line: Callable[[_Act], bytes],
    first: LeafIndex,
    tree_size: TreeSize,
    most: int,
) -> Page[_Act]:
    """A page of up to ``most`` acts from ``first`` on, below ``tree_size``.

    Args:
        fetch: the next acts from an index on, in index order, at most so many.
        write_line: the line of one of them.
        first: leaf index to start from.
        tree_size: of the checkpoint that the page is judged by.
        most: acts, 1..1,024.
    """
    lines: list[bytes] = []
    written: list[_Act] = []
    used_bytes = 0
    cursor, wanted = first, _FIRST_FETCH
    while len(lines) < most and cursor < tree_size:
        wanted = min(wanted, most - len(lines))
        acts = fetch(cursor, wanted)
        for act in acts:
            line = write_line(act)
            if lines and used_bytes + len(line) > MAX_PAGE_BYTES:
                return Page(_end_page(lines, act.leaf_index, tree_size), written)
            lines.append(line)
            written.append(act)
            used_bytes += len(line) + 1
            cursor = LeafIndex(act.leaf_index + 1)
        if len(acts) < wanted:
            cursor = LeafIndex(tree_size)
        else:
            left = (MAX_PAGE_BYTES - used_bytes) * len(lines) // used_bytes + 1
            wanted = max(_FIRST_FETCH, min(4 * wanted, left))
    return Page(_end_page(lines, cursor, tree_size), written)


def _end_page(lines: list[bytes], next_index: LeafIndex, tree_size: TreeSize) -> bytes:
    return b"\n".join([*lines, encode_end(next_index, tree_size, len(lines)), b""])
