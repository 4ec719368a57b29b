import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as JudgeEnvelope
from securesystemslib.signer import CryptoSigner, SSlibKey

from mithaq.core.acts.dsse import (
    ACT_TYPE,
    ActSignature,
    DsseDocument,
    check_signatures,
    pae,
    parse_document,
    sign_envelope,
    sign_payload,
    verify_envelope,
    verify_signatures,
)
from mithaq.core.encoding import encode_base64
from mithaq.core.keys import SigningKey, hash_public_key
from mithaq.errors import MalformedError, MithaqError, RefusedError

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "own" / "acts.json").read_text("utf-8"))
KEYS = [SigningKey.from_seed(bytes([number]) * 32) for number in range(4)]
IDS = [hash_public_key(key.public) for key in KEYS]
KNOWN = {hash_public_key(key.public): key.public for key in KEYS[:3]}


def judge_key(key: SigningKey) -> SSlibKey:
    value = {"public": key.public.hex()}
    return SSlibKey(hash_public_key(key.public), "ed25519", "ed25519", value)


@pytest.mark.parametrize("vector", VECTORS["signatures"], ids=lambda vector: vector["name"])
def test_own_vectors(vector: dict[str, str]) -> None:
    envelope = vector["payload"].encode()
    key = SigningKey.from_seed(bytes.fromhex(vector["seed_hex"]))
    signature = sign_envelope(envelope, key)
    assert pae(ACT_TYPE, envelope) == vector["pae"].encode()
    assert (signature.keyid, encode_base64(signature.sig)) == (vector["keyid"], vector["sig_base64"])
    assert verify_envelope(envelope, [signature], {signature.keyid: key.public}) == signature.keyid


@given(st.text("abc/+.é", min_size=1, max_size=20), st.binary(max_size=60))
def test_another_implementation_verifies_what_we_sign(payload_type: str, payload: bytes) -> None:
    signatures = tuple(sign_payload(payload_type, payload, key) for key in KEYS[:2])
    document = DsseDocument(payload_type, payload, signatures)
    judged = JudgeEnvelope.from_dict(json.loads(document.encode()))
    assert judged.pae() == pae(payload_type, payload)
    judged.verify([judge_key(key) for key in KEYS[:2]], 2)
    assert parse_document(document.encode()) == document


@given(st.binary(max_size=60))
def test_we_verify_what_another_implementation_signs(payload: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(KEYS[0].seed)
    judged = JudgeEnvelope(payload, "text/x", {})
    judged.sign(CryptoSigner(private, judge_key(KEYS[0])))
    theirs = json.dumps(judged.to_dict(), sort_keys=True, separators=(",", ":")).encode()
    assert parse_document(theirs).verify("text/x", KNOWN) == {IDS[0]}


def test_thresholds_count_keys_that_are_known() -> None:
    signatures = [sign_payload("t", b"x", key) for key in (KEYS[0], KEYS[1], KEYS[3])]
    assert verify_signatures("t", b"x", signatures, KNOWN, 2) == {IDS[0], IDS[1]}
    for given_, threshold in (
        (signatures, 3),
        (signatures[2:], 1),
        ([], 1),
        (signatures, 0),
        ([signatures[0]] * 2, 2),
    ):
        with pytest.raises(RefusedError) as caught:
            verify_signatures("t", b"x", given_, KNOWN, threshold)
        assert caught.value.code == "signature_missing"


def test_a_bad_signature_of_a_known_key_refuses_the_whole() -> None:
    good = sign_payload("t", b"x", KEYS[0])
    bad = ActSignature(IDS[1], good.sig)
    for payload_type, payload, signatures in (
        ("t", b"x", [good, bad]),
        ("t", b"y", [good]),
        ("u", b"x", [good]),
        ("t", b"x", [ActSignature(IDS[0], bytes(64))]),
        ("t", b"x", [ActSignature(IDS[0], b"")]),
    ):
        with pytest.raises(RefusedError) as caught:
            verify_signatures(payload_type, payload, signatures, KNOWN)
        assert caught.value.code == "signature_bad"
    unknown = ActSignature(IDS[3], bytes(64))
    assert verify_signatures("t", b"x", [unknown, good], KNOWN) == {IDS[0]}


def test_another_type_is_refused() -> None:
    document = DsseDocument("t", b"x", (sign_payload("t", b"x", KEYS[0]),))
    with pytest.raises(RefusedError) as caught:
        document.verify("u", KNOWN)
    assert caught.value.code == "payload_type"


def test_lists_of_signatures_have_limits() -> None:
    check_signatures([])
    check_signatures([ActSignature(f"{number:064x}", bytes(64)) for number in range(8)])
    for bad in (
        [ActSignature(f"{number:064x}", bytes(64)) for number in range(9)],
        [ActSignature("0" * 64, bytes(64))] * 2,
        [ActSignature("0" * 64, bytes(63))],
        [ActSignature("A" * 64, bytes(64))],
        [ActSignature("0" * 63, bytes(64))],
    ):
        with pytest.raises(MalformedError):
            check_signatures(bad)


def test_documents_have_one_form() -> None:
    data = DsseDocument("t", b"x", (sign_payload("t", b"x", KEYS[0]),)).encode()
    assert parse_document(data).encode() == data
    value: dict[str, Any] = json.loads(data)
    doubled = data.replace(b'{"payload":', b'{"payload":"","payload":')
    others = [
        data + b" ",
        doubled,
        json.dumps(value).encode(),
        json.dumps({**value, "more": 1}, sort_keys=True, separators=(",", ":")).encode(),
        data.replace(b'"eA=="', b'"eB=="'),
        data.replace(b'"t"', b'""'),
        b"",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        b" " * 1_048_577,
        json.dumps({**value, "signatures": value["signatures"] * 2}).encode(),
    ]
    for other in others:
        with pytest.raises(MalformedError):
            parse_document(other)


@given(st.data())
def test_a_changed_byte_is_refused(data: st.DataObject) -> None:
    changed = bytearray(DsseDocument("t", b"payload", (sign_payload("t", b"payload", KEYS[0]),)).encode())
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != changed[place]))
    with pytest.raises(MithaqError):
        parse_document(bytes(changed)).verify("t", KNOWN)


@given(st.binary(max_size=50))
def test_any_bytes_are_refused_as_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_document(data)
