"""From stored acts to placed acts: adds what receipts say about each (deliveries, floors)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.notes.times import OWING_KINDS
from mithaq.core.types import AdministrationCode, LeafIndex, Origin
from mithaq.node.ports import ReceiptStore
from mithaq.node.records import ReceiptRange, SealedAct


def place_acts(acts: Iterable[SealedAct], receipts: ReceiptStore) -> list[PlacedAct]:
    """Placed acts of one or more objects; two look-ups a log, and one for each answer-like act."""
    acts = list(acts)
    by_log: dict[Origin, list[LeafIndex]] = {}
    for act in acts:
        by_log.setdefault(act.log, []).append(act.leaf_index)
    applied = {
        log: [one for one in receipts.covering(log, indexes) if one.result is ReceiptResult.APPLIED]
        for log, indexes in by_log.items()
    }
    return [place_act(act, applied[act.log], receipts) for act in acts]


def place_act(act: SealedAct, applied: Sequence[ReceiptRange], receipts: ReceiptStore | None) -> PlacedAct:
    """One placed act; ``applied`` are the ranges of its log that may cover it."""
    parsed = act.parsed
    recipients = tuple(one.administration for one in parsed.to)
    return PlacedAct(
        log=act.log,
        leaf_index=act.leaf_index,
        act_id=parsed.id,
        kind=parsed.kind,
        author=parsed.author,
        recipients=recipients,
        created_at=parsed.created_at,
        seen=parsed.seen_sizes,
        body=parsed.body,
        actor=parsed.actor,
        deliveries=_deliveries(act, recipients, applied) if applied else {},
        floor_at=_floor(act, recipients, receipts),
    )


def _deliveries(
    act: SealedAct, recipients: Sequence[AdministrationCode], applied: Sequence[ReceiptRange]
) -> dict[AdministrationCode, datetime]:
    first: dict[AdministrationCode, datetime] = {}
    for one in applied:
        if one.first <= act.leaf_index <= one.last and one.recipient in recipients:
            # Ranges come in the order of the recipient's log: the first ``applied`` counts (spec 8.6.4).
            first.setdefault(one.recipient, one.at)
    return first


def _floor(
    act: SealedAct, recipients: Sequence[AdministrationCode], receipts: ReceiptStore | None
) -> datetime | None:
    # An owing act goes to the asker alone; receipts of a third party may be unknown to one of the sides.
    if receipts is None or act.parsed.kind not in OWING_KINDS or len(recipients) != 1:
        return None
    return receipts.floor_at(act.log, recipients[0], act.leaf_index)
