"""Rules of the roadmap register: what is refused, where a line stands, what a version changes."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mithaq.core.instruments.lines import LineAddress
from mithaq.errors import ConflictError, MalformedError, MithaqError, NotAllowedError
from mithaq.registers.roadmap.rules import REGISTER
from mithaq.registers.roadmap.rules.changes import check_succession, compare_plans, next_number
from mithaq.registers.roadmap.rules.notes import expected_of
from mithaq.registers.roadmap.rules.plan import Line, check_roadmap, read_plan, show_public
from mithaq.registers.roadmap.rules.progress import mean_percent, measure_chapters
from mithaq.registers.roadmap.rules.reporting import decide_answer, decide_report, decide_risk
from mithaq.registers.roadmap.rules.standing import (
    Answered,
    LineMark,
    LineState,
    Report,
    Risk,
    add_months,
    order_of,
    stand,
)

CHECKS = {kind.name.removeprefix("roadmap."): kind.check for kind in REGISTER.kinds}
ID = "01900000-0000-7000-8000-000000000001"
BOTH = {"ar": "نص", "fr": "texte"}
POSTS = {"ma-mi": "minister", "fr-mi": "minister"}
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def make_line(no: int = 1, **changes: Any) -> dict[str, Any]:
    fields = {
        "no": no, "field": "MIG", "title": BOTH, "text": BOTH, "basis": [f"{ID}@1#decision_1"],
        "owner": "fr-mi", "start_on": "2026-01-01", "due_on": "2026-09-30",
        "milestones": [
            {"no": 1, "text": BOTH, "due_on": "2026-03-31", "evidence_required": True},
            {"no": 2, "text": BOTH, "due_on": "2026-06-30"},
        ],
    }  # fmt: skip
    return {**fields, **changes}


def make_roadmap(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fields = {
        "title": BOTH, "period_from_on": "2026-01-01", "period_to_on": "2027-12-31", "report_cycle_months": 3,
        "chapters": [{"no": 1, "field": "MIG", "lead_posts": POSTS}],
        "lines": list(lines) or [make_line()],
    }  # fmt: skip
    return {**fields, **changes}


REPORT: dict[str, Any] = {"line": f"{ID}@1#line_1", "percent": 40, "text": {"fr": "x"}}
BAD = [
    ("roadmap", make_roadmap(make_line(), make_line()), "roadmap_number"),
    ("roadmap", make_roadmap(make_line(basis=[])), "roadmap_basis"),
    ("roadmap", make_roadmap(make_line(basis=["the declaration"])), "line_address"),
    ("roadmap", make_roadmap(make_line(due_on="2025-01-01")), "roadmap_span"),
    ("roadmap", make_roadmap(make_line(due_on="30/9/2026")), "roadmap_date"),
    ("roadmap", make_roadmap(make_line(field="CT")), "roadmap_chapter"),
    ("roadmap", make_roadmap(make_line(title={"ar": "x"})), "roadmap_text"),
    ("roadmap", make_roadmap(make_line(owner="both")), "roadmap_party"),
    ("roadmap", make_roadmap(make_line(kind="action", owner="joint")), "roadmap_party"),
    ("roadmap", make_roadmap(make_line(standing="lost")), "roadmap_choice"),
    ("roadmap", make_roadmap(make_line(dependencies=[2])), "roadmap_dependency"),
    (
        "roadmap",
        make_roadmap(make_line(1, dependencies=[2]), make_line(2, dependencies=[1])),
        "roadmap_dependency",
    ),
    ("roadmap", make_roadmap(make_line(), chapters=[{"no": 1, "field": "MIG"}]), "roadmap_party"),
    ("roadmap", {**make_roadmap(), "lines": []}, "roadmap_list"),
    ("roadmap", make_roadmap(period_to_on="2025-01-01"), "roadmap_span"),
    ("progress_report", {**REPORT, "line": f"{ID}#line_1"}, "roadmap_reference"),
    ("progress_report", {**REPORT, "line": f"{ID}@1#decision_1"}, "roadmap_reference"),
    ("progress_report", {**REPORT, "percent": 101}, "roadmap_number"),
    ("progress_report", {**REPORT, "percent": True}, "roadmap_number"),
    ("progress_report", {**REPORT, "percent": 100, "expects": "none"}, "roadmap_expects"),
    ("progress_report", {**REPORT, "evidence": [{"text": BOTH, "url": "javascript:x"}]}, "roadmap_reference"),
    ("at_risk", {"line": f"{ID}@1#line_1"}, "roadmap_text"),
    ("final_report", {"roadmap": ID, "text": BOTH}, "roadmap_reference"),
]


@pytest.mark.parametrize(("kind", "body", "code"), BAD)
def test_what_breaks_the_rules_is_refused_by_name(kind: str, body: dict[str, Any], code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        CHECKS[kind](body)
    assert caught.value.code == code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


_NAMES = sorted({*make_line(), "other_fields", "lead_posts", "indicators", "dependencies", "kind", "weight"})


@given(st.sampled_from(_NAMES), _JSON, st.sampled_from(sorted(make_roadmap())))
def test_hostile_members_raise_nothing_but_malformed(name: str, value: object, member: str) -> None:
    for body in (make_roadmap({**make_line(), name: value}), make_roadmap(**{member: value})):
        try:
            CHECKS["roadmap"](body)
        except MalformedError:
            continue
        read_plan(body)


@given(st.sampled_from(("line", "percent", "milestones_done", "evidence", "actuals", "text")), _JSON)
def test_hostile_reports_raise_nothing_but_malformed(name: str, value: object) -> None:
    try:
        CHECKS["progress_report"]({**REPORT, name: value})
    except MalformedError:
        return


# Where a line stands


def the_line(**changes: Any) -> Line:
    data = make_roadmap(make_line(**changes))
    CHECKS["roadmap"](data)
    return read_plan(data).lines[0]


def make_report(number: int, percent: int, day: int, result: str = "", **changes: Any) -> Report:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(days=day)
    answers = (Answered("ma-mi", result, BOTH, at.date()),) if result else ()
    due_at = at + timedelta(days=30) if percent == 100 else None
    plain = Report(f"note-{number}", "fr-mi", 1, 1, percent, (), ("ma-mi",), at, False, due_at, answers)
    return replace(plain, **changes)


def state_of(*reports: Report, now: datetime = NOW, **changes: Any) -> tuple[str, list[str], int]:
    found = stand(the_line(**changes), reports, (), now, 3)
    return str(found.state), [str(each) for each in found.marks], found.percent


def test_a_line_goes_from_planned_to_accepted() -> None:
    early = datetime(2025, 12, 31, tzinfo=UTC)
    assert state_of(now=early) == ("planned", [], 0)
    assert state_of(now=early.replace(year=2026, month=1, day=1)) == ("in_progress", [], 0)
    half = make_report(1, 50, 0)
    assert state_of(half) == ("in_progress", [], 50)
    done = make_report(2, 100, 30)
    assert state_of(half, done) == ("reported_done", [], 100)
    back = make_report(2, 100, 30, "returned")
    assert state_of(half, back) == ("returned", [], 50)
    assert state_of(half, back, make_report(3, 80, 40)) == ("in_progress", [], 80)
    kept = make_report(4, 100, 41, "accepted")
    assert state_of(half, back, kept) == ("accepted", [], 100)
    assert state_of(half, kept, make_report(5, 10, 43)) == ("accepted", [], 100)


def test_marks_are_computed_from_the_day_and_never_change_a_state() -> None:
    after = datetime(2026, 10, 1, 0, 0, 1, tzinfo=UTC)
    assert state_of(make_report(1, 50, 120), now=datetime(2026, 9, 30, 23, 59, tzinfo=UTC))[1] == []
    assert state_of(make_report(1, 50, 120), now=after)[1] == ["late"]
    assert state_of(make_report(1, 50, 0), now=after)[1] == ["late", "report_due"]
    silent = make_report(1, 100, 0)
    assert state_of(silent, now=silent.delivered_at + timedelta(days=31))[:2] == (  # type: ignore[operator]
        "reported_done",
        ["not_contested"],
    )
    assert state_of(now=after, standing="suspended") == ("suspended", [], 0)
    assert state_of(now=after, standing="dropped") == ("dropped", [], 0)


def test_reports_of_the_other_side_and_undelivered_or_withdrawn_ones_do_not_count() -> None:
    for changes in ({"sender": "ma-mi"}, {"delivered_at": None}, {"is_withdrawn": True}):
        assert state_of(make_report(1, 100, 0, **changes))[0] == "in_progress"
    joint = make_report(1, 100, 0, sender="ma-mi", recipients=("fr-mi",))
    assert state_of(joint, owner="joint")[0] == "reported_done"


def test_several_sides_accept_together_and_one_can_return() -> None:
    three = {"recipients": ("ma-mi", "es-mi")}
    yes = Answered("es-mi", "accepted", {}, NOW.date())
    no = Answered("es-mi", "returned", BOTH, NOW.date())
    first = make_report(1, 100, 0, "accepted", **three)
    assert state_of(first)[0] == "reported_done"
    assert state_of(replace(first, answers=(*first.answers, yes)))[0] == "accepted"
    assert state_of(replace(first, answers=(*first.answers, no)))[0] == "returned"


def test_a_risk_holds_until_it_is_withdrawn_or_a_new_day_overtakes_it() -> None:
    line = the_line()
    risk = Risk("note-r", "fr-mi", 1, line.due_on, NOW - timedelta(days=1), is_withdrawn=False)
    assert LineMark.AT_RISK in stand(line, (), (risk,), NOW, 3).marks
    for gone in (replace(risk, is_withdrawn=True), replace(risk, delivered_at=None)):
        assert LineMark.AT_RISK not in stand(line, (), (gone,), NOW, 3).marks
    moved = replace(line, due_on=date(2027, 1, 1))
    assert LineMark.AT_RISK not in stand(moved, (), (risk,), NOW, 3).marks


def test_a_milestone_is_done_by_a_report_that_was_not_returned() -> None:
    told = make_report(1, 60, 0, milestones=(1,))
    [first, second] = stand(the_line(), (told,), (), NOW, 3).milestones
    assert (first.done_on, first.accepted_on, first.is_late) == (date(2026, 5, 1), None, False)
    assert (second.done_on, second.is_late) == (None, False)
    back = make_report(1, 60, 0, "returned", milestones=(1,))
    assert stand(the_line(), (back,), (), NOW, 3).milestones[0].is_late
    kept = make_report(1, 60, 0, "accepted", milestones=(1,))
    assert stand(the_line(), (kept,), (), NOW, 3).milestones[0].accepted_on == date(2026, 5, 1)


def test_late_lines_come_first_then_by_day_then_what_is_settled() -> None:
    days = ("2026-05-01", "2027-03-01", "2026-12-01", "2026-04-01")
    data = make_roadmap(
        *(make_line(no, due_on=day, milestones=[]) for no, day in enumerate(days, start=1)),
        make_line(5, due_on="2026-02-01", standing="dropped"),
    )
    found = sorted((stand(line, (), (), NOW, 3) for line in read_plan(data).lines), key=order_of)
    assert [each.line.no for each in found] == [4, 1, 3, 2, 5]


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [("2026-01-31", 1, "2026-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2026-10-15", 3, "2027-01-15")],
)
def test_a_cycle_ends_on_the_same_day_of_a_later_month(day: str, months: int, wanted: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(wanted)


# Both nodes


@st.composite
def histories(draw: st.DrawFn) -> tuple[Line, list[Report], list[Risk], datetime]:
    """What two nodes may hold of one line: reports, answers and risks of both sides, in any state."""
    line = the_line(
        owner=draw(st.sampled_from(("ma-mi", "fr-mi", "joint"))),
        standing=draw(st.sampled_from(("running", "suspended", "dropped"))),
        due_on=draw(st.sampled_from(("2026-04-30", "2026-09-30"))),
    )
    reports = []
    for number in range(draw(st.integers(0, 6))):
        sender = draw(st.sampled_from(("ma-mi", "fr-mi")))
        other = "fr-mi" if sender == "ma-mi" else "ma-mi"
        made = make_report(number, draw(st.sampled_from((0, 40, 100))), draw(st.integers(0, 60)))
        result = draw(st.sampled_from(("", "accepted", "returned")))
        reports.append(
            replace(
                made,
                sender=sender,
                recipients=(other,),
                milestones=tuple(draw(st.lists(st.integers(1, 2), unique=True))),
                answers=(Answered(other, result, BOTH, NOW.date()),) if result else (),
                is_withdrawn=draw(st.booleans()),
                delivered_at=draw(st.sampled_from((made.delivered_at, None))),
            )
        )
    risks = [
        Risk(f"risk-{number}", "fr-mi", 1, draw(st.sampled_from((None, line.due_on, date(2026, 1, 2)))),
             NOW + timedelta(hours=draw(st.integers(-50, 50))), draw(st.booleans()))
        for number in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    return line, reports, risks, NOW + timedelta(days=draw(st.integers(-200, 400)))


@given(histories(), st.randoms(use_true_random=False))
def test_r21_both_nodes_compute_the_same_state_whatever_order_the_acts_came_in(
    history: tuple[Line, list[Report], list[Risk], datetime], chance: random.Random
) -> None:
    line, reports, risks, now = history
    here = stand(line, reports, risks, now, 3)
    chance.shuffle(reports)
    chance.shuffle(risks)
    assert stand(line, reports, risks, now, 3) == here
    assert 0 <= here.percent <= 100
    if here.state is LineState.ACCEPTED:
        assert any(each.result == "accepted" for each in reports)  # silence never accepts
    assert not (here.is_late and here.state in (LineState.ACCEPTED, LineState.DROPPED))


# Progress


def test_progress_is_the_weighted_mean_and_a_line_without_a_value_counts_as_zero() -> None:
    data = make_roadmap(make_line(1), make_line(2, weight=3), make_line(3, standing="dropped"))
    plan = read_plan(data)
    lines = [stand(plan.lines[0], (make_report(1, 50, 0),), (), NOW, 3)]
    lines += [stand(each, (), (), NOW, 3) for each in plan.lines[1:]]
    assert mean_percent(lines) == 13  # (50 + 3 * 0) / 4, halves up
    [chapter] = measure_chapters(plan.chapters, lines)
    assert (chapter.percent, len(chapter.lines), chapter.late) == (13, 3, 0)
    assert mean_percent(lines[2:]) is None


# Who is shown a line


def test_anyone_reads_the_public_lines_and_their_chapters_alone() -> None:
    chapters = [
        {"no": 1, "field": "MIG", "lead_posts": POSTS},
        {"no": 2, "field": "CT", "lead_posts": POSTS},
    ]
    shown = make_line(1, visibility="public", dependencies=[2, 3])
    data = make_roadmap(
        shown, make_line(2, field="CT"), make_line(3, visibility="public"), chapters=chapters, readers=["x"]
    )
    found = show_public(data)
    assert [each["no"] for each in found["lines"]] == [1, 3]
    assert found["lines"][0]["dependencies"] == [3]
    assert found["chapters"] == chapters[:1]
    whole = make_roadmap(make_line(1, visibility="public"))
    assert show_public(whole) is whole
    assert show_public(make_roadmap())["lines"] == []


def test_an_annex_leaves_in_files_of_its_owner_alone() -> None:
    [annex, other] = read_plan(make_roadmap(make_line(1, visibility="one_side_annex"), make_line(2))).lines
    assert [annex.may_leave(side) for side in ("fr-mi", "ma-mi")] == [True, False]
    assert other.may_leave("ma-mi")
    with pytest.raises(MalformedError) as refused:
        check_roadmap(make_roadmap(make_line(1, visibility="one_side_annex", owner="joint")))
    assert refused.value.code == "roadmap_party"


# Versions


def test_a_version_is_compared_line_by_line() -> None:
    before = make_roadmap(make_line(1), make_line(2))
    new_text = {"ar": "نص آخر", "fr": "texte"}
    after = make_roadmap(
        make_line(1, due_on="2026-12-31", text=new_text), make_line(2, standing="running"), make_line(3)
    )
    change = compare_plans(before, after)
    assert [(each.no, each.kind) for each in change.lines] == [(1, "changed"), (3, "added")]
    [member] = change.lines[0].members
    assert (member.name, member.before, member.after) == ("due_on", "2026-09-30", "2026-12-31")
    [text] = change.lines[0].texts
    assert (text.name, text.is_one_sided) == ("text", True)
    assert change.same_count == 1
    check_succession(before, after)
    with pytest.raises(ConflictError) as caught:
        check_succession(after, before)
    assert caught.value.code == "line_removed"
    assert next_number(before, after) == 4


def test_lists_are_compared_entry_by_entry() -> None:
    """A chapter or milestone more strikes none of the others: each stands beside the one of its number."""
    first, second = ({"no": no, "text": {"ar": "م", "fr": "j"}, "due_on": f"2026-0{no}-28"} for no in (1, 2))
    before = make_roadmap(make_line(1, milestones=[first, second], other_fields=["CT"]))
    moved = {**second, "due_on": "2026-06-30"}
    after = make_roadmap(
        make_line(1, milestones=[first, moved, {**first, "no": 3}], other_fields=["OC", "CT"])
    )
    chapters = [*after["chapters"], {"no": 9, "field": "CYBER", "lead_posts": {"ma-mi": "m", "fr-mi": "m"}}]
    change = compare_plans(before, {**after, "chapters": chapters})
    [member] = change.members
    assert [(one.before, one.after) for one in member.items] == [(None, chapters[-1])]
    changed = {each.name: each.items for each in change.lines[0].members}
    assert [(one.before, one.after) for one in changed["milestones"]] == [
        (second, moved), (None, {**first, "no": 3}),
    ]  # fmt: skip
    assert [(one.before, one.after) for one in changed["other_fields"]] == [(None, "OC")]


# What may be sent


def test_who_may_report_and_what() -> None:
    roadmap, running = LineAddress(ID, 2), stand(the_line(), (), (), NOW, 3)
    body = decide_report(roadmap, running, "fr-mi", {"percent": 40, "text": {"fr": "x"}})
    assert (body["line"], body["expects"]) == (f"{ID}@2#line_1", "none")
    done = decide_report(roadmap, running, "fr-mi", {"percent": 100, "text": {"fr": "x"}})
    assert done["expects"] == "answer" == expected_of(100, [])
    waiting = stand(the_line(), (make_report(1, 100, 0),), (), NOW, 3)
    over = stand(the_line(), (make_report(1, 100, 0, "accepted"),), (), NOW, 3)
    said: list[tuple[Any, str, dict[str, Any], type[MithaqError], str]] = [
        (running, "ma-mi", {"percent": 10}, NotAllowedError, "not_owner"),
        (waiting, "fr-mi", {"percent": 100}, ConflictError, "answer_awaited"),
        (over, "fr-mi", {"percent": 100}, ConflictError, "line_settled"),
        (running, "fr-mi", {"percent": 50, "milestones_done": [9]}, MalformedError, "unknown_milestone"),
        (running, "fr-mi", {"percent": 50, "milestones_done": [1]}, MalformedError, "evidence_missing"),
    ]
    for standing, own, fields, error, code in said:
        with pytest.raises(error) as caught:
            decide_report(roadmap, standing, own, fields)
        assert caught.value.code == code  # type: ignore[attr-defined]
    shown = {"percent": 50, "milestones_done": [1], "evidence": [{"text": {"fr": "x"}, "milestone": 1}]}
    assert decide_report(roadmap, running, "fr-mi", shown)["expects"] == "answer"
    with pytest.raises(NotAllowedError):
        decide_risk(roadmap, running, "ma-mi", {"reason": {"fr": "x"}})
    with pytest.raises(MalformedError) as missing:
        decide_answer(f"{ID}@2#line_1", "returned", {})
    assert missing.value.code == "reason_missing"
