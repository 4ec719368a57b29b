"""What is still open: actions without a full report, issues of a body, what follows from the meeting before.

And the steps of the programme of a meeting, from its acts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mithaq.core.instruments.lines import LineAddress
from mithaq.node.node import Node
from mithaq.registers.meetings.models import Item
from mithaq.registers.meetings.reading.items import ItemView, describe_items
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.room import Room
from mithaq.registers.meetings.reading.texts import TextView
from mithaq.registers.meetings.rules.addresses import Line
from mithaq.registers.meetings.rules.kinds import AGENDA, ISSUE, MANDATE, MINUTES
from mithaq.registers.meetings.rules.programme import Step, make_programme


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action of minutes with how far it has come.

    Attributes:
        address: ``object@version#action_1``.
        percent: of the latest report; 0 without one.
        is_done: whether a full report of it is here.
    """

    address: str
    line: Line
    owner: str
    due_on: str
    percent: int
    is_done: bool
    reports: tuple[ItemView, ...]

    @property
    def due_day(self) -> date | None:
        """The day at whose end it is due."""
        return date.fromisoformat(self.due_on) if self.due_on else None


@dataclass(frozen=True, slots=True)
class OpenItems:
    """What a meeting has to take up."""

    actions: tuple[ActionView, ...] = ()
    issues: tuple[ItemView, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.actions or self.issues)

    def visible(self, may_read: Callable[[str], bool]) -> "OpenItems":
        """What stands in texts and notes that may be read."""
        actions = (each for each in self.actions if may_read(each.address.partition("@")[0]))
        return OpenItems(tuple(actions), tuple(each for each in self.issues if may_read(each.object_id)))


def actions_of(minutes: TextView) -> list[ActionView]:
    """The actions of one text of minutes."""
    return [_make_action(minutes, line) for line in minutes.lines if line.block == "actions"]


def _make_action(minutes: TextView, line: Line) -> ActionView:
    address = LineAddress(minutes.object_id, minutes.version, line.name).encode()
    own = tuple(each for each in minutes.reports if each.data.get("line") == address)
    percent = own[-1].data.get("percent", 0) if own else 0
    return ActionView(
        address,
        line,
        str(line.fields.get("owner", "")),
        str(line.fields.get("due_on", "")),
        percent,
        percent == 100,
        own,
    )


def issues_of(node: Node, body_id: str) -> list[ItemView]:
    """Issues of a body, by number."""
    rows = Item.objects.filter(about_id=body_id, object_kind=ISSUE).order_by("no", "created_ms")
    return describe_items(node, rows)


def carried_over(room: Room, meeting: MeetingView) -> OpenItems:
    """Actions not done of the meetings that this one follows, and issues that wait for it."""
    actions: list[ActionView] = []
    for earlier in room.earlier:
        for text in room.texts_of(earlier, is_binding=True):
            if text.object_kind == MINUTES:
                actions += [each for each in actions_of(text) if not each.is_done]
    issues = [each for each in room.items if each.object_kind == ISSUE and each.is_open]
    own = [each for each in issues if meeting.body_id and each.about_id == meeting.body_id]
    raised = [each for each in issues if each not in own and each.data.get("escalated_to") == meeting.level]
    return OpenItems(tuple(actions), (*sorted(own, key=lambda each: each.no or 0), *raised))


def programme_of(room: Room, meeting: MeetingView, texts: Sequence[TextView]) -> list[Step]:
    """The steps from T-30 to T+30 with their marks."""
    agenda = next((text for text in texts if text.object_kind == AGENDA), None)
    minutes = next((text for text in texts if text.object_kind == MINUTES), None)
    done: dict[str, datetime | None] = {
        "invitation": meeting.delivered_at,
        "agenda_items": agenda.created_at if agenda else None,
        "agenda_agreed": agenda.signed_at if agenda and agenda.is_bound else None,
        "minutes_draft": minutes.created_at if minutes else None,
        "comments": _commented_at(minutes),
        "signing": minutes.signed_at if minutes and minutes.is_bound else None,
    }
    return make_programme(meeting.held_on, done, room.now, _agreed(room, meeting.body_id))


def _commented_at(minutes: TextView | None) -> datetime | None:
    """When the last of the other sides had its first word on the minutes: a comment or an initialling."""
    if minutes is None:
        return None
    first: dict[str, datetime] = {}
    for each in (*minutes.comments, *minutes.initiallings):
        if each.delivered_at is not None:
            first[each.sender] = min(each.delivered_at, first.get(each.sender, each.delivered_at))
    others = set(minutes.signatories) - {minutes.proposer}
    return max(first[code] for code in others) if others and others <= set(first) else None


def _agreed(room: Room, body_id: str) -> dict[str, int]:
    body = room.text(body_id, is_binding=True)
    if body is None or body.object_kind != MANDATE:
        return {}
    deadlines = body.data.get("deadlines", {})
    return dict(deadlines) if isinstance(deadlines, dict) else {}
