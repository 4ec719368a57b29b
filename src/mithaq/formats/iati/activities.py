"""Activities of IATI 2.03 and their XML. Elements stand in the order of the standard.

Spec: IATI 2.03, activity standard and the codelists that the enumerations name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

VERSION: Final = "2.03"
GOVERNMENT: Final = "10"
PERCENTAGE: Final = "%"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_OUTPUT: Final = "1"


class Status(StrEnum):
    """Codelist ActivityStatus."""

    PIPELINE = "1"
    IMPLEMENTATION = "2"
    FINALISATION = "3"
    CLOSED = "4"
    CANCELLED = "5"
    SUSPENDED = "6"


class DateType(StrEnum):
    """Codelist ActivityDateType."""

    PLANNED_START = "1"
    ACTUAL_START = "2"
    PLANNED_END = "3"
    ACTUAL_END = "4"


class Role(StrEnum):
    """Codelist OrganisationRole, as far as it is used here."""

    ACCOUNTABLE = "2"
    IMPLEMENTING = "4"


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who takes part. Texts are by language, here as in the other classes."""

    ref: str
    name: Mapping[str, str]
    role: Role = Role.IMPLEMENTING


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure to be reached within a period.

    Attributes:
        unit: ``%`` makes it a percentage.
        baseline, target: decimal texts; empty where there is none.
        actuals: (who says so, decimal text).
    """

    title: Mapping[str, str]
    unit: str
    from_on: date
    to_on: date
    baseline: str = ""
    target: str = ""
    actuals: Sequence[tuple[Mapping[str, str], str]] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """One commitment.

    Attributes:
        identifier: begins with the ``ref`` of the organisation that reports.
    """

    identifier: str
    reporter: Organisation
    title: Mapping[str, str]
    description: Mapping[str, str]
    organisations: Sequence[Organisation]
    status: Status
    dates: Mapping[DateType, date]
    indicators: Sequence[Indicator] = ()


def encode_activities(activities: Sequence[Activity], made_at: datetime) -> bytes:
    """The file; ``made_at`` is aware."""
    root = Element("iati-activities", {"version": VERSION, "generated-datetime": made_at.isoformat()})
    for each in activities:
        _write_activity(SubElement(root, "iati-activity"), each)
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _write_activity(parent: Element, activity: Activity) -> None:
    SubElement(parent, "iati-identifier").text = activity.identifier
    reporter = SubElement(parent, "reporting-org", {"ref": activity.reporter.ref, "type": GOVERNMENT})
    _narrate(reporter, activity.reporter.name)
    _narrate(SubElement(parent, "title"), activity.title)
    _narrate(SubElement(parent, "description"), activity.description or activity.title)
    for each in activity.organisations:
        marks = {"ref": each.ref, "type": GOVERNMENT, "role": str(each.role)}
        _narrate(SubElement(parent, "participating-org", marks), each.name)
    SubElement(parent, "activity-status", {"code": str(activity.status)})
    for kind, on in sorted(activity.dates.items()):
        SubElement(parent, "activity-date", {"type": str(kind), "iso-date": on.isoformat()})
    for indicator in activity.indicators:
        _write_result(SubElement(parent, "result", {"type": _OUTPUT}), indicator)


def _write_result(parent: Element, told: Indicator) -> None:
    _narrate(SubElement(parent, "title"), told.title)
    measure = "2" if told.unit == PERCENTAGE else "1"
    indicator = SubElement(parent, "indicator", {"measure": measure})
    _narrate(SubElement(indicator, "title"), told.title)
    if told.baseline:
        year = {"year": str(told.from_on.year), "value": told.baseline}
        SubElement(indicator, "baseline", year)
    period = SubElement(indicator, "period")
    SubElement(period, "period-start", {"iso-date": told.from_on.isoformat()})
    SubElement(period, "period-end", {"iso-date": told.to_on.isoformat()})
    if told.target:
        SubElement(period, "target", {"value": told.target})
    for who, value in told.actuals:
        actual = SubElement(period, "actual", {"value": value})
        _narrate(SubElement(actual, "comment"), who)


def _narrate(parent: Element, texts: Mapping[str, str]) -> None:
    for lang, text in texts.items():
        SubElement(parent, "narrative", {_XML_LANG: lang} if lang else {}).text = text
