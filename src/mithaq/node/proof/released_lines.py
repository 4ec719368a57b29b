"""Lines of ``released.jsonl``: what an exporting node may read of a log, each act with its salt.

A line is ``{"index":0,"salt":"<base64>","envelope":"<base64>"}`` and a newline: these members, in this
order. It is written without spaces; read is also the form with one space after each colon and comma,
which many writers give. No other form is, so that no byte of the file can change unseen.

Spec: docs/spec 2.6.2.
"""

from typing import Annotated

import msgspec

from mithaq.core.acts.commitment import SALT_BYTES
from mithaq.core.acts.envelope import MAX_ENVELOPE_BYTES
from mithaq.errors import MalformedError

MAX_LINE_BYTES = MAX_ENVELOPE_BYTES * 4 // 3 + 256
"""An envelope of the greatest length in base64, and room for the rest."""


class ReleasedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act.

    Attributes:
        index: leaf index, from 0.
        salt: 32 bytes.
        envelope: the exact bytes of the act.
    """

    index: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    salt: bytes
    envelope: bytes

    def encode(self) -> bytes:
        """The line with its newline."""
        return _encode(self) + b"\n"


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ReleasedLine).decode


def parse_released_line(line: bytes) -> ReleasedLine:
    """Read one line, newline included.

    Raises:
        MalformedError: ``released_line``; too long, cut, or not in its one form.
    """
    if len(line) > MAX_LINE_BYTES:
        raise MalformedError("released_line", "the line is too long")
    if not line.endswith(b"\n"):
        raise MalformedError("released_line", "the line does not end")
    try:
        act = _decode(line)
    except (msgspec.MsgspecError, ValueError) as error:
        raise MalformedError("released_line", "it is not {index, salt, envelope}") from error
    if len(act.salt) != SALT_BYTES:
        raise MalformedError("released_line", "the salt is not 32 bytes")
    # Decoding forgives spaces, order and loose base64; writing it anew does not.
    plain = act.encode()
    if line not in (plain, plain.replace(b'":', b'": ').replace(b',"', b', "')):
        raise MalformedError("released_line", "it is not in its one form")
    return act
