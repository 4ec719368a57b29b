import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.log.merkle import (
    MAX_TREE_SIZE,
    consistency_path,
    hash_leaf,
    hash_tree,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from mithaq.core.log.tiles import (
    MAX_BUNDLE_BYTES,
    MAX_FOREIGN_BUNDLE_BYTES,
    MAX_TILE_BYTES,
    TileReader,
    TileRef,
    encode_bundle,
    encode_tile,
    entries_path,
    grow_tiles,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_path,
    tile_widths,
)
from mithaq.errors import MalformedError, RefusedError

OWN = Path(__file__).parents[3] / "vectors" / "own"
TILES = json.loads((OWN / "tiles.json").read_text())

LEAVES = [hash_leaf(number.to_bytes(4, "big")) for number in range(70_000)]
ENTRY = b"\x01" + bytes(32)


class TileStore:
    """The tiles of a log in memory, always at their widest."""

    def __init__(self):
        self.size = 0
        self.tiles = {}
        self.reads = []

    def read(self, level, number, width):
        self.reads.append((level, number, width))
        return self.tiles[level, number]

    def add(self, leaves):
        grown = grow_tiles(self.size, leaves, self.read)
        for tile, hashes in grown:
            assert len(hashes) == tile.width
            self.tiles[tile.level, tile.number] = hashes
        self.size += len(leaves)
        return grown


def store_of(*counts):
    store = TileStore()
    for count in counts:
        store.add(LEAVES[store.size : store.size + count])
    return store


@pytest.fixture(scope="module")
def big_store():
    return store_of(70_000)


# Paths


@pytest.mark.parametrize("case", TILES["paths"], ids=lambda case: case["path"])
def test_path(case):
    tile = TileRef(case["level"], case["number"], case["width"])
    assert tile.encode() == case["path"]
    assert parse_tile_path(case["path"]) == tile
    assert tile.is_full == (case["width"] == 256)
    if tile.level is None:
        assert entries_path(tile.number, tile.width) == case["path"]
    else:
        assert tile_path(tile.level, tile.number, tile.width) == case["path"]


@pytest.mark.parametrize("path", TILES["malformed"])
def test_path_malformed(path):
    with pytest.raises(MalformedError, match="tile_path"):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "number", "width"),
    [(-1, 0, 256), (64, 0, 256), (0, -1, 256), (0, 2**63, 256), (0, 0, 0), (0, 0, 257)],
)
def test_path_of_no_tile(level, number, width):
    with pytest.raises(MalformedError, match="tile_path"):
        tile_path(level, number, width)


@given(
    st.none() | st.integers(0, 63), st.integers(0, MAX_TREE_SIZE) | st.integers(0, 2000), st.integers(1, 256)
)
def test_path_round_trip(level, number, width):
    tile = TileRef(level, number, width)
    assert parse_tile_path(tile.encode()) == tile


@given(
    st.text() | st.from_regex(r"\Atile/(entries|[0-9]{1,3})/(x[0-9]{3}/){0,7}[0-9]{1,4}(\.p/[0-9]{1,3})?\Z")
)
def test_parse_path_raises_only_malformed(path):
    try:
        tile = parse_tile_path(path)
    except MalformedError:
        return
    assert tile.encode() == path


# Widths


@pytest.mark.parametrize("case", TILES["widths"], ids=lambda case: f"{case['tree_size']}-{case['level']}")
def test_widths(case):
    assert tile_widths(case["level"], case["tree_size"]) == (case["full"], case["partial"])


# Tiles


@pytest.mark.parametrize("width", [1, 5, 255, 256])
def test_tile_round_trip(width):
    data = encode_tile(LEAVES[:width])
    assert len(data) == 32 * width <= MAX_TILE_BYTES == 8_192
    assert parse_tile(data, width) == LEAVES[:width]


@pytest.mark.parametrize("hashes", [[], [bytes(32)] * 257, [bytes(31)], [bytes(32), bytes(33)]])
def test_encode_tile_malformed(hashes):
    with pytest.raises(MalformedError, match="tile"):
        encode_tile(hashes)


@pytest.mark.parametrize(
    ("length", "width"),
    [(0, 0), (0, 1), (31, 1), (33, 1), (64, 1), (8_192, 255), (8_193, 256), (8_224, 257), (32, -1)],
)
def test_parse_tile_malformed(length, width):
    with pytest.raises(MalformedError, match="tile"):
        parse_tile(bytes(length), width)


@given(st.binary(max_size=200), st.integers(-1, 300))
def test_parse_tile_raises_only_malformed(data, width):
    try:
        hashes = parse_tile(data, width)
    except MalformedError:
        return
    assert encode_tile(hashes) == data


# Bundles


@pytest.mark.parametrize("count", [1, 2, 255, 256])
def test_own_bundle_round_trip(count):
    entries = [b"\x01" + leaf for leaf in LEAVES[:count]]
    data = encode_bundle(entries)
    assert data[:3] == b"\x00\x21\x01"
    assert len(data) == 35 * count <= MAX_BUNDLE_BYTES == 8_960
    assert parse_bundle(data, count) == entries
    assert parse_bundle(data, count, mithaq=False) == entries


OWN_BUNDLE = encode_bundle([ENTRY] * 3)


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 0),
        (b"", 1),
        (OWN_BUNDLE, 2),
        (OWN_BUNDLE, 4),
        (OWN_BUNDLE[:-1], 3),
        (OWN_BUNDLE + b"\0", 3),
        (OWN_BUNDLE[:70] + b"\x00\x21\x02" + bytes(32), 3),
        (OWN_BUNDLE[:70] + b"\x00\x20\x01" + bytes(32), 3),
        (OWN_BUNDLE[:70] + b"\x01\x21\x01" + bytes(32), 3),
        (encode_bundle([ENTRY[:-1], ENTRY + b"\0"]), 2),
        (encode_bundle([ENTRY, b"\x01"]), 2),
        (encode_bundle([ENTRY] * 256) + b"\x00\x21" + ENTRY, 257),
    ],
)
def test_own_bundle_malformed(data, count):
    with pytest.raises(MalformedError, match="bundle"):
        parse_bundle(data, count)


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 0),
        (b"", 1),
        (b"\x00", 1),
        (b"\x00\x01", 1),
        (b"\x00\x02a", 1),
        (b"\x00\x01ab", 1),
        (b"\x00\x00\x00", 2),
        (b"\x00\x00\x00\x00", 1),
        (b"\x00\x00" * 257, 257),
        (b"\xff\xff" + bytes(65_534), 1),
    ],
)
def test_foreign_bundle_malformed(data, count):
    with pytest.raises(MalformedError, match="bundle"):
        parse_bundle(data, count, mithaq=False)


def test_largest_foreign_bundle():
    data = encode_bundle([bytes(65_535)] * 256)
    assert len(data) == MAX_FOREIGN_BUNDLE_BYTES == 16_777_472
    assert len(parse_bundle(data, 256, mithaq=False)) == 256


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65_536)]])
def test_encode_bundle_malformed(entries):
    with pytest.raises(MalformedError, match="bundle"):
        encode_bundle(entries)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_foreign_bundle_round_trip(entries):
    assert parse_bundle(encode_bundle(entries), len(entries), mithaq=False) == entries


@given(st.binary(max_size=120), st.integers(-1, 300), st.booleans())
def test_parse_bundle_raises_only_malformed(data, count, mithaq):
    try:
        entries = parse_bundle(data, count, mithaq=mithaq)
    except MalformedError:
        return
    assert encode_bundle(entries) == data


# Growth and reading


def test_grow_names_what_changed():
    store = store_of(255)
    grown = store.add(LEAVES[255:257])
    assert [tile.encode() for tile, _ in grown] == ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]
    assert grown[2][1] == [hash_tree(LEAVES[:256])]
    assert store.add([]) == []


def test_grow_reads_one_tile_a_level():
    store = store_of(300, 300)
    assert store.reads == [(0, 1, 44), (1, 0, 1)]
    store.reads.clear()
    store.add(LEAVES[600:601])
    assert store.reads == [(0, 2, 88)]


def test_grow_to_70_000(big_store):
    widths = {
        level: [len(big_store.tiles[key]) for key in sorted(big_store.tiles) if key[0] == level]
        for level in range(4)
    }
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1], 3: []}
    assert big_store.tiles[1, 0][3] == hash_tree(LEAVES[768:1024])
    assert big_store.tiles[2, 0] == [hash_tree(LEAVES[:65_536])]


@given(st.lists(st.integers(0, 700), max_size=6))
def test_batches_do_not_matter(counts):
    assert store_of(*counts).tiles == store_of(sum(counts)).tiles


def test_grow_refuses_a_full_tree_and_a_narrow_tile():
    with pytest.raises(RefusedError, match="tree_full"):
        grow_tiles(MAX_TREE_SIZE, LEAVES[:1], lambda *_: [])
    with pytest.raises(MalformedError, match="tile"):
        grow_tiles(5, LEAVES[:1], lambda *_: LEAVES[:4])


# The store holds every tile at its widest, so smaller sizes also show that a wide tile is cut.
@pytest.mark.parametrize("tree_size", [1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537, 70_000])
def test_proofs_from_tiles(big_store, tree_size):
    reader = TileReader(big_store.read, tree_size)
    root = hash_tree(LEAVES[:tree_size])
    for leaf_index in {0, tree_size // 3, tree_size // 2, tree_size - 1}:
        path = inclusion_path(leaf_index, tree_size, reader.node)
        verify_inclusion(LEAVES[leaf_index], leaf_index, tree_size, path, root)
        path = consistency_path(leaf_index + 1, tree_size, reader.node)
        verify_consistency(leaf_index + 1, tree_size, hash_tree(LEAVES[: leaf_index + 1]), root, path)


def test_reader_asks_only_for_implied_tiles(big_store):
    big_store.reads.clear()
    reader = TileReader(big_store.read, 65_537)
    inclusion_path(65_536, 65_537, reader.node)
    inclusion_path(0, 65_537, reader.node)
    assert set(big_store.reads) <= {(0, 0, 256), (0, 256, 1), (1, 0, 256), (2, 0, 1)}
    assert len(big_store.reads) == len(set(big_store.reads))


def test_reader_keeps_a_bounded_number_of_tiles(big_store):
    reader = TileReader(big_store.read, 70_000)
    assert [reader.node(0, index) for index in range(0, 70_000, 100)] == LEAVES[::100]
    assert len(reader._kept) <= 64


@pytest.mark.parametrize(("level", "index"), [(0, 300), (8, 1), (9, 0), (1, 150), (-1, 0), (0, -1), (63, 0)])
def test_reader_outside_the_tree(big_store, level, index):
    with pytest.raises(RefusedError, match="node_outside_tree"):
        TileReader(big_store.read, 300).node(level, index)


def test_reader_refuses_a_narrow_tile():
    with pytest.raises(MalformedError, match="tile"):
        TileReader(lambda *_: LEAVES[:4], 5).node(0, 0)
