"""Which registers the decisions on scope have opened: what every other register is asked by.

Spec: docs/spec 15.6.
"""

from collections.abc import Sequence
from typing import Final

from mithaq.core.instruments.fold import fold_instrument
from mithaq.node.node import Node
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.scope import Opened
from mithaq.registers.agreements.rules.kinds import SCOPE_DECISION
from mithaq.registers.agreements.rules.scope import list_spans


class DecisionsOnScope:
    """Implements ``node.registry.ScopeSource``."""

    def list_opened(self, node: Node) -> Sequence[Opened]:
        """Spans of every decision; which of them hold is for the caller to ask."""
        ids = [row.object_id for row in node.store.projections.instruments(object_kind=SCOPE_DECISION)]
        others = KnownInstruments(node.store.projections, ids)
        found: list[Opened] = []
        for acts in node.store.acts.of_objects(ids).values() if ids else ():
            placed = place_acts(without_revoked(node.store, acts), node.store.receipts)
            for version in fold_instrument(placed, others).versions:
                found += list_spans(version)
        return found


SCOPE: Final = DecisionsOnScope()
