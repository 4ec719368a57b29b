"""Reads fields of reviews; whatever has another form is refused by a code that begins with ``review_``."""

import re
from typing import Final

from mithaq.core.fields import FieldReader, Fields, has_form
from mithaq.errors import MalformedError

MAX_ITEMS: Final = 100

_EID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)

_READER: Final = FieldReader("review", MAX_ITEMS)
check_texts = _READER.check_texts
check_some_text = _READER.check_some_text
check_choice = _READER.check_choice
check_id = _READER.check_id
check_hash = _READER.check_hash
check_basis = _READER.check_basis
read_date = _READER.read_date
read_items = _READER.read_items
read_numbered = _READER.read_numbered


def check_boolean(fields: Fields, name: str) -> None:
    """True or false, where it is there.

    Raises:
        MalformedError: ``review_choice``.
    """
    if not isinstance(fields.get(name, False), bool):
        raise MalformedError("review_choice", f"{name} is true or false")


def check_index(fields: Fields, name: str) -> int:
    """A leaf index.

    Raises:
        MalformedError: ``review_number``.
    """
    return _READER.check_number(fields, name, 2**53 - 1, 0)


def check_articles(fields: Fields) -> None:
    """Names of articles or their parts, ``art_5__para_2``; none where the whole is meant.

    Raises:
        MalformedError: ``review_list``, ``review_reference``.
    """
    if not all(has_form(_EID, each) for each in _READER.read_list(fields, "articles")):
        raise MalformedError("review_reference", "articles are named as art_5__para_2")
