"""Reads members of a body; whatever has another form is refused with the name of the member."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError

Fields = Mapping[str, Any]

LANGUAGES: Final = ("ar", "fr")
"""Both stand in every text that is signed."""

MAX_TITLE_CHARS: Final = 300
MAX_TEXT_CHARS: Final = 20_000
MAX_ITEMS: Final = 100
MAX_NO: Final = 999

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_EID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


def check_texts(
    fields: Fields, name: str = "text", *, most: int = MAX_TEXT_CHARS, is_whole: bool = True
) -> None:
    """A text by language: Arabic and French, or at least one language where it is not ``is_whole``.

    Raises:
        MalformedError: ``review_text``.
    """
    texts = fields.get(name)
    if not isinstance(texts, Mapping):
        raise MalformedError("review_text", f"{name} is a text by language")
    written = {lang for lang, text in texts.items() if _is_written(text, name, most)}
    if not written or (is_whole and not written.issuperset(LANGUAGES)):
        raise MalformedError("review_text", f"{name} is empty in a language that it needs")


def check_some_text(fields: Fields, name: str, most: int = MAX_TEXT_CHARS) -> None:
    """A plain text, or one by language of which one is enough.

    Raises:
        MalformedError: ``review_text``.
    """
    text = fields.get(name)
    if not isinstance(text, str):
        check_texts(fields, name, most=most, is_whole=False)
    elif not _is_written(text, name, most):
        raise MalformedError("review_text", f"{name} is empty")


def _is_written(text: object, name: str, most: int) -> bool:
    if not isinstance(text, str) or len(text) > most:
        raise MalformedError("review_text", f"{name} is a text of at most {most} characters")
    return bool(text.strip())


def check_choice(fields: Fields, name: str, choices: Collection[str]) -> str:
    """One of a closed list.

    Raises:
        MalformedError: ``review_choice``.
    """
    value = fields.get(name)
    if not isinstance(value, str) or value not in choices:
        raise MalformedError("review_choice", f"{name} is one of {', '.join(sorted(choices))}")
    return value


def check_boolean(fields: Fields, name: str) -> None:
    """True or false, where it is there.

    Raises:
        MalformedError: ``review_choice``.
    """
    if not isinstance(fields.get(name, False), bool):
        raise MalformedError("review_choice", f"{name} is true or false")


def check_id(fields: Fields, name: str) -> str:
    """The id of an instrument or a note.

    Raises:
        MalformedError: ``review_reference``.
    """
    value = fields.get(name)
    if not _is(_UUID, value):
        raise MalformedError("review_reference", f"{name} is the id of a record")
    return str(value)


def check_hash(fields: Fields, name: str) -> None:
    """64 hex digits: a commitment or a content hash.

    Raises:
        MalformedError: ``review_reference``.
    """
    if not _is(_HASH, fields.get(name)):
        raise MalformedError("review_reference", f"{name} is a hash")


def check_index(fields: Fields, name: str) -> int:
    """A leaf index.

    Raises:
        MalformedError: ``review_number``.
    """
    value = fields.get(name)
    if type(value) is not int or not 0 <= value < 2**53:
        raise MalformedError("review_number", f"{name} is a leaf index")
    return value


def check_day(fields: Fields, name: str) -> date:
    """A day as ``2026-03-10``.

    Raises:
        MalformedError: ``review_date``.
    """
    value = fields.get(name)
    try:
        if _is(_DATE, value):
            return date.fromisoformat(str(value))
    except ValueError:
        pass
    raise MalformedError("review_date", f"{name} is a day of the form 2026-03-10")


def read_items(fields: Fields, name: str, least: int = 0) -> Sequence[Fields]:
    """A list of objects; empty when it is absent.

    Raises:
        MalformedError: ``review_list``.
    """
    items = fields.get(name, [])
    if not isinstance(items, Sequence) or isinstance(items, str) or not least <= len(items) <= MAX_ITEMS:
        raise MalformedError("review_list", f"{name} is a list of {least} to {MAX_ITEMS}")
    if not all(isinstance(each, Mapping) for each in items):
        raise MalformedError("review_list", f"{name} is a list of objects")
    return items


def check_numbered(fields: Fields, name: str, least: int = 0) -> Iterator[Fields]:
    """Items with a number from 1 each, none twice.

    Raises:
        MalformedError: ``review_list``, ``review_number``.
    """
    seen: set[int] = set()
    for each in read_items(fields, name, least):
        number = each.get("no")
        if type(number) is not int or not 1 <= number <= MAX_NO or number in seen:
            raise MalformedError("review_number", f"{name} have a number from 1 to {MAX_NO}, none twice")
        seen.add(number)
        yield each


def check_articles(fields: Fields) -> None:
    """Names of articles or their parts, ``art_5__para_2``; none where the whole is meant.

    Raises:
        MalformedError: ``review_list``, ``review_reference``.
    """
    names = fields.get("articles", [])
    if not isinstance(names, Sequence) or isinstance(names, str) or len(names) > MAX_ITEMS:
        raise MalformedError("review_list", f"articles is a list of at most {MAX_ITEMS}")
    if not all(_is(_EID, each) for each in names):
        raise MalformedError("review_reference", "articles are named as art_5__para_2")


def check_basis(fields: Fields) -> None:
    """What an act rests on: addresses of lines, objects with such an address under ``at``, or words.

    Raises:
        MalformedError: ``review_list``, ``review_text``, ``line_address``.
    """
    basis = fields.get("basis", [])
    if not isinstance(basis, Sequence) or isinstance(basis, str) or len(basis) > MAX_ITEMS:
        raise MalformedError("review_list", f"basis is a list of at most {MAX_ITEMS}")
    for each in basis:
        if isinstance(each, str):
            parse_line_address(each)
        elif not isinstance(each, Mapping):
            raise MalformedError("review_list", "basis names lines, or says in words what it is")
        else:
            if "at" in each:
                parse_line_address(str(each["at"]))
            if "text" in each or "at" not in each:
                check_some_text(each, "text", MAX_TITLE_CHARS)


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
