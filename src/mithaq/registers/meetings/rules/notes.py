"""The notes of this register beside the invitation."""

from collections.abc import Mapping, Sequence
from typing import Any

from mithaq.core.fields import Fields
from mithaq.core.instruments.lines import parse_line_address
from mithaq.errors import MalformedError
from mithaq.registers.meetings.rules.addresses import is_line
from mithaq.registers.meetings.rules.fields import (
    MAX_ITEMS,
    check_administration,
    check_choice,
    check_hash,
    check_id,
    check_instant,
    check_number,
    check_post,
    check_some_text,
    check_texts,
    read_date,
)
from mithaq.registers.meetings.rules.invitation import LEVELS


def check_paper(body: Fields) -> None:
    """A paper for a meeting or one item of its agenda; the file itself is an attachment.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    if "meeting" in body:
        check_id(body, "meeting")
    if "item" in body:
        check_number(body, "item")
    if "text" in body:
        check_some_text(body)


def check_comment(body: Fields) -> None:
    """A comment on lines of one version of a text.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    _check_version(body)
    _check_lines(body.get("lines", []))
    check_some_text(body)


def check_initialling(body: Fields) -> None:
    """A side finds one version to be the agreed text, and says so before anybody signs.

    With ``concordance {post, lines[]}`` a translator of that side has compared both languages line by line.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    _check_version(body)
    check_hash(body, "content_hash")
    if "concordance" in body:
        concordance = body["concordance"]
        if not isinstance(concordance, Mapping):
            raise MalformedError("meeting_list", "concordance names a post and lines")
        check_post(concordance)
        _check_lines(concordance.get("lines"))


def check_statement(body: Fields) -> None:
    """What one side said in a meeting: its word, not agreed.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_id(body, "meeting")
    if "item" in body:
        check_number(body, "item")
    check_administration(body, "by")
    check_some_text(body)


def check_issue(body: Fields) -> None:
    """An open question of a body, with an owner and a day.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_id(body, "body")
    check_number(body)
    check_texts(body, is_whole=False)
    for name in ("raised_by", "owner"):
        check_administration(body, name)
    read_date(body, "due_on")
    if "escalated_to" in body:
        check_choice(body, "escalated_to", LEVELS)


def check_action_report(body: Fields) -> None:
    """How far an action of signed minutes has come.

    Raises:
        MalformedError: a code that begins with ``meeting_``, or ``line_address``.
    """
    address = body.get("line")
    line = parse_line_address(address if isinstance(address, str) else "").line
    if line is None or not line.startswith("action_"):
        raise MalformedError("meeting_reference", "line is an action of minutes")
    percent = body.get("percent")
    if type(percent) is not int or not 0 <= percent <= 100:
        raise MalformedError("meeting_number", "percent is a number from 0 to 100")
    if "text" in body:
        check_some_text(body)


def check_own_communique(body: Fields) -> None:
    """One side's own words to the public about a meeting: never the agreed text.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    if "meeting" in body:
        check_id(body, "meeting")
    check_texts(body, is_whole=False)
    if "embargo_until_at" in body:
        check_instant(body, "embargo_until_at")
    if "published_on" in body:
        read_date(body, "published_on")
    if body.get("visibility", "public") != "public":
        raise MalformedError("meeting_choice", "visibility is public, or left out")


def _check_version(body: Fields) -> None:
    check_id(body, "instrument")
    check_number(body, "version", 9_999)


def _check_lines(lines: object) -> None:
    if not isinstance(lines, list | tuple) or len(lines) > 4 * MAX_ITEMS or not all(map(is_line, lines)):
        raise MalformedError("meeting_reference", "lines names lines of a text")


def write_initialling(
    object_id: str, version: int, content_hash: str, post: str, lines: Sequence[str]
) -> dict[str, Any]:
    """Body of an initialling with the concordance of every line."""
    return {
        "instrument": object_id,
        "version": version,
        "content_hash": content_hash,
        "concordance": {"post": post, "lines": list(lines)},
    }
