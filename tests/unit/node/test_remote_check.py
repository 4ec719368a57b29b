"""A served log, whole or by samples: what is good passes, each damage is found."""

from collections.abc import Callable

import pytest

from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.merkle import CompactRange, hash_leaves, hash_tree
from mithaq.core.log.signed_note import SignedNote, sign_note
from mithaq.core.log.tiles import encode_bundle, encode_tile, entries_path, tile_path
from mithaq.core.types import Origin, RootHash, TreeSize
from mithaq.errors import MissingError, MithaqError
from mithaq.node.proof.remote_check import check_remote

ORIGIN = Origin("ma-mi.example/log/1")
KEY = SigningKey.from_seed(bytes(range(32)))
VERIFIER = VerifierKey(ORIGIN, KeyType.ED25519, KEY.public)
SIZE = 700


def make_log(size: int = SIZE) -> dict[str, bytes]:
    """What is served: a checkpoint, entries and tiles of two levels, partial ones where they are due."""
    entries = [b"\x01" + number.to_bytes(32, "big") for number in range(size)]
    leaves, files = hash_leaves(entries), dict[str, bytes]()
    for number in range(-(-size // 256)):
        part = slice(number * 256, min(size, number * 256 + 256))
        width = part.stop - part.start
        files[entries_path(number, width)] = encode_bundle(entries[part])
        files[tile_path(0, number, width)] = encode_tile(leaves[part])
    upper = [hash_tree(leaves[at : at + 256]) for at in range(0, size - size % 256, 256)]
    if upper:
        files[tile_path(1, 0, len(upper))] = encode_tile(upper)
    tree = CompactRange()
    tree.extend(leaves)
    text = Checkpoint(ORIGIN, TreeSize(size), RootHash(tree.root())).encode()
    files["checkpoint"] = SignedNote(text, (sign_note(text, ORIGIN, KEY),)).encode()
    return files


def reader(files: dict[str, bytes]) -> Callable[[str], bytes]:
    def fetch(path: str) -> bytes:
        if path not in files:
            raise MissingError("not_found", path)
        return files[path]

    return fetch


def first(size: int, count: int) -> list[int]:
    return list(range(0, size, max(1, size // count)))[:count]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
@pytest.mark.parametrize("sample", [None, 1, 9, 10_000])
def test_a_good_log_passes(size: int, sample: int | None) -> None:
    found = check_remote(reader(make_log(size)), VERIFIER, sample, first)
    assert found.checkpoint.tree_size == size
    assert found.entries == (size if sample is None else min(sample, size))


def test_a_full_tile_stands_for_a_partial_one() -> None:
    files = make_log(700)
    grown = make_log(768)
    files[entries_path(2)], files[tile_path(0, 2)] = grown[entries_path(2)], grown[tile_path(0, 2)]
    for path in (entries_path(2, 188), tile_path(0, 2, 188)):
        del files[path]
    key = VERIFIER
    assert check_remote(reader(files), key, None, first).entries == 700
    assert check_remote(reader(files), key, 5, lambda size, count: [1, 600, 699, 2, 300]).entries == 5


SERVED = sorted(make_log())
READ_WHOLE = [path for path in SERVED if path.startswith(("checkpoint", "tile/entries"))]
"""Hash tiles are read for samples alone."""


@pytest.mark.parametrize(
    ("path", "sample"), [*((path, None) for path in READ_WHOLE), *((path, 699) for path in SERVED)]
)
def test_each_damage_is_found(path: str, sample: int | None) -> None:
    """A flipped bit, a cut, a file that is gone."""
    key, good = VERIFIER, make_log()[path]
    for bad in (good[:10] + bytes([good[10] ^ 1]) + good[11:], good[:-1], b"", None):
        files = make_log()
        if bad is None:
            del files[path]
        else:
            files[path] = bad
        with pytest.raises(MithaqError):
            check_remote(reader(files), key, sample, lambda size, count: range(size))


def test_another_key_is_refused() -> None:
    other = SigningKey.from_seed(bytes(32))
    with pytest.raises(MithaqError):
        check_remote(reader(make_log()), VerifierKey(ORIGIN, KeyType.ED25519, other.public), 3, first)
