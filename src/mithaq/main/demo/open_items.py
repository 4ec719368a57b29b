"""What the demonstration leaves for people to do: something due on each side, something to sign."""

from mithaq.errors import ConflictError
from mithaq.main.demo.negotiation import leave_in_negotiation
from mithaq.main.demo.stage import Stage
from mithaq.main.demo.texts import read_text


def leave_open(stage: Stage) -> None:
    """A request for Rabat to answer, a text that waits for signatures, a framework under negotiation."""
    text = read_text("open")
    title = text["request"]["subject"]
    handling = {"code": "green", "caveats": [], "purpose": "EVENT"}
    content = {
        "object_kind": "requests.request",
        "body": {**text["request"]["body"], "author_post": "desk"},
    }
    note_id = stage.send(stage.paris, content, title, handling, ["fr"])["id"]
    stage.say("asked", (stage.paris,), title)
    seen = stage.pair.both("await_note", id=note_id, state="delivered")
    if seen[0] != seen[1]:
        raise ConflictError("states_differ", "the nodes differ on the due minute")
    stage.propose(text["text"], text["text"]["data"]["title"], by=stage.paris, is_public=False)
    leave_in_negotiation(stage)
