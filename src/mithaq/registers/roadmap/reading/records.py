"""Roadmaps, lines and versions compared as JSON-ready values: one shape for the API and the command line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mithaq.core.encoding import format_time
from mithaq.core.instruments.lines import LineAddress
from mithaq.registers.roadmap.reading.lines import NoteView, Standings
from mithaq.registers.roadmap.reading.roadmaps import RoadmapView, VersionView
from mithaq.registers.roadmap.rules.changes import MemberChange, PlanChange, TextChange
from mithaq.registers.roadmap.rules.progress import mean_percent, measure_chapters
from mithaq.registers.roadmap.rules.standing import LineStanding


def describe_roadmap(roadmap: RoadmapView) -> dict[str, Any]:
    """A roadmap with its versions."""
    return {
        "id": roadmap.object_id,
        "title": dict(roadmap.title),
        "state": roadmap.word,
        "version": roadmap.shown.number,
        "content_hash": roadmap.shown.content_hash,
        "in_force": roadmap.binding is not None,
        "pending_version": roadmap.pending.number if roadmap.pending else None,
        "period_from_on": roadmap.plan.from_on.isoformat(),
        "period_to_on": roadmap.plan.to_on.isoformat(),
        "report_cycle_months": roadmap.plan.cycle_months,
        "signatories": list(roadmap.shown.signatories),
        "lines": len(roadmap.plan.lines),
    }


def describe_version(version: VersionView) -> dict[str, Any]:
    """One version."""
    return {
        "version": version.number,
        "content_hash": version.content_hash,
        "state": version.state,
        "proposed_by": version.proposer,
        "in_force_on": _day(version.in_force_on),
        "signed_by": list(version.signed_by),
        "waiting": list(version.waiting),
    }


def describe_whole(standings: Standings) -> dict[str, Any]:
    """A roadmap with chapters, lines and versions."""
    roadmap = standings.roadmap
    chapters = measure_chapters(roadmap.plan.chapters, standings.lines)
    return {
        **describe_roadmap(roadmap),
        "percent": mean_percent(standings.lines),
        "versions": [describe_version(each) for each in roadmap.versions],
        "chapters": [
            {
                "no": each.chapter.no,
                "field": each.chapter.field,
                "lead_posts": dict(each.chapter.lead_posts),
                "percent": each.percent,
                "lines": len(each.lines),
                "accepted": each.accepted,
                "late": each.late,
            }
            for each in chapters
        ],
        "lines": [describe_line(standings, each) for each in standings.lines],
    }


def describe_line(standings: Standings, each: LineStanding) -> dict[str, Any]:
    """A line with where it stands, late ones among its marks."""
    version, line = standings.roadmap.shown, each.line
    return {
        "roadmap": version.object_id,
        "address": LineAddress(version.object_id, version.number, line.name).encode(),
        "no": line.no,
        "kind": line.kind,
        "title": dict(line.title),
        "text": dict(line.text),
        "fields": list(line.fields),
        "owner": line.owner,
        "start_on": line.start_on.isoformat(),
        "due_on": line.due_on.isoformat(),
        "state": str(each.state),
        "marks": [str(mark) for mark in each.marks],
        "percent": each.percent,
        "report_due_on": _day(each.report_due_on),
        "answer_due_at": _answer_due(each),
        "basis": list(line.data.get("basis", [])),
        "dependencies": list(line.dependencies),
        "milestones": [
            {
                "no": one.milestone.no,
                "text": dict(one.milestone.text),
                "due_on": one.milestone.due_on.isoformat(),
                "evidence_required": one.milestone.needs_evidence,
                "done_on": _day(one.done_on),
                "accepted_on": _day(one.accepted_on),
            }
            for one in each.milestones
        ],
        "evidence": standings.evidence_count(line.no),
    }


def _answer_due(each: LineStanding) -> str | None:
    at = each.report.answer_due_at if each.report is not None and each.state == "reported_done" else None
    return None if at is None else format_time(at)


def describe_note(note: NoteView) -> dict[str, Any]:
    """A report, a risk or a final report with what was answered."""
    return {
        "id": note.object_id,
        "kind": note.object_kind,
        "from": note.sender,
        "created_at": format_time(note.created_at),
        "delivered_at": None if note.delivered_at is None else format_time(note.delivered_at),
        "withdrawn": note.is_withdrawn,
        "body": dict(note.data),
        "answers": [
            {"by": each.by, "result": each.result, "reason": dict(each.reason), "on": each.on.isoformat()}
            for each in note.answers
        ],
    }


def describe_change(change: PlanChange) -> dict[str, Any]:
    """Two versions compared line by line."""
    return {
        "members": [_describe_member(each) for each in change.members],
        "texts": [_describe_text(each) for each in change.texts],
        "lines": [
            {
                "no": each.no,
                "change": each.kind,
                "title": dict(each.line.get("title", {})),
                "members": [_describe_member(one) for one in each.members],
                "texts": [_describe_text(one) for one in each.texts],
            }
            for each in change.lines
        ],
        "same": change.same_count,
    }


def _describe_member(change: MemberChange) -> dict[str, Any]:
    """A member before and after; of a list also the entries that differ, side by side."""
    items = [{"before": one.before, "after": one.after} for one in change.items]
    told = {"name": change.name, "before": change.before, "after": change.after}
    return {**told, "items": items} if items else told


def _describe_text(change: TextChange) -> dict[str, Any]:
    def plain(texts: Mapping[str, str]) -> dict[str, str]:
        return {str(lang): text for lang, text in texts.items()}

    return {
        "name": change.name,
        "before": plain(change.before),
        "after": plain(change.after),
        "one_sided": change.is_one_sided,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
