"""Tiles and entry bundles: how a log serves its tree and its entries as static files.

A tile holds up to 256 neighbouring hashes of one level; a level of tiles stands eight levels of
hashes above the one beneath. A bundle holds up to 256 entries, each after its length.

Spec: docs/spec 2.4, 2.5; c2sp.org/tlog-tiles.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mithaq.core.log.merkle import HASH_BYTES, MAX_TREE_SIZE, hash_tree
from mithaq.errors import MalformedError, RefusedError

TILE_WIDTH = 256
TILE_HEIGHT = 8
MAX_TILE_LEVEL = 63
MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES

MAX_ENTRY_BYTES = 65_535
MITHAQ_ENTRY_BYTES = 33
_LENGTH_BYTES = 2
MAX_BUNDLE_BYTES = TILE_WIDTH * (_LENGTH_BYTES + MITHAQ_ENTRY_BYTES)
"""8,960: a full bundle of a Mithaq log."""
MAX_FOREIGN_BUNDLE_BYTES = TILE_WIDTH * (_LENGTH_BYTES + MAX_ENTRY_BYTES)
"""16,777,472: the most a full bundle of any other log can hold."""

_MITHAQ_ENTRY_VERSION = 0x01
_MAX_KEPT_TILES = 64
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)

TileRead = Callable[[int, int, int], list[bytes]]
"""``(level, number, width)`` -> the hashes of that tile, ``width`` of them or more."""


@dataclass(frozen=True, slots=True)
class TileRef:
    """Which tile or entry bundle.

    Attributes:
        level: 0..63; None for an entry bundle.
        number: from 0.
        width: 1..256 hashes or entries; 256 is full.
    """

    level: int | None
    number: int
    width: int = TILE_WIDTH

    @property
    def is_full(self) -> bool:
        """Whether it will never change."""
        return self.width == TILE_WIDTH

    def encode(self) -> str:
        """Its path, from ``tile/`` on; see ``tile_path``."""
        if self.level is None:
            return entries_path(self.number, self.width)
        return tile_path(self.level, self.number, self.width)


def tile_path(level: int, number: int, width: int = TILE_WIDTH) -> str:
    """Path of a tile below the log's prefix: ``tile/0/x001/x234/067`` or ``tile/0/x001/234.p/5``.

    Raises:
        MalformedError: ``tile_path``; level not 0..63, number not 0..2^63-1 or width not 1..256.

    Spec: c2sp.org/tlog-tiles, Merkle Tree.
    """
    if not 0 <= level <= MAX_TILE_LEVEL:
        raise MalformedError("tile_path", "A tile level is 0 to 63.")
    return f"tile/{level}/{_encode_number(number, width)}"


def entries_path(number: int, width: int = TILE_WIDTH) -> str:
    """Path of an entry bundle below the log's prefix: ``tile/entries/000.p/3``.

    Raises:
        MalformedError: ``tile_path``; number not 0..2^63-1 or width not 1..256.

    Spec: c2sp.org/tlog-tiles, Log Entries.
    """
    return f"tile/entries/{_encode_number(number, width)}"


def _encode_number(number: int, width: int) -> str:
    if not 0 <= number <= MAX_TREE_SIZE or not 1 <= width <= TILE_WIDTH:
        raise MalformedError("tile_path", "A tile number is 0 to 2^63-1, a width 1 to 256.")
    path = f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def parse_tile_path(path: str) -> TileRef:
    """Reads a path of a tile or an entry bundle. Only the one canonical form of each is a path.

    Raises:
        MalformedError: ``tile_path``; leading zeros, a width of 0 or 256, a level over 63.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedError("tile_path", "This is no path of a tile.")
    level = None if match["level"] == "entries" else int(match["level"])
    number = int(match["number"].replace("x", "").replace("/", ""))
    tile = TileRef(level, number, int(match["width"] or TILE_WIDTH))
    if tile.encode() != path:
        raise MalformedError("tile_path", "The path is not in its canonical form.")
    return tile


def tile_widths(level: int, tree_size: int) -> tuple[int, int]:
    """Tiles of one level that a tree of this size implies.

    Returns:
        How many are full, and the width of the partial one after them; 0 when there is none.
    """
    hashes = tree_size >> (TILE_HEIGHT * level)
    return hashes // TILE_WIDTH, hashes % TILE_WIDTH


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """The bytes of a tile.

    Raises:
        MalformedError: ``tile``; not 1..256 hashes of 32 bytes.
    """
    if not 1 <= len(hashes) <= TILE_WIDTH or any(len(node) != HASH_BYTES for node in hashes):
        raise MalformedError("tile", "A tile is 1 to 256 hashes of 32 bytes.")
    return b"".join(hashes)


def parse_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile.

    Args:
        data: as served.
        width: hashes it must hold, 1..256.

    Raises:
        MalformedError: ``tile``; not ``32 * width`` bytes.
    """
    if not 1 <= width <= TILE_WIDTH or len(data) != width * HASH_BYTES:
        raise MalformedError("tile", "The tile is not as long as its width says.")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of an entry bundle: each entry after its length (2 bytes, big-endian).

    Raises:
        MalformedError: ``bundle``; not 1..256 entries, or one over 65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH or any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise MalformedError("bundle", "A bundle is 1 to 256 entries of at most 65,535 bytes.")
    return b"".join([len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries])


def parse_bundle(data: bytes, count: int, *, mithaq: bool = True) -> list[bytes]:
    """The entries of a bundle.

    Args:
        data: as served.
        count: entries it must hold, 1..256.
        mithaq: demand the entries of a Mithaq log, 33 bytes that start with 01; False for other logs.

    Raises:
        MalformedError: ``bundle``; too short or long, an entry cut, another count, or an entry that
            is not Mithaq's.
    """
    if not 1 <= count <= TILE_WIDTH:
        raise MalformedError("bundle", "A bundle is 1 to 256 entries.")
    return _parse_own_bundle(data, count) if mithaq else _parse_foreign_bundle(data, count)


def _parse_own_bundle(data: bytes, count: int) -> list[bytes]:
    step = _LENGTH_BYTES + MITHAQ_ENTRY_BYTES
    # All entries have one length: three strided comparisons check every header at once.
    is_own = (
        len(data) == step * count
        and data[0::step] == bytes(count)
        and data[1::step] == bytes([MITHAQ_ENTRY_BYTES]) * count
        and data[2::step] == bytes([_MITHAQ_ENTRY_VERSION]) * count
    )
    if not is_own:
        raise MalformedError("bundle", "The bundle does not hold this many entries of a Mithaq log.")
    return [data[at : at + MITHAQ_ENTRY_BYTES] for at in range(_LENGTH_BYTES, len(data), step)]


def _parse_foreign_bundle(data: bytes, count: int) -> list[bytes]:
    entries = []
    at = 0
    for _ in range(count):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[start - _LENGTH_BYTES : start], "big")
        # Holds for a cut length too: then ``start`` is already past the end.
        if at > len(data):
            raise MalformedError("bundle", "An entry is cut, or there are too few.")
        entries.append(data[start:at])
    if at != len(data):
        raise MalformedError("bundle", "Bytes follow the last entry.")
    return entries


def grow_tiles(
    tree_size: int, leaf_hashes: Sequence[bytes], read_tile: TileRead
) -> list[tuple[TileRef, list[bytes]]]:
    """Tiles that change when leaves are added, as they are afterwards, lowest level first.

    Args:
        tree_size: leaves before.
        leaf_hashes: of the added entries, in order.
        read_tile: asked once per level, for the partial tile at the old edge, if there is one.

    Returns:
        Each tile with all its hashes; the last of a level may be partial.

    Raises:
        RefusedError: ``tree_full``; the tree would pass 2^63-1 leaves.
        MalformedError: ``tile``; ``read_tile`` gave too few hashes.
    """
    if tree_size + len(leaf_hashes) > MAX_TREE_SIZE:
        raise RefusedError("tree_full", "A tree holds at most 2^63-1 leaves.")
    grown: list[tuple[TileRef, list[bytes]]] = []
    added, level = list(leaf_hashes), 0
    while added:
        number, width = tile_widths(level, tree_size)
        row = (_read_cut(read_tile, level, number, width) if width else []) + added
        tiles = [row[at : at + TILE_WIDTH] for at in range(0, len(row), TILE_WIDTH)]
        grown += [(TileRef(level, number + place, len(tile)), tile) for place, tile in enumerate(tiles)]
        added = [hash_tree(tile) for tile in tiles if len(tile) == TILE_WIDTH]
        level += 1
    return grown


def _read_cut(read_tile: TileRead, level: int, number: int, width: int) -> list[bytes]:
    """A tile cut to the width asked for: a reader may find only a wider one, of a later size."""
    hashes = read_tile(level, number, width)
    if len(hashes) < width:
        raise MalformedError("tile", "The tile is narrower than its width says.")
    return hashes[:width]


class TileReader:
    """Hashes of full subtrees, from tiles; ``node`` serves as a ``NodeReader`` for proofs.

    Keeps the last tiles it read, at most 64; make one for a run of proofs at one size, and let it go.
    It checks no hash: a proof built from false tiles fails at the verifier.

    Args:
        read_tile: gives the hashes of a tile, the width asked for or more; what it raises passes through.
        tree_size: of the checkpoint that implies the tiles.
    """

    def __init__(self, read_tile: TileRead, tree_size: int) -> None:
        self._read_tile = read_tile
        self._tree_size = tree_size
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """Hash of the full subtree of 2^level leaves number ``index``.

        Raises:
            RefusedError: ``node_outside_tree``; the tree has no such full subtree.
            MalformedError: ``tile``; ``read_tile`` gave too few hashes.
        """
        if level < 0 or index < 0 or (index + 1) << level > self._tree_size:
            raise RefusedError("node_outside_tree", "The tree has no such full subtree.")
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, offset = divmod(index << height, TILE_WIDTH)
        hashes = self._tile(tile_level, number)[offset : offset + (1 << height)]
        return hashes[0] if height == 0 else hash_tree(hashes)

    def _tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._kept:
            if len(self._kept) >= _MAX_KEPT_TILES:
                self._kept.clear()
            full_count, partial_width = tile_widths(level, self._tree_size)
            width = TILE_WIDTH if number < full_count else partial_width
            self._kept[level, number] = _read_cut(self._read_tile, level, number, width)
        return self._kept[level, number]
