"""Drop the read models and replay them from the acts; or only compare (``mithaq rebuild --check``)."""

from collections import Counter
from dataclasses import dataclass

from mithaq.core.types import LeafIndex, Origin
from mithaq.node.node import Node
from mithaq.node.read.indexing import Indexer
from mithaq.node.read.projection import Projector
from mithaq.node.records import SealedAct

SEARCH = "search"
"""Name of the search index beside those of the read models."""

REPLAY_ACTS = 512
"""Acts projected at a time."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One read model: the acts it was made from, its rows, and whether the replay gave the same ones."""

    name: str
    acts: int
    rows: int
    equal: bool


class RolledBack(Exception):
    """Ends a comparison: the replayed rows are not kept."""


def rebuild(node: Node, *, check: bool = False) -> list[Rebuilt]:
    """Replay everything. With ``check`` the rows are compared and the old ones stay."""
    before = digest(node)
    after = before
    acts: dict[str, int] = {}
    try:
        with node.store.transaction():
            acts = replay(node)
            after = digest(node)
            if check:
                raise RolledBack
    except RolledBack:
        pass
    return [
        Rebuilt(name, acts.get(name, 0), rows, before.get(name) == (rows, digest))
        for name, (rows, digest) in after.items()
    ]


def digest(node: Node) -> dict[str, tuple[int, str]]:
    """Read model -> (rows, hex SHA-256), those of the registers included."""
    of_registers = {name: model.digest() for name, model in node.registry.read_models().items()}
    return {**node.store.projections.digest(), **of_registers}


def replay(node: Node) -> dict[str, int]:
    """Project own published acts, applied ones of partners, then the journal; counts by model."""
    node.store.projections.clear()
    for model in node.registry.read_models().values():
        model.clear()
    projector = Projector(node.store, node.registry, node.identity.code)
    logs = [node.identity.origin, *(head.origin for head in node.store.followed.heads())]
    acts: Counter[str] = Counter()
    for log in logs:
        _replay_log(node, projector, log, acts)
    for name, model in node.registry.read_models().items():
        for entry in node.store.journal.entries(name):
            model.apply(entry)
            acts[name] += 1
    return acts


def _replay_log(node: Node, projector: Projector, log: Origin, acts: Counter[str]) -> None:
    published = node.store.own.head().tree_size if log == node.identity.origin else None
    batch: list[SealedAct] = []
    for stored in node.store.acts.scan(log, LeafIndex(0)):
        if published is not None and stored.leaf_index >= published:
            break
        act = stored.read()
        if published is None and act.parsed.find_seq(node.identity.code) is None:
            continue  # disclosed later: to be read, and no business of this node
        batch.append(act)
        acts[f"{act.parsed.kind.partition('.')[0]}s"] += 1
        if node.registry.read_model_of(act.parsed.object_kind) is not None:
            acts[str(act.parsed.object_kind).partition(".")[0]] += 1
        if len(batch) == REPLAY_ACTS:
            projector.project(batch)
            batch = []
    projector.project(batch)


def rebuild_search(node: Node) -> Rebuilt:
    """Drop the search index and read everything anew; a service that runs goes on from there."""
    before = node.search.count()
    node.search.clear()
    read = Indexer(node).run()
    count = node.search.count()
    return Rebuilt(SEARCH, read, count, count == before)
