"""Bytes and text forms that the whole record shares: canonical JSON, base64, hex, numbers, times, ids.

Every signature and every hash is over bytes, so two nodes must agree on what bytes are well formed
down to the last one. Each function here either gives one exact form or raises ``MalformedError``.

Spec: docs/spec 5.2; RFC 8785.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final, TypeAlias, cast

import orjson

from mithaq.core import unicode14
from mithaq.errors import MalformedError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | bool"
"""What the profile holds: no floats, no null."""

JsonObject: TypeAlias = "dict[str, JsonValue]"
"""A canonical document; the top value is always an object."""

MAX_DOCUMENT_BYTES: Final = 262_144
MAX_DEPTH: Final = 16
MAX_VALUES: Final = 20_000
MAX_STRING_BYTES: Final = 65_536
MAX_INTEGER: Final = 2**53 - 1
MAX_TREE_INTEGER: Final = 2**63 - 1

QUICK_BYTES: Final = 16_384
"""A document of so many bytes reaches neither the limit on values nor that on strings."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"[a-z0-9_.-]{1,64}", re.ASCII)
_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,16}){1,3}", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_TIME = re.compile(
    r"(?:19[0-9]{2}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z", re.ASCII
)

# Characters that are allowed and that no normal form changes or joins to what stands before them:
# Latin, Cyrillic, Arabic letters and digits, Tifinagh, common signs. Matching what is plain is twice
# as fast as searching for what is not; text with anything else gets the closer look.
_PLAIN_RUN = re.compile(
    "[\x00-\x7e\xa0-\u02ff\u0400-\u0482\u060c\u061b\u061f\u0620-\u064a\u0660-\u066f\u0671-\u06d5"
    "\u2002-\u200f\u2010-\u2027\u202f-\u205f\u20a0-\u20bf\u2d30-\u2d67]*"
)
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
# In RFC 8785 form a control character appears as an escape, never raw; only \n and \t are allowed.
_CONTROL_ESCAPE = re.compile(r'(?<!\\)(?:\\\\)*\\[^"\\nt]')
_SURROGATES = re.compile("[\ud800-\udfff]")
_ISOLATES = re.compile("[\u2066-\u2069]")

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_BRACKET = bytes.maketrans(b"{}", b"[]")

# Keys of earlier documents. Acts use a few hundred keys, and a look-up in a set costs a twentieth
# of the pattern. It holds only keys that passed; the cap bounds memory against invented keys.
_KNOWN_KEYS_MAX: Final = 4_096
_known_keys: set[str] = set()


def encode_canonical(value: Mapping[str, object], *, max_bytes: int = MAX_DOCUMENT_BYTES) -> bytes:
    """Write a document in its one canonical form.

    Args:
        value: a dict; within it dicts, lists, tuples, strings, ints and bools.
        max_bytes: more only for what no act carries.

    Raises:
        MalformedError: the value is outside the profile; codes as of ``parse_canonical``.

    Spec: RFC 8785; docs/spec 5.2.
    """
    _check_values(value)
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise _explain(value, str(error).lower()) from error
    if len(data) > max_bytes:
        raise MalformedError("too_large", f"the document is over {max_bytes} bytes")
    _check_depth(data)
    _check_text(data.decode(), value)
    return data


def _explain(value: object, words: str) -> MalformedError:
    """What the writer found that the walk over the values did not."""
    if not all(map(_is_encodable, _iterate_strings(value))):
        return MalformedError("forbidden_character", "a string holds a lone surrogate")
    if "recursion" in words:
        return MalformedError("too_deep", f"values nest deeper than {MAX_DEPTH}")
    if "key" in words:
        return MalformedError("bad_key", "a key is of another type than str")
    return MalformedError("float_or_null", "a value is of a type that cannot be written")


def parse_canonical(data: bytes, *, max_bytes: int = MAX_DOCUMENT_BYTES) -> JsonObject:
    """Read a canonical document as a receiver must, in the stated order of checks.

    Size, strict UTF-8, depth by a byte scan, parse, profile, re-serialise; the last must give the
    same bytes, which refuses duplicate keys and other forms of numbers, escapes, order and space.

    Raises:
        MalformedError: ``too_large``, ``not_utf8``, ``too_deep``, ``not_json``, ``not_object``,
            ``bad_key``, ``float_or_null``, ``integer_range``, ``too_many_values``,
            ``string_too_long``, ``forbidden_character``, ``unbalanced_isolate``, ``not_nfc`` or
            ``not_canonical``.

    Spec: docs/spec 5.2.8.
    """
    if len(data) > max_bytes:
        raise MalformedError("too_large", f"the document is over {max_bytes} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("not_utf8", "the document is not UTF-8") from error
    _check_depth(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise MalformedError("not_json", "the document is not JSON") from error
    if type(value) is not dict:
        raise MalformedError("not_object", "the document is not a JSON object")
    _check_values(value)
    again = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    # The profile is judged on the canonical text, so an escape that should not be one is named for
    # what it hides.
    _check_text(text if again == data else again.decode(), value)
    if again != data:
        raise MalformedError("not_canonical", "the bytes are not the canonical form of their content")
    document: JsonObject = value
    return document


def is_plainly_good(data: bytes, unchecked: list[Any]) -> bool:
    """Whether canonical bytes keep the profile; False also for what only ``parse_canonical`` can judge.

    For a reader that knows the types of most of a document already, and need not walk over it once more.

    Args:
        data: the canonical form of a document, as far as they are in the profile.
        unchecked: the dicts and lists in it whose values and keys nobody has looked at; used up.
    """
    if len(data) > QUICK_BYTES:
        return False
    try:
        text = data.decode()
        _check_containers(unchecked)
        if len(unchecked) >= MAX_DEPTH - 1:  # with the document itself; of fewer none can lie too deep
            _check_depth(data)
    except (UnicodeDecodeError, MalformedError):
        return False
    return _is_plain(text) and not ("\\" in text and _CONTROL_ESCAPE.search(text))


def check_submittable(data: bytes) -> None:
    """Hold what our own users submit to the narrower rules for new text.

    Only characters of Unicode 14.0, so that NFC cannot differ between nodes; no private use, no
    U+FFFD, no format characters but ZWNJ between letters and balanced isolates, at most four
    marks in a row. Partners' acts are not held to this.

    Args:
        data: canonical bytes, as ``encode_canonical`` gives them.

    Raises:
        MalformedError: ``unassigned_character`` or ``forbidden_character``; or not UTF-8.

    Spec: docs/spec 5.2.7.
    """
    if data.isascii():
        return
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("not_utf8", "the document is not UTF-8") from error
    if unicode14.is_plain(text):
        return
    if unicode14.find_unassigned(text) is not None:
        raise MalformedError("unassigned_character", "a character is not assigned in Unicode 14.0")
    if unicode14.find_unwanted(text) is not None:
        raise MalformedError("forbidden_character", "a character is not for new text")


def _check_depth(data: bytes) -> None:
    """Refuse nesting over MAX_DEPTH by a scan of the bytes, before any parser sees them."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    if b"\\" in data:
        data = _ESCAPE.sub(b"", data)
    # Without escapes every second piece between quotes lies outside the strings.
    brackets = b"".join(data.split(b'"')[::2]).translate(_ONE_BRACKET, _NO_BRACKETS)
    left = brackets
    for _ in range(MAX_DEPTH):  # each round takes away the innermost level
        left = left.replace(b"[]", b"")
        if not left:
            return
    # Too deep, or unbalanced and then for the parser to refuse.
    if max(accumulate(1 if bracket == 0x5B else -1 for bracket in brackets)) > MAX_DEPTH:
        raise MalformedError("too_deep", f"values nest deeper than {MAX_DEPTH}")


def _check_values(document: object) -> None:
    """Types, integer range, keys and count of every value, without recursion."""
    if type(document) is not dict:
        raise MalformedError("not_object", "the document is not a JSON object")
    _check_containers([document])


def _check_containers(containers: list[Any]) -> None:
    """The same of dicts and lists, and of all that is in them; the list grows while it is walked."""
    known_keys = _known_keys
    count = 1
    for node in containers:
        values = node
        if type(node) is dict:
            if not known_keys.issuperset(node):
                _check_keys(node)
            values = node.values()
        count += len(values)
        if count > MAX_VALUES:
            raise MalformedError("too_many_values", f"the document holds over {MAX_VALUES} values")
        for value in values:
            kind = type(value)
            if kind is str:
                continue
            if kind is dict or kind is list:
                containers.append(value)
            elif kind is int:
                if not -MAX_INTEGER <= value <= MAX_INTEGER:
                    raise MalformedError("integer_range", "an integer is beyond 2^53-1")
            elif kind is not bool:
                _check_rare_type(value, containers)


def _check_rare_type(value: object, containers: list[Any]) -> None:
    """What only our own writers hand in (tuples, StrEnum and IntEnum members), and what nobody may."""
    if isinstance(value, tuple):
        containers.append(value)
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise MalformedError("integer_range", "an integer is beyond 2^53-1")
    elif not isinstance(value, str):
        raise MalformedError("float_or_null", "a value is not an object, array, string, boolean or integer")


def _check_lengths(document: object) -> None:
    """Strings are limited in UTF-8 bytes, before any escape."""
    for string in _iterate_strings(document):
        if len(string) * 4 > MAX_STRING_BYTES and len(string.encode()) > MAX_STRING_BYTES:
            raise MalformedError("string_too_long", f"a string is over {MAX_STRING_BYTES} bytes")


def _check_keys(node: Mapping[object, object]) -> None:
    for key in node:
        if type(key) is not str or _KEY.fullmatch(key) is None:
            raise MalformedError("bad_key", "a key is not of the form [a-z0-9_.-]{1,64}")
    if len(_known_keys) + len(node) <= _KNOWN_KEYS_MAX:
        _known_keys.update(cast("Mapping[str, object]", node))


def _check_text(text: str, document: object) -> None:
    """Strings: length, characters, balance of isolates, NFC. ``text`` is all of ``document``."""
    if len(text) * 4 > MAX_STRING_BYTES:
        _check_lengths(document)
    if "\\" in text and _CONTROL_ESCAPE.search(text):
        raise MalformedError("forbidden_character", "a string holds a control character")
    if not _is_plain(text):
        _check_characters(text, document)


def _is_plain(text: str) -> bool:
    """Whether all of it matches ``_PLAIN_RUN``; of ASCII only DEL does not."""
    if text.isascii():
        return "\x7f" not in text
    return _PLAIN_RUN.fullmatch(text) is not None


def _check_characters(text: str, document: object) -> None:
    """The closer look, for text that is not all plain."""
    if _FORBIDDEN.search(text):
        raise MalformedError("forbidden_character", "a string holds a character outside the profile")
    if _ISOLATES.search(text) and not all(map(_is_balanced, _iterate_strings(document))):
        raise MalformedError("unbalanced_isolate", "a string opens or ends an isolate alone")
    # An escape such as \n before a combining mark makes the whole text look unnormalised where the
    # string is not, so in doubt the strings decide.
    if not unicodedata.is_normalized("NFC", text) and not all(map(_is_nfc, _iterate_strings(document))):
        raise MalformedError("not_nfc", "a string is not in normal form C")


def _is_nfc(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _is_encodable(text: str) -> bool:
    return _SURROGATES.search(text) is None


def _is_balanced(text: str) -> bool:
    """Whether each U+2066-2068 has its U+2069, in order, and the other way round."""
    level = 0
    for mark in _ISOLATES.findall(text):
        level += -1 if mark == "\u2069" else 1
        if level < 0:
            return False
    return level == 0


def _iterate_strings(document: object) -> Iterator[str]:
    """Every string value; keys are ASCII."""
    containers: list[object] = [document]
    while containers:
        node = containers.pop()
        for value in node.values() if isinstance(node, dict) else cast("list[object]", node):
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict | list | tuple):
                containers.append(value)


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding, on one line. Spec: RFC 4648 §4."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def parse_base64(text: str | bytes) -> bytes:
    """Read strict base64: full padding, no spare bits, no line breaks.

    Raises:
        MalformedError: ``bad_base64``.

    Spec: RFC 4648 §4, §3.5.
    """
    try:
        data = base64.b64decode(text, validate=True)
        given = text.encode("ascii") if isinstance(text, str) else text
    except ValueError as error:
        raise MalformedError("bad_base64", "the text is not base64") from error
    if binascii.b2a_base64(data, newline=False) != given:
        raise MalformedError("bad_base64", "the base64 is not in its one strict form")
    return data


def parse_hex(text: str, length_bytes: int) -> bytes:
    """Read lower-case hex of exactly ``length_bytes`` bytes.

    Raises:
        MalformedError: ``bad_hex``.
    """
    if len(text) != 2 * length_bytes or _HEX.fullmatch(text) is None:
        raise MalformedError("bad_hex", f"the text is not {length_bytes} bytes of lower-case hex")
    return bytes.fromhex(text)


def parse_decimal(text: str) -> int:
    """Read a tree size or index: ``0|[1-9][0-9]*`` in ASCII, at most 2^63-1.

    Raises:
        MalformedError: ``bad_decimal``.
    """
    if _DECIMAL.fullmatch(text) is None:
        raise MalformedError("bad_decimal", "the text is not a decimal number")
    number = int(text)
    if number > MAX_TREE_INTEGER:
        raise MalformedError("bad_decimal", "the number is over 2^63-1")
    return number


@lru_cache(1_024)  # acts of one batch share their time
def to_ms(at: datetime) -> int:
    """Whole milliseconds since 1970 of an aware time, cut as ``format_time`` cuts it."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC time of milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def format_time(at: datetime) -> str:
    """Write an aware time as ``YYYY-MM-DDThh:mm:ss.sssZ``, cut to the millisecond.

    Raises:
        MalformedError: ``bad_time`` for a naive time or a year outside 1900-2200.
    """
    if at.tzinfo is None:
        raise MalformedError("bad_time", "the time has no offset")
    try:
        text = at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    except OverflowError as error:
        raise MalformedError("bad_time", "the year is outside 1900-2200") from error
    if _TIME.fullmatch(text) is None:
        raise MalformedError("bad_time", "the year is outside 1900-2200")
    return text


@lru_cache(1_024)  # acts of one batch share their time
def parse_time(text: str) -> datetime:
    """Read ``YYYY-MM-DDThh:mm:ss.sssZ``, years 1900-2200, as an aware UTC time.

    Raises:
        MalformedError: ``bad_time``; also for days and hours that do not exist (no leap seconds).
    """
    if _TIME.fullmatch(text) is None:
        raise MalformedError("bad_time", "the time is not of the form YYYY-MM-DDThh:mm:ss.sssZ")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("bad_time", "there is no such time") from error


def make_uuid7(at: datetime, random: bytes) -> str:
    """Make a UUIDv7 of a time and 10 random bytes (74 bits of them are used).

    Raises:
        MalformedError: ``bad_time`` for a naive time or one before 1970; ``bad_length``.

    Spec: RFC 9562 §5.7.
    """
    if len(random) != 10:
        raise MalformedError("bad_length", "a UUIDv7 takes 10 random bytes")
    milliseconds = -1 if at.tzinfo is None else (at - _EPOCH) // timedelta(milliseconds=1)
    if not 0 <= milliseconds < 1 << 48:
        raise MalformedError("bad_time", "the time is naive or outside the range of a UUIDv7")
    tail = int.from_bytes(random)
    rand_a, rand_b = tail >> 68, tail & ((1 << 62) - 1)
    number = milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def check_uuid7(text: str) -> None:
    """Refuse what is not a lower-case UUIDv7.

    Raises:
        MalformedError: ``bad_uuid``.
    """
    if _UUID7.fullmatch(text) is None:
        raise MalformedError("bad_uuid", "the text is not a lower-case UUIDv7")


def check_administration_code(text: str) -> None:
    """Refuse what is not of the form ``[a-z]{2,3}(-[a-z0-9]{1,16}){1,3}``.

    Raises:
        MalformedError: ``bad_code``.
    """
    if _CODE.fullmatch(text) is None:
        raise MalformedError("bad_code", "the text is not an administration code")
