"""Release heads: how a partner can tell that the tail of what it is owed was not withheld.

Spec: docs/spec 7.2.
"""

from mithaq.core.acts.release_head import ReleaseHead
from mithaq.core.types import AdministrationCode
from mithaq.node.node import Node
from mithaq.node.records import OwnHead


def make_release_heads(node: Node, head: OwnHead) -> dict[AdministrationCode, bytes]:
    """Signed release heads of a checkpoint, one for each partner on the roster."""
    created_at = node.clock.now()
    heads = {}
    for code in node.store.roster.codes():
        statement = ReleaseHead(
            log=head.origin,
            tree_size=head.tree_size,
            root_hash=head.root_hash,
            to=code,
            last_seq=node.store.own.last_seq(code, head.tree_size),
            created_at=created_at,
        )
        heads[code] = node.signer.sign_release_head(statement.encode())
    return heads
