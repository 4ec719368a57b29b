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
    """Placed acts of one or more objects: one look-up of receipts for all of them, one of floors."""
    acts = list(acts)
    by_log: dict[Origin, list[LeafIndex]] = {}
    for act in acts:
        by_log.setdefault(act.log, []).append(act.leaf_index)
    applied = {
        log: [one for one in ranges if one.result is ReceiptResult.APPLIED]
        for log, ranges in receipts.covering_each(by_log).items()
    }
    owing = [(act.log, act.parsed.to[0].administration, act.leaf_index) for act in acts if _owes(act)]
    found = receipts.floors_at(owing)
    floors = {(log, index): at for (log, _by, index), at in zip(owing, found, strict=True)}
    return [place_act(act, applied[act.log], floors.get((act.log, act.leaf_index))) for act in acts]


def place_act(act: SealedAct, applied: Sequence[ReceiptRange], floor_at: datetime | None = None) -> PlacedAct:
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
        floor_at=floor_at,
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


def _owes(act: SealedAct) -> bool:
    """Whether it has a floor."""
    # An owing act goes to the asker alone; receipts of a third party may be unknown to one of the sides.
    return act.parsed.kind in OWING_KINDS and len(act.parsed.to) == 1
