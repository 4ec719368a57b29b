"""Meetings for programs: what a token reads, and that what it writes stays a draft."""

from typing import Any

import httpx
import pytest
from icalendar import Calendar

from .program import open_program
from .story import MINISTERS, invite, make_body
from .world import World

INVITATION: dict[str, Any] = {
    "to": ["ma-mi"], "title": {"ar": "اجتماع", "fr": "Réunion"}, "level": "minister", "place": "Paris",
    "tzid": "Europe/Paris", "starts_local": "2027-05-03T10:00", "ends_local": "2027-05-03T12:00",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(world: World) -> httpx.Client:
    return open_program(world.paris, "meetings")


def test_a_program_reads_meetings_bodies_and_files(world: World, client: httpx.Client) -> None:
    body = make_body(world)
    meeting = invite(world, world.rabat, MINISTERS, day="7/4/2027", body=body)
    listed = client.get("/meetings", params={"level": "minister"}).json()
    assert meeting in {each["id"] for each in listed["items"]}
    shown = client.get(f"/meetings/{meeting}").json()
    assert (shown["state"], shown["tzid"], shown["body"]) == ("confirmed", "Africa/Casablanca", body)
    assert shown["steps"][0]["name"] == "invitation"
    file = client.get(f"/meetings/{meeting}/file", params={"lang": "ar"})
    [event] = Calendar.from_ical(file.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == MINISTERS["ar"]
    [found] = [each for each in client.get("/joint-bodies").json()["items"] if each["id"] == body]
    assert found["lines"][0]["address"].startswith(f"{body}@")
    assert client.get(f"/meetings/texts/{body}").json()["word"] == "in_force"


def test_what_a_program_writes_is_a_draft(world: World, client: httpx.Client) -> None:
    before = client.get("/meetings").json()["count"]
    answer = client.post("/invitations", json=INVITATION)
    assert (answer.status_code, answer.json().get("state")) == (201, "draft"), answer.text
    assert client.get("/meetings").json()["count"] == before


@pytest.mark.parametrize(
    "changes",
    [
        {"tzid": "+02:00"}, {"tzid": "../x"}, {"ends_local": "2027-05-03T09:00"}, {"starts_local": "demain"},
        {"to": ["xx-nobody"]}, {"to": []}, {"title": {}}, {"title": {"ar": "\u202e"}}, {"level": "king"},
        {"no": 1.5}, {"no": True}, {"nonsense": 1}, {"sessions": [{"no": 1, "form": "party"}]},
        {"agenda": [{"no": 0}]},
        {"delegations": [{"post": {}}]}, {"body": "x"}, {"place": ""}, {"handling": "red"},
    ],
)  # fmt: skip
def test_hostile_drafts_are_refused_and_not_kept(client: httpx.Client, changes: dict[str, Any]) -> None:
    before = client.get("/drafts").json()["count"]
    answer = client.post("/invitations", json={**INVITATION, **changes})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert client.get("/drafts").json()["count"] == before


def test_other_registers_and_ids_stay_closed(client: httpx.Client) -> None:
    unknown = "01900000-0000-7000-8000-000000000000"
    for path in (
        f"/meetings/{unknown}",
        f"/meetings/texts/{unknown}",
        f"/meetings/{unknown}/file",
        "/meetings/x",
    ):
        assert client.get(path).status_code == 404
    assert httpx.get(f"{client.base_url}meetings").status_code == 401
    assert client.delete("/invitations").status_code == 405
