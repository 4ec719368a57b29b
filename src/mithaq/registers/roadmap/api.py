"""Roadmaps for programs: lists, one roadmap, its lines, versions compared; drafts of notes and versions."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mithaq.core.acts.kinds import Kind
from mithaq.errors import MissingError
from mithaq.node.append.submit import Desk
from mithaq.registers.roadmap.forms.base import About, counter, reply, send, title_of_line
from mithaq.registers.roadmap.models import RoadmapNote
from mithaq.registers.roadmap.reading.lines import NoteView, Standings, describe_notes, stand_all, stand_lines
from mithaq.registers.roadmap.reading.records import (
    describe_change,
    describe_line,
    describe_note,
    describe_roadmap,
    describe_whole,
)
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, list_roadmaps, read_roadmap
from mithaq.registers.roadmap.reading.rows import handling_of
from mithaq.registers.roadmap.rules.changes import check_succession, compare_plans
from mithaq.registers.roadmap.rules.kinds import AT_RISK, NAME, PROGRESS_REPORT, ROADMAP
from mithaq.registers.roadmap.rules.plan import check_roadmap
from mithaq.registers.roadmap.rules.reporting import decide_answer, decide_report, decide_risk
from mithaq.registers.roadmap.rules.standing import LineMark, LineState
from mithaq.web.access.protected import protect_objects
from mithaq.web.api.call import ApiCall
from mithaq.web.api.drafts import start_draft
from mithaq.web.api.routes import Answer, Collection, Parameter, Route
from mithaq.web.api.schema import array, choice, code, integer, obj, text, texts
from mithaq.web.outgoing.forms import make_envelope
from mithaq.web.outgoing.versions import propose

OPEN: Final[Mapping[str, Any]] = obj({}, is_open=True)
_STATES: Final = "|".join(LineState)
_MARKS: Final = "|".join(LineMark)
_HANDLING: Final = choice("clear", "green", "amber")
REPORT_INPUT: Final = obj(
    {
        "percent": integer(0, 100),
        "text": texts(20_000),
        "milestones_done": array(integer(1, 999), 100),
        "evidence": array(OPEN, 100),
        "actuals": array(OPEN, 100),
        "handling": _HANDLING,
    },
    ["percent"],
)
RISK_INPUT: Final = obj(
    {
        "reason": texts(20_000),
        "expected_on": text(10, pattern=r"[12]\d\d\d-[01]\d-[0-3]\d"),
        "handling": _HANDLING,
    },
    ["reason"],
)
ANSWER_INPUT: Final = obj({"result": choice("accepted", "returned"), "reason": texts(20_000)}, ["result"])
VERSION_INPUT: Final = obj({"data": OPEN, "handling": _HANDLING}, ["data"])
ROADMAP_INPUT: Final = obj(
    {
        "data": OPEN,
        "signatories": array(obj({"administration": code(), "post": text(128, least=1)}), 32),
        "handling": _HANDLING,
    },
    ["data", "signatories"],
)


def list_all(call: ApiCall) -> Collection:
    """Roadmaps that the caller may read."""
    return call.collection(
        _readable(call), key=lambda each: each.object_id, describe=lambda each: describe_roadmap(each)
    )


def list_lines(call: ApiCall) -> Collection:
    """Lines of roadmaps in force; ``late`` stands among their marks."""
    found = [each for each in _readable(call) if each.binding is not None]
    lines = [
        describe_line(one, each)
        for one in stand_all(call.node, found)
        for each in one.lines
        if call.query.get("roadmap", one.roadmap.object_id) == one.roadmap.object_id
        and call.query.get("owner", each.line.owner) == each.line.owner
        and call.query.get("field", each.line.field) in each.line.fields
        and call.query.get("state", each.state) == each.state
        and ("mark" not in call.query or call.query["mark"] in each.marks)
    ]
    return call.collection(lines, key=_line_key, describe=lambda each: each)


def _line_key(line: Mapping[str, Any]) -> str:
    return f"{line['roadmap']} {line['no']:04}"


def show(call: ApiCall) -> Answer:
    """One roadmap with its chapters, lines and versions."""
    return Answer(describe_whole(stand_lines(call.node, _open(call))))


def show_line(call: ApiCall) -> Answer:
    """One line with the notes about it."""
    standings, no = _stand(call)
    line = standings.line(no)
    assert line is not None
    notes = list(standings.notes.get(no, ()))
    guarded = protect_objects([each.object_id for each in notes]) if notes else []
    told = [
        describe_note(each)
        for each, thing in zip(notes, guarded, strict=True)
        if call.caller.may("read", thing)
    ]
    return Answer({**describe_line(standings, line), "notes": told})


def show_diff(call: ApiCall) -> Answer:
    """Two versions compared; by default the newest and the one before it."""
    roadmap = _open(call)
    newest = roadmap.pending or roadmap.shown
    after = _version(roadmap, call.query.get("to"), newest.number)
    before = _version(roadmap, call.query.get("from"), max(1, after.number - 1))
    data = roadmap.data_of([before, after])
    change = compare_plans(data[before.content_hash], data[after.content_hash])
    return Answer({"from": before.number, "to": after.number, **describe_change(change)})


def _version(roadmap: RoadmapView, named: str | None, default: int) -> Any:
    found = roadmap.version(int(named) if named else default)
    if found is None:
        raise MissingError("version", "There is no such version.")
    return found


# Drafts


def draft_roadmap(call: ApiCall) -> Answer:
    """A new roadmap as a draft: a person releases it."""
    data = _checked(call)
    signers = {each["administration"]: each["post"] for each in call.body["signatories"]}
    command = propose(Desk(call.node).new_object_id(), ROADMAP, data, signers, _envelope(call, data["title"]))
    return start_draft(call, command, NAME, dict(data["title"]))


def draft_version(call: ApiCall) -> Answer:
    """Another version of a roadmap as a draft."""
    roadmap, data = _open(call), _checked(call)
    if roadmap.binding is not None:
        check_succession(roadmap.data, data)
    fields = _envelope(call, data["title"])
    if "handling" not in call.body:
        fields["handling"] = handling_of(call.node, roadmap.object_id)
    command = counter(roadmap, data, fields)
    return start_draft(call, command, NAME, dict(data["title"]))


def _checked(call: ApiCall) -> dict[str, Any]:
    data = {**call.body["data"], "author_post": call.caller.token.post}
    check_roadmap(data)
    return data


def draft_report(call: ApiCall) -> Answer:
    """A progress report on a line as a draft."""
    names = ("percent", "text", "milestones_done", "evidence", "actuals")
    said = {name: call.body[name] for name in names if name in call.body}
    return _draft_note(call, PROGRESS_REPORT, decide_report, said)


def draft_risk(call: ApiCall) -> Answer:
    """The note that a line is at risk, as a draft."""
    said = {name: call.body[name] for name in ("reason", "expected_on") if name in call.body}
    return _draft_note(call, AT_RISK, decide_risk, said)


def _draft_note(
    call: ApiCall, kind: str, decide: Callable[..., dict[str, Any]], said: Mapping[str, Any]
) -> Answer:
    standings, no = _stand(call)
    roadmap, line = standings.roadmap, standings.line(no)
    assert line is not None
    body = decide(roadmap.shown.address, line, str(call.node.identity.code), said)
    about = About(call.node, call.caller.token.post, "fr", roadmap=roadmap, line=line)
    title = title_of_line(line)
    return start_draft(call, send(about, kind, body, _envelope(call, title)), NAME, title)


def draft_answer(call: ApiCall) -> Answer:
    """Acceptance or return of what is reported done, as a draft."""
    note = _open_note(call)
    line = str(note.data.get("line", note.data.get("roadmap", "")))
    body = decide_answer(line, call.body["result"], call.body.get("reason", {}))
    return start_draft(call, reply(note.object_id, Kind.NOTE_ANSWER, body), NAME, dict(note.title))


def _envelope(call: ApiCall, title: Mapping[str, str]) -> dict[str, Any]:
    return make_envelope(title, call.body.get("handling", "green"))


# Rights


def _readable(call: ApiCall) -> list[RoadmapView]:
    found = list_roadmaps(call.node)
    guarded = protect_objects([each.object_id for each in found]) if found else []
    return [each for each, thing in zip(found, guarded, strict=True) if call.caller.may("read", thing)]


def _open(call: ApiCall) -> RoadmapView:
    roadmap = read_roadmap(call.node, call.path["id"])
    call.caller.check("read", protect_objects([roadmap.object_id])[0])
    return roadmap


def _stand(call: ApiCall) -> tuple[Standings, int]:
    standings, no = stand_lines(call.node, _open(call)), int(call.path["no"])
    if standings.line(no) is None:
        raise MissingError("line", "There is no such line.")
    return standings, no


def _open_note(call: ApiCall) -> NoteView:
    found = describe_notes(call.node, RoadmapNote.objects.filter(object_id=call.path["id"]))
    if not found:
        raise MissingError("note", "There is no such note.")
    call.caller.check("read", protect_objects([found[0].object_id])[0])
    return found[0]


_NO = (Parameter("no", "Number of the line.", "[1-9][0-9]{0,2}", required=True),)
_LINE_FILTERS = (
    Parameter("roadmap", "Of one roadmap.", "[0-9a-f-]{36}"),
    Parameter("owner", "Code of an administration, or joint.", "[a-z0-9-]{1,64}"),
    Parameter("field", "Code of a field of cooperation.", "[A-Z0-9_]{1,32}"),
    Parameter("state", "Where it stands.", _STATES),
    Parameter("mark", "Late, at risk, not contested, report due.", _MARKS),
)
_VERSIONS = (
    Parameter("from", "Number of the older version.", "[1-9][0-9]{0,3}"),
    Parameter("to", "Number of the newer one.", "[1-9][0-9]{0,3}"),
)

ROUTES: Final = (
    Route("GET", "/roadmaps", "roadmap-list", "list", list_all, None, OPEN, "Roadmaps.", NAME,
          is_collection=True),
    Route("GET", "/roadmap-lines", "roadmap-line-list", "list", list_lines, None, OPEN,
          "Lines of the roadmaps in force.", NAME, query=_LINE_FILTERS, is_collection=True),
    Route("GET", "/roadmaps/{id}", "roadmap-show", "read", show, None, OPEN,
          "A roadmap with chapters, lines and versions.", NAME),
    Route("GET", "/roadmaps/{id}/lines/{no}", "roadmap-line-show", "read", show_line, None, OPEN,
          "A line with the notes about it.", NAME, parameters=_NO),
    Route("GET", "/roadmaps/{id}/diff", "roadmap-diff", "read", show_diff, None, OPEN,
          "Two versions compared line by line.", NAME, query=_VERSIONS),
    Route("POST", "/roadmaps", "roadmap-propose", "draft", draft_roadmap, ROADMAP_INPUT, OPEN,
          "A roadmap as a draft; a person releases it.", NAME, status=201),
    Route("POST", "/roadmaps/{id}/versions", "roadmap-counter", "draft", draft_version, VERSION_INPUT, OPEN,
          "Another version as a draft.", NAME, status=201),
    Route("POST", "/roadmaps/{id}/lines/{no}/reports", "roadmap-report", "draft", draft_report, REPORT_INPUT,
          OPEN, "A progress report as a draft.", NAME, parameters=_NO, status=201),
    Route("POST", "/roadmaps/{id}/lines/{no}/risks", "roadmap-risk", "draft", draft_risk, RISK_INPUT, OPEN,
          "The note that a line is at risk, as a draft.", NAME, parameters=_NO, status=201),
    Route("POST", "/roadmap-reports/{id}/answers", "roadmap-answer", "reply", draft_answer, ANSWER_INPUT,
          OPEN, "Acceptance or return as a draft.", NAME, status=201),
)  # fmt: skip
