"""What a page is about, once the policy has let the reader in."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest
from django.utils.translation import get_language

from mithaq.errors import MissingError
from mithaq.node.records import SealedAct
from mithaq.node.who import Holder, PostAt
from mithaq.registers.meetings.forms.base import About
from mithaq.registers.meetings.models import Item, TextVersion
from mithaq.registers.meetings.reading.items import describe_items
from mithaq.registers.meetings.reading.meetings import MeetingView, read_meeting
from mithaq.registers.meetings.reading.texts import TextView, read_text
from mithaq.registers.meetings.rules.kinds import INVITATION, NAME
from mithaq.web.access.gate import demand, may
from mithaq.web.access.protected import protect_act, protect_local
from mithaq.web.access.subject import subject_of
from mithaq.web.accounts.posts import acting_assignment
from mithaq.web.runtime import get_node


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


def open_meeting(request: HttpRequest, object_id: str, verb: str = "read") -> MeetingView:
    """A meeting that the reader may see."""
    if open_act(request, object_id, verb).parsed.object_kind != INVITATION:
        raise MissingError("not_found", "There is nothing at this address.")
    return read_meeting(get_node(), object_id)


def about_nothing(request: HttpRequest) -> About:
    """For what is new."""
    assignment = acting_assignment(request)
    return About(get_node(), assignment.post if assignment else "", language())


def about(request: HttpRequest, object_id: str) -> About:
    """The record at an address, with the meeting that it belongs to.

    Raises:
        MissingError: ``not_found``. NotAllowedError: as the policy says.
    """
    node, act = get_node(), open_act(request, object_id)
    plain = about_nothing(request)
    kind = act.parsed.object_kind or ""
    if kind == INVITATION:
        texts = TextVersion.objects.filter(meeting_id=object_id)
        kinds = frozenset(texts.values_list("object_kind", flat=True))
        return About(node, plain.post, plain.lang, meeting=read_meeting(node, object_id), kinds=kinds)
    if act.parsed.kind == "instrument.propose":
        text = read_text(node, object_id)
        return About(node, plain.post, plain.lang, meeting=meeting_of(text), text=text)
    rows = Item.objects.filter(object_id=object_id)
    items = describe_items(node, rows)
    if not items:
        raise MissingError("not_found", "There is nothing at this address.")
    return About(node, plain.post, plain.lang, item=items[0])


def meeting_of(text: TextView) -> MeetingView | None:
    """The meeting that a text belongs to; None for a mandate, or where it is not here."""
    if not text.meeting_id:
        return None
    try:
        return read_meeting(get_node(), text.meeting_id)
    except MissingError:
        return None


def may_draft(request: HttpRequest) -> bool:
    """Whether buttons that begin something are shown."""
    return may(subject_of(request), "draft", protect_local()).allowed


def demand_draft(request: HttpRequest) -> None:
    """That the reader may keep something of this node alone.

    Raises:
        NotAllowedError: as the policy says.
    """
    demand(subject_of(request), "draft", protect_local())


def post_label(administration: str, post: str) -> Mapping[str, str] | str:
    """A post by language; its id when there is no card of it."""
    who = get_node().registry.who
    return (who.label_of(administration, post) if who is not None else {}) or post


def holders(meeting: MeetingView, posts: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Holder]:
    """Who held each (administration, post) on the day of the meeting."""
    who = get_node().registry.who
    if who is None:
        return {}
    asked = {PostAt(code, post, meeting.starts_at): (code, post) for code, post in posts}
    return {asked[key]: holder for key, holder in who.holders_of(list(asked)).items()}
