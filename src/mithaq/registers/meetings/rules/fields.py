"""Reads fields of meetings; whatever has another form is refused by a code that begins with ``meeting_``."""

from collections.abc import Sequence
from typing import Final

from mithaq.core.encoding import parse_time
from mithaq.core.fields import ADMINISTRATION, JOINT, MAX_TITLE_CHARS, POST, FieldReader, Fields, has_form
from mithaq.errors import MalformedError

MAX_NAME_CHARS: Final = 200
MAX_ITEMS: Final = 200

_READER: Final = FieldReader("meeting", MAX_ITEMS)
check_texts = _READER.check_texts
check_title = _READER.check_title
check_some_text = _READER.check_some_text
check_choice = _READER.check_choice
check_id = _READER.check_id
check_hash = _READER.check_hash
check_number = _READER.check_number
check_basis = _READER.check_basis
read_date = _READER.read_date
read_items = _READER.read_items
read_numbered = _READER.read_numbered


def check_administration(fields: Fields, name: str) -> None:
    """The code of an administration.

    Raises:
        MalformedError: ``meeting_party``.
    """
    if not has_form(ADMINISTRATION, fields.get(name)):
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
    if not has_form(POST, fields.get(name)):
        raise MalformedError("meeting_party", f"{name} is a post")


def check_posts(fields: Fields, name: str) -> None:
    """A list of ``{administration, post}``.

    Raises:
        MalformedError: ``meeting_list``, ``meeting_party``.
    """
    for each in read_items(fields, name):
        check_administration(each, "administration")
        check_post(each)


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


def read_words(fields: Fields, name: str) -> Sequence[str]:
    """A list of short texts; empty when it is absent.

    Raises:
        MalformedError: ``meeting_list``.
    """
    words = _READER.read_list(fields, name)
    if not all(isinstance(each, str) and 0 < len(each) <= MAX_TITLE_CHARS for each in words):
        raise MalformedError("meeting_list", f"{name} is a list of short texts")
    return words
