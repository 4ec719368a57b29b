"""The hash of a row: over the one before it and everything the row says. Pure.

Spec: trust 5.4: ``row_hash = SHA-256("mithaq/access/v1" 00 prev_hash canonical(row))``.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

import orjson

START: Final = "0" * 64
"""Hex ``prev_hash`` of the first row of a lane."""

_DOMAIN: Final = b"mithaq/access/v1\0"


def hash_row(prev_hash: str, row: Mapping[str, object]) -> str:
    """Hex hash of a row.

    Args:
        prev_hash: hex, 64 digits, of the row before it.
        row: what it says, without the two hashes: texts, and ``seq``. Names are ASCII, so that sorted keys
            are canonical (RFC 8785); texts are as typed, whatever their characters.
    """
    canonical = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(_DOMAIN + bytes.fromhex(prev_hash) + canonical).hexdigest()
