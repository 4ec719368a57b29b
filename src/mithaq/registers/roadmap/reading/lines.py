"""Lines with what the notes about them say, the same wherever they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet

from mithaq.core.encoding import from_ms
from mithaq.core.notes.standing import NoteStatus
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import NoteRow
from mithaq.registers.roadmap.models import RoadmapNote
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView
from mithaq.registers.roadmap.reading.rows import load, load_texts
from mithaq.registers.roadmap.rules.kinds import AT_RISK, FINAL_REPORT, PROGRESS_REPORT
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
    title_json: str
    data: Mapping[str, Any]
    answers: tuple[Answered, ...]
    blobs_json: str
    created_at: datetime
    states: Mapping[str, str]
    delivered_at: datetime | None
    due_at: datetime | None

    @property
    def title(self) -> Mapping[str, str]:
        """Its subject, by language."""
        return load_texts(self.title_json)

    @property
    def blobs(self) -> Sequence[Mapping[str, Any]]:
        """Attachments, as the act names them."""
        found: Sequence[Mapping[str, Any]] = load(self.blobs_json)
        return found

    @property
    def is_withdrawn(self) -> bool:
        """Whether its author took it back, everywhere."""
        return bool(self.states) and all(state == NoteStatus.WITHDRAWN for state in self.states.values())

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


def notes_about(node: Node, roadmap_ids: Iterable[str]) -> list[NoteView]:
    """Notes about these roadmaps, the oldest first."""
    rows = RoadmapNote.objects.filter(roadmap_id__in=list(roadmap_ids))
    return describe_notes(node, rows.order_by("created_ms", "object_id"))


_COLUMNS: Final = (
    "object_id", "object_kind", "sender", "recipients", "roadmap_id", "version", "line", "title", "data",
    "answers", "blobs", "created_ms",
)  # fmt: skip


def describe_notes(node: Node, rows: QuerySet[RoadmapNote]) -> list[NoteView]:
    """These notes with where they stand. A roadmap may have thousands: rows are read as plain values."""
    found = list(rows.values_list(*_COLUMNS))
    placed: dict[str, list[NoteRow]] = {}
    for start in range(0, len(found), AT_ONCE):
        ids = [row[0] for row in found[start : start + AT_ONCE]]
        for note in node.store.rows.notes(RowQuery(object_ids=ids), limit=AT_ONCE * 32):
            placed.setdefault(note.object_id, []).append(note)
    return [_describe(row, placed.get(row[0], [])) for row in found]


def _describe(row: Sequence[Any], placed: Sequence[NoteRow]) -> NoteView:
    object_id, kind, sender, recipients, roadmap_id, version, line, title, data, answers, blobs, made_ms = row
    delivered = [note.delivered_at for note in placed]
    is_delivered = bool(delivered) and None not in delivered
    return NoteView(
        object_id=object_id,
        object_kind=kind,
        sender=sender,
        recipients=tuple(recipients.split()),
        roadmap_id=roadmap_id,
        version=version,
        line=line,
        title_json=title,
        data=load(data),
        answers=_read_answers(answers) if answers != "{}" else (),
        blobs_json=blobs,
        created_at=from_ms(made_ms),
        states={str(note.recipient): note.state for note in placed},
        delivered_at=max(each for each in delivered if each is not None) if is_delivered else None,
        due_at=max((note.due_at for note in placed if note.due_at is not None), default=None),
    )


def _read_answers(text: str) -> tuple[Answered, ...]:
    return tuple(
        Answered(by, each["result"], each["reason"], date.fromisoformat(each["on"]))
        for by, each in sorted(load(text).items())
    )


@dataclass(frozen=True, slots=True)
class Standings:
    """The lines of one roadmap with everything that was said about them.

    Attributes:
        lines: late ones first, then by their day.
        notes: line -> its reports and risks, the oldest first.
        finals: final reports, the oldest first.
    """

    roadmap: RoadmapView
    lines: tuple[LineStanding, ...]
    notes: Mapping[int, Sequence[NoteView]]
    finals: Sequence[NoteView]

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
    notes = notes_about(node, [each.object_id for each in roadmaps])
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
        finals = [each for each in by_line.get(0, ()) if each.object_kind == FINAL_REPORT]
        found.append(Standings(roadmap, tuple(sorted(standings, key=order_of)), by_line, finals))
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
    found = {}
    for roadmap in roadmaps:
        versions = [
            version
            for object_id, number in named
            if object_id == roadmap.object_id and (version := roadmap.version(number)) is not None
        ]
        for version in versions:
            data = roadmap.data_of([version])[version.content_hash]
            for line in data["lines"]:
                found[roadmap.object_id, version.number, line["no"]] = date.fromisoformat(line["due_on"])
    return found
