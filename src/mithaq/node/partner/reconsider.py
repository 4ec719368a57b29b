"""After an upgrade: acts that this node did not know are folded now, and a second receipt says so.

Spec: docs/spec 5.5.3.
"""

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.read.projection import Projector
from mithaq.node.records import Outcome, SealedAct


def reconsider_unknown(node: Node, projector: Projector) -> int:
    """Fold every act receipted ``unknown`` whose kind is known by now; answers how many."""
    return sum(_reconsider_log(node, projector, head.origin) for head in node.store.followed.heads())


def _reconsider_log(node: Node, projector: Projector, origin: Origin) -> int:
    own = [one for one in node.store.receipts.about(origin) if one.recipient == node.identity.code]
    told = {
        index
        for one in own
        if one.result is ReceiptResult.APPLIED
        for index in range(one.first, one.last + 1)
    }
    unknown = [
        index
        for one in own
        if one.result is ReceiptResult.UNKNOWN
        for index in range(one.first, one.last + 1)
    ]
    known_now = [
        act for index in unknown if index not in told and (act := _known(node, origin, LeafIndex(index)))
    ]
    with node.store.transaction():
        for act in known_now:
            projector.project([act])
        outcomes = [Outcome(act.leaf_index, act.leaf_index, ReceiptResult.APPLIED) for act in known_now]
        node.store.receipts.owe(origin, outcomes)
    return len(known_now)


def _known(node: Node, origin: Origin, index: LeafIndex) -> SealedAct | None:
    try:
        act = node.store.acts.at(origin, index)
    except MissingError:
        return None
    kind = act.parsed.object_kind
    is_known_object = kind is None or node.registry.find(kind, act.parsed.object_v) is not None
    return act if act.parsed.is_known and is_known_object else None
