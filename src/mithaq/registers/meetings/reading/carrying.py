"""What is still open: actions without a full report, issues of a body, what follows from the meeting before.

And the steps of the programme of a meeting, from its acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mithaq.core.instruments.lines import LineAddress
from mithaq.node.node import Node
from mithaq.registers.meetings.models import Item, Meeting
from mithaq.registers.meetings.reading.items import ItemView, describe_items
from mithaq.registers.meetings.reading.meetings import MeetingView
from mithaq.registers.meetings.reading.texts import TextView, read_texts, texts_about
from mithaq.registers.meetings.rules.addresses import Line
from mithaq.registers.meetings.rules.kinds import AGENDA, ISSUE, MANDATE, MINUTES
from mithaq.registers.meetings.rules.programme import Step, make_programme

MOST_STEPS_BACK = 20
"""Meetings of a series that are looked back on."""


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


def raised_to(node: Node, level: str) -> list[ItemView]:
    """Open issues that a lower level has raised to this one."""
    rows = Item.objects.filter(object_kind=ISSUE).order_by("created_ms", "object_id")
    found = [row for row in rows if f'"escalated_to":"{level}"' in row.data]
    return [each for each in describe_items(node, found) if each.is_open]


def carried_over(node: Node, meeting: MeetingView) -> OpenItems:
    """Actions not done of the meetings that this one follows, and issues that wait for it."""
    actions: list[ActionView] = []
    for earlier in _earlier(meeting):
        for text in texts_about(node, earlier, is_binding=True):
            if text.object_kind == MINUTES:
                actions += [each for each in actions_of(text) if not each.is_done]
    issues = [each for each in issues_of(node, meeting.body_id) if each.is_open] if meeting.body_id else []
    known = {each.object_id for each in issues}
    issues += [each for each in raised_to(node, meeting.level) if each.object_id not in known]
    return OpenItems(tuple(actions), tuple(issues))


def _earlier(meeting: MeetingView) -> list[str]:
    """The meetings that this one follows, the latest first; a circle ends it."""
    found: list[str] = []
    following = meeting.follows
    while following and following not in found and len(found) < MOST_STEPS_BACK:
        found.append(following)
        row = Meeting.objects.filter(object_id=following).first()
        following = row.follows if row is not None else ""
    return found


def programme_of(node: Node, meeting: MeetingView, texts: Sequence[TextView]) -> list[Step]:
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
    return make_programme(meeting.held_on, done, node.clock.now(), _agreed(node, meeting.body_id))


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


def _agreed(node: Node, body_id: str) -> dict[str, int]:
    if not body_id:
        return {}
    bodies = [each for each in read_texts(node, [body_id], is_binding=True) if each.object_kind == MANDATE]
    if not bodies:
        return {}
    [body] = bodies
    deadlines = body.data.get("deadlines", {})
    return dict(deadlines) if isinstance(deadlines, dict) else {}
