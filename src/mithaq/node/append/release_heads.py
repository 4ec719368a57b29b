"""Release heads: how a partner can tell that the tail of what it is owed was not withheld.

Spec: docs/spec 7.2.
"""

from datetime import datetime

from mithaq.core.acts.release_head import ReleaseHead
from mithaq.core.types import AdministrationCode, TreeSize
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.records import OwnHead


def make_release_heads(node: Node, head: OwnHead) -> dict[AdministrationCode, bytes]:
    """Signed release heads of a checkpoint, one for each partner on the roster."""
    created_at = node.clock.now()
    return {code: _sign(node, head, code, created_at) for code in node.store.roster.codes()}


def find_release_head(node: Node, code: AdministrationCode, tree_size: TreeSize) -> bytes:
    """The release head of a checkpoint for one partner; of the last one also for a partner that is new.

    Raises:
        MissingError: ``no_release_head``.
    """
    try:
        return node.store.own.release_head(code, tree_size)
    except MissingError:
        head = node.store.own.head()
        if not head.tree_size or head.tree_size != tree_size:
            raise
    return _sign(node, head, code, node.clock.now())


def _sign(node: Node, head: OwnHead, code: AdministrationCode, created_at: datetime) -> bytes:
    statement = ReleaseHead(
        log=head.origin,
        tree_size=head.tree_size,
        root_hash=head.root_hash,
        to=code,
        last_seq=node.store.own.last_seq(code, head.tree_size),
        created_at=created_at,
    )
    return node.signer.sign_release_head(statement.encode())
