"""The roadmap for programs: what a token reads, that what it writes stays a draft, and hostile input."""

from typing import Any

import httpx
import pytest

from tests.integration.cli.two_homes import run
from tests.integration.meetings.program import open_program
from tests.integration.meetings.world import World

from .story import LINES, begin, make_roadmap, refuse, write_line


@pytest.fixture(scope="module")
def client(world: World) -> httpx.Client:
    return open_program(world.paris, "roadmap")


def test_a_program_reads_roadmaps_lines_and_changes(world: World, client: httpx.Client) -> None:
    roadmap = make_roadmap(world)
    [listed] = [each for each in client.get("/roadmaps").json()["items"] if each["id"] == roadmap]
    assert listed["in_force"] is True
    whole = client.get(f"/roadmaps/{roadmap}").json()
    assert [each["field"] for each in whole["chapters"]] == ["MIG", "CIVPROT", "EVENT"]
    assert {each["title"]["ar"] for each in whole["lines"]} == {line["title_ar"] for line in LINES}
    mine = client.get("/roadmap-lines", params={"owner": "ma-mi", "roadmap": roadmap}).json()
    assert [each["no"] for each in mine["items"]] == [2]
    line = client.get(f"/roadmaps/{roadmap}/lines/1").json()
    assert line["milestones"][0]["evidence_required"] is True
    assert client.get(f"/roadmaps/{roadmap}/lines/99").status_code == 404
    done = run("--json", "roadmap", "show", roadmap, home=world.rabat.actor.folder)
    assert done.code == 0, done.err
    here = done.record["lines"]
    # The other node computes the same of every line.
    told = [{**each, "title": None} for each in client.get(f"/roadmaps/{roadmap}").json()["lines"]]
    assert [{**each, "title": None} for each in here] == told


def test_what_a_program_writes_stays_a_draft_and_keeps_to_the_rules(
    world: World, client: httpx.Client
) -> None:
    roadmap = make_roadmap(world)
    made = client.post(
        f"/roadmaps/{roadmap}/lines/3/reports", json={"percent": 20, "text": {"fr": "En cours."}}
    )
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "draft"
    foreign = client.post(f"/roadmaps/{roadmap}/lines/2/reports", json={"percent": 20})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_owner")
    wrong = client.post(f"/roadmaps/{roadmap}/lines/3/reports", json={"percent": 120})
    assert wrong.status_code == 422
    data = client.get(f"/roadmaps/{roadmap}").json()
    version = {
        "title": {"ar": "خارطة", "fr": "Feuille"}, "period_from_on": "2026-01-01",
        "period_to_on": data["period_to_on"],
        "chapters": [{"no": 1, "field": "MIG", "lead_posts": {"ma-mi": "minister", "fr-mi": "minister"}}],
        "lines": [{"no": 1, "field": "MIG", "title": {"ar": "سطر", "fr": "Ligne"}, "owner": "fr-mi",
                   "start_on": "2026-01-01", "due_on": "2026-06-30", "basis": [{"text": {"fr": "x"}}]}],
    }  # fmt: skip
    gone = client.post(f"/roadmaps/{roadmap}/versions", json={"data": version})
    assert (gone.status_code, gone.json()["code"]) == (409, "line_removed")
    broken = {**version, "lines": [{**version["lines"][0], "due_on": "2025-01-01"}]}
    refused = client.post(
        "/roadmaps",
        json={"data": broken, "signatories": [{"administration": "ma-mi", "post": "minister"}]},
    )
    assert refused.json()["code"] == "roadmap_span"


HOSTILE: tuple[dict[str, Any], ...] = (
    {"due_on": "31/2/2026"},
    {"due_on": "٣٠ يونيو"},
    {"start_on": "1/1/2030", "due_on": "1/1/2026"},
    {"milestones": "un | deux"},
    {"milestones": "x | 1/1/2026 | نص | texte"},
    {"dependencies": "1, deux"},
    {"weight": "0"},
    {"owner": "xx-yy"},
)


def test_hostile_input_is_refused_with_a_reason_and_nothing_is_half_stored(world: World) -> None:
    roadmap = begin(world.rabat)
    plain = {**LINES[1], "milestones": ""}
    for change in HOSTILE:
        page = world.rabat.author.open(f"roadmap/{roadmap}/draft/lines/0/")
        answer = world.rabat.author.submit(page, page.main_form(), None, **{**plain, **change})
        is_kept_as_gap = answer.status == 200 and "النهاية قبل البداية" in answer.text
        assert answer.status == 422 or is_kept_as_gap, (change, answer.status)
        if is_kept_as_gap:  # the draft is kept and says what it lacks; it cannot be proposed
            assert "اقتراح على الطرف الآخر" not in answer.text
            form = answer.form(having="base")
            world.rabat.author.submit(answer, form, press="do=remove:1")
    kept = write_line(world.rabat, roadmap, 0, **{**plain, "title_ar": "<script>x</script> ‮نص"})
    assert "<script>x" not in kept.html
    stale = world.rabat.author.open(f"roadmap/{roadmap}/draft/lines/1/")
    write_line(world.rabat, roadmap, 1, **plain)
    lost = world.rabat.author.submit(stale, stale.main_form(), None, **plain)
    assert lost.status == 409  # somebody has saved the draft meanwhile
    back = refuse(world.paris, f"roadmap/{make_roadmap(world)}/lines/3/do/report/", percent="100")
    assert "ce qui a été fait" in back.text
