"""The joint group on migration: its mandate, a plenary with communiqué, the next one, an open issue."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mithaq.main.demo.meetings import about_meeting, hold_meeting, invite
from mithaq.main.demo.stage import GREEN, Stage
from mithaq.main.demo.texts import Text, read_text
from mithaq.registers.meetings.rules.appointment import write_appointment

NEXT_AFTER = timedelta(days=45)
ISSUE_DUE_AFTER = timedelta(days=20)


def play_group(stage: Stage, declaration_id: str) -> None:
    """Play the chapter. The next meeting stays unanswered, its agenda unsigned, the issue open."""
    text = read_text("group")
    mandate = {**text["mandate"], "data": {**text["mandate"]["data"], "basis": [declaration_id]}}
    group_id = stage.agree(mandate)["id"]
    plenary_id = hold_meeting(stage, text["plenary"], body=group_id)
    stage.agree(about_meeting(text["plenary"]["communique"], plenary_id))
    _raise_issue(stage, text["issue"], group_id)
    _prepare_next(stage, text, group_id, plenary_id)


def _raise_issue(stage: Stage, issue: Text, group_id: str) -> None:
    due_on = (datetime.now(UTC) + ISSUE_DUE_AFTER).date().isoformat()
    body = {**issue["body"], "body": group_id, "due_on": due_on, "author_post": "desk"}
    content = {"object_kind": "meetings.issue", "body": body}
    stage.send(stage.paris, content, issue["subject"], GREEN)
    stage.say("issue", (stage.paris,), issue["subject"], due_on)


def _prepare_next(stage: Stage, text: Text, group_id: str, plenary_id: str) -> None:
    body = text["next"]["body"]
    day = (datetime.now(UTC) + NEXT_AFTER).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)
    appointment = write_appointment(day, day + timedelta(hours=3), body["tzid"], ZoneInfo(body["tzid"]))
    whole = {**body, **appointment, "body": group_id, "follows": plenary_id}
    meeting_id = invite(stage, whole, text["next"]["subject"])
    agenda = about_meeting(text["agenda"], meeting_id, items=body["agenda"])
    stage.propose(agenda, agenda["data"]["title"], is_public=False)
