"""An act at its place in the record, and the causal order of such acts.

This is what the two primitives fold over. It holds only what every node that has the act has too,
so equal acts give equal states.

Spec: docs/spec 8.5.4.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mithaq.core.acts.envelope import Actor
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize


@dataclass(frozen=True, slots=True)
class PlacedAct:
    """One act of one object.

    Attributes:
        log, leaf_index: its identity; ``(log, leaf_index)`` is unique for ever.
        seen: for each other log, the tree size that the author's node had applied when it sealed
            the act. The author's own log is implied up to ``leaf_index``.
        recipients: codes in ``to``.
        deliveries: recipient -> T of that recipient's first ``applied`` receipt that covers this act
            (aware UTC). Absent while no such receipt is known.
        floor_at: the largest T among the receipts *about this log* by the other side whose cosigned
            size is <= leaf_index; None when there is none. Bounds backdating (spec 10.4).
    """

    log: Origin
    leaf_index: LeafIndex
    act_id: str
    kind: str
    author: AdministrationCode
    recipients: tuple[AdministrationCode, ...]
    created_at: datetime
    seen: Mapping[Origin, TreeSize]
    body: Mapping[str, object]
    actor: Actor | None = None
    deliveries: Mapping[AdministrationCode, datetime] = field(default_factory=dict)
    floor_at: datetime | None = None

    @property
    def place(self) -> tuple[bytes, int]:
        """Sort key of the tie-break: (origin bytes, leaf index)."""
        return (self.log.encode(), self.leaf_index)

    def saw(self, other: "PlacedAct") -> bool:
        """Whether the author's node had applied ``other`` when it sealed this act."""
        if self.log == other.log:
            return other.leaf_index < self.leaf_index
        return self.seen.get(other.log, 0) > other.leaf_index


def sort_causally(acts: Iterable[PlacedAct]) -> list[PlacedAct]:
    """Total order that every node computes alike: log order, then ``seen``; concurrent acts by place.

    A merge of the logs: among the next act of each log it takes the lowest place that saw none of
    the others. O(acts x logs^2).
    """
    by_log: dict[Origin, deque[PlacedAct]] = {}
    for act in sorted(acts, key=lambda act: act.place):
        by_log.setdefault(act.log, deque()).append(act)
    ordered: list[PlacedAct] = []
    while by_log:
        heads = [queue[0] for queue in by_log.values()]
        free = [head for head in heads if not any(head.saw(other) for other in heads if other is not head)]
        # A circle of ``seen`` needs a lying author; the lowest place keeps the answer equal everywhere.
        chosen = (free or heads)[0]
        ordered.append(by_log[chosen.log].popleft())
        if not by_log[chosen.log]:
            del by_log[chosen.log]
    return ordered
