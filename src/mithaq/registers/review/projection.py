"""Fills the read model of this register from its acts. Nothing else writes it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mithaq.core.encoding import to_ms
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.node.handling import read_code
from mithaq.node.read.versions import is_good, read_versions, without_stricter
from mithaq.node.records import JournalEntry, SealedAct
from mithaq.registers.review.models import DepositLine, OpinionRow, TextVersion
from mithaq.registers.review.rules import REGISTER
from mithaq.registers.review.rules.kinds import OPINION
from mithaq.web.read_model import Keys, clear_rows, digest_rows, dump

_CHECKS: Final = {kind.name: kind.check for kind in REGISTER.kinds}


class ReviewModel:
    """Implements ``node.registry.ReadModel`` and ``TakesDisclosures``."""

    name = "review"

    def clear(self) -> None:
        """Drop every row."""
        clear_rows(_KEYS)

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
        return digest_rows(_KEYS)


_KEYS: Final[Keys] = (
    (TextVersion, ("object_id", "content_hash")),
    (OpinionRow, ("object_id",)),
    (DepositLine, ("object_id", "agreement_id")),
)

READ_MODEL: Final = ReviewModel()


def _project_text(first: SealedAct, acts: Sequence[SealedAct]) -> None:
    TextVersion.objects.filter(object_id=first.object_id).delete()
    for act, manifest in read_versions(_CHECKS, first, without_stricter(first, acts)):
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
            title=dump(data["title"]),
            data=dump(data),
            signatories=dump(
                [{"administration": one.administration, "post": one.post} for one in manifest.signatories]
            ),
            created_ms=to_ms(act.parsed.created_at),
        )


def _project_opinion(first: SealedAct) -> None:
    """What the act says; whether it was opened stays as it is."""
    body: Mapping[str, Any] = first.parsed.body
    if not is_good(_CHECKS, OPINION, body):
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
            "data": dump(dict(body)),
            "created_ms": to_ms(first.parsed.created_at),
        },
    )


def _project_deposit(first: SealedAct) -> None:
    DepositLine.objects.filter(object_id=first.object_id).delete()
    body: Mapping[str, Any] = first.parsed.body
    kind = first.parsed.object_kind or ""
    if not is_good(_CHECKS, kind, body):
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
