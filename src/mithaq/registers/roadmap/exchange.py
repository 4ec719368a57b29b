"""The public lines of a roadmap as activities of IATI, for whoever publishes them. Pure.

Spec: docs/spec/20-roadmap.md, "IATI".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mithaq.core.fields import JOINT
from mithaq.formats.iati.activities import (
    Activity,
    DateType,
    Indicator,
    Organisation,
    Role,
    Status,
    encode_activities,
)
from mithaq.registers.roadmap.rules.plan import PUBLIC
from mithaq.registers.roadmap.rules.standing import LineStanding, LineState

STATUSES: Final[Mapping[LineState, Status]] = {
    LineState.PLANNED: Status.PIPELINE,
    LineState.IN_PROGRESS: Status.IMPLEMENTATION,
    LineState.RETURNED: Status.IMPLEMENTATION,
    LineState.REPORTED_DONE: Status.FINALISATION,
    LineState.ACCEPTED: Status.CLOSED,
    LineState.DROPPED: Status.CANCELLED,
    LineState.SUSPENDED: Status.SUSPENDED,
}
_YEAR: Final = re.compile(r"[12][0-9]{3}", re.ASCII)

Names = Mapping[str, Mapping[str, str]]
"""Administration -> its name by language."""


@dataclass(frozen=True, slots=True)
class ToldProgress:
    """A progress report that counts.

    Attributes:
        on: the day of its delivery.
        actuals: (code of an indicator, decimal text).
    """

    sender: str
    on: date
    actuals: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PublishedRoadmap:
    """What is written.

    Attributes:
        own: code of the side that reports.
        signatories: codes.
        lines: with where they stand, in any order; those that are not public are left out.
        reports: line -> its reports, the oldest first.
    """

    object_id: str
    own: str
    signatories: Sequence[str]
    lines: Sequence[LineStanding]
    reports: Mapping[int, Sequence[ToldProgress]]
    names: Names


def write_iati(roadmap: PublishedRoadmap, made_at: datetime) -> bytes:
    """The file; ``made_at`` is aware."""
    return encode_activities(list(make_activities(roadmap)), made_at)


def make_activities(roadmap: PublishedRoadmap) -> Iterator[Activity]:
    """An activity for each line that is for everybody, by its number."""
    own, names = roadmap.own, roadmap.names
    for each in sorted(roadmap.lines, key=lambda one: one.line.no):
        line, reports = each.line, roadmap.reports.get(each.line.no, ())
        if line.visibility != PUBLIC:
            continue
        yield Activity(
            identifier=f"{own}-{roadmap.object_id}-{line.name}",
            reporter=Organisation(own, _name(own, names)),
            title=line.title,
            description=line.text,
            organisations=[_take_part(code, line.owner, names) for code in roadmap.signatories],
            status=STATUSES[each.state],
            dates=_dates(each, reports),
            indicators=[_tell(one, each, reports, names) for one in line.data.get("indicators", [])],
        )


def _take_part(code: str, owner: str, names: Names) -> Organisation:
    role = Role.IMPLEMENTING if owner in (code, JOINT) else Role.ACCOUNTABLE
    return Organisation(code, _name(code, names), role)


def _name(code: str, names: Names) -> Mapping[str, str]:
    return names.get(code) or {"": code}


def _dates(each: LineStanding, reports: Sequence[ToldProgress]) -> dict[DateType, date]:
    found = {DateType.PLANNED_START: each.line.start_on, DateType.PLANNED_END: each.line.due_on}
    if reports:
        found[DateType.ACTUAL_START] = min(one.on for one in reports)
    if each.state is LineState.ACCEPTED and each.report is not None and each.report.answered_on:
        found[DateType.ACTUAL_END] = each.report.answered_on
    return found


def _tell(
    indicator: Mapping[str, Any], each: LineStanding, reports: Sequence[ToldProgress], names: Names
) -> Indicator:
    """An indicator with the last figure of each side."""
    latest = {
        report.sender: value
        for report in reports
        for code, value in report.actuals
        if code == indicator["code"]
    }
    year = indicator.get("period", "")
    is_year = _YEAR.fullmatch(year) is not None
    return Indicator(
        title=indicator.get("text") or {"": f"{indicator['code']} ({indicator['unit']})"},
        unit=indicator["unit"],
        from_on=date(int(year), 1, 1) if is_year else each.line.start_on,
        to_on=date(int(year), 12, 31) if is_year else each.line.due_on,
        baseline=indicator.get("baseline", ""),
        target=indicator.get("target", ""),
        actuals=[(_name(code, names), value) for code, value in sorted(latest.items())],
    )
