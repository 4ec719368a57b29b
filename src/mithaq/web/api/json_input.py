"""JSON from programs: strict, refused rather than repaired (trust 7.2)."""

import json
import re
from itertools import accumulate
from typing import Any, Final, NoReturn

from mithaq.errors import MalformedError

MAX_BYTES: Final = 1_048_576
MAX_DEPTH: Final = 64
MAX_MEMBERS: Final = 1_024
MAX_ITEMS: Final = 10_000
MAX_INTEGER: Final = 2**53 - 1
MAX_DIGITS: Final = 17

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_BRACKETS = re.compile(rb'"[^"]*"|[\[\]{}]')
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def parse_json(data: bytes) -> Any:
    """The value of a body.

    Raises:
        MalformedError: ``body_too_large``, ``not_utf8``, ``too_deep``, ``not_json``, ``duplicate_key``,
            ``too_many_values``, ``integer_range``, ``float``, ``forbidden_character``.
    """
    if len(data) > MAX_BYTES:
        raise MalformedError("body_too_large", "The body is over 1 MiB.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("not_utf8", "The body is not UTF-8.") from error
    if text.startswith("\ufeff"):
        raise MalformedError("not_utf8", "The body starts with a byte order mark.")
    _check_depth(data)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_make_object,
            parse_int=_read_integer,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedError("not_json", "The body is not JSON.") from error
    _check_strings(value)
    return value


def _check_depth(data: bytes) -> None:
    """Counted before any parser sees the bytes."""
    brackets = (
        1 if found in b"[{" else -1 for found in _BRACKETS.findall(_ESCAPED.sub(b"", data)) if len(found) == 1
    )
    if max(accumulate(brackets), default=0) > MAX_DEPTH:
        raise MalformedError("too_deep", f"Values nest deeper than {MAX_DEPTH}.")


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise MalformedError("too_many_values", f"An object has over {MAX_MEMBERS} members.")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedError("duplicate_key", "An object has a member twice.")
    return found


def _read_integer(digits: str) -> int:
    value = int(digits) if len(digits) <= MAX_DIGITS else MAX_INTEGER + 1
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise MalformedError("integer_range", "An integer is beyond 2^53-1.")
    return value


def _refuse_float(digits: str) -> NoReturn:
    raise MalformedError("float", "A number is not a whole number.")


def _check_strings(value: Any) -> None:
    waiting = [value]
    for one in waiting:  # grows while it is walked
        if isinstance(one, str) and _FORBIDDEN.search(one):
            raise MalformedError("forbidden_character", "A string holds U+0000 or a lone surrogate.")
        if isinstance(one, list):
            if len(one) > MAX_ITEMS:
                raise MalformedError("too_many_values", f"An array has over {MAX_ITEMS} items.")
            waiting += one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
