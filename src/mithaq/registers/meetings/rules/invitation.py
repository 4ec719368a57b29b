"""A meeting is an invitation, what was corrected in it, and what the invited answered."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from mithaq.core.fields import Fields
from mithaq.errors import MalformedError
from mithaq.registers.meetings.rules.appointment import check_appointment, parse_local
from mithaq.registers.meetings.rules.fields import (
    MAX_NAME_CHARS,
    check_administration,
    check_basis,
    check_choice,
    check_id,
    check_number,
    check_post,
    check_some_text,
    check_texts,
    read_items,
    read_numbered,
    read_words,
)

LEVELS: Final = ("technical", "director_general", "minister")
"""From the lowest to the highest."""

SESSION_FORMS: Final = frozenset({"head_to_head", "extended", "plenary", "working_group", "visit"})
DELEGATE_ROLES: Final = frozenset(
    {"head", "co_chair", "secretary", "member", "interpreter", "observer", "expert"}
)
CONFIDENTIALITY: Final = frozenset({"open", "delegations", "heads_only"})


class Answer(StrEnum):
    """``result`` of a ``note.answer`` to an invitation."""

    ACCEPT = "accept"
    COUNTER = "counter"


def check_invitation(body: Fields) -> None:
    """Fields of an invitation.

    Raises:
        MalformedError: a code that begins with ``meeting_``.
    """
    check_choice(body, "level", LEVELS)
    check_administration(body, "host")
    check_some_text(body, "place", MAX_NAME_CHARS)
    check_appointment(body)
    if "no" in body:
        check_number(body)
    for name in ("body", "follows"):
        if name in body:
            check_id(body, name)
    for _, session in read_numbered(body, "sessions"):
        _check_session(session)
    for delegate in read_items(body, "delegations"):
        check_delegate(delegate)
    _check_visit(body)
    for _, item in read_numbered(body, "agenda"):
        check_agenda_item(item)
    check_basis(body)
    read_words(body, "fields")


def check_delegate(delegate: Fields) -> None:
    """One place in a delegation: a post, and perhaps who holds it that day."""
    check_administration(delegate, "administration")
    check_post(delegate)
    check_choice(delegate, "role", DELEGATE_ROLES)
    if "holder" in delegate:
        check_post(delegate, "holder")
    if not isinstance(delegate.get("attended", False), bool):
        raise MalformedError("meeting_choice", "attended is true or false")


def check_agenda_item(item: Fields) -> None:
    """One item of an agenda."""
    check_texts(item, "title", most=300, is_whole=False)
    if "proposed_by" in item:
        check_administration(item, "proposed_by")
    if "minutes_allotted" in item:
        check_number(item, "minutes_allotted", 1_440)
    if "confidentiality" in item:
        check_choice(item, "confidentiality", CONFIDENTIALITY)
    if "issue" in item:
        check_id(item, "issue")
    read_words(item, "papers")


def _check_session(session: Fields) -> None:
    check_choice(session, "form", SESSION_FORMS)
    if "starts_local" in session:
        starts, ends = parse_local(session["starts_local"]), parse_local(session.get("ends_local"))
        if ends <= starts:
            raise MalformedError("meeting_span", "a session ends after it starts")
    if "place" in session:
        check_some_text(session, "place", MAX_NAME_CHARS)


def _check_visit(body: Fields) -> None:
    """Items of a visit in the order of time; of a visit of before the record the hours may be unknown."""
    before = ""
    for item in read_items(body, "programme"):
        check_some_text(item, most=300)
        if "place" in item:
            check_some_text(item, "place", MAX_NAME_CHARS)
        if "starts_local" not in item and body.get("recorded_afterwards") is True:
            continue
        starts = parse_local(item.get("starts_local"))
        if "ends_local" in item and parse_local(item["ends_local"]) <= starts:
            raise MalformedError("meeting_span", "an item of a programme ends after it starts")
        if item["starts_local"] < before:
            raise MalformedError("meeting_span", "the items of a programme stand in the order of time")
        before = item["starts_local"]


def apply_correction(body: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an invitation after a ``note.correct``; one that would break it changes nothing."""
    corrected = {**body, **fields}
    try:
        check_invitation(corrected)
    except MalformedError:
        return dict(body)
    return corrected


def moves(body: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether a correction moves the meeting in time."""
    return any(name in fields and fields[name] != body.get(name) for name in ("starts_at", "held_on"))


def write_answer(result: Answer, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Body of the answer to an invitation: accepting ends the note, a counter-proposal leaves it open."""
    body: dict[str, Any] = {"answers": [], "final": result is Answer.ACCEPT, "result": str(result)}
    return {**body, "fields": dict(fields)} if fields else body
