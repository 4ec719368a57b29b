"""Salted commitments: what the log shows of an act, and what an act shows of a section.

The log is public and may be read whole, so it holds only hashes that nobody can guess without the
salt. Destroying content and salt leaves a log that still verifies.

Spec: docs/spec 5.1, 5.6.
"""

from hashlib import sha256
from typing import Final

from mithaq.errors import MalformedError

SALT_BYTES: Final = 32
ENTRY_BYTES: Final = 33
MAX_SECTION_BYTES: Final = 262_144
MAX_SECTIONS_BYTES: Final = 1_048_576
"""All sections of an act together."""

_ACT_PREFIX: Final = b"mithaq/act/v1\x00"
_SECTION_PREFIX: Final = b"mithaq/section/v1\x00"
_ENTRY_V1: Final = b"\x01"
_LEAF_PREFIX: Final = b"\x00\x01"  # RFC 6962 leaf prefix, then the entry's version byte


def commit_act(salt: bytes, envelope: bytes) -> bytes:
    """Give C, 32 bytes: ``H("mithaq/act/v1" || 00 || salt || envelope)``.

    Args:
        salt: 32 random bytes, fresh for each act.
        envelope: the canonical bytes of the act, as sealed.

    Raises:
        MalformedError: ``bad_length``; another length would let salt and envelope run together.

    Spec: docs/spec 5.1.
    """
    if len(salt) != SALT_BYTES:
        raise MalformedError("bad_length", "a salt is 32 bytes")
    return sha256(_ACT_PREFIX + salt + envelope).digest()


def entry_of(commitment: bytes) -> bytes:
    """Give the log entry of a 32-byte commitment: ``01 || C``, 33 bytes."""
    return _ENTRY_V1 + commitment


def leaf_of(commitment: bytes) -> bytes:
    """Give the leaf hash of a 32-byte commitment's entry: ``H(00 || 01 || C)``. Spec: RFC 6962 §2.1."""
    return sha256(_LEAF_PREFIX + commitment).digest()


def parse_entry(entry: bytes) -> bytes:
    """Give the 32-byte commitment of a log entry.

    Raises:
        MalformedError: ``bad_entry``: not 33 bytes or another version byte.
    """
    if len(entry) != ENTRY_BYTES or entry[:1] != _ENTRY_V1:
        raise MalformedError("bad_entry", "an entry is 01 and a 32-byte commitment")
    return entry[1:]


def hash_section(salt: bytes, data: bytes) -> bytes:
    """Give the hash of a section, 32 bytes: ``H("mithaq/section/v1" || 00 || salt || data)``.

    Raises:
        MalformedError: ``bad_length``: the salt is not 32 bytes.

    Spec: docs/spec 5.6.
    """
    if len(salt) != SALT_BYTES:
        raise MalformedError("bad_length", "a salt is 32 bytes")
    return sha256(_SECTION_PREFIX + salt + data).digest()
