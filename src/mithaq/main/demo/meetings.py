"""A meeting from the invitation to the minutes."""

from mithaq.main.demo.stage import BOTH_LANGUAGES, GREEN, Message, Stage
from mithaq.main.demo.texts import Text


def hold_meeting(stage: Stage, text: Text, **more: str) -> str:
    """A meeting of before the record: invited by its host, accepted, its minutes co-signed. Gives its id."""
    title, body = text["invitation"]["subject"], {**text["invitation"]["body"], **more}
    meeting_id = invite(stage, body, title)
    host, guest = stage.by_code(body["host"])
    answer = {"answers": [], "final": True, "result": "accept"}
    stage.reply(guest, meeting_id, "note.answer", answer, BOTH_LANGUAGES, title)
    host.ask("await_note", id=meeting_id, state="answered")
    stage.reply(host, meeting_id, "note.close", {"outcome": "held"}, BOTH_LANGUAGES, title)
    stage.say("accepted", (guest,), title)
    stage.minutes[meeting_id] = stage.agree(about_meeting(text["minutes"], meeting_id))["id"]
    return meeting_id


def invite(stage: Stage, body: Message, title: dict[str, str]) -> str:
    """An invitation by the host, delivered."""
    host, guest = stage.by_code(body["host"])
    content = {"object_kind": "meetings.invitation", "body": {**body, "author_post": "desk"}}
    note_id = stage.send(host, content, title, GREEN)["id"]
    stage.say("invited", (host,), title)
    guest.ask("await_note", id=note_id, state="delivered")
    return str(note_id)


def about_meeting(text: Text, meeting_id: str, **more: object) -> Text:
    """A text that belongs to a meeting, in the dossier that the meeting makes."""
    return {**text, "dossier": meeting_id, "data": {**text["data"], "invitation": meeting_id, **more}}
