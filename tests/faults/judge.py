"""What must hold between two nodes when the faults are over, read from their stores."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mithaq.core.acts.commitment import leaf_of, parse_entry
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import TILE_WIDTH, parse_bundle
from mithaq.core.types import LeafIndex

from .nodes import Ack, NodeProcess, looking_into, wait_until


def commitments_of_own(store: Any) -> list[bytes]:
    """Commitments of the own log, of what is published."""
    return [row[0] for row in store.own.read_committed(LeafIndex(0), store.own.head().tree_size)]


def leaves_of_own(store: Any) -> list[bytes]:
    """Leaf hashes of the own log, of what is published."""
    return [leaf_of(commitment) for commitment in commitments_of_own(store)]


def leaves_of_followed(store: Any, origin: str) -> list[bytes]:
    """Leaf hashes of a partner's log as they were verified."""
    size, leaves = store.followed.head(origin).verified_size, []
    for number in range(-(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        bundle = store.followed.bundle(origin, number)
        entries = parse_bundle(bundle[: width * 35], width)
        leaves += [leaf_of(parse_entry(entry)) for entry in entries]
    return leaves


def check_no_fork(leaves: Sequence[bytes], notes: Iterable[bytes]) -> None:
    """Every signed checkpoint is the tree of a prefix of these leaves."""
    wanted: dict[int, set[bytes]] = {}
    for note in notes:
        checkpoint = parse_checkpoint(parse_signed_note(note).text)
        wanted.setdefault(checkpoint.tree_size, set()).add(checkpoint.root_hash)
    tree = CompactRange()
    assert max(wanted, default=0) <= len(leaves), "a checkpoint was published over leaves that are gone"
    for size, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        assert wanted.get(size, {tree.root()}) == {tree.root()}, f"two trees of size {size}"


def stored_notes(origin: str) -> list[bytes]:
    """Every checkpoint of that log in the databases in use."""
    from mithaq.adapters.store.models import Checkpoint

    return [
        bytes(note) for note in Checkpoint.objects.filter(log__origin=origin).values_list("note", flat=True)
    ]


def state_of(home: Path) -> dict[str, Any]:
    """How far a node is with both logs."""
    with looking_into(home) as store:
        own = store.own.head()
        return {
            "own": (own.tree_size, own.next_index),
            "cosigned": store.own.cosigned_size(),
            "followed": {
                head.origin: (head.verified_size, head.next_index, head.applied_size)
                for head in store.followed.heads()
            },
            "owed": sum(len(store.receipts.owed(head.origin, 9_999)) for head in store.followed.heads()),
        }


def are_in_step(one: NodeProcess, two: NodeProcess) -> bool:
    """Whether each holds, has applied and has receipted everything of the other."""
    states = {node.origin: state_of(node.home) for node in (one, two)}
    for node, other in ((one, two), (two, one)):
        size, next_index = states[node.origin]["own"]
        here = states[other.origin]
        if size != next_index or here["followed"][node.origin] != (size, size, size) or here["owed"]:
            return False
    return True


def wait_in_step(one: NodeProcess, two: NodeProcess) -> None:
    """Wait until they are in step, by themselves."""
    wait_until(
        lambda: are_in_step(one, two),
        f"the nodes to be in step; they said {one.output()} and {two.output()}",
        0.05,
    )


def check_pair(
    one: NodeProcess,
    two: NodeProcess,
    acknowledged: Mapping[str, Sequence[Ack]],
    published: Mapping[str, Sequence[bytes]] | None = None,
) -> None:
    """Nothing acknowledged is lost on either side, no fork, no gap, the same state."""
    digests, notes = {}, {one.origin: list((published or {}).get(one.origin, ()))}
    notes[two.origin] = list((published or {}).get(two.origin, ()))
    leaves: dict[str, dict[str, list[bytes]]] = {one.origin: {}, two.origin: {}}
    for node, other in ((one, two), (two, one)):
        with looking_into(node.home) as store:
            for origin in (node.origin, other.origin):
                check_acts(store, origin, acknowledged[origin])
                notes[origin] += stored_notes(origin)
            leaves[node.origin][node.origin] = leaves_of_own(store)
            leaves[other.origin][node.origin] = leaves_of_followed(store, other.origin)
            digests[node.origin] = store.projections.digest()
            assert store.alarms.alarms() == []
            assert store.followed.parked() == []
            assert store.followed.gaps(other.origin) == {}
    for origin in (one.origin, two.origin):
        copies = list(leaves[origin].values())
        assert copies[0] == copies[1], f"the copies of {origin} differ"
        check_no_fork(copies[0], notes[origin])
    assert digests[one.origin] == digests[two.origin]


def check_acts(store: Any, origin: str, acknowledged: Sequence[Ack]) -> None:
    """Each acknowledged act stands where it was said to stand."""
    held = {}
    for act in store.acts.scan(origin, LeafIndex(0)):
        held[act.leaf_index] = act.read().parsed.id
    lost = [ack for ack in acknowledged if held.get(LeafIndex(ack.leaf_index)) != ack.act_id]
    assert not lost, f"{len(lost)} acknowledged acts of {origin} are lost: {lost[:3]}"
