"""Passkeys that prove their make: a chain to a root that is trusted, over the very key that is enrolled."""

import json
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from mithaq.web.accounts.attestation import is_attested

ORDER = (
    NameOID.COUNTRY_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.COMMON_NAME,
)
CLIENT = json.dumps({"type": "webauthn.create", "challenge": "AA", "origin": "https://x"}).encode()


def name(common: str) -> x509.Name:
    values = ("MA", "Maker", "Authenticator Attestation", common)
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in zip(ORDER, values, strict=True)])


def issue(subject: str, key: Any, issuer: str, issuer_key: Any, *, is_ca: bool) -> bytes:
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


@cache
def keys() -> tuple[Any, ...]:
    return tuple(ec.generate_private_key(ec.SECP256R1()) for _ in range(4))


def root(common: str = "Root", number: int = 0) -> bytes:
    return issue(common, keys()[number], common, keys()[number], is_ca=True)


def register(fmt: str = "packed", *, x5c: bool = True, other_key: bool = False) -> dict[str, Any]:
    """What a browser gives: the key of ``keys()[2]`` attested by the one of ``keys()[1]``."""
    _, maker, own, other = keys()
    data = AttestedCredentialData.create(bytes(16), b"c" * 16, ES256.from_cryptography_key(own.public_key()))
    auth = AuthenticatorData.create(sha256(b"x").digest(), 0x45, 0, data)
    signed = bytes(auth) + sha256(CLIENT).digest()
    signer = other if other_key else (maker if x5c else own)
    told: dict[str, Any] = {"alg": -7, "sig": signer.sign(signed, ec.ECDSA(hashes.SHA256()))}
    if x5c:
        told["x5c"] = [issue("Key", maker, "Root", keys()[0], is_ca=False)]
    made = AttestationObject.create(fmt, auth, told if fmt == "packed" else {})
    response = {
        "clientDataJSON": websafe_encode(CLIENT),
        "attestationObject": websafe_encode(bytes(made)),
    }
    return {"id": websafe_encode(b"c" * 16), "rawId": websafe_encode(b"c" * 16), "type": "public-key",
            "response": response, "clientExtensionResults": {}}  # fmt: skip


def test_a_key_of_a_trusted_maker_is_taken_and_no_other() -> None:
    good = register()
    assert is_attested(good, (root("Other", 3), root()))
    assert not is_attested(good, ())
    assert not is_attested(good, (root("Root", 3),))  # the same name, another key


@pytest.mark.parametrize(
    "credential",
    [
        register("none"),
        register(x5c=False),
        register(other_key=True),
        {},
        {"response": {}},
        {"id": "!", "rawId": 1, "response": {"clientDataJSON": "x", "attestationObject": "AA"}},
    ],
)
def test_what_proves_nothing_is_not_taken(credential: dict[str, Any]) -> None:
    assert not is_attested(credential, (root(),))
