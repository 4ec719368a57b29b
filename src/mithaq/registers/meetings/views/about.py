"""What a page is about, once the policy has let the reader in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.node.records import SealedAct
from mithaq.node.who import Holder, PostAt
from mithaq.registers.meetings.forms.base import About
from mithaq.registers.meetings.models import Item
from mithaq.registers.meetings.reading.items import describe_items
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.room import Room, load_room
from mithaq.registers.meetings.rules.kinds import NAME
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_act, protect_acts, protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.lasting import Lasting
from mithaq.web.parties import KEPT_FOR, label_posts
from mithaq.web.runtime import get_node, get_part


def language() -> str:
    """Of the page."""
    return get_language() or "en"


def open_act(request: HttpRequest, object_id: str, verb: str = "read") -> SealedAct:
    """The first act of a record of this register, if the reader may.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    try:
        act = get_node().store.acts.by_id(object_id)
    except MissingError as error:
        raise MissingError("not_found", "There is nothing at this address.") from error
    is_here = act.object_id == object_id and (act.parsed.object_kind or "").startswith(f"{NAME}.")
    if not is_here:
        raise MissingError("not_found", "There is nothing at this address.")
    demand(subject_of(request), verb, protect_act(act))
    return act


def open_room(request: HttpRequest, object_id: str, verb: str = "read") -> Room | None:
    """A meeting or a text that the reader may see, with what is around it; None when it is of neither kind.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    room = load_room(get_node(), object_id)
    if room is None:
        return None
    first = room.first(object_id)
    if first is None:
        raise MissingError("not_found", "There is nothing at this address.")
    demand(subject_of(request), verb, protect_act(first))
    return room


def open_meeting_room(request: HttpRequest, object_id: str, verb: str = "read") -> tuple[Room, MeetingView]:
    """A meeting that the reader may see, with what is around it.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    room = open_room(request, object_id, verb)
    meeting = room.meeting(object_id) if room is not None else None
    if room is None or meeting is None:
        raise MissingError("not_found", "There is nothing at this address.")
    return room, meeting


def reader_of(request: HttpRequest, room: Room) -> Callable[[str], bool]:
    """Whether the reader may read an object of a room, by its id."""
    subject = subject_of(request)
    firsts = [first for first in map(room.first, room.acts) if first is not None]
    guards = {act.object_id: guard for act, guard in zip(firsts, protect_acts(firsts), strict=True)}
    return lambda object_id: object_id in guards and may(subject, "read", guards[object_id]).allowed


def about_nothing(request: HttpRequest) -> About:
    """For what is new."""
    assignment = acting_assignment(request)
    return About(get_node(), assignment.post if assignment else "", language())


def about(request: HttpRequest, object_id: str) -> About:
    """The record at an address, with the meeting that it belongs to.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    plain, room = about_nothing(request), open_room(request, object_id)
    if room is not None:
        return _about_room(plain, room)
    open_act(request, object_id)
    items = describe_items(plain.node, Item.objects.filter(object_id=object_id))
    if not items:
        raise MissingError("not_found", "There is nothing at this address.")
    return replace(plain, item=items[0])


def _about_room(plain: About, room: Room) -> About:
    """A meeting, or a text with the meeting that it belongs to, where that is here."""
    meeting = room.meeting(room.object_id)
    if meeting is not None:
        kinds = {row.object_kind for row in room.versions.values() if row.meeting_id == room.object_id}
        return replace(plain, room=room, meeting=meeting, kinds=frozenset(kinds))
    text = room.text(room.object_id)
    if text is None:
        raise MissingError("not_found", "There is nothing at this address.")
    return replace(plain, room=room, meeting=room.meeting(text.meeting_id), text=text)


def may_draft(request: HttpRequest) -> bool:
    """Whether buttons that begin something are shown."""
    return may(subject_of(request), "draft", protect_local()).allowed


def demand_draft(request: HttpRequest) -> None:
    """That the reader may keep something of this node alone.

    Raises:
        NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "draft", protect_local())


def post_labels(posts: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, str] | str]:
    """(administration, post) -> the post by language; its id when there is no card of it."""
    return label_posts(get_node(), posts)


def holders(at: datetime, posts: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Holder]:
    """Who held each (administration, post) on the day of ``at``."""
    who = get_node().registry.who
    if who is None:
        return {}
    asked = {PostAt(code, post, at): (code, post) for code, post in posts}
    kept = get_part(_make_holders).get()
    new = [key for key in asked if key not in kept]
    if new:
        found = who.holders_of(new)
        kept.update({key: found.get(key) for key in new})
    return {each: holder for key, each in asked.items() if (holder := kept[key]) is not None}


def _make_holders() -> "Lasting[dict[PostAt, Holder | None]]":
    return Lasting(lambda _node: {}, KEPT_FOR)
