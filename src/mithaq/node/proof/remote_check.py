"""A log that is served somewhere: the whole of it recomputed, or some entries by their proofs.

Everything that is read proves itself by the key of the log, which comes from elsewhere; so it does not
matter who serves it, and over what.

Spec: docs/spec 2.4, 4.1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mithaq.core.keys import VerifierKey
from mithaq.core.log.checkpoint import Checkpoint, open_checkpoint
from mithaq.core.log.merkle import CompactRange, hash_leaf, hash_leaves, inclusion_path, verify_inclusion
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import (
    MITHAQ_ENTRY_BYTES,
    TILE_WIDTH,
    TileReader,
    entries_path,
    parse_bundle,
    parse_tile,
    tile_path,
)
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError, RefusedError

ENTRY_BYTES = 2 + MITHAQ_ENTRY_BYTES
HASH_BYTES = 32

Fetch = Callable[[str], bytes]
"""Bytes under a path of the log (``checkpoint``, ``tile/…``); MissingError where there are none."""

Choose = Callable[[int, int], Sequence[int]]
"""``count`` different numbers below ``size``."""


@dataclass(frozen=True, slots=True)
class RemoteLog:
    """What was found good: the checkpoint, and how many entries were looked at."""

    checkpoint: Checkpoint
    entries: int


def check_remote(fetch: Fetch, key: VerifierKey, sample: int | None, choose: Choose) -> RemoteLog:
    """Verify a served log.

    Args:
        fetch: reads from where it is served.
        key: of the log.
        sample: entries to look at, each with its path to the root; None for all, and the root recomputed.
        choose: picks the sample.

    Raises:
        MalformedError, RefusedError, MissingError: the first damage; ``root_differs`` when the entries do
            not make up the signed root, ``inclusion_proof`` when one of the sample is not in it.
        UnavailableError: it cannot be read.
    """
    note = parse_signed_note(fetch("checkpoint"))
    checkpoint = open_checkpoint(note, Origin(key.name), [key])
    size = checkpoint.tree_size
    if sample is None or sample >= size:
        _check_whole(fetch, checkpoint)
        return RemoteLog(checkpoint, size)
    reader = TileReader(lambda level, number, width: _read_tile(fetch, level, number, width), size)
    for index in sorted(choose(size, sample)):
        path = inclusion_path(index, size, reader.node)
        leaf = hash_leaf(_read_entry(fetch, size, index))
        verify_inclusion(leaf, LeafIndex(index), size, path, checkpoint.root_hash)
    return RemoteLog(checkpoint, sample)


def _check_whole(fetch: Fetch, checkpoint: Checkpoint) -> None:
    tree, size = CompactRange(), checkpoint.tree_size
    for number in range(-(-size // TILE_WIDTH)):
        tree.extend(hash_leaves(_read_bundle(fetch, size, number)))
    if tree.root() != checkpoint.root_hash:
        raise RefusedError("root_differs", "the entries do not make up the root that the log signed")


def _read_entry(fetch: Fetch, size: int, index: int) -> bytes:
    return _read_bundle(fetch, size, index // TILE_WIDTH)[index % TILE_WIDTH]


def _read_bundle(fetch: Fetch, size: int, number: int) -> list[bytes]:
    width = min(TILE_WIDTH, size - number * TILE_WIDTH)
    data = _fetch(fetch, entries_path(number), entries_path(number, width))
    return parse_bundle(data[: width * ENTRY_BYTES], width)


def _read_tile(fetch: Fetch, level: int, number: int, width: int) -> list[bytes]:
    data = _fetch(fetch, tile_path(level, number), tile_path(level, number, width))
    return parse_tile(data[: width * HASH_BYTES], width)


def _fetch(fetch: Fetch, full: str, partial: str) -> bytes:
    """A tile as wide as the checkpoint implies; the full one where the partial one is gone."""
    try:
        return fetch(partial)
    except MissingError:
        if partial == full:
            raise
        return fetch(full)
