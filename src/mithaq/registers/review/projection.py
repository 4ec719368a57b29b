"""Fills the read model of this register from its acts. Nothing else writes it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from django.db.models import Model

from mithaq.core.encoding import to_ms
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.manifest import Manifest, read_manifest
from mithaq.errors import MalformedError
from mithaq.node.handling import HandlingCode, read_code
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.review.models import DepositLine, OpinionRow, TextVersion
from mithaq.registers.review.rules import REGISTER
from mithaq.registers.review.rules.kinds import OPINION

_CHECKS: Final = {kind.name: kind.check for kind in REGISTER.kinds}
_OPENERS: Final = frozenset({InstrumentKind.PROPOSE, InstrumentKind.COUNTER})


class ReviewModel:
    """Implements ``node.registry.ReadModel`` and ``TakesDisclosures``."""

    name = "review"

    def clear(self) -> None:
        """Drop every row."""
        for model, _ in _KEYS:
            model._default_manager.all().delete()

    def project(self, first: SealedAct, acts: Sequence[SealedAct]) -> None:
        """Replace the rows of one object."""
        if first.parsed.kind == InstrumentKind.PROPOSE:
            _project_text(first, acts)
        elif first.parsed.object_kind == OPINION:
            _project_opinion(first)
        else:
            _project_deposit(first)

    def disclose(self, older: SealedAct, release: SealedAct) -> None:
        """Take in that an older act was opened by its author: it can be read here from now on."""
        if older.parsed.object_kind == OPINION and older.parsed.object is None:
            _project_opinion(older)
            OpinionRow.objects.filter(object_id=older.object_id, release_index=None).update(
                release_index=release.leaf_index, opened_ms=to_ms(release.parsed.created_at)
            )

    def apply(self, entry: JournalEntry) -> None:
        """This register keeps nothing in the local journal."""

    def digest(self) -> tuple[int, str]:
        """Row count and hash over all rows in the order of their keys."""
        digest, count = hashlib.sha256(), 0
        for model, key in _KEYS:
            names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
            rows = model._default_manager.values_list(*names)
            for row in sorted(rows, key=lambda row: [str(row[names.index(name)]) for name in key]):
                digest.update(orjson.dumps([model.__name__, *row]))
                count += 1
        return count, digest.hexdigest()


_KEYS: Final[tuple[tuple[type[Model], tuple[str, ...]], ...]] = (
    (TextVersion, ("object_id", "content_hash")),
    (OpinionRow, ("object_id",)),
    (DepositLine, ("object_id", "agreement_id")),
)

READ_MODEL: Final = ReviewModel()


def _project_text(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    TextVersion.objects.filter(object_id=first.object_id).delete()
    seen: set[str] = set()
    for act, manifest in _read_manifests(first, acts):
        if manifest.content_hash in seen:
            continue
        seen.add(manifest.content_hash)
        data = dict(manifest.data or {})
        TextVersion.objects.create(
            object_id=first.object_id,
            content_hash=manifest.content_hash,
            object_kind=manifest.object_kind,
            version=manifest.version,
            proposer=act.parsed.author,
            plan_id=str(data.get("plan", "")),
            agreement_id=str(data.get("agreement", "")),
            due_on=str(data.get("due_on", "")),
            title=_dump(data["title"]),
            data=_dump(data),
            signatories=_dump(
                [{"administration": one.administration, "post": one.post} for one in manifest.signatories]
            ),
            created_ms=to_ms(act.parsed.created_at),
        )


def _read_manifests(first: SealedAct, acts: Sequence[SealedAct]) -> Iterator[tuple[SealedAct, Manifest]]:
    """Versions whose fields are those of the kind, and that who reads the record may read.

    A partner may send others.
    """
    for act in acts:
        members = act.parsed.body.get("manifest")
        if act.parsed.kind not in _OPENERS or not isinstance(members, Mapping) or _is_closed_more(act, first):
            continue
        try:
            manifest = read_manifest(members)
        except MalformedError:
            continue
        is_ours = (manifest.object_id, manifest.object_kind) == (first.object_id, first.parsed.object_kind)
        if is_ours and _is_good(manifest.object_kind, manifest.data or {}):
            yield act, manifest


def _is_closed_more(act: SealedAct, first: SealedAct) -> bool:
    """Whether a version is handled more strictly than its record, whose handling lets people in."""
    codes, own, of_record = list(HandlingCode), act.parsed.handling, first.parsed.handling
    return own is not None and codes.index(read_code(own)) > codes.index(read_code(of_record))


def _project_opinion(first: SealedAct) -> None:
    """What the act says; whether it was opened stays as it is."""
    body: Mapping[str, Any] = first.parsed.body
    if not _is_good(OPINION, body):
        OpinionRow.objects.filter(object_id=first.object_id).delete()
        return
    OpinionRow.objects.update_or_create(
        object_id=first.object_id,
        defaults={
            "plan_id": body["plan"],
            "agreement_id": body["agreement"],
            "sender": first.parsed.author,
            "log": first.log,
            "leaf_index": first.leaf_index,
            "commitment": first.commitment.hex(),
            "is_sealed": not first.parsed.to,
            "code": read_code(first.parsed.handling),
            "data": _dump(dict(body)),
            "created_ms": to_ms(first.parsed.created_at),
        },
    )


def _project_deposit(first: SealedAct) -> None:
    DepositLine.objects.filter(object_id=first.object_id).delete()
    body: Mapping[str, Any] = first.parsed.body
    kind = first.parsed.object_kind or ""
    if not _is_good(kind, body):
        return
    DepositLine.objects.bulk_create(
        DepositLine(
            object_id=first.object_id,
            plan_id=body["plan"],
            agreement_id=each["agreement"],
            sender=first.parsed.author,
            log=first.log,
            at_index=first.leaf_index,
            leaf_index=each["index"],
            commitment=each["c"],
            created_ms=to_ms(first.parsed.created_at),
        )
        for each in body["deposits"]
    )


def _is_good(kind: str, members: Mapping[str, Any]) -> bool:
    check = _CHECKS.get(kind)
    try:
        if check is not None:
            check(members)
    except MalformedError:
        return False
    return check is not None


def _dump(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
