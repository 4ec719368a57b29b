"""Commitments by owner: what this register adds to the balance of both sides."""

from collections.abc import Sequence

from mithaq.node.node import Node
from mithaq.node.registry import Promised
from mithaq.registers.roadmap.reading.lines import stand_all
from mithaq.registers.roadmap.reading.roadmaps import list_roadmaps
from mithaq.registers.roadmap.rules.kinds import NAME
from mithaq.registers.roadmap.rules.standing import LineMark, LineState


class Promises:
    """Implements ``node.registry.PromiseSource``."""

    def tally(self, node: Node) -> Sequence[Promised]:
        """Lines of the roadmaps in force, by owner; the same on every node."""
        counts: dict[str, dict[str, int]] = {}
        roadmaps = [each for each in list_roadmaps(node) if each.binding is not None]
        for standings in stand_all(node, roadmaps):
            for each in standings.lines:
                if each.state is LineState.DROPPED:
                    continue
                own = counts.setdefault(each.line.owner, dict.fromkeys(_COUNTS, 0))
                own["made"] += 1
                own["kept"] += each.state is LineState.ACCEPTED
                own["open"] += each.state not in (LineState.ACCEPTED, LineState.SUSPENDED)
                own["late"] += each.is_late
                own["at_risk"] += LineMark.AT_RISK in each.marks
        return [Promised(NAME, owner, **counts[owner]) for owner in sorted(counts)]


_COUNTS = ("made", "open", "late", "at_risk", "kept")
