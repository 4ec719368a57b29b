"""Tells a register that an older act was opened to this node, or by it, with a ``release`` act.

A read model that does not ask for it hears nothing: an act that is disclosed later can be read in the journal
and proved, and changes no state of its own. Sealed opinions are what asks.

Spec: docs/spec 8.4.7.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from mithaq.core.acts.kinds import Kind
from mithaq.core.types import LeafIndex
from mithaq.errors import MissingError
from mithaq.node.ports import Store
from mithaq.node.records import SealedAct
from mithaq.node.registry import Registry


@runtime_checkable
class TakesDisclosures(Protocol):
    """What a read model may have beside ``registry.ReadModel``."""

    def disclose(self, older: SealedAct, release: SealedAct) -> None:
        """Take in that ``release`` opened ``older``, an act of the same log and of a kind of this register.

        Called inside the transaction that stores ``release``, and at every replay.
        """
        ...


def project_openings(store: Store, registry: Registry, acts: Sequence[SealedAct]) -> None:
    """Tell the read models of the older acts that ``release`` acts among ``acts`` have opened."""
    for act in acts:
        older = find_opened(store, act) if act.parsed.kind == Kind.RELEASE else None
        model = registry.read_model_of(older.parsed.object_kind) if older is not None else None
        if older is not None and isinstance(model, TakesDisclosures):
            model.disclose(older, act)


def find_opened(store: Store, release: SealedAct) -> SealedAct | None:
    """The older act that a ``release`` act opens; None when it is not held here."""
    index, commitment = release.parsed.body.get("index"), release.parsed.body.get("c")
    if type(index) is not int or not 0 <= index < release.leaf_index:
        return None
    try:
        older = store.acts.at(release.log, LeafIndex(index))
    except MissingError:
        return None
    return older if older.commitment.hex() == commitment else None
