"""PDF documents in which nothing acts: scripts, launches, files inside, XFA and encryption are refused.

Names are looked for in every byte of the file and in the object streams, which are unpacked; an object
stream that cannot be looked into is refused too. A name may be written with ``#`` and two hex digits.
"""

import re
import zlib
from bisect import bisect
from collections.abc import Iterator, Sequence
from typing import Final

from mithaq.errors import MalformedError

MAX_INFLATED_BYTES: Final = 64 * 2**20
_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_NAME: Final = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_OBJECTS: Final = re.compile(rb"\s*[0-9]+\s+[0-9]+")
_ACTING: Final = frozenset(
    {
        b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"XFA", b"Encrypt", b"RichMedia",
        b"GoToE", b"ImportData", b"SubmitForm",
    }
)  # fmt: skip
_OTHER_FILTERS: Final = frozenset(
    {
        b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL",
        b"Crypt",
    }
)  # fmt: skip
_REACH: Final = 65_536
"""How far before its data the dictionary of an object stream may begin."""


def check_pdf(data: bytes) -> None:
    """A document that ends where it says, and in which nothing acts.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``, ``upload_active``.
    """
    if not _HEADER.match(data):
        raise MalformedError("upload_type", "the file is no PDF")
    if not data.rstrip(b"\r\n \t").endswith(b"%%EOF"):
        raise MalformedError("upload_damaged", "the PDF is not whole, or something follows it")
    named = []
    for at, name in _names(data):
        _check_name(name)
        if name == b"ObjStm":
            named.append(at)
    if named:
        _check_object_streams(data, named)


def _names(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(place, name) of each name, as it reads."""
    for found in _NAME.finditer(data):
        name = found[0][1:]
        if b"#" in name:
            name = _ESCAPE.sub(lambda each: bytes([int(each[1], 16)]), name)
        yield found.start(), name


def _check_name(name: bytes) -> None:
    if name in _ACTING:
        raise MalformedError("upload_active", "the PDF has scripts, launches, files inside, or is encrypted")


def _check_object_streams(data: bytes, named: Sequence[int]) -> None:
    """The objects of every object stream; a stream that stands near the name of one counts as one."""
    left, seen = MAX_INFLATED_BYTES, 0
    for found in _STREAM.finditer(data):
        nearest = bisect(named, found.start()) - 1
        if nearest < 0 or named[nearest] < found.start() - _REACH:
            continue
        inside = _inflate(data, found.end(), left)
        seen, left = seen + 1, left - len(inside)
        own = {name for _, name in _names(data[data.rfind(b"obj", 0, found.start()) : found.start()])}
        if b"ObjStm" in own and not (_OBJECTS.match(inside) and _OTHER_FILTERS.isdisjoint(own)):
            raise _closed()
        for _, name in _names(inside):
            _check_name(name)
    if not seen:
        raise _closed()


def _inflate(data: bytes, start: int, most: int) -> bytes:
    """Unpacked bytes; those as they stand where nothing is packed."""
    packed = zlib.decompressobj()
    try:
        inside = packed.decompress(memoryview(data)[start:], most)
    except zlib.error:
        return data[start : start + _REACH]
    if packed.unconsumed_tail or len(inside) >= most:
        raise _closed()
    return inside


def _closed() -> MalformedError:
    return MalformedError("upload_active", "the PDF has objects that cannot be looked into")
