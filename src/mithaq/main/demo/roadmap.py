"""A roadmap in its second version: reported on, accepted, returned, late, at risk."""

from collections.abc import Mapping
from typing import Any

from mithaq.core.instruments.lines import parse_line_address
from mithaq.main.demo.stage import BOTH_LANGUAGES, CLEAR, GREEN, Message, Stage, authorise, name_version
from mithaq.main.demo.texts import Text, read_text


def play_roadmap(stage: Stage, texts: Mapping[str, str]) -> None:
    """Play the chapter.

    Args:
        stage: both sides.
        texts: name -> id of the texts that lines rest on; all in their first version.
    """
    text = read_text("roadmap")
    data = _publish_lines(_name_texts(text["data"], texts))
    title = data["title"]
    first = stage.agree({**text, "data": data})
    second = _amend(stage, text, data, first)
    titles = {line["no"]: _name_line(line) for line in data["lines"]}
    for report in text["reports"]:
        _report(stage, _name_texts(report, texts), second, titles[report["line"]])
    risk = dict(text["risk"])
    actor, _ = stage.by_code(risk.pop("by"))
    _send(stage, actor, "at_risk", {**risk, "line": _address(second, risk["line"])}, titles[risk["line"]])
    stage.say("at_risk", (actor,), title)


def _publish_lines(data: Text) -> Text:
    """Every line for everybody: so the public page shows them, and the proof of the whole text."""
    return {**data, "lines": [{**line, "visibility": "public"} for line in data["lines"]]}


def _amend(stage: Stage, text: Text, data: Text, first: Message) -> Message:
    """The second version: proposed by Paris, signed by both."""
    changes, title = text["amendment"], data["title"]
    lines = [{**line, **changes["lines"].get(str(line["no"]), {})} for line in data["lines"]]
    chapters = [*data["chapters"], changes["new_chapter"]]
    new_line = {**changes["new_line"], "basis": data["basis"], "visibility": "public"}
    whole = {**data, "lines": [*lines, new_line], "chapters": chapters, "author_post": "desk"}
    second = stage.paris.ask(
        "counter",
        id=first["id"],
        previous=first["content_hash"],
        effect=text["effect"],
        data={
            **whole,
            "fields": sorted(each["field"] for each in chapters),
            "visibility": "public",
            "demonstration": True,
        },
        **authorise("release", "fr-release-1", title, CLEAR),
    )
    stage.say("amended", (stage.paris,), title, second["content_hash"][:16])
    stage.sign(stage.rabat, second, title, "ma-minister-1")
    stage.sign(stage.paris, second, title, "fr-minister-2")
    for actor in (stage.rabat, stage.paris):
        actor.ask("await_signed", **name_version(second))
    stage.see_in_force(second, title)
    return {**second, "version": 2}


def _report(stage: Stage, report: Text, roadmap: Message, title: Mapping[str, str]) -> None:
    """A report of the owner and, where there is one, the answer of the other side."""
    actor, other = stage.by_code(report.pop("by"))
    answer = report.pop("answer", None)
    waits = report["percent"] == 100 or report.get("milestones_done")
    address = _address(roadmap, report["line"])
    body = {**report, "line": address, "expects": "answer" if waits else "none"}
    note_id = _send(stage, actor, "progress_report", body, title)
    stage.say("reported", (actor,), title, f"{report['line']}: {report['percent']} %")
    if answer is None:
        return
    other.ask("await_note", id=note_id, state="delivered")
    said = {"answers": [], "final": True, "line": address, **answer}
    stage.reply(other, note_id, "note.answer", said, BOTH_LANGUAGES, title)
    stage.say(f"line_{answer['result']}", (other,), title, str(report["line"]))


def _send(stage: Stage, actor: Any, kind: str, body: Text, title: Mapping[str, str]) -> str:
    content = {"object_kind": f"roadmap.{kind}", "body": {**body, "author_post": "desk"}}
    roadmap_id = parse_line_address(body["line"]).object_id
    return str(stage.send(actor, content, title, GREEN, dossier=roadmap_id)["id"])


def _name_line(line: Text) -> Mapping[str, str]:
    """Its number and title: a list of notes then tells one line from the next."""
    return {lang: f"{line['no']}. {words}" for lang, words in line["title"].items()}


def _address(roadmap: Message, line: int) -> str:
    return f"{roadmap['id']}@{roadmap['version']}#line_{line}"


def _name_texts(value: Any, texts: Mapping[str, str]) -> Any:
    """The same with the ids of the texts that the scenario calls by name."""
    if isinstance(value, Mapping):
        return {name: _name_texts(each, texts) for name, each in value.items()}
    if isinstance(value, list):
        return [_name_texts(each, texts) for each in value]
    if isinstance(value, str):
        name, separator, line = value.partition("#")
        if name in texts:
            return f"{texts[name]}@1{separator}{line}"
    return value
