"""An act is held whose id is not its author's: the one that owns the id takes its place.

A recipient of an act could copy its id into a log of its own and be read first. Which of two acts counts is
told by their ids and places alone, so every node comes to the same, in whatever order it reads.

Spec: docs/spec 5.3.12.
"""

from collections.abc import Iterable

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.federation.page import encode_line
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.read.projection import Projector
from mithaq.node.records import Outcome, ParkedAct

ID_TAKEN = "id_taken"


def displace(node: Node, places: Iterable[tuple[Origin, LeafIndex]]) -> list[str]:
    """Park acts that are held and count no more; answers the objects to fold anew. In a transaction."""
    touched = []
    for log, leaf_index in places:
        try:
            act = node.store.acts.at(log, leaf_index)
        except MissingError:
            continue  # its content is gone already
        node.store.followed.remove_act(log, leaf_index)
        node.store.followed.park([ParkedAct(log, leaf_index, ID_TAKEN, encode_line(act))])
        node.store.receipts.owe(log, [Outcome(leaf_index, leaf_index, ReceiptResult.UNUSABLE, ID_TAKEN)])
        if act.parsed.object is None:
            node.store.projections.forget(act.parsed.id)
        touched.append(act.object_id)
    return touched


def refold(projector: Projector, object_ids: Iterable[str]) -> None:
    """Bring the read models in step, once the acts that count are stored."""
    projector.refold(dict.fromkeys(object_ids))
