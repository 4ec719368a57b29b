"""DSSE: signatures that bind the type of what they sign.

The signatures of an act travel beside its envelope, as a list; release heads and root files are DSSE
JSON documents. Keys come from roots, and the root's entry fixes the algorithm, never the message.

Spec: docs/spec 5.4; DSSE v1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
import orjson

from mithaq.core.encoding import encode_base64, parse_base64, parse_hex
from mithaq.core.keys import SIGNATURE_BYTES, SigningKey, hash_public_key, is_valid_signature
from mithaq.errors import MalformedError, RefusedError

ACT_TYPE: Final = "application/vnd.mithaq.act.v1+json"
RELEASE_HEAD_TYPE: Final = "application/vnd.mithaq.release-head.v1+json"
ROOT_TYPE: Final = "application/vnd.mithaq.root.v1+json"

MAX_SIGNATURES: Final = 8
"""Of an act. A root file may carry more, thresholds of two versions."""
MAX_DOCUMENT_SIGNATURES: Final = 32
MAX_DOCUMENT_BYTES: Final = 1_048_576
KEYID_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ActSignature:
    """One signature, not yet verified.

    Attributes:
        keyid: 64 hex digits, SHA-256 of the 32-byte public key.
        sig: 64 bytes, Ed25519 over the PAE.
    """

    keyid: str
    sig: bytes


def pae(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that are signed: ``DSSEv1 SP len SP type SP len SP payload``. Spec: DSSE v1."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_payload(payload_type: str, payload: bytes, key: SigningKey) -> ActSignature:
    """Sign a payload of a type."""
    return ActSignature(hash_public_key(key.public), key.sign(pae(payload_type, payload)))


def sign_envelope(envelope: bytes, key: SigningKey) -> ActSignature:
    """Sign the canonical bytes of an act with the key of a post."""
    return sign_payload(ACT_TYPE, envelope, key)


def check_signatures(signatures: Iterable[ActSignature], limit: int = MAX_SIGNATURES) -> None:
    """Check the form of a list of signatures: not too many, lengths, no key twice.

    Raises:
        MalformedError: ``bad_signatures``.
    """
    keyids = []
    for signature in signatures:
        parse_hex(signature.keyid, KEYID_BYTES)
        if len(signature.sig) != SIGNATURE_BYTES:
            raise MalformedError("bad_signatures", "a signature is 64 bytes")
        keyids.append(signature.keyid)
    if len(keyids) > limit or len(set(keyids)) != len(keyids):
        raise MalformedError("bad_signatures", "there are too many signatures, or two of one key")


def verify_signatures(
    payload_type: str,
    payload: bytes,
    signatures: Iterable[ActSignature],
    keys: Mapping[str, bytes],
    threshold: int = 1,
) -> frozenset[str]:
    """Verify that enough of the given keys signed; signatures of other keys are passed over.

    Args:
        payload_type: media type that the signatures bind.
        payload: exact bytes, as received.
        signatures: as received.
        keys: keyid -> 32-byte public key, of those that count.
        threshold: how many different keys must have signed, from 1.

    Returns:
        The keyids whose signature is good.

    Raises:
        RefusedError: ``signature_bad`` for a bad signature of a given key; ``signature_missing``
            when fewer than ``threshold`` are good.
    """
    message = pae(payload_type, payload)
    good: set[str] = set()
    for signature in signatures:
        public = keys.get(signature.keyid)
        if public is None:
            continue
        if not is_valid_signature(public, signature.sig, message):
            raise RefusedError("signature_bad", "a signature of a known key is not good")
        good.add(signature.keyid)
    if threshold < 1 or len(good) < threshold:
        raise RefusedError("signature_missing", f"{len(good)} of {threshold} needed signatures are there")
    return frozenset(good)


def verify_envelope(envelope: bytes, signatures: Iterable[ActSignature], keys: Mapping[str, bytes]) -> str:
    """Verify that one of the given keys signed an act; give its keyid. Raises as ``verify_signatures``."""
    return min(verify_signatures(ACT_TYPE, envelope, signatures, keys))


class _WireSignature(msgspec.Struct, frozen=True):
    keyid: str
    sig: str


class _WireDocument(msgspec.Struct, frozen=True, rename={"payload_type": "payloadType"}):
    payload: str
    payload_type: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    signatures: Annotated[tuple[_WireSignature, ...], msgspec.Meta(max_length=MAX_DOCUMENT_SIGNATURES)]


_decode_document = msgspec.json.Decoder(_WireDocument).decode


@dataclass(frozen=True, slots=True)
class DsseDocument:
    """A payload with its signatures, as DSSE JSON.

    Attributes:
        payload_type: media type, bound by the signatures.
        payload: exact bytes.
        signatures: at most 32, no key twice.
    """

    payload_type: str
    payload: bytes
    signatures: tuple[ActSignature, ...]

    def encode(self) -> bytes:
        """Write ``{"payload","payloadType","signatures":[{"keyid","sig"}]}``, keys sorted, no space."""
        document = {
            "payload": encode_base64(self.payload),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": signature.keyid, "sig": encode_base64(signature.sig)}
                for signature in self.signatures
            ],
        }
        return orjson.dumps(document)

    def verify(self, payload_type: str, keys: Mapping[str, bytes], threshold: int = 1) -> frozenset[str]:
        """Verify type and signatures; give the good keyids.

        Raises:
            RefusedError: ``payload_type``, or as ``verify_signatures``.
        """
        if self.payload_type != payload_type:
            raise RefusedError("payload_type", "the document is of another type")
        return verify_signatures(payload_type, self.payload, self.signatures, keys, threshold)


def parse_document(data: bytes) -> DsseDocument:
    """Read a DSSE JSON document. It verifies nothing.

    Only the form that ``encode`` writes is taken, so one document has one sequence of bytes and
    hides nothing in doubled or further members.

    Raises:
        MalformedError: ``too_large``, ``bad_document``, ``bad_base64``, ``bad_hex`` or
            ``bad_signatures``.
    """
    if len(data) > MAX_DOCUMENT_BYTES:
        raise MalformedError("too_large", f"a DSSE document is at most {MAX_DOCUMENT_BYTES} bytes")
    try:
        wire = _decode_document(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("bad_document", "the bytes are not a DSSE document") from error
    signatures = tuple(ActSignature(one.keyid, parse_base64(one.sig)) for one in wire.signatures)
    check_signatures(signatures, MAX_DOCUMENT_SIGNATURES)
    document = DsseDocument(wire.payload_type, parse_base64(wire.payload), signatures)
    if document.encode() != data:
        raise MalformedError("bad_document", "the DSSE document is not in its one form")
    return document
