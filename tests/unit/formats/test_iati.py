"""A roadmap as activities of IATI: codes, dates, results, and what is not for everybody left out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from mithaq.registers.roadmap.exchange import STATUSES, PublishedRoadmap, ToldProgress, write_iati
from mithaq.registers.roadmap.rules.plan import read_plan
from mithaq.registers.roadmap.rules.standing import LineState, stand
from tests.unit.registers.test_roadmap_rules import make_line, make_roadmap

ID = "01890000-0000-7000-8000-000000000001"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
NAMES = {"ma-mi": {"ar": "وزارة الداخلية", "fr": "Ministère de l’Intérieur"}}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INDICATOR = {"code": "LPC-01", "unit": "%", "baseline": "40", "target": "90", "period": "2026"}


def write(*lines: dict[str, Any], reports: tuple[ToldProgress, ...] = (), **changes: Any) -> Any:
    plan = read_plan(make_roadmap(*lines))
    standings = [replace(stand(each, (), (), NOW, 3), **changes) for each in plan.lines]
    sides = ("ma-mi", "fr-mi")
    return fromstring(write_iati(PublishedRoadmap(ID, "ma-mi", sides, standings, {1: reports}, NAMES), NOW))


def report(on: str, value: str) -> ToldProgress:
    return ToldProgress("fr-mi", date.fromisoformat(on), [("LPC-01", value), ("OTHER", "1")])


def test_a_public_line_is_an_activity_and_others_are_left_out() -> None:
    reports = (report("2026-02-01", "50"), report("2026-04-01", "70"))
    line = make_line(1, visibility="public", indicators=[INDICATOR])
    root = write(line, make_line(2), make_line(3, visibility="one_side_annex"), reports=reports)
    assert root.attrib["version"] == "2.03"
    [activity] = root
    assert [child.tag for child in activity] == [
        "iati-identifier", "reporting-org", "title", "description", "participating-org", "participating-org",
        "activity-status", "activity-date", "activity-date", "activity-date", "result",
    ]  # fmt: skip
    assert activity.findtext("iati-identifier") == f"ma-mi-{ID}-line_1"
    assert {each.get(LANG) for each in activity.findall("title/narrative")} == {"ar", "fr"}
    roles = {each.get("ref"): each.get("role") for each in activity.findall("participating-org")}
    assert roles == {"ma-mi": "2", "fr-mi": "4"}
    dates = {each.get("type"): each.get("iso-date") for each in activity.findall("activity-date")}
    assert dates == {"1": "2026-01-01", "2": "2026-02-01", "3": "2026-09-30"}
    indicator = activity.find("result/indicator")
    assert indicator.get("measure") == "2"
    assert indicator.find("baseline").attrib == {"year": "2026", "value": "40"}
    period = indicator.find("period")
    assert [period.find(name).attrib for name in ("period-start", "period-end", "target", "actual")] == [
        {"iso-date": "2026-01-01"}, {"iso-date": "2026-12-31"}, {"value": "90"}, {"value": "70"},
    ]  # fmt: skip


@pytest.mark.parametrize("state", list(LineState))
def test_every_state_of_a_line_has_a_status(state: LineState) -> None:
    root = write(make_line(1, visibility="public"), state=state)
    assert root.find("iati-activity/activity-status").get("code") == str(STATUSES[state])


def test_the_day_of_acceptance_is_the_actual_end() -> None:
    accepted: Any = SimpleNamespace(answered_on=date(2026, 5, 20))
    root = write(make_line(1, visibility="public"), state=LineState.ACCEPTED, report=accepted)
    dates = {each.get("type"): each.get("iso-date") for each in root.findall("iati-activity/activity-date")}
    assert dates["4"] == "2026-05-20"
