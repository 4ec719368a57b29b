"""Pictures: their size, and that nothing follows their end."""

from typing import Final

from mithaq.errors import MalformedError

MAX_PIXELS: Final = 50_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restarts."""

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header, which names the size."""


def check_png(data: bytes) -> None:
    """A PNG, chunk by chunk to its last byte.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``, ``upload_size`` (over 50 megapixels).
    """
    if not data.startswith(_PNG):
        raise MalformedError("upload_type", "the file is no PNG")
    at, name = len(_PNG), b""
    while name != b"IEND":
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if at + 12 + length > len(data) or (at == len(_PNG)) != (name == b"IHDR"):
            raise _damaged()
        if name == b"IHDR":
            _check_size(data[at + 8 : at + 12], data[at + 12 : at + 16])
        at += 12 + length
    if at != len(data):
        raise _damaged()


def check_jpeg(data: bytes) -> None:
    """A JPEG, segment by segment to its last byte.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``, ``upload_size`` (over 50 megapixels).
    """
    if not data.startswith(b"\xff\xd8\xff"):
        raise MalformedError("upload_type", "the file is no JPEG")
    at, has_size = 2, False
    while True:
        marker = data[at + 1] if data[at : at + 1] == b"\xff" and at + 1 < len(data) else None
        if marker is None:
            raise _damaged()
        if marker == _END_OF_IMAGE:
            break
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise _damaged()
        if marker in _FRAMES:
            has_size = True
            _check_size(data[at + 7 : at + 9], data[at + 5 : at + 7])
        at += 2 + length
        if marker == _START_OF_SCAN:
            at = _end_of_scan(data, at)
    if not has_size or at + 2 != len(data):
        raise _damaged()


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands that is no part of the compressed data."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _damaged()
        if data[at + 1] != 0 and data[at + 1] not in _ALONE:
            return at
        at += 2


def _check_size(width: bytes, height: bytes) -> None:
    pixels = int.from_bytes(width, "big") * int.from_bytes(height, "big")
    if not 0 < pixels <= MAX_PIXELS:
        raise MalformedError("upload_size", "the picture has no size, or more than 50 megapixels")


def _damaged() -> MalformedError:
    return MalformedError("upload_damaged", "the picture is not whole, or something follows it")
