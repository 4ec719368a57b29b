"""Reads members of a body; whatever has another form is refused with the name of the member."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mithaq.core.encoding import parse_time
from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError

Fields = Mapping[str, Any]

LANGUAGES: Final = ("ar", "fr")
"""Both stand in every text that is signed."""

JOINT: Final = "joint"
"""Owner of what all sides do together."""

MAX_TITLE_CHARS: Final = 300
MAX_TEXT_CHARS: Final = 20_000
MAX_NAME_CHARS: Final = 200
MAX_ITEMS: Final = 200
MAX_NO: Final = 999

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,16}){1,3}", re.ASCII)
_POST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)
_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_title(fields: Fields, name: str = "title") -> None:
    """A title in Arabic and in French.

    Raises:
        MalformedError: ``meeting_text``.
    """
    check_texts(fields, name, most=MAX_TITLE_CHARS)


def check_texts(
    fields: Fields, name: str = "text", *, most: int = MAX_TEXT_CHARS, is_whole: bool = True
) -> None:
    """A text by language: Arabic and French, or at least one language where it is not ``is_whole``.

    Raises:
        MalformedError: ``meeting_text``.
    """
    texts = fields.get(name)
    if not isinstance(texts, Mapping):
        raise MalformedError("meeting_text", f"{name} is a text by language")
    written = {lang for lang, text in texts.items() if _is_written(text, name, most)}
    if not written or (is_whole and not written.issuperset(LANGUAGES)):
        raise MalformedError("meeting_text", f"{name} is empty in a language that it needs")


def check_some_text(fields: Fields, name: str = "text", most: int = MAX_TEXT_CHARS) -> None:
    """A plain text, or one by language of which one is enough.

    Raises:
        MalformedError: ``meeting_text``.
    """
    text = fields.get(name)
    if not isinstance(text, str):
        check_texts(fields, name, most=most, is_whole=False)
    elif not _is_written(text, name, most):
        raise MalformedError("meeting_text", f"{name} is empty")


def _is_written(text: object, name: str, most: int) -> bool:
    if not isinstance(text, str) or len(text) > most:
        raise MalformedError("meeting_text", f"{name} is a text of at most {most} characters")
    return bool(text.strip())


def check_choice(fields: Fields, name: str, choices: Collection[str]) -> None:
    """One of a closed list.

    Raises:
        MalformedError: ``meeting_choice``.
    """
    value = fields.get(name)
    if not isinstance(value, str) or value not in choices:
        raise MalformedError("meeting_choice", f"{name} is one of {', '.join(sorted(choices))}")


def check_administration(fields: Fields, name: str) -> None:
    """The code of an administration.

    Raises:
        MalformedError: ``meeting_party``.
    """
    if not _is(_CODE, fields.get(name)):
        raise MalformedError("meeting_party", f"{name} is the code of an administration")


def check_owner(fields: Fields, name: str = "owner") -> None:
    """Who is to do something: one administration, or both together.

    Raises:
        MalformedError: ``meeting_party``.
    """
    if fields.get(name) != JOINT:
        check_administration(fields, name)


def check_post(fields: Fields, name: str = "post") -> None:
    """A post, as the directory names it.

    Raises:
        MalformedError: ``meeting_party``.
    """
    if not _is(_POST, fields.get(name)):
        raise MalformedError("meeting_party", f"{name} is a post")


def check_id(fields: Fields, name: str) -> None:
    """The id of an instrument or a note.

    Raises:
        MalformedError: ``meeting_reference``.
    """
    if not _is(_UUID, fields.get(name)):
        raise MalformedError("meeting_reference", f"{name} is the id of a record")


def check_hash(fields: Fields, name: str) -> None:
    """The content hash of a version.

    Raises:
        MalformedError: ``meeting_reference``.
    """
    if not _is(_HASH, fields.get(name)):
        raise MalformedError("meeting_reference", f"{name} is the hash of a version")


def check_number(fields: Fields, name: str = "no", most: int = MAX_NO) -> int:
    """A number from 1.

    Raises:
        MalformedError: ``meeting_number``.
    """
    value = fields.get(name)
    if type(value) is not int or not 1 <= value <= most:
        raise MalformedError("meeting_number", f"{name} is a number from 1 to {most}")
    return value


def read_date(fields: Fields, name: str) -> date:
    """A day as ``2026-03-10``.

    Raises:
        MalformedError: ``meeting_date``.
    """
    value = fields.get(name)
    try:
        if _is(_DATE, value):
            return date.fromisoformat(str(value))
    except ValueError:
        pass
    raise MalformedError("meeting_date", f"{name} is a day of the form 2026-03-10")


def check_instant(fields: Fields, name: str) -> None:
    """An instant in UTC, as acts write it.

    Raises:
        MalformedError: ``meeting_date``.
    """
    value = fields.get(name)
    try:
        parse_time(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise MalformedError("meeting_date", f"{name} is an instant in UTC") from error


def check_posts(fields: Fields, name: str) -> None:
    """A list of ``{administration, post}``.

    Raises:
        MalformedError: ``meeting_list``, ``meeting_party``.
    """
    for each in read_items(fields, name):
        check_administration(each, "administration")
        check_post(each)


def read_items(fields: Fields, name: str) -> Sequence[Fields]:
    """A list of objects; empty when it is absent.

    Raises:
        MalformedError: ``meeting_list``.
    """
    items = fields.get(name, [])
    if not isinstance(items, Sequence) or isinstance(items, str) or len(items) > MAX_ITEMS:
        raise MalformedError("meeting_list", f"{name} is a list of at most {MAX_ITEMS}")
    if not all(isinstance(each, Mapping) for each in items):
        raise MalformedError("meeting_list", f"{name} is a list of objects")
    return items


def read_words(fields: Fields, name: str) -> Sequence[str]:
    """A list of short texts; empty when it is absent.

    Raises:
        MalformedError: ``meeting_list``.
    """
    words = fields.get(name, [])
    if not isinstance(words, Sequence) or isinstance(words, str) or len(words) > MAX_ITEMS:
        raise MalformedError("meeting_list", f"{name} is a list of at most {MAX_ITEMS}")
    if not all(isinstance(each, str) and 0 < len(each) <= MAX_TITLE_CHARS for each in words):
        raise MalformedError("meeting_list", f"{name} is a list of short texts")
    return words


def check_basis(fields: Fields) -> None:
    """What an act rests on: addresses of lines, objects with such an address under ``at``, or words.

    Raises:
        MalformedError: ``meeting_list``, ``meeting_text``, ``line_address``.
    """
    basis = fields.get("basis", [])
    if not isinstance(basis, Sequence) or isinstance(basis, str) or len(basis) > MAX_ITEMS:
        raise MalformedError("meeting_list", f"basis is a list of at most {MAX_ITEMS}")
    for each in basis:
        if isinstance(each, str):
            parse_line_address(each)
        elif not isinstance(each, Mapping):
            raise MalformedError("meeting_list", "basis names lines, or says in words what it is")
        else:
            if "at" in each:
                parse_line_address(str(each["at"]))
            if "text" in each or "at" not in each:
                check_some_text(each, most=MAX_TITLE_CHARS)


def read_numbered(fields: Fields, name: str) -> Iterator[tuple[int, Fields]]:
    """Items with a number each, none twice.

    Raises:
        MalformedError: ``meeting_list``, ``meeting_number``.
    """
    seen: set[int] = set()
    for each in read_items(fields, name):
        number = check_number(each)
        if number in seen:
            raise MalformedError("meeting_number", f"a number stands twice in {name}")
        seen.add(number)
        yield number, each


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
