"""Files of text: UTF-8, without controls; XML without a document type."""

import re
from typing import Final
from xml.parsers import expat

import orjson

from mithaq.errors import MalformedError

_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BOM: Final = "\ufeff"


def check_text(data: bytes) -> None:
    """A text.

    Raises:
        MalformedError: ``upload_type``.
    """
    _read(data)


def check_json(data: bytes) -> None:
    """One value of JSON.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``.
    """
    _read(data)
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MalformedError("upload_damaged", "the file is no whole JSON") from error


def check_xml(data: bytes) -> None:
    """A well-formed document that names no entity and no document type.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``, ``upload_active``.
    """
    text = _read(data)
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise MalformedError("upload_active", "the file has a document type")
    parser = expat.ParserCreate()
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MalformedError("upload_damaged", "the file is no whole XML") from error


def check_calendar(data: bytes) -> None:
    """A calendar from its first line to its last.

    Raises:
        MalformedError: ``upload_type``, ``upload_damaged``.
    """
    text = _read(data).strip()
    if not text.upper().startswith("BEGIN:VCALENDAR"):
        raise MalformedError("upload_type", "the file is no calendar")
    if not text.upper().endswith("END:VCALENDAR"):
        raise MalformedError("upload_damaged", "the calendar has no end")


def _read(data: bytes) -> str:
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise MalformedError("upload_type", "the file is no text in UTF-8") from error
    if _CONTROLS.search(text):
        raise MalformedError("upload_type", "the file holds controls that no text has")
    return text
