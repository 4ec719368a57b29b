"""What a node makes sure of before it serves, and the slower check that runs beside it.

Spec: docs/spec 7.3.
"""

from mithaq.core.acts.commitment import leaf_of, parse_entry
from mithaq.core.encoding import format_time
from mithaq.core.log.checkpoint import parse_checkpoint
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.core.log.tiles import TILE_WIDTH, TileReader, parse_bundle
from mithaq.core.types import TreeSize
from mithaq.errors import MithaqError, RefusedError
from mithaq.node.node import Node
from mithaq.node.partner.follow import root_at
from mithaq.node.proof.log_reader import OwnLogReader
from mithaq.node.records import Alarm

SELF_CHECK_ALARM = "self_check"


def check_own_tree(node: Node) -> None:
    """Recompute the root from full tiles and the entries above them, compare with the last checkpoint.

    Raises:
        RefusedError: ``damaged_log``; what is stored does not make up the signed root.
    """
    head = node.store.own.head()
    if head.tree_size == 0:
        return
    reader = TileReader(OwnLogReader(node.store.own, node.tiles).tile, head.tree_size)
    signed = parse_checkpoint(parse_signed_note(head.note).text)
    try:
        root = root_at(reader, head.tree_size)
    except MithaqError as error:
        raise RefusedError("damaged_log", f"the own log cannot be read: {error}") from error
    if not root == head.root_hash == signed.root_hash or signed.tree_size != head.tree_size:
        raise RefusedError("damaged_log", "the stored tree is not the one that was signed")


class SelfCheck:
    """Recomputes the tree from the served bundles, and each entry from its act; alarms on difference."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._reader = OwnLogReader(node.store.own, node.tiles)

    def run(self) -> bool:
        """One whole check; answers whether all is well."""
        head = self._node.store.own.head()
        try:
            good = self._root_of(head.tree_size) == head.root_hash
        except MithaqError as error:
            self._alarm(str(error))
            return False
        if not good:
            self._alarm("the served entries do not make up the signed root")
        else:
            self._node.store.settings.set("self_check_at", format_time(self._node.clock.now()))
        return good

    def _root_of(self, tree_size: TreeSize) -> bytes:
        tree = CompactRange()
        for start in range(0, tree_size, TILE_WIDTH):
            width = min(TILE_WIDTH, tree_size - start)
            entries = parse_bundle(self._reader.bundle(start // TILE_WIDTH, width), width)
            leaves = self._reader.leaf_hashes(start, width)
            if leaves != [leaf_of(parse_entry(entry)) for entry in entries]:
                raise RefusedError("damaged_entry", f"an entry from {start} on is not that of its act")
            tree.extend(leaves)
        return tree.root()

    def _alarm(self, detail: str) -> None:
        alarm = Alarm(SELF_CHECK_ALARM, self._node.identity.origin, self._node.clock.now(), detail)
        self._node.store.alarms.raise_alarm(alarm)
