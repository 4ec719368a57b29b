"""Body of a ``receipt`` act: what became of acts of another log at the author's node, and since when.

One receipt carries the author's cosignature of the checkpoint it speaks of, so the time T in it is
signed over that very tree. The first ``applied`` receipt that covers an act gives its time of
delivery, the same on both nodes.

Spec: docs/spec 8.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from mithaq.core.encoding import MAX_INTEGER, JsonObject, parse_hex
from mithaq.core.keys import check_key_name
from mithaq.core.log.cosignature import parse_cosignature
from mithaq.core.log.signed_note import SignatureLine, parse_signature_line
from mithaq.core.types import LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError

# Together within the 20,000 values and 262,144 bytes of an envelope.
MAX_RANGES: Final = 1_024
MAX_REASONS: Final = 1_024
MAX_MISSING: Final = 1_024

LATEST_S: Final = 7_289_654_400
"""2201-01-01, the end of the times that acts may hold, in POSIX seconds."""


class ReceiptResult(StrEnum):
    """What became of the acts of a range."""

    APPLIED = "applied"
    PENDING = "pending"
    """Blobs are missing."""
    UNKNOWN = "unknown"
    """Of a version or kind that the node does not know."""
    UNUSABLE = "unusable"


_Index = Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]


class _WireRange(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    first: _Index
    last: _Index
    result: ReceiptResult


class _WireReason(msgspec.Struct, frozen=True):
    index: _Index
    code: Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_]{1,64}\Z")]


class _Wire(msgspec.Struct, frozen=True):
    log: Origin
    size: _Index
    root: str
    time: Annotated[int, msgspec.Meta(ge=1, lt=LATEST_S)]
    cosignature: Annotated[str, msgspec.Meta(max_length=512)]
    ranges: Annotated[tuple[_WireRange, ...], msgspec.Meta(max_length=MAX_RANGES)]
    missing_seq: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=MAX_INTEGER)], ...], msgspec.Meta(max_length=MAX_MISSING)
    ] = ()
    reasons: Annotated[tuple[_WireReason, ...], msgspec.Meta(max_length=MAX_REASONS)] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """Acts ``first..last``, both included, of the log that the receipt is about, and their result."""

    first: LeafIndex
    last: LeafIndex
    result: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says.

    Attributes:
        log: origin of the log it is about.
        tree_size, root_hash: the checkpoint that was cosigned (root 32 bytes; on the wire hex).
        at_s: T, POSIX seconds; the time in the cosignature.
        cosignature: line of the author's ``mirror`` key over that checkpoint.
        ranges: ascending and apart; they name only acts to the author of the receipt.
        missing_seq: numbers that the author has not got, ascending.
        reasons: (leaf index, error code) of acts that were ``unusable``, ascending.
    """

    log: Origin
    tree_size: TreeSize
    root_hash: RootHash
    at_s: int
    cosignature: SignatureLine
    ranges: tuple[Range, ...]
    missing_seq: tuple[int, ...] = ()
    reasons: tuple[tuple[int, str], ...] = ()

    @property
    def at(self) -> datetime:
        """T, aware UTC."""
        return datetime.fromtimestamp(self.at_s, UTC)

    def to_body(self) -> JsonObject:
        """The body of the act. Read by ``parse_receipt``."""
        return {
            "log": self.log,
            "size": self.tree_size,
            "root": self.root_hash.hex(),
            "time": self.at_s,
            "cosignature": self.cosignature.encode().decode().removesuffix("\n"),
            "ranges": [{"from": one.first, "to": one.last, "result": str(one.result)} for one in self.ranges],
            "missing_seq": list(self.missing_seq),
            "reasons": [{"index": index, "code": code} for index, code in self.reasons],
        }


def parse_receipt(body: Mapping[str, object]) -> Receipt:
    """Read the body of a ``receipt`` act. It verifies no signature.

    Raises:
        MalformedError: ``receipt``: a field is missing or not of its form, ranges are not ascending
            or pass the tree size, or ``time`` is not that of the cosignature; or a code of the line.
    """
    try:
        wire = msgspec.convert(body, _Wire)
    except msgspec.ValidationError as error:
        raise MalformedError("receipt", "the body is not that of a receipt") from error
    check_key_name(wire.log)
    line = parse_signature_line(wire.cosignature.encode())
    if parse_cosignature(line).at_s != wire.time:
        raise MalformedError("receipt", "the time is not that of the cosignature")
    _check_ascending([(one.first, one.last) for one in wire.ranges], wire.size, "ranges")
    _check_ascending([(one.index, one.index) for one in wire.reasons], wire.size, "reasons")
    _check_ascending([(number, number) for number in wire.missing_seq], None, "missing numbers")
    return Receipt(
        log=wire.log,
        tree_size=TreeSize(wire.size),
        root_hash=RootHash(parse_hex(wire.root, 32)),
        at_s=wire.time,
        cosignature=line,
        ranges=tuple(Range(LeafIndex(one.first), LeafIndex(one.last), one.result) for one in wire.ranges),
        missing_seq=wire.missing_seq,
        reasons=tuple((one.index, one.code) for one in wire.reasons),
    )


def _check_ascending(spans: list[tuple[int, int]], end: int | None, what: str) -> None:
    before = -1
    for first, last in spans:
        if first <= before or last < first:
            raise MalformedError("receipt", f"{what} are not ascending")
        before = last
    if end is not None and before >= end:
        raise MalformedError("receipt", f"{what} pass the tree size")
