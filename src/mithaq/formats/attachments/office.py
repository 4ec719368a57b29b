"""Documents and tables of Office Open XML: a ZIP of the parts that it names, in which nothing acts.

Bounds are counted while the parts are unpacked, never taken from what the file says of itself. Each part of
XML is read to its end: no document type, no instruction, UTF-8 alone.

Spec: trust 7.4, 7.5.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from mithaq.errors import MalformedError

MAX_PACKED_BYTES: Final = 20 * 2**20
MOST_PARTS: Final = 200
MAX_INFLATED_BYTES: Final = 50 * 2**20
MOST_RATIO: Final = 100
MOST_DEPTH: Final = 64
MOST_ATTRIBUTES: Final = 64
MOST_SHEETS: Final = 20
MOST_CELLS: Final = 2_000_000
_START: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_CHUNK_BYTES: Final = 2**16
_ACTING: Final = ("vbaproject", "vbadata", "/embeddings/", "/activex/", "macrosheets", "/externallinks/")
_ENCRYPTED: Final = 1
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DDE: Final = re.compile(r"\bDDE(?:AUTO)?\b", re.ASCII | re.IGNORECASE)


def check_document(data: bytes) -> None:
    """A ``docx``.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``, ``upload_active``, ``upload_size``.
    """
    _check(data, "word/document.xml")


def check_table(data: bytes) -> None:
    """An ``xlsx``.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``, ``upload_active``, ``upload_size``.
    """
    _check(data, "xl/workbook.xml")


def _check(data: bytes, main_part: str) -> None:
    if not data.startswith(_START):
        raise MalformedError("upload_type", "the file is no document of that kind")
    if len(data) > MAX_PACKED_BYTES:
        raise MalformedError("upload_size", "a document or table is at most 20 MiB")
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            parts = opened.infolist()
            _check_parts(parts, main_part)
            _read_parts(opened, parts, len(data))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        NotImplementedError,
        OverflowError,
        EOFError,
    ) as error:
        raise MalformedError("upload_damaged", "the file is not whole") from error


def _check_end(data: bytes) -> None:
    """The list of parts ends where the file does, and nothing stands between the two."""
    end = data[-_END_BYTES:]
    if len(end) < _END_BYTES or end[:4] != _END or end[-2:] != b"\0\0":
        raise MalformedError("upload_damaged", "the file is not whole, or something follows it")
    size, offset = struct.unpack("<II", end[12:20])
    if offset + size != len(data) - _END_BYTES:
        raise MalformedError("upload_damaged", "something stands before the file, or in it")


def _check_parts(parts: list[zipfile.ZipInfo], main_part: str) -> None:
    names = [each.filename for each in parts]
    if "[Content_Types].xml" not in names or main_part not in names:
        raise MalformedError("upload_type", "the file is no document of that kind")
    if len(parts) > MOST_PARTS:
        raise MalformedError("upload_size", f"a document or table has at most {MOST_PARTS} parts")
    if len({name.lower() for name in names}) != len(names) or any(map(_is_outside, names)):
        raise MalformedError("upload_damaged", "a part of the file has a name that no part has")
    if any(each.flag_bits & _ENCRYPTED or each.compress_type not in _PACKINGS for each in parts):
        raise MalformedError("upload_active", "the file is encrypted, or packed in a way that is not read")
    if any(stat.S_ISLNK(each.external_attr >> 16) for each in parts):
        raise MalformedError("upload_damaged", "a part of the file is a link")
    if min(each.header_offset for each in parts) != 0:
        raise MalformedError("upload_damaged", "something stands before the first part")
    if any(word in f"/{name.lower()}" for name in names for word in _ACTING):
        raise MalformedError("upload_active", "the file has macros, files inside, or links to others")


def _is_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/")


def _read_parts(opened: zipfile.ZipFile, parts: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    left = min(MAX_INFLATED_BYTES, MOST_RATIO * packed_bytes)
    found = _Found()
    for each in parts:
        is_xml = each.filename.lower().endswith((".xml", ".rels"))
        reader = _PartReader(each.filename, found) if is_xml else None
        for chunk in _chunks(opened, each):
            left -= len(chunk)
            if left < 0:
                raise MalformedError("upload_size", "the file is too large once unpacked")
            if reader is not None:
                reader.feed(chunk)
        if reader is not None:
            reader.close()
    if _DDE.search("".join(found.instructions)):
        raise MalformedError("upload_active", "a field of the file asks another program")


def _chunks(opened: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with opened.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


@dataclass(slots=True)
class _Found:
    """What is counted over all parts."""

    cells: int = 0
    sheets: int = 0
    instructions: list[str] = field(default_factory=list)


class _PartReader:
    """One part of XML, event by event; names count without their prefix."""

    def __init__(self, name: str, found: _Found) -> None:
        self._is_sheet = name.startswith("xl/") and "worksheets/" in name and not name.endswith(".rels")
        self._is_workbook = name == "xl/workbook.xml"
        self._is_links = name.lower().endswith(".rels")
        self._found = found
        self._depth = 0
        self._is_in_field = False
        self._parser = parser = expat.ParserCreate("UTF-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.ProcessingInstructionHandler = self._refuse_instruction
        parser.XmlDeclHandler = self._check_encoding

    def feed(self, data: bytes) -> None:
        """The next bytes. The parser would read UTF-16 too, which has zero bytes; UTF-8 has none in XML."""
        if b"\0" in data:
            raise MalformedError("upload_type", "a part of the file is not in UTF-8")
        self._parse(data, is_last=False)

    def close(self) -> None:
        """The end of the part."""
        self._parse(b"", is_last=True)

    def _parse(self, data: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(data, is_last)
        except expat.ExpatError as error:
            raise MalformedError("upload_damaged", "a part of the file is no whole XML") from error

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH or len(attributes) > 2 * MOST_ATTRIBUTES:
            raise MalformedError("upload_size", "a part of the file nests too deep")
        local = name.rpartition(":")[2]
        if self._is_sheet:
            self._look_into_sheet(local)
        elif self._is_workbook and local == "sheet":
            self._found.sheets += 1
            if self._found.sheets > MOST_SHEETS:
                raise MalformedError("upload_size", f"a table has at most {MOST_SHEETS} sheets")
        elif self._is_links and local == "Relationship":
            self._check_link(attributes)
        elif local in ("instrText", "fldSimple", "ddeLink"):
            self._look_into_field(local, attributes)

    def _look_into_sheet(self, local: str) -> None:
        if local == "f":
            raise MalformedError("upload_active", "the table has formulas")
        if local == "c":
            self._found.cells += 1
            if self._found.cells > MOST_CELLS:
                raise MalformedError("upload_size", f"a table has at most {MOST_CELLS:,} cells")

    def _check_link(self, attributes: list[str]) -> None:
        values = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if values.get("TargetMode", "Internal") != "Internal":
            raise MalformedError("upload_active", "the file leads to something outside of it")

    def _look_into_field(self, local: str, attributes: list[str]) -> None:
        if local == "ddeLink":
            raise MalformedError("upload_active", "the file asks another program")
        self._found.instructions += attributes[1::2]
        if local == "instrText":
            self._parser.CharacterDataHandler = self._found.instructions.append

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._parser.CharacterDataHandler = None

    def _refuse_doctype(self, *_: object) -> None:
        raise MalformedError("upload_active", "a part of the file has a document type")

    def _refuse_instruction(self, *_: object) -> None:
        raise MalformedError("upload_active", "a part of the file has an instruction for a program")

    def _check_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() != "UTF-8":
            raise MalformedError("upload_type", "a part of the file is not in UTF-8")
