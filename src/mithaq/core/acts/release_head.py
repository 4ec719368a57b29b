"""Release heads: the number of the last act released to a recipient at a tree size.

A partner that holds our log up to a size and the release head of that size can tell that no act to
it was withheld at the end; holes before the end show in the numbers themselves.

Spec: docs/spec 7.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from mithaq.core.acts.dsse import RELEASE_HEAD_TYPE, DsseDocument, parse_document, sign_payload
from mithaq.core.encoding import (
    MAX_INTEGER,
    check_administration_code,
    encode_canonical,
    format_time,
    parse_canonical,
    parse_hex,
    parse_time,
)
from mithaq.core.keys import SigningKey, check_key_name, hash_public_key
from mithaq.core.types import AdministrationCode, Origin, RootHash, TreeSize
from mithaq.errors import MalformedError, RefusedError

MAX_PAYLOAD_BYTES: Final = 4_096
_VERSION: Final = 1


class _Wire(msgspec.Struct, frozen=True):
    v: Literal[1]
    log: Origin
    size: Annotated[TreeSize, msgspec.Meta(ge=0, le=MAX_INTEGER)]
    root: str
    to: AdministrationCode
    last_seq: Annotated[int, msgspec.Meta(ge=0, le=MAX_INTEGER)]
    created: str


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """Statement of an author about one checkpoint and one recipient.

    Attributes:
        log: origin of the author's log.
        tree_size: size of the checkpoint, 0..2^53-1.
        root_hash: 32 bytes, the root of that size; on the wire hex.
        to: the recipient.
        last_seq: ``seq`` of the last act to it below ``tree_size``; 0 when there is none.
        created_at: aware UTC; cut to the millisecond on the wire.
    """

    log: Origin
    tree_size: TreeSize
    root_hash: RootHash
    to: AdministrationCode
    last_seq: int
    created_at: datetime

    def encode(self) -> bytes:
        """Write the payload that the ``node`` key signs."""
        return encode_canonical(
            {
                "v": _VERSION,
                "log": self.log,
                "size": self.tree_size,
                "root": self.root_hash.hex(),
                "to": self.to,
                "last_seq": self.last_seq,
                "created": format_time(self.created_at),
            }
        )

    def is_about(self, log: Origin, tree_size: TreeSize, root_hash: RootHash, to: AdministrationCode) -> bool:
        """Whether it speaks of this checkpoint and this recipient."""
        return (self.log, self.tree_size, self.root_hash, self.to) == (log, tree_size, root_hash, to)


def parse_release_head_payload(payload: bytes) -> ReleaseHead:
    """Read the payload of a release head.

    Raises:
        MalformedError: ``release_head``, or a code of ``parse_canonical``.
    """
    document = parse_canonical(payload, max_bytes=MAX_PAYLOAD_BYTES)
    try:
        wire = msgspec.convert(document, _Wire)
    except msgspec.ValidationError as error:
        raise MalformedError("release_head", "the payload is not a release head") from error
    check_key_name(wire.log)
    check_administration_code(wire.to)
    return ReleaseHead(
        log=wire.log,
        tree_size=wire.size,
        root_hash=RootHash(parse_hex(wire.root, 32)),
        to=wire.to,
        last_seq=wire.last_seq,
        created_at=parse_time(wire.created),
    )


def sign_release_head(payload: bytes, key: SigningKey) -> bytes:
    """Sign the payload of a release head with the ``node`` key; give the DSSE JSON document.

    Raises:
        MalformedError: ``release_head``; other payloads are not signed under this type.
    """
    parse_release_head_payload(payload)
    signature = sign_payload(RELEASE_HEAD_TYPE, payload, key)
    return DsseDocument(RELEASE_HEAD_TYPE, payload, (signature,)).encode()


def parse_release_head(data: bytes) -> tuple[ReleaseHead, DsseDocument]:
    """Read a signed release head without verifying it.

    Raises:
        MalformedError: ``release_head`` for another type, or a code of ``parse_document`` or
            ``parse_release_head_payload``.
    """
    document = parse_document(data)
    if document.payload_type != RELEASE_HEAD_TYPE:
        raise MalformedError("release_head", "the document is not a release head")
    return parse_release_head_payload(document.payload), document


def verify_release_head(
    data: bytes, keys: Iterable[bytes], log: Origin, to: AdministrationCode
) -> ReleaseHead:
    """Read a release head and verify that the node of a log signed it for a recipient.

    Size and root are for the caller to compare with its verified head (``is_about``).

    Args:
        data: DSSE JSON document.
        keys: 32-byte public keys of the ``node`` role in the author's root.
        log: expected origin.
        to: expected recipient.

    Raises:
        MalformedError: as ``parse_release_head``.
        RefusedError: ``signature_bad``, ``signature_missing``, ``release_head_origin`` or
            ``release_head_recipient``.
    """
    head, document = parse_release_head(data)
    document.verify(RELEASE_HEAD_TYPE, {hash_public_key(public): public for public in keys})
    if head.log != log:
        raise RefusedError("release_head_origin", "the release head is of another log")
    if head.to != to:
        raise RefusedError("release_head_recipient", "the release head is for another recipient")
    return head
