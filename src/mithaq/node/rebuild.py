"""Drop the read models and replay them from the acts; or only compare (``mithaq rebuild --check``)."""

from dataclasses import dataclass

from mithaq.core.types import LeafIndex, Origin
from mithaq.node.node import Node
from mithaq.node.projection import Projector
from mithaq.node.records import SealedAct

REPLAY_ACTS = 512
"""Acts projected at a time."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One read model: its rows, and whether the replay gave the same ones."""

    name: str
    rows: int
    equal: bool


class RolledBack(Exception):
    """Ends a comparison: the replayed rows are not kept."""


def rebuild(node: Node, *, check: bool = False) -> list[Rebuilt]:
    """Replay everything. With ``check`` the rows are compared and the old ones stay."""
    before = node.store.projections.digest()
    after = before
    try:
        with node.store.transaction():
            replay(node)
            after = node.store.projections.digest()
            if check:
                raise RolledBack
    except RolledBack:
        pass
    return [Rebuilt(name, rows, before.get(name) == (rows, digest)) for name, (rows, digest) in after.items()]


def replay(node: Node) -> None:
    """Project every published own act and every applied one of partners, then fold what has more than one."""
    node.store.projections.clear()
    projector = Projector(node.store, node.registry, node.identity.code)
    logs = [node.identity.origin, *(head.origin for head in node.store.followed.heads())]
    for log in logs:
        _replay_log(node, projector, log)


def _replay_log(node: Node, projector: Projector, log: Origin) -> None:
    published = node.store.own.head().tree_size if log == node.identity.origin else None
    batch: list[SealedAct] = []
    for stored in node.store.acts.scan(log, LeafIndex(0)):
        if published is not None and stored.leaf_index >= published:
            break
        act = stored.read()
        if published is None and act.parsed.find_seq(node.identity.code) is None:
            continue  # disclosed later: to be read, and no business of this node
        batch.append(act)
        if len(batch) == REPLAY_ACTS:
            projector.project(batch)
            batch = []
    projector.project(batch)
