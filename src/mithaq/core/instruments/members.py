"""Typed reading of the members of a canonical object.

Manifests and bodies come from partners. Each reader gives one exact type or raises
``MalformedError``, and says which member was wrong but never what it held.

Spec: docs/spec 5.2.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from mithaq.core.encoding import check_administration_code, check_uuid7, parse_hex
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError

MAX_SAFE_INTEGER: Final = 2**53 - 1

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def bad_member(name: str, expected: str) -> MalformedError:
    """The error for a member that is absent or not what it should be."""
    return MalformedError("bad_member", f"member {name!r} is not {expected}")


def read_text(members: Mapping[str, object], name: str, max_chars: int) -> str:
    """Answer a string of 1 to ``max_chars`` characters. Raises MalformedError otherwise."""
    value = members.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= max_chars:
        raise bad_member(name, f"a string of 1 to {max_chars} characters")
    return value


def read_pattern(members: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    """Answer a string that ``pattern`` matches as a whole. Raises MalformedError otherwise."""
    text = read_text(members, name, 384)
    if not pattern.fullmatch(text):
        raise bad_member(name, "of its form")
    return text


def read_optional_text(members: Mapping[str, object], name: str, max_chars: int) -> str | None:
    """As ``read_text``; None where the member is absent."""
    return read_text(members, name, max_chars) if name in members else None


def read_int(members: Mapping[str, object], name: str, low: int, high: int) -> int:
    """Answer an integer from ``low`` to ``high``. Raises MalformedError otherwise; ``true`` is no integer."""
    value = members.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise bad_member(name, f"an integer from {low} to {high}")
    return value


def read_optional_int(members: Mapping[str, object], name: str, low: int, high: int) -> int | None:
    """As ``read_int``; None where the member is absent."""
    return read_int(members, name, low, high) if name in members else None


def read_hash(members: Mapping[str, object], name: str) -> str:
    """Answer a SHA-256 in lower-case hex, 64 characters. Raises MalformedError otherwise."""
    value = members.get(name)
    check_hash(value, name)
    return str(value)


def check_hash(value: object, name: str) -> None:
    """Raise MalformedError unless ``value`` is 64 lower-case hex characters."""
    if not isinstance(value, str):
        raise bad_member(name, "a SHA-256 in lower-case hex")
    parse_hex(value, 32)


def read_date(members: Mapping[str, object], name: str) -> date:
    """Answer a calendar date written ``YYYY-MM-DD``. Raises MalformedError otherwise."""
    return parse_date(members.get(name), name)


def read_optional_date(members: Mapping[str, object], name: str) -> date | None:
    """As ``read_date``; None where the member is absent."""
    return read_date(members, name) if name in members else None


def parse_date(value: object, name: str) -> date:
    """Answer the date that ``YYYY-MM-DD`` names. Raises MalformedError otherwise."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise bad_member(name, "a date YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise bad_member(name, "a date of the calendar") from error


def read_object(members: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Answer an object. Raises MalformedError otherwise."""
    value = members.get(name)
    if not isinstance(value, Mapping):
        raise bad_member(name, "an object")
    return value


def read_list(members: Mapping[str, object], name: str, low: int, high: int) -> Sequence[object]:
    """Answer an array of ``low`` to ``high`` values. Raises MalformedError otherwise."""
    value = members.get(name)
    if not isinstance(value, (list, tuple)) or not low <= len(value) <= high:
        raise bad_member(name, f"an array of {low} to {high} values")
    return value


def read_objects(
    members: Mapping[str, object], name: str, low: int, high: int
) -> tuple[Mapping[str, object], ...]:
    """Answer an array of ``low`` to ``high`` objects. Raises MalformedError otherwise."""
    objects: list[Mapping[str, object]] = []
    for value in read_list(members, name, low, high):
        if not isinstance(value, Mapping):
            raise bad_member(name, "an array of objects")
        objects.append(value)
    return tuple(objects)


def read_texts(members: Mapping[str, object], name: str, low: int, high: int) -> tuple[str, ...]:
    """Answer an array of ``low`` to ``high`` strings, sorted by bytes and none twice.

    Order carries no meaning in these arrays, so they have one order: the same set has the same hash.

    Raises:
        MalformedError: ``bad_member``, or ``not_sorted`` for another order or a repetition.
    """
    texts: list[str] = []
    for value in read_list(members, name, low, high):
        if not isinstance(value, str):
            raise bad_member(name, "an array of strings")
        texts.append(value)
    check_sorted(texts, name)
    return tuple(texts)


def check_sorted(texts: Sequence[str], name: str) -> None:
    """Raise MalformedError ``not_sorted`` unless ``texts`` ascend by bytes, none twice."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    if any(left >= right for left, right in pairwise(encoded)):
        raise MalformedError("not_sorted", f"member {name!r} is not sorted, or holds something twice")


def read_code(members: Mapping[str, object], name: str) -> AdministrationCode:
    """Answer the code of an administration. Raises MalformedError otherwise."""
    value = members.get(name)
    if not isinstance(value, str):
        raise bad_member(name, "a code of an administration")
    check_administration_code(value)
    return AdministrationCode(value)


def read_id(members: Mapping[str, object], name: str) -> str:
    """Answer a UUIDv7 in lower case. Raises MalformedError otherwise."""
    value = members.get(name)
    if not isinstance(value, str):
        raise bad_member(name, "a UUIDv7")
    check_uuid7(value)
    return value
