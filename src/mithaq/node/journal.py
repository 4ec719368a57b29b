"""What people do on this node alone: kept in the local journal and shown by the same read models as acts."""

from collections.abc import Mapping
from typing import Any

from mithaq.node.append.submit import Author
from mithaq.node.node import Node
from mithaq.node.records import JournalEntry


def append_entry(
    node: Node, register: str, kind: str, subject: str, body: Mapping[str, Any], author: Author
) -> JournalEntry:
    """Keep one entry and show it, in one transaction.

    Raises:
        UnavailableError: ``disk``; nothing was kept.
    """
    entry = JournalEntry(0, register, kind, subject, body, author.post, author.holder, node.clock.now())
    with node.store.transaction():
        kept = node.store.journal.append(entry)
        model = node.registry.read_model(register)
        if model is not None:
            model.apply(kept)
    return kept
