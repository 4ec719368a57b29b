"""Pages of a partner's acts, as they come: in order, and a line that cannot be read does not hide the next.

Spec: docs/spec 8.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mithaq.core.federation.page import (
    MAX_PAGE_ACTS,
    ActLine,
    EndLine,
    ErasedLine,
    parse_line,
    read_line_index,
)
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.errors import MalformedError, UnavailableError
from mithaq.node.ports import PeerClient

PAGE_ACTS = MAX_PAGE_ACTS
"""Acts asked for at a time."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no act, but says which leaf it is about: parked, not lost."""

    leaf_index: LeafIndex
    code: str


Line: TypeAlias = tuple[ActLine | ErasedLine | BadLine, bytes]
"""A line of a page with its bytes."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """Complete lines of one page, and the leaf to go on from."""

    lines: Sequence[Line]
    next_index: LeafIndex


def read_page(client: PeerClient, first: LeafIndex, below: TreeSize) -> FetchedPage:
    """Complete lines of one page from ``first`` up to ``below``, and the leaf to go on from, which is higher.

    Raises:
        MalformedError: ``page_order``, a line goes back; ``page_line``, one that names no leaf.
        UnavailableError: ``page_cut``, nothing came; ``page_stuck``, the page leads nowhere.
    """
    lines: list[Line] = []
    expected = first
    # No more than may be there: what a growing log holds above ``below`` would be sent for nothing.
    for raw in client.acts(first, min(PAGE_ACTS, below - first)):
        line = read_line(raw)
        if isinstance(line, EndLine):
            return FetchedPage(lines, _next_index(line, first, expected, below))
        if line.leaf_index < expected:
            raise MalformedError("page_order", "the lines of the partner's page are not in order")
        if line.leaf_index >= below:
            return FetchedPage(lines, LeafIndex(below))
        lines.append((line, raw))
        expected = LeafIndex(line.leaf_index + 1)
    if not lines:
        raise UnavailableError("page_cut", "the partner's answer broke off before its first act")
    return FetchedPage(lines, expected)


def read_line(raw: bytes) -> ActLine | ErasedLine | EndLine | BadLine:
    """One line.

    Raises:
        MalformedError: as ``parse_line``, for a line that does not even name its leaf.
    """
    try:
        return parse_line(raw)
    except MalformedError as error:
        index = read_line_index(raw)
        if index is None:
            raise
        return BadLine(index, error.code)


def _next_index(end: EndLine, first: LeafIndex, expected: LeafIndex, below: TreeSize) -> LeafIndex:
    next_index = LeafIndex(min(max(end.next, expected), below))
    if next_index <= first:
        raise UnavailableError("page_stuck", "the partner's page leads nowhere")
    return next_index
