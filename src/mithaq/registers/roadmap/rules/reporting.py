"""Which notes may be sent about a line as it stands: the check before one is sealed.

Spec: docs/spec/20-roadmap.md, "Notes".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mithaq.core.instruments.lines import LineAddress
from mithaq.errors import ConflictError, MalformedError, NotAllowedError
from mithaq.registers.roadmap.rules.notes import (
    DONE,
    RESULTS,
    RETURNED,
    check_at_risk,
    check_progress_report,
    expected_of,
)
from mithaq.registers.roadmap.rules.standing import SETTLED, LineStanding, LineState


def decide_report(
    roadmap: LineAddress, standing: LineStanding, own: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    """The body of a progress report of this side.

    Args:
        roadmap: of the version in force.
        standing: of the line.
        own: code of this administration.
        said: ``percent``, ``text``, ``evidence``, ``milestones_done``, ``actuals``.

    Raises:
        NotAllowedError: ``not_owner``. ConflictError: ``line_settled``, ``answer_awaited``.
        MalformedError: ``evidence_missing``, ``unknown_milestone``, or as ``check_progress_report``.
    """
    if not standing.line.is_of(own):
        raise NotAllowedError("not_owner", "another side is to do this line, so it reports on it")
    if standing.state in SETTLED:
        raise ConflictError("line_settled", f"the line is {standing.state}")
    if standing.state is LineState.REPORTED_DONE:
        raise ConflictError("answer_awaited", "the line is reported done and waits for the other side")
    body = {
        **{name: value for name, value in said.items() if value not in ([], {}, None)},
        "line": LineAddress(roadmap.object_id, roadmap.version, standing.line.name).encode(),
        "expects": str(expected_of(said["percent"], said.get("milestones_done"))),
    }
    check_progress_report(body)
    _check_milestones(standing, body)
    return body


def _check_milestones(standing: LineStanding, body: Mapping[str, Any]) -> None:
    """A milestone that asks for evidence is not reported done without any."""
    known = {each.no: each for each in standing.line.milestones}
    done: Sequence[int] = body.get("milestones_done", [])
    if not set(done) <= set(known):
        raise MalformedError("unknown_milestone", "a milestone is named that the line does not have")
    shown = {each.get("milestone") for each in body.get("evidence", [])}
    if any(known[no].needs_evidence and not shown & {no, None} for no in done):
        raise MalformedError("evidence_missing", "this milestone asks for something to show")


def decide_risk(
    roadmap: LineAddress, standing: LineStanding, own: str, said: Mapping[str, Any]
) -> dict[str, Any]:
    """The body of a note that a line is at risk.

    Raises:
        NotAllowedError: ``not_owner``. ConflictError: ``line_settled``. MalformedError: as ``check_at_risk``.
    """
    if not standing.line.is_of(own):
        raise NotAllowedError("not_owner", "another side is to do this line, so it tells of risks")
    if standing.state in SETTLED:
        raise ConflictError("line_settled", f"the line is {standing.state}")
    address = LineAddress(roadmap.object_id, roadmap.version, standing.line.name)
    body = {**said, "line": address.encode()}
    check_at_risk(body)
    return body


def decide_answer(line: str, result: str, reason: Mapping[str, str]) -> dict[str, Any]:
    """The body of the answer to a report that says something is done.

    Raises:
        MalformedError: ``roadmap_choice``, ``reason_missing``.
    """
    if result not in RESULTS:
        raise MalformedError("roadmap_choice", "a report is accepted or returned")
    if result == RETURNED and not any(text.strip() for text in reason.values()):
        raise MalformedError("reason_missing", "who returns a report says why")
    told = {"reason": dict(reason)} if reason else {}
    return {"answers": [], "final": True, "line": line, "result": result, **told}


__all__ = ["DONE", "decide_answer", "decide_report", "decide_risk"]
