"""Strict framing of requests: one reading of each, or none.

What two servers in a row could read differently is refused: repeated or folded fields, names with
underscores, a body without a length, chunked bodies. A refusal is one clear line and the connection ends.

Spec: docs/spec 8.1; RFC 9112 §5, §6.
"""

import io
import re
from typing import Any, Final

from cheroot.errors import MaxSizeExceeded
from cheroot.server import HTTPRequest

MAX_FIELDS: Final = 100

_FIELD = re.compile(rb"([A-Za-z0-9!#$%&'*+.^`|~-]{1,64}):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
_LENGTH = re.compile(rb"0|[1-9][0-9]{0,15}")


def parse_fields(block: bytes) -> dict[bytes, bytes]:
    """The fields of a head, names in title case.

    Args:
        block: from the first field to the empty line, which is included.

    Raises:
        ValueError: with the reason as its text; the answer is 400.
    """
    lines = block.split(b"\r\n")
    if len(lines) > MAX_FIELDS + 2:
        raise ValueError("Too many fields.")
    fields: dict[bytes, bytes] = {}
    for line in lines:
        if not line:
            break
        match = _FIELD.fullmatch(line)
        if match is None:
            raise ValueError("A field is not well formed.")
        name = match[1].title()
        if name in fields:
            raise ValueError("A field comes twice.")
        fields[name] = match[2].rstrip(b" \t")
    return fields


class StrictRequest(HTTPRequest):
    """A request that is read as a whole head, framed by Content-Length alone, and answered in one call."""

    def parse_request(self) -> None:
        """Reads the head; sets ``ready`` when the request may be answered."""
        try:
            head = self.conn.rfile.read_head()
        except MaxSizeExceeded:
            self.simple_response("431 Request Header Fields Too Large", "The head is over 16 KiB.")
            return
        self.started_request = bool(head)
        self.rfile = io.BytesIO(head)
        self.ready = bool(head) and self._read_line() and self.read_request_headers()

    def _read_line(self) -> bool:
        return bool(self.read_request_line())  # type: ignore[no-untyped-call]

    def header_reader(self, rfile: Any, fields: dict[bytes, bytes]) -> None:
        """Called by the library to fill ``fields``; a ValueError becomes a 400."""
        fields.update(parse_fields(rfile.read()))
        if b"Host" not in fields:
            raise ValueError("The Host field is absent.")
        if _LENGTH.fullmatch(fields.get(b"Content-Length", b"0")) is None:
            raise ValueError("The length of the body is not a number.")

    def read_request_headers(self) -> bool:
        """Reads the fields; a body that is not framed by its length is refused."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        if b"Transfer-Encoding" in self.inheaders:
            self.simple_response("411 Length Required", "A body is framed by its length alone.")
            return False
        return True

    def respond(self) -> None:
        """Lets the application answer; the answer leaves in one call where it fits."""
        super().respond()
        self.conn.wfile.end_answer()

    def simple_response(self, status: str, msg: str = "") -> None:
        """An answer of the server itself, before any application; the connection ends after it."""
        super().simple_response(status, msg)
        self.conn.wfile.end_answer()

    def write(self, chunk: bytes) -> None:
        """Takes a part of the body; a HEAD has none."""
        if self.method != b"HEAD":
            super().write(chunk)
