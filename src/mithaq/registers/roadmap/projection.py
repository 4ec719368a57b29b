"""Fills the read model of this register from its acts and from the local journal. Nothing else writes it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import to_ms
from mithaq.core.fields import MAX_TEXT_CHARS
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.lines import parse_line_address
from mithaq.core.instruments.manifest import Manifest
from mithaq.node.read.versions import is_good, is_narrower, read_versions, without_stricter
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.roadmap.models import RoadmapDraft, RoadmapNote, RoadmapVersion
from mithaq.registers.roadmap.rules import REGISTER
from mithaq.registers.roadmap.rules.kinds import FINAL_REPORT
from mithaq.registers.roadmap.rules.notes import RESULTS, RETURNED, read_report_line
from mithaq.web.read_model import Keys, clear_rows, digest_rows, dump

_CHECKS: Final = {kind.name: kind.check for kind in REGISTER.kinds}
_ANSWERS: Final = frozenset({Kind.NOTE_ANSWER, Kind.NOTE_REFUSE})


class RoadmapModel:
    """Implements ``node.registry.ReadModel``."""

    name = "roadmap"

    def clear(self) -> None:
        """Drop every row."""
        clear_rows(_KEYS)

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the rows of one object."""
        if first.parsed.kind == InstrumentKind.PROPOSE:
            _project_versions(first, acts)
        else:
            _project_note(first, acts)

    def apply(self, entry: JournalEntry) -> None:
        """Take in one entry of the local journal; one of a kind that is not known here is passed over."""
        if entry.kind == "draft":
            row = {
                "number": entry.number,
                "data": dump(entry.body.get("data", {})),
                "post": entry.post,
                "at_ms": to_ms(entry.at),
            }
            RoadmapDraft.objects.update_or_create(subject=entry.subject, defaults=row)
        elif entry.kind == "draft_dropped":
            RoadmapDraft.objects.filter(subject=entry.subject).delete()

    def digest(self) -> tuple[int, str]:
        """Row count and hash over all rows in the order of their keys."""
        return digest_rows(_KEYS)


_KEYS: Final[Keys] = (
    (RoadmapVersion, ("object_id", "content_hash")),
    (RoadmapNote, ("object_id",)),
    (RoadmapDraft, ("subject",)),
)

READ_MODEL: Final = RoadmapModel()


def _project_versions(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    RoadmapVersion.objects.filter(object_id=first.object_id).delete()
    rows: dict[str, RoadmapVersion] = {}
    for act, manifest in read_versions(_CHECKS, first, without_stricter(first, acts)):
        if manifest.content_hash not in rows:
            rows[manifest.content_hash] = _make_version(first, act, manifest)
    RoadmapVersion.objects.bulk_create(rows.values())


def _make_version(first: SealedAct, act: SealedAct, manifest: Manifest) -> RoadmapVersion:
    data = dict(manifest.data or {})
    signatories = [
        {"administration": each.administration, "post": each.post} for each in manifest.signatories
    ]
    return RoadmapVersion(
        object_id=first.object_id,
        content_hash=manifest.content_hash,
        version=manifest.version,
        proposer=act.parsed.author,
        title=dump(data["title"]),
        data=dump(data),
        signatories=dump(signatories),
        created_ms=to_ms(act.parsed.created_at),
    )


def _project_note(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    RoadmapNote.objects.filter(object_id=first.object_id).delete()
    kind, body = first.parsed.object_kind or "", _correct(first, without_stricter(first, acts))
    if not is_good(_CHECKS, kind, body):
        return
    if kind == FINAL_REPORT:
        address, line = parse_line_address(body["roadmap"]), None
    else:
        address, line = read_report_line(body)
    RoadmapNote.objects.create(
        object_id=first.object_id,
        object_kind=kind,
        sender=first.parsed.author,
        recipients=" ".join(sorted(str(one.administration) for one in first.parsed.to)),
        roadmap_id=address.object_id,
        version=address.version or 1,
        line=line,
        title=dump(first.parsed.subject or {}),
        data=dump(body),
        answers=dump(_read_answers(first, acts)),
        blobs=dump(
            [
                {"sha256": one.sha256, "size": one.size, "media": one.media, "name": one.name}
                for one in first.parsed.blobs
            ]
        ),
        created_ms=to_ms(first.parsed.created_at),
    )


def _correct(first: SealedAct, acts: Sequence[SealedAct]) -> dict[str, Any]:
    """The body with its corrections, as far as they keep to the rules and to the line."""
    kind, body = first.parsed.object_kind or "", dict(first.parsed.body)
    for act in acts:
        fields = act.parsed.body.get("fields")
        if act.parsed.kind != Kind.NOTE_CORRECT or act.log != first.log or not isinstance(fields, Mapping):
            continue
        corrected = {**body, **fields}
        same = all(corrected.get(name) == body.get(name) for name in ("line", "roadmap", "percent"))
        if same and is_good(_CHECKS, kind, corrected):
            body = corrected
    return body


def _read_answers(first: SealedAct, acts: Sequence[SealedAct]) -> dict[str, dict[str, Any]]:
    """The first word of each recipient: what came after it has no effect on the note."""
    recipients = {one.administration for one in first.parsed.to}
    found: dict[str, dict[str, Any]] = {}
    for act in sorted(acts, key=lambda each: (each.log, each.leaf_index)):
        author, body = act.parsed.author, act.parsed.body
        if act.parsed.kind not in _ANSWERS or author not in recipients or author in found:
            continue
        result = RETURNED if act.parsed.kind == Kind.NOTE_REFUSE else body.get("result")
        if result in RESULTS:
            # What was answered counts for everybody; why is told to those who may read the answer.
            reason = "" if is_narrower(act, first) else body.get("reason", body.get("ground", ""))
            found[author] = {
                "result": result,
                "reason": _read_reason(reason),
                "on": act.parsed.created_at.date().isoformat(),
            }
    return found


def _read_reason(reason: object) -> dict[str, str]:
    """By language; words that name none are kept under no language."""
    texts = reason if isinstance(reason, Mapping) else {"": reason}
    return {
        str(lang)[:8]: text[:MAX_TEXT_CHARS]
        for lang, text in texts.items()
        if isinstance(text, str) and text.strip()
    }
