"""Lines with what the notes about them say, the same wherever they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mithaq.core.encoding import from_ms
from mithaq.core.notes.standing import NoteStatus
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import NoteRow
from mithaq.registers.roadmap.models import RoadmapNote
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, load_data
from mithaq.registers.roadmap.reading.rows import load, load_texts
from mithaq.registers.roadmap.rules.kinds import AT_RISK, PROGRESS_REPORT
from mithaq.registers.roadmap.rules.standing import Answered, LineStanding, Report, Risk, order_of, stand

AT_ONCE: Final = 2_000
"""Notes looked up in one question; an engine takes some thirty thousand values."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note about a roadmap, for a page.

    Attributes:
        states: recipient -> state there.
        delivered_at: when the last recipient had it.
        due_at: by when an answer is due.
    """

    object_id: str
    object_kind: str
    sender: str
    recipients: tuple[str, ...]
    roadmap_id: str
    version: int
    line: int | None
    title: Mapping[str, str]
    data: Mapping[str, Any]
    answers: tuple[Answered, ...]
    blobs: Sequence[Mapping[str, Any]]
    created_at: datetime
    states: Mapping[str, str]
    delivered_at: datetime | None
    due_at: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether its author took it back, everywhere."""
        return bool(self.states) and set(self.states.values()) <= {NoteStatus.WITHDRAWN}

    @property
    def evidence(self) -> Sequence[Mapping[str, Any]]:
        """What it shows."""
        found: Sequence[Mapping[str, Any]] = self.data.get("evidence", [])
        return found

    @property
    def report(self) -> Report:
        """As the rules take it; only for a progress report."""
        return Report(
            note_id=self.object_id,
            sender=self.sender,
            version=self.version,
            line=self.line or 0,
            percent=self.data["percent"],
            milestones=tuple(self.data.get("milestones_done", [])),
            recipients=self.recipients,
            delivered_at=self.delivered_at,
            is_withdrawn=self.is_withdrawn,
            answer_due_at=self.due_at,
            answers=self.answers,
        )


def notes_about(
    node: Node, roadmap_ids: Iterable[str], *, line: int | None = None, kinds: Sequence[str] = ()
) -> list[NoteView]:
    """Notes about these roadmaps, or about one line of them, the oldest first."""
    rows = RoadmapNote.objects.filter(roadmap_id__in=list(roadmap_ids))
    if line is not None:
        rows = rows.filter(line=line)
    if kinds:
        rows = rows.filter(object_kind__in=kinds)
    return describe_notes(node, rows.order_by("created_ms", "object_id"))


def describe_notes(node: Node, rows: Iterable[RoadmapNote]) -> list[NoteView]:
    """These notes with where they stand."""
    rows = list(rows)
    placed: dict[str, list[NoteRow]] = {}
    for start in range(0, len(rows), AT_ONCE):
        ids = [row.object_id for row in rows[start : start + AT_ONCE]]
        for note in node.store.rows.notes(RowQuery(object_ids=ids), limit=AT_ONCE * 32):
            placed.setdefault(note.object_id, []).append(note)
    return [_describe(row, placed.get(row.object_id, [])) for row in rows]


def _describe(row: RoadmapNote, placed: Sequence[NoteRow]) -> NoteView:
    delivered = [note.delivered_at for note in placed]
    is_delivered = bool(delivered) and None not in delivered
    answers = load(row.answers)
    return NoteView(
        object_id=row.object_id,
        object_kind=row.object_kind,
        sender=row.sender,
        recipients=tuple(row.recipients.split()),
        roadmap_id=row.roadmap_id,
        version=row.version,
        line=row.line,
        title=load_texts(row.title),
        data=load(row.data),
        answers=tuple(
            Answered(by, each["result"], each["reason"], date.fromisoformat(each["on"]))
            for by, each in sorted(answers.items())
        ),
        blobs=load(row.blobs),
        created_at=from_ms(row.created_ms),
        states={str(note.recipient): note.state for note in placed},
        delivered_at=max(each for each in delivered if each is not None) if is_delivered else None,
        due_at=max((note.due_at for note in placed if note.due_at is not None), default=None),
    )


@dataclass(frozen=True, slots=True)
class Standings:
    """The lines of one roadmap with everything that was said about them.

    Attributes:
        lines: late ones first, then by their day.
        notes: line -> its reports and risks, the oldest first.
    """

    roadmap: RoadmapView
    lines: tuple[LineStanding, ...]
    notes: Mapping[int, Sequence[NoteView]]

    def line(self, no: int) -> LineStanding | None:
        """The line of that number."""
        return next((each for each in self.lines if each.line.no == no), None)

    def evidence_count(self, no: int) -> int:
        """How much there is to see for a line."""
        return sum(len(each.evidence) for each in self.notes.get(no, ()) if not each.is_withdrawn)


def stand_lines(node: Node, roadmap: RoadmapView) -> Standings:
    """The lines of a roadmap with where they stand."""
    return stand_all(node, [roadmap])[0]


def stand_all(node: Node, roadmaps: Sequence[RoadmapView]) -> list[Standings]:
    """The same for several, with as many questions as for one."""
    notes = notes_about(node, [each.object_id for each in roadmaps], kinds=(PROGRESS_REPORT, AT_RISK))
    days = _days_of_risks(roadmaps, notes)
    now = node.clock.now()
    found = []
    for roadmap in roadmaps:
        by_line: dict[int, list[NoteView]] = {}
        for note in notes:
            if note.roadmap_id == roadmap.object_id and note.sender in roadmap.shown.signatories:
                by_line.setdefault(note.line or 0, []).append(note)
        standings = [
            stand(
                line,
                [each.report for each in by_line.get(line.no, ()) if each.object_kind == PROGRESS_REPORT],
                [_risk(each, days) for each in by_line.get(line.no, ()) if each.object_kind == AT_RISK],
                now,
                roadmap.plan.cycle_months,
            )
            for line in roadmap.plan.lines
        ]
        found.append(Standings(roadmap, tuple(sorted(standings, key=order_of)), by_line))
    return found


def _risk(note: NoteView, days: Mapping[tuple[str, int, int], date]) -> Risk:
    line = note.line or 0
    due_on = days.get((note.roadmap_id, note.version, line))
    return Risk(note.object_id, note.sender, line, due_on, note.delivered_at, note.is_withdrawn)


def _days_of_risks(
    roadmaps: Sequence[RoadmapView], notes: Sequence[NoteView]
) -> dict[tuple[str, int, int], date]:
    """(roadmap, version, line) -> due day, for the versions that risks speak of."""
    named = {(each.roadmap_id, each.version) for each in notes if each.object_kind == AT_RISK}
    versions = {
        version.content_hash: (roadmap.object_id, number)
        for roadmap in roadmaps
        for object_id, number in named
        if object_id == roadmap.object_id and (version := roadmap.version(number)) is not None
    }
    if not versions:
        return {}
    return {
        (*versions[content_hash], line["no"]): date.fromisoformat(line["due_on"])
        for content_hash, data in load_data(versions).items()
        for line in data["lines"]
    }
