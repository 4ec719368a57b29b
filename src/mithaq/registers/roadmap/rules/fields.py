"""Reads fields of roadmaps; whatever has another form is refused by a code that begins with ``roadmap_``."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from mithaq.core.fields import ADMINISTRATION, JOINT, MAX_NO, POST, FieldReader, Fields, has_form
from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError

MAX_ITEMS: Final = 100
MAX_LINES: Final = 500

_FIELD = re.compile(r"[A-Z][A-Z0-9_]{0,31}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?", re.ASCII)

_READER: Final = FieldReader("roadmap", MAX_ITEMS)
check_texts = _READER.check_texts
check_title = _READER.check_title
check_word = _READER.check_word
check_choice = _READER.check_choice
check_hash = _READER.check_hash
check_number = _READER.check_number
read_date = _READER.read_date
read_items = _READER.read_items
read_numbered = _READER.read_numbered


def check_figure(fields: Fields, name: str) -> None:
    """A figure as a decimal text, since acts hold no fractions; absent is allowed.

    Raises:
        MalformedError: ``roadmap_number``.
    """
    if name in fields and not has_form(_NUMBER, fields[name]):
        raise MalformedError("roadmap_number", f"{name} is a number written as a text")


def check_field(fields: Fields, name: str = "field") -> None:
    """A code of a field of cooperation; one that no list holds yet is kept.

    Raises:
        MalformedError: ``roadmap_choice``.
    """
    if not has_form(_FIELD, fields.get(name)):
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
    if fields.get(name) != JOINT and not has_form(ADMINISTRATION, fields.get(name)):
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
        if not has_form(ADMINISTRATION, code) or not has_form(POST, post):
            raise MalformedError("roadmap_party", "lead_posts names administrations and posts")


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
    for each in _READER.read_list(fields, "basis"):
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
