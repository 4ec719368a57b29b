"""Which kinds of files are taken: suffix, declared type and the bytes themselves must say the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mithaq.errors import MalformedError
from mithaq.formats.attachments.names import check_name, suffix_of
from mithaq.formats.attachments.office import check_document, check_table
from mithaq.formats.attachments.pdf import check_pdf
from mithaq.formats.attachments.pictures import check_jpeg, check_png
from mithaq.formats.attachments.texts import check_calendar, check_json, check_text, check_xml

MAX_FILE_BYTES: Final = 100 * 2**20
UNDECLARED: Final = ("", "application/octet-stream")
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file.

    Attributes:
        media: its media type.
        check: raises ``MalformedError`` for bytes that are not of it.
        declared: other types that programs declare it as.
    """

    media: str
    check: Callable[[bytes], None]
    declared: tuple[str, ...] = ()


_JPEG: Final = FileKind("image/jpeg", check_jpeg)
KINDS: Final[Mapping[str, FileKind]] = {
    "pdf": FileKind("application/pdf", check_pdf),
    "png": FileKind("image/png", check_png),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "xlsx": FileKind(f"{_OFFICE}spreadsheetml.sheet", check_table),
    "docx": FileKind(f"{_OFFICE}wordprocessingml.document", check_document),
    "csv": FileKind("text/csv", check_text, ("text/plain", "application/csv", "application/vnd.ms-excel")),
    "ics": FileKind("text/calendar", check_calendar),
    "xml": FileKind("application/xml", check_xml, ("text/xml",)),
    "json": FileKind("application/json", check_json),
    "txt": FileKind("text/plain", check_text),
}
"""Suffix -> its kind."""


def recognize_file(name: str, declared: str, data: bytes) -> str:
    """The media type of a file that is taken.

    Args:
        name: as its sender calls it.
        declared: media type that came with it; empty for none.
        data: the whole of it.

    Raises:
        MalformedError: ``upload_name``, ``upload_size``, ``upload_type`` (unknown, or the three disagree),
            ``upload_damaged`` (not whole, or something after its end), ``upload_active`` (it acts).
    """
    check_name(name)
    kind = KINDS.get(suffix_of(name))
    plain = declared.partition(";")[0].strip().lower()
    if kind is None or plain not in (*UNDECLARED, kind.media, *kind.declared):
        raise MalformedError("upload_type", "the file is of no kind that is taken, or its type says another")
    if not data or len(data) > MAX_FILE_BYTES:
        raise MalformedError("upload_size", "the file is empty or over 100 MiB")
    kind.check(data)
    return kind.media
