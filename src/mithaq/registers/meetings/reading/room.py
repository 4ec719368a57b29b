"""What a page about one meeting or one text stands on, read with one question a table.

A meeting brings those before and after it, its body, their texts and notes; a text brings its meeting, with
the body of that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import Q

from mithaq.core.instruments.state import InstrumentState
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import NoteRow, SealedAct
from mithaq.registers.meetings.models import Item, Meeting, Series, TextVersion
from mithaq.registers.meetings.reading.items import ItemView, describe_item
from mithaq.registers.meetings.reading.meetings import MeetingView, describe_meeting, find_bound
from mithaq.registers.meetings.reading.rows import AT_ONCE, load_texts
from mithaq.registers.meetings.reading.texts import TextView, describe_text, fold_texts
from mithaq.registers.meetings.rules.kinds import ISSUE, MANDATE, MINUTES

MOST_MEETINGS: Final = 70
"""Of one page: a meeting with those before and after it, or the newest of a body."""


@dataclass(frozen=True, slots=True)
class Room:
    """A meeting or a text with everything around it; what is not here is not of it.

    Attributes:
        object_id: of the meeting or the text.
        earlier: meetings that this one follows, the latest first.
        acts: of every object here, by its id: their first acts say who may read them.
    """

    node: Node
    object_id: str
    now: datetime
    rows: Mapping[str, Meeting]
    earlier: tuple[str, ...] = ()
    versions: Mapping[str, TextVersion] = field(default_factory=dict)
    items: tuple[ItemView, ...] = ()
    acts: Mapping[str, Sequence[SealedAct]] = field(default_factory=dict)
    states: Mapping[str, InstrumentState] = field(default_factory=dict)
    notes: Mapping[str, Sequence[NoteRow]] = field(default_factory=dict)
    minuted: frozenset[str] = frozenset()

    def meeting(self, object_id: str) -> MeetingView | None:
        """A meeting; None when it is not here."""
        row = self.rows.get(object_id)
        return None if row is None else self._describe(row)

    def meetings(self) -> list[MeetingView]:
        """All meetings, by their begin."""
        return [self._describe(row) for row in sorted(self.rows.values(), key=lambda row: row.starts_ms)]

    def text(self, object_id: str, *, is_binding: bool = False) -> TextView | None:
        """A text; ``is_binding`` for the version in force, whatever is negotiated beside it."""
        state = self.states.get(object_id)
        if state is None:
            return None
        notes = [each for each in self.items if each.about_id == object_id]
        return describe_text(self.versions[object_id], state, notes, self.now, is_binding=is_binding)

    def title_of(self, object_id: str) -> Mapping[str, str]:
        """The title of a text by language; empty when it is not here."""
        row = self.versions.get(object_id)
        return {} if row is None else load_texts(row.title)

    def texts_of(self, meeting_id: str, *, is_binding: bool = False) -> list[TextView]:
        """Texts of a meeting, the oldest first."""
        ids = [row.object_id for row in self.versions.values() if row.meeting_id == meeting_id]
        found = [self.text(each, is_binding=is_binding) for each in ids]
        return [each for each in found if each is not None]

    def notes_about(self, object_id: str) -> list[ItemView]:
        """Notes about a meeting, a body or a text, the oldest first."""
        return [each for each in self.items if each.about_id == object_id]

    def first(self, object_id: str) -> SealedAct | None:
        """The act that opened an object."""
        return next((act for act in self.acts.get(object_id, ()) if act.parsed.id == object_id), None)

    def _describe(self, row: Meeting) -> MeetingView:
        return describe_meeting(
            row, self.notes.get(row.object_id, ()), row.object_id in self.minuted, self.now
        )


def load_room(node: Node, object_id: str) -> Room | None:
    """What is around a meeting or a text; None when the id is of neither."""
    rows = _read_meetings(object_id)
    versions = _read_versions(object_id, rows)
    meeting, text = rows.get(object_id), versions.get(object_id)
    if meeting is None and text is None:
        return None
    is_body = text is not None and text.object_kind == MANDATE
    folded = [object_id] if is_body else list(versions)
    found = list(_read_items([object_id, *folded], meeting))
    acts = node.store.acts.of_objects([*rows, *folded, *(each.object_id for each in found)])
    states = fold_texts(node, {each: acts[each] for each in folded})
    notes = _read_notes(node, [*rows, *(each.object_id for each in found)])
    now = node.clock.now()
    return Room(
        node,
        object_id,
        now,
        rows,
        _order_earlier(object_id, rows),
        {each: versions[each] for each in folded if each in states},
        tuple(describe_item(each, notes.get(each.object_id, ())) for each in found),
        acts,
        states,
        notes,
        find_bound(node, _minutes_of(versions)) if is_body else _find_minuted(versions, states, now),
    )


def _read_meetings(object_id: str) -> dict[str, Meeting]:
    """The meeting itself, those it follows and that follow it; of a text its meeting, of a body its own."""
    wanted = (
        Q(object_id=object_id)
        | Q(follows=object_id)
        | Q(body_id=object_id)
        | Q(object_id__in=Series.objects.filter(meeting_id=object_id).values("earlier_id"))
        | Q(object_id__in=TextVersion.objects.filter(object_id=object_id).values("meeting_id"))
    )
    rows = Meeting.objects.filter(wanted).order_by("-starts_ms", "object_id")[:MOST_MEETINGS]
    return {row.object_id: row for row in rows}


def _read_versions(object_id: str, rows: Mapping[str, Meeting]) -> dict[str, TextVersion]:
    """The first version of each text of these meetings, of the body of the meeting, and of the text."""
    own = [rows[object_id]] if object_id in rows else rows.values()
    ids = {object_id, *(row.body_id for row in own if row.body_id)}
    found: dict[str, TextVersion] = {}
    wanted = Q(meeting_id__in=list(rows)) | Q(object_id__in=ids)
    for row in TextVersion.objects.filter(wanted).order_by("created_ms"):
        found.setdefault(row.object_id, row)
    return found


def _read_items(ids: Iterable[str], meeting: Meeting | None) -> Iterable[Item]:
    """Notes about these; of a meeting also the issues of its body and those that a lower level has raised."""
    wanted = Q(about_id__in=list(ids))
    if meeting is not None:
        wanted |= Q(object_kind=ISSUE, escalated_to=meeting.level)
    return Item.objects.filter(wanted).order_by("created_ms", "object_id")


def _read_notes(node: Node, ids: Sequence[str]) -> dict[str, list[NoteRow]]:
    found: dict[str, list[NoteRow]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = RowQuery(object_ids=ids[start : start + AT_ONCE])
        for note in node.store.rows.notes(query, limit=AT_ONCE * 32):
            found.setdefault(note.object_id, []).append(note)
    return found


def _order_earlier(object_id: str, rows: Mapping[str, Meeting]) -> tuple[str, ...]:
    """The way back as the meetings name each other; it ends where one is not here, or with a circle."""
    found: list[str] = []
    following = rows[object_id].follows if object_id in rows else ""
    while following and following not in found and following != object_id:
        found.append(following)
        following = rows[following].follows if following in rows else ""
    return tuple(found)


def _minutes_of(versions: Mapping[str, TextVersion]) -> dict[str, str]:
    """Id of minutes -> their meeting."""
    return {each: row.meeting_id for each, row in versions.items() if row.object_kind == MINUTES}


def _find_minuted(
    versions: Mapping[str, TextVersion], states: Mapping[str, InstrumentState], now: datetime
) -> frozenset[str]:
    """Meetings with minutes that have entered into force."""
    today = now.date()
    return frozenset(
        row.meeting_id
        for object_id, row in versions.items()
        if row.object_kind == MINUTES
        for version in states[object_id].versions
        if version.entry_into_force_on is not None and version.entry_into_force_on <= today
    )
