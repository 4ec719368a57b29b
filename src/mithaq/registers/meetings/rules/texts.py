"""The instruments of this register: mandate, agenda, minutes, communiqué. Data of their manifests."""

from collections.abc import Mapping
from typing import Any, Final

from mithaq.core.fields import MAX_TITLE_CHARS, Fields
from mithaq.errors import MalformedError
from mithaq.registers.meetings.rules.alignment import check_alignment
from mithaq.registers.meetings.rules.fields import (
    check_administration,
    check_basis,
    check_id,
    check_instant,
    check_owner,
    check_post,
    check_posts,
    check_some_text,
    check_texts,
    check_title,
    read_date,
    read_items,
    read_numbered,
    read_words,
)
from mithaq.registers.meetings.rules.invitation import check_agenda_item, check_delegate
from mithaq.registers.meetings.rules.programme import check_deadlines

BOOLEANS: Final = (True, False)


def check_mandate(data: Fields) -> None:
    """A joint body: its names, who chairs and sits in it, how often it meets, what its terms are.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_title(data, "name")
    read_words(data, "aliases")
    check_basis(data)
    if not data.get("basis"):
        raise MalformedError("meeting_basis", "a mandate says on what it rests")
    chairs = [each.get("administration") for each in read_items(data, "co_chairs")]
    if len(chairs) < 2 or len(set(map(str, chairs))) != len(chairs):
        raise MalformedError("meeting_chairs", "a joint body has one co-chair of each administration")
    for name in ("co_chairs", "members", "secretariat"):
        check_posts(data, name)
    if "rhythm" in data:
        check_some_text(data, "rhythm", MAX_TITLE_CHARS)
    read_words(data, "fields")
    check_deadlines(data)
    if data.get("issues", True) not in BOOLEANS:
        raise MalformedError("meeting_choice", "issues is true or false")
    _check_paragraphs(data)


def check_agenda(data: Fields) -> None:
    """The agenda of a meeting.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_title(data)
    check_id(data, "invitation")
    for _, item in read_numbered(data, "items"):
        check_agenda_item(item)
    if not data.get("items"):
        raise MalformedError("meeting_list", "an agenda has at least one item")


def check_minutes(data: Fields) -> None:
    """The minutes of a meeting. A language may still be empty: that bars signing, not sharing.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_texts(data, "title", most=MAX_TITLE_CHARS, is_whole=False)
    if "invitation" in data:
        check_id(data, "invitation")
    _check_paragraphs(data)
    for _, decision in read_numbered(data, "decisions"):
        check_texts(decision, is_whole=False)
        check_alignment(decision)
        check_basis(decision)
    for _, action in read_numbered(data, "actions"):
        check_texts(action, is_whole=False)
        check_alignment(action)
        check_owner(action)
        read_date(action, "due_on")
    for delegate in read_items(data, "delegations"):
        check_delegate(delegate)
    for statement in read_items(data, "statements"):
        check_administration(statement, "by")
        check_some_text(statement)
    if "communique" in data:
        check_id(data, "communique")
    _check_aligned(data)


def check_communique(data: Fields) -> None:
    """A communiqué of both sides, with the hour before which it appears nowhere.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_title(data)
    check_texts(data, is_whole=False)
    if "invitation" in data:
        check_id(data, "invitation")
    if "embargo_until_at" in data:
        check_instant(data, "embargo_until_at")
    _check_aligned(data)


def _check_paragraphs(data: Fields) -> None:
    for _, paragraph in read_numbered(data, "paragraphs"):
        check_texts(paragraph, is_whole=False)
        check_alignment(paragraph)


def _check_aligned(data: Fields) -> None:
    aligned = data.get("aligned", {})
    if not isinstance(aligned, Mapping):
        raise MalformedError("meeting_list", "aligned is an object")
    for each in aligned.values():
        if not isinstance(each, Mapping):
            raise MalformedError("meeting_list", "aligned is an object of objects")
        check_alignment(each)


def published(data: Mapping[str, Any], post: str) -> dict[str, Any]:
    """Data with the decision to publish and the author's post."""
    fields = {"author_post": post}
    check_post(fields, "author_post")
    return {**data, "visibility": "public", **fields}
