"""Reads members of a body; whatever has another form is refused with the name of the member."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError

Fields = Mapping[str, Any]

LANGUAGES: Final = ("ar", "fr")
"""Both stand in every text of this register, unless it names fewer authentic languages."""

MAX_TITLE_CHARS: Final = 300
MAX_TEXT_CHARS: Final = 20_000
MAX_ITEMS: Final = 1_000
MAX_LIST: Final = 200
MAX_MONTHS: Final = 1_200

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,16}){1,3}", re.ASCII)
_POST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)
_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_texts(fields: Fields, name: str, *, most: int = MAX_TEXT_CHARS) -> None:
    """A text by language, where it is there at all; one language may still be missing.

    Raises:
        MalformedError: ``agreement_text``.
    """
    if name not in fields:
        return
    texts = fields[name]
    if not isinstance(texts, Mapping):
        raise MalformedError("agreement_text", f"{name} is a text by language")
    for text in texts.values():
        if not isinstance(text, str) or len(text) > most:
            raise MalformedError("agreement_text", f"{name} is a text of at most {most} characters")


def check_words(fields: Fields, name: str, most: int = MAX_TITLE_CHARS) -> None:
    """A plain text or one by language, where it is there at all.

    Raises:
        MalformedError: ``agreement_text``.
    """
    if isinstance(fields.get(name), str):
        if len(fields[name]) > most:
            raise MalformedError("agreement_text", f"{name} is a text of at most {most} characters")
        return
    check_texts(fields, name, most=most)


def check_choice(fields: Fields, name: str, choices: Collection[object]) -> None:
    """One of a closed list, where it is there at all.

    Raises:
        MalformedError: ``agreement_choice``.
    """
    if name not in fields:
        return
    value = fields[name]
    if not isinstance(value, str | bool) or value not in choices:
        raise MalformedError("agreement_choice", f"{name} is none of the values that there are")


def check_number(fields: Fields, name: str, most: int = MAX_MONTHS) -> None:
    """A number from 1, where it is there at all.

    Raises:
        MalformedError: ``agreement_number``.
    """
    value = fields.get(name, 1)
    if type(value) is not int or not 1 <= value <= most:
        raise MalformedError("agreement_number", f"{name} is a number from 1 to {most}")


def check_date(fields: Fields, name: str) -> None:
    """A day as ``2026-03-10``, where it is there at all.

    Raises:
        MalformedError: ``agreement_date``.
    """
    if name not in fields:
        return
    value = fields[name]
    try:
        if is_form(_DATE, value):
            date.fromisoformat(str(value))
            return
    except ValueError:
        pass
    raise MalformedError("agreement_date", f"{name} is a day of the form 2026-03-10")


def check_administration(value: object, name: str) -> None:
    """The code of an administration.

    Raises:
        MalformedError: ``agreement_party``.
    """
    if not is_form(_CODE, value):
        raise MalformedError("agreement_party", f"{name} is the code of an administration")


def check_post(fields: Fields, name: str) -> None:
    """A post, as the directory names it, where it is there at all.

    Raises:
        MalformedError: ``agreement_party``.
    """
    if name in fields and not is_form(_POST, fields[name]):
        raise MalformedError("agreement_party", f"{name} is a post")


def check_hash(fields: Fields, name: str) -> None:
    """A SHA-256 in lower-case hex, where it is there at all.

    Raises:
        MalformedError: ``agreement_reference``.
    """
    if name in fields and not is_form(_HASH, fields[name]):
        raise MalformedError("agreement_reference", f"{name} is a hash")


def check_address(value: object, name: str) -> None:
    """An instrument, one version of it, or one line: ``id@version#line``.

    Raises:
        MalformedError: ``agreement_reference``.
    """
    try:
        parse_line_address(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise MalformedError("agreement_reference", f"{name} names a text by its address") from error


def check_addresses(fields: Fields, name: str) -> None:
    """A list of addresses, none twice.

    Raises:
        MalformedError: ``agreement_list``, ``agreement_reference``.
    """
    found = read_list(fields, name, MAX_LIST)
    for each in found:
        check_address(each, name)
    if len(set(map(str, found))) != len(found):
        raise MalformedError("agreement_list", f"{name} names a text twice")


def read_list(fields: Fields, name: str, most: int = MAX_ITEMS) -> Sequence[Any]:
    """A list; empty when it is absent.

    Raises:
        MalformedError: ``agreement_list``.
    """
    items = fields.get(name, [])
    if not isinstance(items, list | tuple) or len(items) > most:
        raise MalformedError("agreement_list", f"{name} is a list of at most {most}")
    return items


def read_items(fields: Fields, name: str, most: int = MAX_ITEMS) -> Sequence[Fields]:
    """A list of objects; empty when it is absent.

    Raises:
        MalformedError: ``agreement_list``.
    """
    items = read_list(fields, name, most)
    if not all(isinstance(each, Mapping) for each in items):
        raise MalformedError("agreement_list", f"{name} is a list of objects")
    return items


def read_words(fields: Fields, name: str) -> Sequence[str]:
    """A list of short texts; empty when it is absent.

    Raises:
        MalformedError: ``agreement_list``.
    """
    words = read_list(fields, name, MAX_LIST)
    if not all(isinstance(each, str) and 0 < len(each) <= MAX_TITLE_CHARS for each in words):
        raise MalformedError("agreement_list", f"{name} is a list of short texts")
    return words


def check_basis(fields: Fields) -> None:
    """What a text rests on: addresses, objects with such an address under ``at``, or words.

    Raises:
        MalformedError: ``agreement_list``, ``agreement_text``, ``agreement_reference``.
    """
    for each in read_list(fields, "basis", MAX_LIST):
        if isinstance(each, str):
            check_address(each, "basis")
        elif not isinstance(each, Mapping):
            raise MalformedError("agreement_list", "basis names texts, or says in words what it is")
        else:
            if "at" in each:
                check_address(each["at"], "basis")
            check_words(each, "text")


def is_form(pattern: re.Pattern[str], value: object) -> bool:
    """Whether a value is a text of that form."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None
