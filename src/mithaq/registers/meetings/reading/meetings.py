"""Meetings with where they stand: the invitation at each invited side, and the minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.fields import BigIntegerField

from mithaq.core.encoding import from_ms, to_ms
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import NoteRow
from mithaq.registers.meetings.models import Meeting, TextVersion
from mithaq.registers.meetings.reading.rows import AT_ONCE, load, load_texts, parties_of
from mithaq.registers.meetings.reading.seats import LocalTime, clocks, is_zone
from mithaq.registers.meetings.rules.appointment import written_date
from mithaq.registers.meetings.rules.kinds import INVITATION, MINUTES
from mithaq.registers.meetings.rules.standing import Facts, MeetingState, marks_of, state_of

BOUND: Final = frozenset({"in_force", "superseded"})


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting for a page.

    Attributes:
        title: by language.
        data: the fields of the invitation, corrected.
        states: invited side -> state of the invitation there.
        counters: invited side -> the fields that it proposes instead.
    """

    object_id: str
    sender: str
    invited: tuple[str, ...]
    body_id: str
    follows: str
    level: str
    no: int | None
    title: Mapping[str, str]
    data: Mapping[str, Any]
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    sequence: int
    state: str
    marks: tuple[str, ...]
    states: Mapping[str, str]
    results: Mapping[str, str]
    counters: Mapping[str, Any]
    delivered_at: datetime | None
    code: str

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone at the table."""
        return parties_of(self.sender, " ".join(self.invited))

    @property
    def tzid(self) -> str:
        """The zone that the appointment is written in."""
        return str(self.data["tzid"])

    @property
    def place(self) -> object:
        """A text, or a text by language."""
        return self.data["place"]

    @property
    def host(self) -> str:
        """Code of the host."""
        return str(self.data["host"])

    @property
    def is_day_only(self) -> bool:
        """Whether only the day is known: a meeting of before the record."""
        return self.data.get("recorded_afterwards") is True

    @property
    def held_on(self) -> date:
        """The day as it is written."""
        return written_date(self.data)

    @property
    def local_start(self) -> datetime:
        """Aware, on the clock of the meeting."""
        return self.starts_at.astimezone(ZoneInfo(self.tzid)) if is_zone(self.tzid) else self.starts_at

    @property
    def local_end(self) -> datetime:
        """Aware, on the clock of the meeting."""
        return self.ends_at.astimezone(ZoneInfo(self.tzid)) if is_zone(self.tzid) else self.ends_at

    def clocks(self, node: Node) -> list[LocalTime]:
        """The start at every seat; nothing for a meeting of which only the day is known."""
        return [] if self.is_day_only else clocks(node, self.starts_at, self.tzid, self.parties)

    def end_clocks(self, node: Node) -> list[LocalTime]:
        """The end at every seat."""
        return [] if self.is_day_only else clocks(node, self.ends_at, self.tzid, self.parties)


_BY_START: Final = {"latest": "-starts_ms", "oldest": "starts_ms"}


def ordered_meetings(
    now: datetime,
    *,
    level: str = "",
    body_id: str = "",
    when: str = "",
    codes: Sequence[str] | None = None,
    order: str = "",
) -> "QuerySet[Meeting]":
    """Meetings: what is to come, the next first; then what is past, the latest first.

    Args:
        now: aware.
        level: one level only.
        body_id: of one body only.
        when: ``next`` or ``past`` only.
        codes: handling codes that may be shown; all of them when it is left out.
        order: ``latest`` or ``oldest`` by their start instead.
    """
    now_ms = to_ms(now)
    rows = Meeting.objects.all() if codes is None else Meeting.objects.filter(code__in=codes)
    if level:
        rows = rows.filter(level=level)
    if body_id:
        rows = rows.filter(body_id=body_id)
    if when == "next":
        rows = rows.filter(ends_ms__gte=now_ms)
    elif when == "past":
        rows = rows.filter(ends_ms__lt=now_ms)
    if order in _BY_START:
        return rows.order_by(_BY_START[order], "object_id")
    return rows.annotate(
        is_past=Case(When(ends_ms__lt=now_ms, then=Value(1)), default=Value(0), output_field=IntegerField()),
        distance=Case(
            When(ends_ms__lt=now_ms, then=-F("starts_ms")),
            default=F("starts_ms"),
            output_field=BigIntegerField(),
        ),
    ).order_by("is_past", "distance", "object_id")


def describe_meetings(node: Node, rows: Iterable[Meeting]) -> list[MeetingView]:
    """These meetings with their states, in their order; two questions for all of them."""
    rows = list(rows)
    ids = [row.object_id for row in rows]
    notes = _notes_of(node, ids)
    minuted = find_minuted(node, ids)
    now = node.clock.now()
    return [
        describe_meeting(row, notes.get(row.object_id, []), row.object_id in minuted, now) for row in rows
    ]


def read_meeting(node: Node, object_id: str) -> MeetingView:
    """One meeting.

    Raises:
        MissingError: ``meeting``.
    """
    row = Meeting.objects.filter(object_id=object_id).first()
    if row is None:
        raise MissingError("meeting", "there is no meeting of that id here")
    return describe_meetings(node, [row])[0]


def describe_meeting(row: Meeting, notes: Sequence[NoteRow], is_minuted: bool, now: datetime) -> MeetingView:
    """One meeting; ``notes`` are the rows of its invitation, one a recipient."""
    states = {str(note.recipient): note.state for note in notes}
    results = load(row.results)
    facts = Facts(states, results, row.is_moved, from_ms(row.ends_ms), is_minuted, row.outcome)
    state = state_of(facts, now) if notes else MeetingState.PROPOSED
    delivered = [note.delivered_at for note in notes if note.delivered_at is not None]
    return MeetingView(
        object_id=row.object_id,
        sender=row.sender,
        invited=tuple(row.invited.split()),
        body_id=row.body_id,
        follows=row.follows,
        level=row.level,
        no=row.no,
        title=load_texts(row.title),
        data=load(row.data),
        starts_at=from_ms(row.starts_ms),
        ends_at=from_ms(row.ends_ms),
        created_at=from_ms(row.created_ms),
        sequence=row.sequence,
        state=str(state),
        marks=tuple(map(str, marks_of(facts, state))),
        states=states,
        results=results,
        counters=load(row.counters),
        delivered_at=max(delivered) if len(delivered) == len(notes) and notes else None,
        code=row.code,
    )


def _notes_of(node: Node, ids: Sequence[str]) -> dict[str, list[NoteRow]]:
    found: dict[str, list[NoteRow]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = RowQuery(object_kind=INVITATION, object_ids=ids[start : start + AT_ONCE])
        for note in node.store.rows.notes(query, limit=AT_ONCE * 32):
            found.setdefault(note.object_id, []).append(note)
    return found


def find_minuted(node: Node, ids: Sequence[str]) -> frozenset[str]:
    """Of these meetings those with minutes that have entered into force."""
    texts = dict(
        TextVersion.objects.filter(meeting_id__in=ids, object_kind=MINUTES).values_list(
            "object_id", "meeting_id"
        )
    )
    return find_bound(node, texts)


def find_bound(node: Node, texts: Mapping[str, str]) -> frozenset[str]:
    """The same, of meetings whose minutes are known: id of the minutes -> their meeting."""
    if not texts:
        return frozenset()
    today = node.clock.now().date().isoformat()
    query = RowQuery(object_kind=MINUTES, object_ids=sorted(texts))
    rows = node.store.rows.instruments(query, limit=len(texts))
    return frozenset(texts[row.object_id] for row in rows if (row.entry_into_force_on or "9999") <= today)
