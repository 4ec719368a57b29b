"""Documents and tables of Office Open XML: a ZIP without macros, without files inside, without a tail."""

import io
import zipfile
from typing import Final

from mithaq.errors import MalformedError

MOST_PARTS: Final = 5_000
MAX_INFLATED_BYTES: Final = 256 * 2**20
_START: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_ACTING: Final = ("vbaproject", "vbadata", "/embeddings/", "/activex/", "macrosheets", "/externallinks/")
_ENCRYPTED: Final = 1


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
    parts = _list_parts(data)
    names = [each.filename for each in parts]
    if "[Content_Types].xml" not in names or main_part not in names:
        raise MalformedError("upload_type", "the file is no document of that kind")
    if len(set(names)) != len(names) or any(_is_outside(name) for name in names):
        raise MalformedError("upload_damaged", "a part of the file has a name that no part has")
    if any(each.flag_bits & _ENCRYPTED for each in parts):
        raise MalformedError("upload_active", "the file is encrypted")
    if any(word in f"/{name.lower()}" for name in names for word in _ACTING):
        raise MalformedError("upload_active", "the file has macros, or files inside")
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MAX_INFLATED_BYTES:
        raise MalformedError("upload_size", "the file is too large once unpacked")


def _list_parts(data: bytes) -> list[zipfile.ZipInfo]:
    if not data.startswith(_START):
        raise MalformedError("upload_type", "the file is no document of that kind")
    if data[-_END_BYTES : -_END_BYTES + 4] != _END or data[-2:] != b"\0\0":
        raise MalformedError("upload_damaged", "the file is not whole, or something follows it")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return opened.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise MalformedError("upload_damaged", "the file is not whole") from error


def _is_outside(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")
