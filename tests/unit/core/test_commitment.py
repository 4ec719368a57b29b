import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.acts.commitment import commit_act, entry_of, hash_section, leaf_of, parse_entry
from mithaq.core.log.merkle import hash_leaf
from mithaq.errors import MalformedError

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "own" / "acts.json").read_text("utf-8"))


def test_the_vector_of_the_specification() -> None:
    commitment = commit_act(bytes(range(32)), b'{"kind":"noop","v":1}')
    assert commitment.hex() == "66fe04db5700f9e8415ef5b78b67718183c0ae994c16c9377cf67fac7b118565"
    leaf_hash = leaf_of(commitment)
    assert leaf_hash.hex() == "3424cdf7c7e94abdc74ba1468ce9a4a97c870ddc8e90ec6815eb8ff496560ee8"
    section = hash_section(bytes(range(32)), b"abc")
    assert section.hex() == "3a0455aaafd24b978ab6c5e74fecd40a857891c4664a395221028b8591fa455f"


@pytest.mark.parametrize("vector", VECTORS["commitments"], ids=lambda vector: vector["name"])
def test_commitments(vector: dict[str, Any]) -> None:
    commitment = commit_act(bytes.fromhex(vector["salt_hex"]), vector["envelope"].encode())
    assert commitment.hex() == vector["commitment_hex"]
    assert entry_of(commitment).hex() == vector["entry_hex"]
    assert leaf_of(commitment).hex() == vector["leaf_hash_hex"]


@pytest.mark.parametrize("vector", VECTORS["sections"], ids=lambda vector: vector["name"])
def test_sections(vector: dict[str, Any]) -> None:
    salt, data = bytes.fromhex(vector["salt_hex"]), bytes.fromhex(vector["data_hex"])
    assert hash_section(salt, data).hex() == vector["hash_hex"]


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50))
def test_commitment_entry_and_leaf_are_the_stated_hashes(salt: bytes, envelope: bytes) -> None:
    commitment = sha256(b"mithaq/act/v1" + b"\0" + salt + envelope).digest()
    assert commit_act(salt, envelope) == commitment
    assert entry_of(commitment) == b"\1" + commitment
    assert parse_entry(entry_of(commitment)) == commitment
    assert leaf_of(commitment) == hash_leaf(entry_of(commitment))
    assert hash_section(salt, envelope) != commitment


def test_other_lengths_are_refused() -> None:
    for salt in (b"", bytes(31), bytes(33)):
        with pytest.raises(MalformedError, match="bad_length"):
            commit_act(salt, b"{}")
        with pytest.raises(MalformedError, match="bad_length"):
            hash_section(salt, b"{}")
    for entry in (b"", bytes(33), b"\1" + bytes(31), b"\1" + bytes(33), b"\2" + bytes(32)):
        with pytest.raises(MalformedError, match="bad_entry"):
            parse_entry(entry)
