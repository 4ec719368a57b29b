import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.log.merkle import (
    EMPTY_ROOT,
    MAX_TREE_SIZE,
    CompactRange,
    consistency_path,
    hash_children,
    hash_leaf,
    hash_leaves,
    hash_tree,
    inclusion_path,
    parse_compact_range,
    verify_consistency,
    verify_inclusion,
)
from mithaq.errors import MalformedError, RefusedError

OWN = Path(__file__).parents[3] / "vectors" / "own"
LOG = json.loads((OWN / "log_of_three.json").read_text())
COMMITMENTS = json.loads((OWN / "commitment.json").read_text())

LEAVES = [hash_leaf(bytes([number])) for number in range(80)]


def merkle_tree_hash(leaves):
    """RFC 6962 §2.1 as written there, to judge the fast ways by."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + merkle_tree_hash(leaves[:split]) + merkle_tree_hash(leaves[split:])).digest()


ROOTS = [merkle_tree_hash(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


def read_node(level, index):
    leaves = LEAVES[index << level : (index + 1) << level]
    assert len(leaves) == 1 << level, "asked for a subtree that is not full"
    return merkle_tree_hash(leaves)


def range_of(size):
    tree = CompactRange()
    tree.extend(LEAVES[:size])
    return tree


class UniformTree:
    """A tree of any size whose leaves are all alike, so that each level has one node."""

    def __init__(self):
        self.nodes = [hash_leaf(b"")]
        for _ in range(63):
            self.nodes.append(hash_children(self.nodes[-1], self.nodes[-1]))

    def node(self, level, index):
        return self.nodes[level]

    def root(self, size):
        hashes = [self.nodes[level] for level in reversed(range(63)) if size >> level & 1]
        return CompactRange.from_hashes(size, hashes).root()


UNIFORM = UniformTree()
SIZES = st.integers(1, MAX_TREE_SIZE) | st.sampled_from(
    [1, 2, 3, 2**31, 2**32 + 1, 2**62, 2**62 + 1, MAX_TREE_SIZE - 1, MAX_TREE_SIZE]
)


# Hashes


def test_own_vector_leaf():
    for case in COMMITMENTS["commitments"]:
        salted = bytes.fromhex(case["salt_hex"]) + case["envelope"].encode()
        assert sha256(b"mithaq/act/v1\0" + salted).hexdigest() == case["commitment_hex"]
        assert hash_leaf(bytes.fromhex(case["entry_hex"])).hex() == case["leaf_hash_hex"]


def test_own_vector_root():
    assert base64.b64encode(EMPTY_ROOT).decode() == LOG["empty_root_base64"]
    leaves = hash_leaves([bytes.fromhex(entry) for entry in LOG["entries_hex"]])
    assert base64.b64encode(hash_tree(leaves)).decode() == LOG["root_base64"]


def test_hashes_are_those_of_the_rfc():
    assert hash_leaf(b"x") == sha256(b"\x00x").digest()
    assert hash_leaves([b"x", b""]) == [hash_leaf(b"x"), hash_leaf(b"")]
    assert hash_children(LEAVES[0], LEAVES[1]) == sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()


# Compact range


def test_empty_range():
    assert CompactRange().root() == EMPTY_ROOT == sha256(b"").digest()
    assert CompactRange().size == 0
    assert hash_tree([]) == EMPTY_ROOT


def test_append_gives_every_root():
    tree = CompactRange()
    for size, leaf in enumerate(LEAVES):
        assert (tree.size, tree.root()) == (size, ROOTS[size])
        tree.append(leaf)
    assert tree.root() == ROOTS[-1]


@pytest.mark.parametrize("old_size", range(70))
def test_extend_equals_append(old_size):
    for count in range(len(LEAVES) - old_size + 1):
        tree = range_of(old_size)
        tree.extend(LEAVES[old_size : old_size + count])
        assert tree.size == old_size + count
        assert tree.root() == ROOTS[old_size + count]
        assert len(tree.hashes) == tree.size.bit_count()


@given(st.lists(st.integers(0, 600), max_size=5))
def test_extend_in_batches(counts):
    leaves = [hash_leaf(number.to_bytes(2, "big")) for number in range(sum(counts))]
    tree = CompactRange()
    at = 0
    for count in counts:
        tree.extend(leaves[at : at + count])
        at += count
    assert tree.root() == merkle_tree_hash(leaves)
    assert parse_compact_range(tree.encode()) == tree


def test_extend_leaves_its_argument_alone():
    leaves = LEAVES[:7]
    range_of(5).extend(leaves)
    assert leaves == LEAVES[:7]


def test_copy_is_independent():
    tree = range_of(5)
    twin = tree.copy()
    twin.append(LEAVES[5])
    assert (tree, twin) == (range_of(5), range_of(6))
    assert tree != twin
    assert tree != tree.encode()
    assert repr(tree) == f"CompactRange(size=5, root={ROOTS[5].hex()})"


def test_range_is_full_at_the_largest_size():
    tree = CompactRange.from_hashes(MAX_TREE_SIZE, [bytes(32)] * 63)
    for add in (lambda: tree.append(bytes(32)), lambda: tree.extend([bytes(32)])):
        with pytest.raises(RefusedError, match="tree_full"):
            add()
    assert tree.size == MAX_TREE_SIZE
    tree.extend([])
    last = CompactRange.from_hashes(MAX_TREE_SIZE - 1, [bytes(32)] * 62)
    last.append(bytes(32))
    assert last.size == MAX_TREE_SIZE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(7),
        bytes(9),
        bytes(40),
        (1).to_bytes(8, "big"),
        (1).to_bytes(8, "big") + bytes(31),
        (3).to_bytes(8, "big") + bytes(32),
        (1).to_bytes(8, "big") + bytes(64),
        (2**63).to_bytes(8, "big") + bytes(32),
    ],
)
def test_compact_range_malformed(data):
    with pytest.raises(MalformedError, match="compact_range"):
        parse_compact_range(data)


@given(
    st.binary()
    | st.builds(
        lambda size, count: size.to_bytes(8, "big") + bytes(32 * count), st.integers(0, 40), st.integers(0, 5)
    )
)
def test_parse_compact_range_raises_only_malformed(data):
    try:
        tree = parse_compact_range(data)
    except MalformedError:
        return
    assert tree.encode() == data


# Inclusion


@pytest.mark.parametrize("tree_size", range(1, 66))
def test_every_inclusion_path(tree_size):
    for leaf_index in range(tree_size):
        path = inclusion_path(leaf_index, tree_size, read_node)
        verify_inclusion(LEAVES[leaf_index], leaf_index, tree_size, path, ROOTS[tree_size])


def inclusion_forgeries(leaf_index, tree_size, path):
    root, leaf = ROOTS[tree_size], LEAVES[leaf_index]
    yield LEAVES[-1], leaf_index, tree_size, path, root
    yield leaf, leaf_index, tree_size, path, ROOTS[tree_size - 1]
    yield leaf, leaf_index, tree_size, (*path, root), root
    yield leaf, leaf_index, tree_size, (LEAVES[-1], *path), root
    yield leaf, leaf_index, tree_size, path[:-1], root
    yield leaf, leaf_index, tree_size, path[1:], root
    yield leaf, leaf_index + 1, tree_size, path, root
    yield leaf, leaf_index - 1, tree_size, path, root
    yield leaf, leaf_index ^ 1, tree_size, path, root
    yield leaf, leaf_index + tree_size, tree_size, path, root
    yield leaf, leaf_index, tree_size * 2, path, root
    for at in range(len(path)):
        yield leaf, leaf_index, tree_size, (*path[:at], LEAVES[-1], *path[at + 1 :]), root


@pytest.mark.parametrize("tree_size", [2, 3, 7, 8, 9, 33])
def test_forged_inclusion(tree_size):
    for leaf_index in range(tree_size):
        path = inclusion_path(leaf_index, tree_size, read_node)
        for forgery in inclusion_forgeries(leaf_index, tree_size, path):
            with pytest.raises(RefusedError):
                verify_inclusion(*forgery)


@given(SIZES, st.data())
def test_inclusion_at_any_size(tree_size, data):
    leaf_index = data.draw(st.integers(0, tree_size - 1))
    path = inclusion_path(leaf_index, tree_size, UNIFORM.node)
    assert len(path) <= 63
    verify_inclusion(UNIFORM.nodes[0], leaf_index, tree_size, path, UNIFORM.root(tree_size))
    for bad in (path[:-1], (*path, bytes(32))[:63]):
        if bad != path:
            with pytest.raises(RefusedError):
                verify_inclusion(UNIFORM.nodes[0], leaf_index, tree_size, bad, UNIFORM.root(tree_size))


@pytest.mark.parametrize(
    ("leaf_index", "tree_size", "code"),
    [
        (0, 0, "leaf_index"),
        (1, 1, "leaf_index"),
        (-1, 1, "leaf_index"),
        (0, 2**63, "tree_size"),
        (0, -1, "tree_size"),
    ],
)
def test_inclusion_outside(leaf_index, tree_size, code):
    with pytest.raises(RefusedError, match=code):
        verify_inclusion(LEAVES[0], leaf_index, tree_size, (), LEAVES[0])
    with pytest.raises(RefusedError, match=code):
        inclusion_path(leaf_index, tree_size, read_node)


@pytest.mark.parametrize(
    ("leaf", "path", "root"),
    [(bytes(31), (), bytes(32)), (bytes(32), (bytes(33),), bytes(32)), (bytes(32), (), b""), (b"", (), b"")],
)
def test_inclusion_malformed_hash(leaf, path, root):
    with pytest.raises(MalformedError, match="hash_length"):
        verify_inclusion(leaf, 0, 1, path, root)


def test_proof_of_64_hashes():
    path = [bytes(32)] * 64
    with pytest.raises(RefusedError, match="too_many_hashes"):
        verify_inclusion(bytes(32), 0, MAX_TREE_SIZE, path, bytes(32))
    with pytest.raises(RefusedError, match="too_many_hashes"):
        verify_consistency(1, MAX_TREE_SIZE, bytes(32), bytes(32), path)


# Consistency


@pytest.mark.parametrize("new_size", range(1, 66))
def test_every_consistency_path(new_size):
    for old_size in range(1, new_size + 1):
        path = consistency_path(old_size, new_size, read_node)
        verify_consistency(old_size, new_size, ROOTS[old_size], ROOTS[new_size], path)


def consistency_forgeries(old_size, new_size, path):
    old_root, new_root = ROOTS[old_size], ROOTS[new_size]
    yield old_size, new_size, LEAVES[-1], new_root, path
    yield old_size, new_size, old_root, LEAVES[-1], path
    yield old_size, new_size, new_root, old_root, path
    yield old_size, new_size, old_root, new_root, (*path, new_root)
    yield old_size, new_size, old_root, new_root, (old_root, *path)
    yield old_size, new_size, old_root, new_root, path[:-1]
    yield old_size, new_size, old_root, new_root, path[1:]
    yield old_size, new_size, old_root, new_root, ()
    yield old_size - 1, new_size, old_root, new_root, path
    yield old_size + 1, new_size, old_root, new_root, path
    yield new_size, old_size, new_root, old_root, path
    yield old_size, new_size * 2, old_root, new_root, path
    for at in range(len(path)):
        yield old_size, new_size, old_root, new_root, (*path[:at], LEAVES[-1], *path[at + 1 :])


@pytest.mark.parametrize("new_size", [2, 3, 7, 8, 9, 33])
def test_forged_consistency(new_size):
    for old_size in range(1, new_size):
        path = consistency_path(old_size, new_size, read_node)
        for forgery in consistency_forgeries(old_size, new_size, path):
            with pytest.raises(RefusedError):
                verify_consistency(*forgery)


@given(SIZES, SIZES)
def test_consistency_at_any_size(one, other):
    # Above 2^62 leaves some paths would need a 64th hash; the format ends at 63.
    old_size, new_size = sorted((min(one, 2**62), min(other, 2**62)))
    path = consistency_path(old_size, new_size, UNIFORM.node)
    assert len(path) <= 63
    verify_consistency(old_size, new_size, UNIFORM.root(old_size), UNIFORM.root(new_size), path)


def test_consistency_of_one_size():
    verify_consistency(5, 5, ROOTS[5], ROOTS[5], ())
    with pytest.raises(RefusedError, match="consistency_proof"):
        verify_consistency(5, 5, ROOTS[5], ROOTS[5], (ROOTS[5],))
    with pytest.raises(RefusedError, match="consistency_proof"):
        verify_consistency(5, 5, ROOTS[5], ROOTS[6], ())


def test_consistency_from_zero_never_reaches_the_verifier():
    assert consistency_path(0, 5, read_node) == ()
    assert consistency_path(0, 0, read_node) == ()
    with pytest.raises(RefusedError, match="tree_size"):
        verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], ())


@pytest.mark.parametrize(("old_size", "new_size"), [(6, 5), (-1, 5), (1, 2**63), (1, -1)])
def test_consistency_outside(old_size, new_size):
    with pytest.raises(RefusedError, match="tree_size"):
        verify_consistency(old_size, new_size, ROOTS[5], ROOTS[6], (ROOTS[1],))
    with pytest.raises(RefusedError, match="tree_size"):
        consistency_path(old_size, new_size, read_node)


@pytest.mark.parametrize(
    ("old_root", "new_root", "path"),
    [(b"", ROOTS[2], (LEAVES[1],)), (ROOTS[1], b"", (LEAVES[1],)), (ROOTS[1], ROOTS[2], (LEAVES[1][:-1],))],
)
def test_consistency_malformed_hash(old_root, new_root, path):
    with pytest.raises(MalformedError, match="hash_length"):
        verify_consistency(1, 2, old_root, new_root, path)
