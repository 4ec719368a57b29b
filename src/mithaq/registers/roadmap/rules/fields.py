"""Reads members of a roadmap or of a note about it; whatever has another form is refused by its name."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError

Fields = Mapping[str, Any]

LANGUAGES: Final = ("ar", "fr")
"""Both stand in every text that is signed."""

JOINT: Final = "joint"
"""Owner of what all sides do together."""

MAX_TITLE_CHARS: Final = 300
MAX_TEXT_CHARS: Final = 20_000
MAX_ITEMS: Final = 100
MAX_LINES: Final = 500
MAX_NO: Final = 999

_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,16}){1,3}", re.ASCII)
_FIELD = re.compile(r"[A-Z][A-Z0-9_]{0,31}", re.ASCII)
_POST = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}", re.ASCII)
_DATE = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)


def check_texts(
    fields: Fields, name: str = "text", *, most: int = MAX_TEXT_CHARS, is_whole: bool = True
) -> None:
    """A text by language: Arabic and French, or at least one language where it is not ``is_whole``.

    Raises:
        MalformedError: ``roadmap_text``.
    """
    texts = fields.get(name)
    if not isinstance(texts, Mapping):
        raise MalformedError("roadmap_text", f"{name} is a text by language")
    written = {lang for lang, text in texts.items() if _is_written(text, name, most)}
    if not written or (is_whole and not written.issuperset(LANGUAGES)):
        raise MalformedError("roadmap_text", f"{name} is empty in a language that it needs")


def check_title(fields: Fields, name: str = "title") -> None:
    """A title in Arabic and in French.

    Raises:
        MalformedError: ``roadmap_text``.
    """
    check_texts(fields, name, most=MAX_TITLE_CHARS)


def _is_written(text: object, name: str, most: int) -> bool:
    if not isinstance(text, str) or len(text) > most:
        raise MalformedError("roadmap_text", f"{name} is a text of at most {most} characters")
    return bool(text.strip())


def check_word(fields: Fields, name: str, most: int = 64) -> None:
    """A short text without language: a unit, a code.

    Raises:
        MalformedError: ``roadmap_text``.
    """
    if not _is_written(fields.get(name), name, most):
        raise MalformedError("roadmap_text", f"{name} is empty")


def check_figure(fields: Fields, name: str) -> None:
    """A figure as a decimal text, since acts hold no fractions; absent is allowed.

    Raises:
        MalformedError: ``roadmap_number``.
    """
    if name in fields and not _is(_NUMBER, fields[name]):
        raise MalformedError("roadmap_number", f"{name} is a number written as a text")


def check_choice(fields: Fields, name: str, choices: Collection[str]) -> None:
    """One of a closed list.

    Raises:
        MalformedError: ``roadmap_choice``.
    """
    value = fields.get(name)
    if not isinstance(value, str) or value not in choices:
        raise MalformedError("roadmap_choice", f"{name} is one of {', '.join(sorted(choices))}")


def check_field(fields: Fields, name: str = "field") -> None:
    """A code of a field of cooperation; one that no list holds yet is kept.

    Raises:
        MalformedError: ``roadmap_choice``.
    """
    if not _is(_FIELD, fields.get(name)):
        raise MalformedError("roadmap_choice", f"{name} is the code of a field of cooperation")


def check_fields(fields: Fields, name: str) -> None:
    """A list of such codes; absent is allowed.

    Raises:
        MalformedError: ``roadmap_choice``.
    """
    codes = fields.get(name, [])
    if not isinstance(codes, list | tuple) or len(codes) > MAX_ITEMS:
        raise MalformedError("roadmap_choice", f"{name} is a list of codes of fields")
    for code in codes:
        check_field({"field": code})


def check_owner(fields: Fields, name: str = "owner") -> None:
    """Who is to do something: one administration, or all together.

    Raises:
        MalformedError: ``roadmap_party``.
    """
    if fields.get(name) != JOINT and not _is(_CODE, fields.get(name)):
        raise MalformedError("roadmap_party", f"{name} is the code of an administration, or joint")


def check_lead_posts(fields: Fields, *, least: int = 0) -> None:
    """``lead_posts``: administration -> post.

    Raises:
        MalformedError: ``roadmap_party``.
    """
    posts = fields.get("lead_posts", {})
    if not isinstance(posts, Mapping) or len(posts) < least:
        raise MalformedError("roadmap_party", "lead_posts names a post for each side")
    for code, post in posts.items():
        if not _is(_CODE, code) or not _is(_POST, post):
            raise MalformedError("roadmap_party", "lead_posts names administrations and posts")


def check_hash(fields: Fields, name: str) -> None:
    """Hex of a SHA-256.

    Raises:
        MalformedError: ``roadmap_reference``.
    """
    if not _is(_HASH, fields.get(name)):
        raise MalformedError("roadmap_reference", f"{name} is the hash of a file or a text")


def check_number(fields: Fields, name: str = "no", most: int = MAX_NO, least: int = 1) -> int:
    """A whole number.

    Raises:
        MalformedError: ``roadmap_number``.
    """
    value = fields.get(name)
    if type(value) is not int or not least <= value <= most:
        raise MalformedError("roadmap_number", f"{name} is a number from {least} to {most}")
    return value


def read_date(fields: Fields, name: str) -> date:
    """A day as ``2026-03-10``.

    Raises:
        MalformedError: ``roadmap_date``.
    """
    value = fields.get(name)
    try:
        if _is(_DATE, value):
            return date.fromisoformat(str(value))
    except ValueError:
        pass
    raise MalformedError("roadmap_date", f"{name} is a day of the form 2026-03-10")


def read_items(fields: Fields, name: str, most: int = MAX_ITEMS) -> Sequence[Fields]:
    """A list of objects; empty when it is absent.

    Raises:
        MalformedError: ``roadmap_list``.
    """
    items = fields.get(name, [])
    if not isinstance(items, Sequence) or isinstance(items, str) or len(items) > most:
        raise MalformedError("roadmap_list", f"{name} is a list of at most {most}")
    if not all(isinstance(each, Mapping) for each in items):
        raise MalformedError("roadmap_list", f"{name} is a list of objects")
    return items


def read_numbered(fields: Fields, name: str, most: int = MAX_ITEMS) -> Iterator[tuple[int, Fields]]:
    """Items with a number each, none twice.

    Raises:
        MalformedError: ``roadmap_list``, ``roadmap_number``.
    """
    seen: set[int] = set()
    for each in read_items(fields, name, most):
        number = check_number(each)
        if number in seen:
            raise MalformedError("roadmap_number", f"a number stands twice in {name}")
        seen.add(number)
        yield number, each


def read_numbers(fields: Fields, name: str) -> Sequence[int]:
    """A list of numbers of lines or milestones; empty when it is absent.

    Raises:
        MalformedError: ``roadmap_number``.
    """
    numbers = fields.get(name, [])
    is_list = isinstance(numbers, Sequence) and not isinstance(numbers, str) and len(numbers) <= MAX_ITEMS
    if not is_list or not all(type(each) is int and 1 <= each <= MAX_NO for each in numbers):
        raise MalformedError("roadmap_number", f"{name} is a list of numbers")
    return list(numbers)


def check_basis(fields: Fields) -> None:
    """What a line rests on: addresses of lines, or objects with ``at``, ``text``, or a passage of a source.

    A passage is ``{source, start, end, text?}``: the hash of the text it stands in, and its place there.

    Raises:
        MalformedError: ``roadmap_list``, ``roadmap_text``, ``roadmap_reference``, ``line_address``.
    """
    basis = fields.get("basis", [])
    if not isinstance(basis, Sequence) or isinstance(basis, str) or len(basis) > MAX_ITEMS:
        raise MalformedError("roadmap_list", f"basis is a list of at most {MAX_ITEMS}")
    for each in basis:
        if isinstance(each, str):
            parse_line_address(each)
        elif isinstance(each, Mapping):
            _check_ground(each)
        else:
            raise MalformedError("roadmap_list", "basis names lines, or says in words what it is")


def _check_ground(ground: Fields) -> None:
    if "at" in ground:
        parse_line_address(str(ground["at"]))
    if "source" in ground:
        check_hash(ground, "source")
        if check_number(ground, "start", 2**31, 0) >= check_number(ground, "end", 2**31, 0):
            raise MalformedError("roadmap_number", "a passage ends after it starts")
    text = ground.get("text")
    if isinstance(text, str):
        check_word(ground, "text", 1_000)
    elif text is not None or not {"at", "source"} & set(ground):
        check_texts(ground, most=1_000, is_whole=False)


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
