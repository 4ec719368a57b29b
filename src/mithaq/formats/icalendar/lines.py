"""Content lines: one property, its parameters and its value, folded for the wire.

Spec: RFC 5545 3.1, 3.2, 3.3.11; RFC 6868 (characters in parameters).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mithaq.errors import MalformedError

MAX_LINE_OCTETS: Final = 75
"""Octets of a folded line without its CRLF."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^(.)", re.DOTALL)
_JOINERS: Final = frozenset("\u200c\u200d")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One unfolded line.

    Attributes:
        name: upper case.
        value: as on the wire, still escaped.
        params: name in upper case -> values without their quotes.
    """

    name: str
    value: str
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def param(self, name: str) -> str:
        """The first value of a parameter; empty when it is absent."""
        values = self.params.get(name, ())
        return values[0] if values else ""


def write_line(line: ContentLine) -> bytes:
    """The folded bytes of a line, with its CRLF.

    Raises:
        MalformedError: ``ics_control``, a control character in a value or parameter.
    """
    params = "".join(
        f";{name}={','.join(_quote(value) for value in values)}"
        for name, values in line.params.items()
        if values
    )
    text = f"{line.name}{params}:{line.value}"
    if _CONTROL.search(text):
        raise MalformedError("ics_control", "a calendar line holds a control character")
    return fold(text)


def fold(text: str) -> bytes:
    """One line as lines of at most 75 octets; a letter and the marks upon it stay together.

    Spec: RFC 5545 3.1.
    """
    pieces: list[bytes] = []
    room, current = MAX_LINE_OCTETS, b""
    for letter in _iterate_letters(text):
        data = letter.encode()
        while data:
            if len(current) + len(data) <= room:
                current += data
                break
            if not current:  # more marks upon one letter than a line holds: cut between characters
                cut = _cut(data, room)
                pieces.append(data[:cut])
                data = data[cut:]
            else:
                pieces.append(current)
                current = b""
            room = MAX_LINE_OCTETS - 1  # the space that begins the next line
    pieces.append(current)
    return b"\r\n ".join(pieces) + b"\r\n"


def _iterate_letters(text: str) -> Iterator[str]:
    """Characters together with the marks and joiners that follow them."""
    start = 0
    for index in range(1, len(text)):
        if unicodedata.combining(text[index]) or text[index] in _JOINERS:
            continue
        yield text[start:index]
        start = index
    if text:
        yield text[start:]


def _cut(data: bytes, room: int) -> int:
    """The largest cut within ``room`` that splits no character."""
    cut = min(room, len(data))
    while cut < len(data) and data[cut] & 0xC0 == 0x80:
        cut -= 1
    return cut


def unfold(text: str) -> list[str]:
    """Lines as they were before folding. CRLF or LF; an empty last line is dropped.

    Raises:
        MalformedError: ``ics_line_end``, a bare CR; ``ics_fold``, a continuation of nothing.
    """
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        raise MalformedError("ics_line_end", "a line ends with CR alone")
    lines: list[list[str]] = []
    for raw in text.removesuffix("\n").split("\n"):
        if raw[:1] in (" ", "\t"):
            if not lines:
                raise MalformedError("ics_fold", "the file begins with a continuation line")
            lines[-1].append(raw[1:])
        else:
            lines.append([raw])
    return ["".join(parts) for parts in lines]


def parse_line(text: str) -> ContentLine:
    """Read one unfolded line.

    Raises:
        MalformedError: ``ics_line``, not ``name;param=value:value``; ``ics_control``.
    """
    if _CONTROL.search(text):
        raise MalformedError("ics_control", "a calendar line holds a control character")
    found = _NAME.match(text)
    if found is None:
        raise MalformedError("ics_line", "a line does not begin with the name of a property")
    params: dict[str, tuple[str, ...]] = {}
    place = found.end()
    while text[place : place + 1] == ";":
        place = _parse_param(text, place + 1, params)
    if text[place : place + 1] != ":":
        raise MalformedError("ics_line", "a line has no colon before its value")
    return ContentLine(found[0].upper(), text[place + 1 :], params)


def _parse_param(text: str, place: int, params: dict[str, tuple[str, ...]]) -> int:
    """Read one parameter that begins at ``place``; answers where it ends."""
    found = _NAME.match(text, place)
    if found is None or text[found.end() : found.end() + 1] != "=":
        raise MalformedError("ics_line", "a parameter is not of the form name=value")
    name = found[0].upper()
    if name in params:
        raise MalformedError("ics_line", "a parameter stands twice in one line")
    values: list[str] = []
    place = found.end()
    while text[place : place + 1] in ("=", ","):
        value, place = _parse_param_value(text, place + 1)
        values.append(value)
    params[name] = tuple(values)
    return place


def _parse_param_value(text: str, place: int) -> tuple[str, int]:
    if text[place : place + 1] == '"':
        end = text.find('"', place + 1)
        if end < 0:
            raise MalformedError("ics_line", "a quoted parameter is not ended")
        return _uncaret(text[place + 1 : end]), end + 1
    end = place
    while end < len(text) and text[end] not in ',;:"':
        end += 1
    if text[end : end + 1] == '"':
        raise MalformedError("ics_line", "a quote stands inside a parameter")
    return _uncaret(text[place:end]), end


def escape_text(text: str) -> str:
    """A TEXT value as it is written. Spec: RFC 5545 3.3.11."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n")


def unescape_text(value: str) -> str:
    r"""A TEXT value as it is read.

    Raises:
        MalformedError: ``ics_escape``, a backslash before anything but ``\ ; , n N``.
    """
    if "\\" not in value:
        return value
    if value.replace("\\\\", "").endswith("\\"):
        raise MalformedError("ics_escape", "a text ends with a single backslash")
    return _ESCAPE.sub(_unescape_one, value)


def _unescape_one(found: re.Match[str]) -> str:
    letter = found[1]
    if letter in "nN":
        return "\n"
    if letter in "\\;,":
        return letter
    raise MalformedError("ics_escape", "a text holds an unknown escape")


def split_list(value: str, separator: str = ",") -> list[str]:
    """Parts of a list of TEXT values, still escaped."""
    parts, start, place = [], 0, 0
    while place < len(value):
        if value[place] == "\\":
            place += 2
            continue
        if value[place] == separator:
            parts.append(value[start:place])
            start = place + 1
        place += 1
    return [*parts, value[start:]]


def _quote(value: str) -> str:
    text = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f'"{text}"' if any(mark in text for mark in ",;:") else text


def _uncaret(value: str) -> str:
    return _CARET.sub(lambda found: {"^": "^", "n": "\n", "'": '"'}.get(found[1], found[0]), value)
