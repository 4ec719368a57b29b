"""Ed25519 keys and the names they go by: vkeys and key ids.

A key of a signed note is found by its name and its 4-byte id, never by the id alone: ids are short
and collide on purpose as easily as by chance.

Spec: docs/spec 1.1 to 1.3; c2sp.org/signed-note.
"""

import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mithaq.core.encoding import encode_base64, parse_base64, parse_hex
from mithaq.errors import MalformedError

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
KEY_ID_BYTES = 4
MAX_NAME_BYTES = 255
_CACHED_KEYS = 1024

# Controls, the plus sign and White_Space of Unicode; ``str.isspace`` differs from it in four characters.
_BARRED_IN_NAMES = re.compile(r"[\x00-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


class KeyType(IntEnum):
    """The byte that says how a key signs; it is part of the key id. Only two types are verified here."""

    ED25519 = 0x01
    ECDSA = 0x02
    COSIGNATURE_V1 = 0x04
    RFC6962 = 0x05
    ML_DSA_44 = 0x06
    PRIVATE = 0xFF


SUPPORTED_KEY_TYPES = frozenset({KeyType.ED25519, KeyType.COSIGNATURE_V1})


@lru_cache(maxsize=_CACHED_KEYS)
def _load_public(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key.

    Attributes:
        seed: 32 bytes, secret; not shown by ``repr``.
        public: the 32 bytes others verify with.
    """

    seed: bytes = field(repr=False)
    public: bytes = field(init=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise MalformedError("seed_length", "An Ed25519 seed is 32 bytes.")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_private", private)
        object.__setattr__(self, "public", private.public_key().public_bytes_raw())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key that belongs to a 32-byte seed.

        Raises:
            MalformedError: ``seed_length``.
        """
        return cls(bytes(seed))

    def sign(self, message: bytes) -> bytes:
        """64-byte signature; the same for the same message, as Ed25519 needs no randomness."""
        return self._private.sign(message)


def is_valid_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is good. False, never an error, for bytes of a wrong length."""
    if len(public) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        _load_public(bytes(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def hash_public_key(public: bytes) -> str:
    """The ``keyid`` of DSSE: lower-case hex of SHA-256 over the 32-byte key."""
    return sha256(public).hexdigest()


def check_key_name(name: str) -> None:
    """Checks a key name: 1..255 bytes of UTF-8, no Unicode space, no control character, no ``+``.

    Raises:
        MalformedError: ``key_name``.

    Spec: c2sp.org/signed-note, Format.
    """
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        length = 0  # A lone surrogate has no UTF-8.
    if not 0 < length <= MAX_NAME_BYTES:
        raise MalformedError("key_name", "A key name is 1 to 255 bytes of UTF-8.")
    if _BARRED_IN_NAMES.search(name):
        raise MalformedError("key_name", "A key name holds no space, no control character and no plus sign.")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key, as roots, rosters and policies give it.

    Attributes:
        name: see ``check_key_name``; of a log key it is the origin.
        key_type: ``ED25519`` or ``COSIGNATURE_V1``.
        public: 32 bytes.
        key_id: first 4 bytes of ``H(name || 0A || type || public)``; derived.

    Raises:
        MalformedError: ``key_name``, ``key_type`` or ``key_length``.
    """

    name: str
    key_type: KeyType
    public: bytes
    key_id: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if self.key_type not in SUPPORTED_KEY_TYPES:
            raise MalformedError("key_type", "Only Ed25519 and cosignature/v1 keys are supported.")
        if len(self.public) != PUBLIC_KEY_BYTES:
            raise MalformedError("key_length", "A key of this type is 32 bytes.")
        digest = sha256(self.name.encode() + b"\n" + self._typed_key()).digest()
        object.__setattr__(self, "key_id", digest[:KEY_ID_BYTES])

    def _typed_key(self) -> bytes:
        return bytes([self.key_type]) + self.public

    def encode(self) -> str:
        """The vkey: ``name+hex(key id)+base64(type || key)``. Read by ``parse_vkey``."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self._typed_key())}"


def parse_vkey(text: str) -> VerifierKey:
    """Reads a vkey, ``name+hex(key id)+base64(type || key)``, and recomputes its id.

    Raises:
        MalformedError: ``vkey`` (not three parts, bad hex or base64), ``key_name``, ``key_type``,
            ``key_length``, or ``key_id`` when the id is not the one of this name and key.

    Spec: c2sp.org/signed-note, Verifier keys.
    """
    # Base64 may hold plus signs, a name may not: so the first two separate.
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise MalformedError("vkey", "A vkey has three parts.")
    name, id_text, key_text = parts
    try:
        key_id, typed_key = parse_hex(id_text, KEY_ID_BYTES), parse_base64(key_text)
    except MalformedError as error:
        raise MalformedError("vkey", "The id or the key of a vkey cannot be read.") from error
    if not typed_key or typed_key[0] not in SUPPORTED_KEY_TYPES:
        raise MalformedError("key_type", "Only Ed25519 and cosignature/v1 keys are supported.")
    key = VerifierKey(name, KeyType(typed_key[0]), typed_key[1:])
    if key.key_id != key_id:
        raise MalformedError("key_id", "The id of a vkey is not the one of its name and key.")
    return key
