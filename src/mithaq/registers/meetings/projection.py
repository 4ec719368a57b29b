"""Fills the read model of this register from its acts and from the local journal. Nothing else writes it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

from mithaq.core.acts.kinds import Kind
from mithaq.core.encoding import parse_time, to_ms
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest
from mithaq.node.handling import read_code
from mithaq.node.read.versions import is_good, read_versions, without_stricter
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.meetings.models import (
    Account,
    Feed,
    Item,
    Line,
    LocalText,
    Meeting,
    Series,
    TextVersion,
)
from mithaq.registers.meetings.rules import REGISTER
from mithaq.registers.meetings.rules.addresses import BLOCKS, iterate_lines
from mithaq.registers.meetings.rules.appointment import end_of, written_date
from mithaq.registers.meetings.rules.invitation import Answer, apply_correction, moves
from mithaq.registers.meetings.rules.kinds import INVITATION
from mithaq.web.read_model import Keys, clear_rows, digest_rows, dump

_CHECKS: Final = {kind.name: kind.check for kind in REGISTER.kinds}
MOST_STEPS_BACK: Final = 20
"""Meetings of a series that are looked back on."""

_ABOUT: Final = ("meeting", "instrument", "body")
"""Members of a note that name what it is about, the first that is there."""


class MeetingsModel:
    """Implements ``node.registry.ReadModel``."""

    name = "meetings"

    def clear(self) -> None:
        """Drop every row."""
        clear_rows(_KEYS)

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the rows of one object."""
        if first.parsed.kind == InstrumentKind.PROPOSE:
            _project_text(first, acts)
        elif first.parsed.object_kind == INVITATION:
            _project_meeting(first, acts)
        else:
            _project_item(first, acts)

    def apply(self, entry: JournalEntry) -> None:
        """Take in one entry of the local journal; one of a kind that is not known here is passed over."""
        known = {
            "draft": _apply_draft,
            "draft_dropped": _apply_dropped,
            "account": _apply_account,
            "account_dropped": _apply_account_dropped,
            "feed": _apply_feed,
            "feed_revoked": _apply_revoked,
        }.get(entry.kind)
        if known is not None:
            known(entry)

    def digest(self) -> tuple[int, str]:
        """Row count and hash over all rows in the order of their keys."""
        return digest_rows(_KEYS)


_KEYS: Final[Keys] = (
    (Meeting, ("object_id",)),
    (Series, ("meeting_id", "steps")),
    (TextVersion, ("object_id", "content_hash")),
    (Line, ("object_id", "content_hash", "name")),
    (Item, ("object_id",)),
    (LocalText, ("subject", "kind")),
    (Account, ("number",)),
    (Feed, ("token_sha256",)),
)

READ_MODEL: Final = MeetingsModel()


# Meetings


def _project_meeting(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    Meeting.objects.filter(object_id=first.object_id).delete()
    if not is_good(_CHECKS, INVITATION, first.parsed.body):
        _link_series(first.object_id, "")
        return
    body, sequence, is_moved = _correct(first, acts)
    _link_series(first.object_id, body.get("follows", ""))
    results, counters = _read_answers(first, acts)
    starts_ms, ends_ms = _span_ms(body)
    Meeting.objects.create(
        object_id=first.object_id,
        sender=first.parsed.author,
        invited=" ".join(one.administration for one in first.parsed.to),
        body_id=body.get("body", ""),
        follows=body.get("follows", ""),
        level=body["level"],
        no=body.get("no"),
        starts_ms=starts_ms,
        ends_ms=ends_ms,
        created_ms=to_ms(first.parsed.created_at),
        sequence=sequence,
        is_moved=is_moved,
        code=read_code(first.parsed.handling),
        outcome=_read_outcome(first, acts),
        title=dump(first.parsed.subject or {}),
        data=dump(body),
        results=dump(results),
        counters=dump(counters),
    )


def _link_series(meeting_id: str, follows: str) -> None:
    """Note what a meeting follows, and anew what those follow that come after it."""
    behind = [follows, *_earlier_than(follows)] if follows else []
    _save_series(meeting_id, behind)
    for after in list(Series.objects.filter(earlier_id=meeting_id).values_list("meeting_id", flat=True)):
        ahead = _earlier_than(after)
        _save_series(after, [*ahead[: ahead.index(meeting_id) + 1], *behind])


def _earlier_than(meeting_id: str) -> list[str]:
    rows = Series.objects.filter(meeting_id=meeting_id).order_by("steps")
    return list(rows.values_list("earlier_id", flat=True))


def _save_series(meeting_id: str, earlier: Sequence[str]) -> None:
    """Keep the way back, up to where it would come to a meeting a second time."""
    way: list[str] = []
    for each in earlier[:MOST_STEPS_BACK]:
        if each == meeting_id or each in way:
            break
        way.append(each)
    Series.objects.filter(meeting_id=meeting_id).delete()
    Series.objects.bulk_create(
        Series(meeting_id=meeting_id, earlier_id=each, steps=steps) for steps, each in enumerate(way, 1)
    )


def _correct(first: SealedAct, acts: Sequence[SealedAct]) -> tuple[dict[str, Any], int, bool]:
    """The body after its corrections, their count, and whether one that saw an acceptance moved it."""
    accepted = [
        act
        for act in acts
        if act.parsed.kind == Kind.NOTE_ANSWER and act.parsed.body.get("result") == Answer.ACCEPT
    ]
    body, sequence, is_moved = dict(first.parsed.body), 0, False
    for act in acts:
        fields = act.parsed.body.get("fields")
        if act.parsed.kind != Kind.NOTE_CORRECT or act.log != first.log or not isinstance(fields, Mapping):
            continue
        # By what its author had seen, not by the order here: logs are replayed one after the other.
        has_seen = any(act.parsed.seen_sizes.get(one.log, 0) > one.leaf_index for one in accepted)
        is_moved = is_moved or (has_seen and moves(body, fields))
        body, sequence = apply_correction(body, fields), sequence + 1
    return body, sequence, is_moved


def _read_outcome(first: SealedAct, acts: Sequence[SealedAct]) -> str:
    closings = [act for act in acts if act.parsed.kind == Kind.NOTE_CLOSE and act.log == first.log]
    return str(closings[-1].parsed.body.get("outcome", ""))[:64] if closings else ""


def _read_answers(first: SealedAct, acts: Sequence[SealedAct]) -> tuple[dict[str, str], dict[str, Any]]:
    results: dict[str, str] = {}
    counters: dict[str, Any] = {}
    invited = {one.administration for one in first.parsed.to}
    for act in acts:
        author, body = act.parsed.author, act.parsed.body
        if act.parsed.kind != Kind.NOTE_ANSWER or author not in invited:
            continue
        results[author] = str(body.get("result", ""))[:20]
        if isinstance(body.get("fields"), Mapping):
            counters[author] = body["fields"]
    return results, counters


def _span_ms(body: Mapping[str, Any]) -> tuple[int, int]:
    if body.get("recorded_afterwards") is True:
        return to_ms(datetime.combine(written_date(body), time(), UTC)), to_ms(end_of(body))
    return to_ms(parse_time(body["starts_at"])), to_ms(parse_time(body["ends_at"]))


# Instruments


def _project_text(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    TextVersion.objects.filter(object_id=first.object_id).delete()
    Line.objects.filter(object_id=first.object_id).delete()
    for act, manifest in read_versions(_CHECKS, first, without_stricter(first, acts)):
        data = dict(manifest.data or {})
        TextVersion.objects.create(
            object_id=first.object_id,
            content_hash=manifest.content_hash,
            object_kind=manifest.object_kind,
            version=manifest.version,
            proposer=act.parsed.author,
            meeting_id=str(data.get("invitation", "")),
            title=dump(data.get("title", data.get("name", {}))),
            data=dump(data),
            signatories=dump(
                [{"administration": one.administration, "post": one.post} for one in manifest.signatories]
            ),
            created_ms=to_ms(act.parsed.created_at),
        )
        _save_lines(manifest, data)


def _save_lines(manifest: Manifest, data: Mapping[str, Any]) -> None:
    Line.objects.bulk_create(
        Line(
            object_id=manifest.object_id,
            content_hash=manifest.content_hash,
            version=manifest.version,
            name=line.name,
            block=line.block,
            no=line.no,
            text=dump(line.fields.get("text", {})),
            owner=line.fields.get("owner", ""),
            due_on=line.fields.get("due_on", ""),
        )
        for line in iterate_lines(data)
        if line.block in BLOCKS
    )


# Other notes


def _project_item(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    Item.objects.filter(object_id=first.object_id).delete()
    kind, body = first.parsed.object_kind or "", dict(first.parsed.body)
    if not is_good(_CHECKS, kind, body):
        return
    answers = {}
    for act in acts:
        fields = act.parsed.body.get("fields")
        if act.parsed.kind == Kind.NOTE_ANSWER:
            answers[act.parsed.author] = act.parsed.body
        elif act.parsed.kind == Kind.NOTE_CORRECT and isinstance(fields, Mapping):
            corrected = {**body, **fields}
            body = (
                corrected
                if act.parsed.author == first.parsed.author and is_good(_CHECKS, kind, corrected)
                else body
            )
    no = body.get("no")
    Item.objects.create(
        object_id=first.object_id,
        object_kind=kind,
        sender=first.parsed.author,
        about_id=_about(body),
        no=no if isinstance(no, int) else None,
        escalated_to=str(body.get("escalated_to", ""))[:20],
        title=dump(first.parsed.subject or {}),
        data=dump(body),
        answers=dump(answers),
        blobs=dump(
            [
                {"sha256": one.sha256, "size": one.size, "media": one.media, "name": one.name}
                for one in first.parsed.blobs
            ]
        ),
        created_ms=to_ms(first.parsed.created_at),
    )


def _about(body: Mapping[str, Any]) -> str:
    named = next((body[name] for name in _ABOUT if name in body), "")
    line = body.get("line")
    return str(line).partition("@")[0] if not named and isinstance(line, str) else str(named)


# The local journal


def _apply_draft(entry: JournalEntry) -> None:
    kind = str(entry.body.get("kind", "minutes"))[:16]
    LocalText.objects.update_or_create(
        subject=entry.subject,
        kind=kind,
        defaults={
            "number": entry.number,
            "data": dump(entry.body.get("data", {})),
            "post": entry.post,
            "at_ms": to_ms(entry.at),
        },
    )


def _apply_dropped(entry: JournalEntry) -> None:
    LocalText.objects.filter(subject=entry.subject, kind=str(entry.body.get("kind", ""))).delete()


def _apply_account(entry: JournalEntry) -> None:
    item = entry.body.get("item")
    Account.objects.update_or_create(
        number=entry.number,
        defaults={
            "meeting_id": entry.subject,
            "source_id": str(entry.body.get("source", ""))[:64],
            "reported_by": str(entry.body.get("reported_by", ""))[:200],
            "item": item if type(item) is int else None,
            "topic": str(entry.body.get("topic", ""))[:300],
            "verdict": str(entry.body.get("verdict", ""))[:10],
            "quotation": str(entry.body.get("quotation", "")),
            "at_ms": to_ms(entry.at),
        },
    )


def _apply_account_dropped(entry: JournalEntry) -> None:
    number = entry.body.get("number")
    if type(number) is int:
        Account.objects.filter(meeting_id=entry.subject, number=number).delete()


def _apply_feed(entry: JournalEntry) -> None:
    Feed.objects.update_or_create(
        token_sha256=entry.subject,
        defaults={
            "user_id": str(entry.body.get("user", "")),
            "lang": str(entry.body.get("lang", "fr"))[:2],
            "is_detailed": entry.body.get("detailed") is True,
            "created_ms": to_ms(entry.at),
            "revoked_ms": None,
        },
    )


def _apply_revoked(entry: JournalEntry) -> None:
    Feed.objects.filter(token_sha256=entry.subject).update(revoked_ms=to_ms(entry.at))
