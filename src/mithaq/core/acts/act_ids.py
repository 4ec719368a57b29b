"""Ids of acts that belong to the log they were made for, so that nobody else can take one.

An id has 48 bits of time, 42 random bits and a tag of 32 bits over both and the origin of the log. A reader
of two acts of one id, in two logs, knows by the tag whose it is, whichever came first.

Spec: docs/spec 5.3.12.
"""

from datetime import datetime
from hashlib import sha256
from typing import Final

from mithaq.core.encoding import make_uuid7
from mithaq.core.types import LeafIndex, Origin

_DOMAIN: Final = b"mithaq/id/v1\x00"
_TAG_DIGITS: Final = 8


def make_act_id(at: datetime, random: bytes, log: Origin) -> str:
    """A fresh id for an act of that log.

    Args:
        at: aware time.
        random: 10 bytes.
        log: origin of the log that the act will stand in.

    Raises:
        MalformedError: as ``make_uuid7``.
    """
    stem = make_uuid7(at, random)[:-_TAG_DIGITS]
    return stem + _tag(stem, log)


def is_bound(act_id: str, log: Origin) -> bool:
    """Whether an id was made for that log. One that was not is as good, but yields to one that was."""
    return act_id[-_TAG_DIGITS:] == _tag(act_id[:-_TAG_DIGITS], log)


def rank_place(act_id: str, log: Origin, leaf_index: LeafIndex) -> tuple[bool, bytes, int]:
    """Order of the acts that claim one id: the lowest has it, on every node alike."""
    return not is_bound(act_id, log), log.encode(), leaf_index


def _tag(stem: str, log: Origin) -> str:
    return sha256(_DOMAIN + log.encode() + b"\x00" + stem.encode()).hexdigest()[:_TAG_DIGITS]
