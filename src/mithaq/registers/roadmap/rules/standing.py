"""Where a line stands: computed from the version in force, the notes about it and the day. Never sent.

The same acts and the same day give the same answer on every node. A note counts from its delivery.

Spec: docs/spec/20-roadmap.md, "Where a line stands".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from mithaq.registers.roadmap.rules.notes import ACCEPTED, DONE, RETURNED
from mithaq.registers.roadmap.rules.plan import Line, Milestone


class LineState(StrEnum):
    """The words of registers for a line."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    REPORTED_DONE = "reported_done"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    DROPPED = "dropped"


class LineMark(StrEnum):
    """What stands beside the state."""

    LATE = "late"
    AT_RISK = "at_risk"
    NOT_CONTESTED = "not_contested"
    REPORT_DUE = "report_due"


SETTLED: Final = frozenset({LineState.ACCEPTED, LineState.SUSPENDED, LineState.DROPPED})
"""Nothing is due on these."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one recipient said of a report: ``accepted`` or ``returned``, with the reason of a return."""

    by: str
    result: str
    reason: Mapping[str, str]
    on: date


@dataclass(frozen=True, slots=True)
class Report:
    """A progress report.

    Attributes:
        version: of the roadmap that it speaks of.
        recipients: who may answer.
        delivered_at: when the last of them had it; None while it is on its way.
        answer_due_at: by when an answer is due; None where none is.
        answers: at most one of each recipient.
    """

    note_id: str
    sender: str
    version: int
    line: int
    percent: int
    milestones: tuple[int, ...]
    recipients: tuple[str, ...]
    delivered_at: datetime | None
    is_withdrawn: bool
    answer_due_at: datetime | None
    answers: tuple[Answered, ...]

    @property
    def result(self) -> str:
        """``accepted`` by every recipient, ``returned`` by one of them, or empty."""
        results = {each.by: each.result for each in self.answers if each.by in self.recipients}
        if RETURNED in results.values():
            return RETURNED
        is_whole = bool(self.recipients) and len(results) == len(self.recipients)
        return ACCEPTED if is_whole and set(results.values()) == {ACCEPTED} else ""

    @property
    def answered_on(self) -> date | None:
        """When its result was there."""
        days = [each.on for each in self.answers if each.result == self.result]
        return max(days, default=None) if self.result else None


@dataclass(frozen=True, slots=True)
class Risk:
    """A side says that a line may not be met; it holds until it is withdrawn or overtaken.

    Attributes:
        due_on: what the line was due on in the version that it speaks of; None where that is not here.
    """

    note_id: str
    sender: str
    line: int
    due_on: date | None
    delivered_at: datetime | None
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """A milestone with what the notes say of it."""

    milestone: Milestone
    done_on: date | None
    accepted_on: date | None
    report_id: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class LineStanding:
    """A line with what the notes and the day say of it.

    Attributes:
        percent: of the last report that stands; 100 once accepted, 0 without one.
        report: the report that made the state; None without one.
        risk: that holds.
        report_due_on: when the next report is due; None where none is.
    """

    line: Line
    state: LineState
    marks: tuple[LineMark, ...]
    percent: int
    milestones: tuple[MilestoneStanding, ...]
    report: Report | None
    risk: Risk | None
    report_due_on: date | None

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return LineMark.LATE in self.marks


def stand(
    line: Line, reports: Sequence[Report], risks: Sequence[Risk], now: datetime, cycle_months: int
) -> LineStanding:
    """Where a line stands at ``now``.

    Args:
        line: of the version in force.
        reports: about this line, of whatever version, in any order.
        risks: as the reports.
        now: aware; its day in UTC is the day of the marks.
        cycle_months: of the roadmap.
    """
    today = now.date()
    heard = _in_order(each for each in reports if line.is_of(each.sender) and not each.is_withdrawn)
    state, counted = _state_of(line, heard, today)
    risk = _find_risk(line, risks, heard, state)
    due_on = _next_report_on(line, heard, state, cycle_months)
    return LineStanding(
        line,
        state,
        tuple(_marks(line, state, counted, risk, due_on, now)),
        _percent(state, heard),
        tuple(_stand_milestone(each, heard, today) for each in line.milestones),
        counted,
        risk,
        due_on,
    )


def _in_order(reports: Iterable[Report]) -> list[Report]:
    """Those delivered, by delivery: the same order wherever the receipts are."""
    known = [(each.delivered_at, each.note_id, each) for each in reports if each.delivered_at is not None]
    return [each for _, _, each in sorted(known, key=lambda one: one[:2])]


def _state_of(line: Line, reports: Sequence[Report], today: date) -> tuple[LineState, Report | None]:
    last = reports[-1] if reports else None
    accepted = [each for each in reports if each.percent == DONE and each.result == ACCEPTED]
    if line.standing == "dropped":
        return LineState.DROPPED, last
    if accepted:
        return LineState.ACCEPTED, accepted[-1]  # what the other side has accepted stays so
    if line.standing == "suspended":
        return LineState.SUSPENDED, last
    if last is None:
        return (LineState.IN_PROGRESS if line.start_on <= today else LineState.PLANNED), None
    if last.result == RETURNED:
        return LineState.RETURNED, last
    return (LineState.REPORTED_DONE if last.percent == DONE else LineState.IN_PROGRESS), last


def _percent(state: LineState, reports: Sequence[Report]) -> int:
    """A returned report says nothing that stands: the one before it does."""
    if state is LineState.ACCEPTED:
        return DONE
    return next((each.percent for each in reversed(reports) if each.result != RETURNED), 0)


def _marks(
    line: Line,
    state: LineState,
    report: Report | None,
    risk: Risk | None,
    report_due_on: date | None,
    now: datetime,
) -> Iterable[LineMark]:
    if state in SETTLED:
        return
    if state is LineState.REPORTED_DONE:
        if report is not None and report.answer_due_at is not None and report.answer_due_at < now:
            yield LineMark.NOT_CONTESTED
        return
    if line.due_on < now.date():
        yield LineMark.LATE
    if risk is not None:
        yield LineMark.AT_RISK
    if report_due_on is not None and report_due_on < now.date():
        yield LineMark.REPORT_DUE


def _find_risk(line: Line, risks: Sequence[Risk], reports: Sequence[Report], state: LineState) -> Risk | None:
    """The newest that neither its author took back nor a new day in a later version overtook."""
    if state in SETTLED or state is LineState.REPORTED_DONE:
        return None
    holding = [
        (each.delivered_at, each.note_id, each)
        for each in risks
        if each.delivered_at is not None and not each.is_withdrawn and each.due_on in (None, line.due_on)
    ]
    return max(holding, key=lambda one: one[:2])[2] if holding else None


def _next_report_on(
    line: Line, reports: Sequence[Report], state: LineState, cycle_months: int
) -> date | None:
    """One report for each cycle, counted from the last one, else from the start."""
    if state in SETTLED or state in (LineState.PLANNED, LineState.REPORTED_DONE):
        return None
    since = line.start_on
    if reports and reports[-1].delivered_at is not None:
        since = max(since, reports[-1].delivered_at.date())
    return add_months(since, cycle_months)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(day.year + year, month + 1, number)
        except ValueError:
            continue
    return date(day.year + year, month + 1, min(day.day, 27))


def _stand_milestone(milestone: Milestone, reports: Sequence[Report], today: date) -> MilestoneStanding:
    """Done when a report that was not returned says so; accepted when that report was."""
    telling = [each for each in reports if milestone.no in each.milestones and each.result != RETURNED]
    accepted = next((each for each in telling if each.result == ACCEPTED), None)
    first = accepted or (telling[0] if telling else None)
    done_on = first.delivered_at.date() if first is not None and first.delivered_at is not None else None
    return MilestoneStanding(
        milestone,
        done_on,
        accepted.answered_on if accepted is not None else None,
        first.note_id if first is not None else "",
        done_on is None and milestone.due_on < today,
    )


def order_of(standing: LineStanding) -> tuple[int, date, int]:
    """Late lines first, then what is running by its day, what is settled at the end."""
    rank = 0 if standing.is_late else 2 if standing.state in SETTLED else 1
    return rank, standing.line.due_on, standing.line.no
