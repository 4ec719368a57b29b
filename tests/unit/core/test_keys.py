import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.keys import (
    KeyType,
    SigningKey,
    VerifierKey,
    check_key_name,
    hash_public_key,
    is_valid_signature,
    parse_vkey,
)
from mithaq.errors import MalformedError

OWN = Path(__file__).parents[3] / "vectors" / "own"
VKEYS = json.loads((OWN / "vkey.json").read_text())
DSSE = json.loads((OWN / "dsse.json").read_text())["cases"]
LOG = json.loads((OWN / "log_of_three.json").read_text())

NAMES = st.text(min_size=1, max_size=60).filter(lambda name: is_name(name))


def is_name(name: str) -> bool:
    try:
        check_key_name(name)
    except MalformedError:
        return False
    return True


@pytest.mark.parametrize("case", VKEYS["good"], ids=lambda case: case["vkey"])
def test_vkey_good(case):
    key = parse_vkey(case["vkey"])
    assert (key.name, key.key_type) == (case["name"], case["type"])
    assert key.public.hex() == case["public_hex"]
    assert key.key_id.hex() == case["key_id_hex"]
    assert key.encode() == case["vkey"]


@pytest.mark.parametrize("case", VKEYS["malformed"], ids=lambda case: case["name"])
def test_vkey_malformed(case):
    with pytest.raises(MalformedError) as caught:
        parse_vkey(case["vkey"])
    assert caught.value.code == case["code"]


@pytest.mark.parametrize(
    ("owner", "key_type"), [("log", KeyType.ED25519), ("mirror", KeyType.COSIGNATURE_V1)]
)
def test_vkey_from_seed(owner, key_type):
    case = LOG[owner]
    public = SigningKey.from_seed(bytes.fromhex(case["seed_hex"])).public
    assert VerifierKey(case["name"], key_type, public).encode() == case["vkey"]


@pytest.mark.parametrize("case", DSSE, ids=lambda case: case["name"])
def test_signature_and_keyid(case):
    key = SigningKey.from_seed(bytes.fromhex(case["seed_hex"]))
    signature = base64.b64decode(case["signature_base64"])
    assert key.sign(case["pae"].encode()) == signature
    assert is_valid_signature(key.public, signature, case["pae"].encode())
    assert hash_public_key(key.public) == case["keyid"]


def test_is_valid_signature_says_no():
    key = SigningKey.from_seed(bytes(32))
    signature = key.sign(b"message")
    assert is_valid_signature(key.public, signature, b"message")
    assert not is_valid_signature(key.public, signature, b"message ")
    assert not is_valid_signature(key.public, signature[:-1], b"message")
    assert not is_valid_signature(key.public, signature + b"\0", b"message")
    assert not is_valid_signature(key.public[:-1], signature, b"message")
    assert not is_valid_signature(SigningKey.from_seed(b"\1" * 32).public, signature, b"message")


def test_signature_with_s_over_the_order_is_bad():
    # S and S + L would both do in a lax verifier: one act, two signatures.
    order = 2**252 + 27742317777372353535851937790883648493
    key = SigningKey.from_seed(bytes(32))
    signature = key.sign(b"message")
    other = int.from_bytes(signature[32:], "little") + order
    assert not is_valid_signature(key.public, signature[:32] + other.to_bytes(32, "little"), b"message")


@given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70))
def test_is_valid_signature_never_raises(public, signature, message):
    assert is_valid_signature(public, signature, message) in {True, False}


@pytest.mark.parametrize("length", [0, 31, 33])
def test_seed_length(length):
    with pytest.raises(MalformedError, match="seed_length"):
        SigningKey.from_seed(bytes(length))


def test_seed_is_not_shown():
    key = SigningKey.from_seed(b"\xaa" * 32)
    assert "xaa" not in repr(key)
    assert key == SigningKey.from_seed(b"\xaa" * 32)


@pytest.mark.parametrize(
    "name", ["a", "a" * 255, "ma-mi.example/log/1", "é" * 127, "a\u200bb", "a\u180eb", "\x7f"]
)
def test_key_name_good(name):
    check_key_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 256,
        "é" * 128,
        "a+b",
        "a b",
        "\x1f",
        "\x00",
        "a\n",
        "\x85",
        "\u1680",
        "\u200a",
        "\u202f",
        "\u205f",
        "\ud800",
    ],
)
def test_key_name_malformed(name):
    with pytest.raises(MalformedError, match="key_name"):
        check_key_name(name)


@given(NAMES, st.sampled_from([KeyType.ED25519, KeyType.COSIGNATURE_V1]), st.binary(min_size=32, max_size=32))
def test_vkey_round_trip(name, key_type, public):
    key = VerifierKey(name, key_type, public)
    assert parse_vkey(key.encode()) == key


@given(st.text() | st.builds("+".join, st.lists(st.text(max_size=12), min_size=3, max_size=3)))
def test_parse_vkey_raises_only_malformed(text):
    try:
        key = parse_vkey(text)
    except MalformedError:
        return
    assert key.encode() == text


@given(st.integers(0, len(LOG["log"]["vkey"]) - 1), st.characters())
def test_parse_vkey_one_character_changed(at, character):
    vkey = LOG["log"]["vkey"]
    text = vkey[:at] + character + vkey[at + 1 :]
    if text != vkey:
        with pytest.raises(MalformedError):
            parse_vkey(text)


@pytest.mark.parametrize("key_type", [KeyType.ECDSA, KeyType.RFC6962, KeyType.ML_DSA_44, KeyType.PRIVATE])
def test_verifier_key_of_a_type_kept_unverified(key_type):
    with pytest.raises(MalformedError, match="key_type"):
        VerifierKey("name", key_type, bytes(32))
