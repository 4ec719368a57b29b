"""Commitments that a person has accepted in a public text, offered to other registers as lines."""

import re
from collections.abc import Sequence
from typing import Final

import orjson

from mithaq.node.node import Node
from mithaq.node.registry import OfferedLine
from mithaq.registers.sources.models import Finding, Released
from mithaq.registers.sources.rules.kinds import REGISTER
from mithaq.registers.sources.rules.speech import BOTH

MOST: Final = 500
JOINT: Final = "joint"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Offered:
    """Implements ``node.registry.LineSource``."""

    def offered_lines(self, node: Node) -> Sequence[OfferedLine]:
        """Accepted commitments, the source taken in last first; each cites its passage."""
        rows = Finding.objects.filter(type="commitment", status="accepted").select_related("source")
        found = list(rows.order_by("-source__added_ms", "position")[:MOST])
        hashes = {one.source.sha256 for one in found}
        released = dict(Released.objects.filter(sha256__in=hashes).values_list("sha256", "object_id"))
        return [_offer(one, released.get(one.source.sha256, "")) for one in found]


def _offer(one: Finding, note_id: str) -> OfferedLine:
    source, value = one.source, orjson.loads(one.value)
    text = {source.language: one.exact}
    basis = {"source": source.sha256, "start": one.start, "end": one.end, "text": text}
    due = str(value.get("due") or "")
    return OfferedLine(
        key=f"{source.sha256}:{one.start}-{one.end}",
        register=REGISTER.name,
        kind="commitment",
        object_id=note_id,
        origin={source.language: source.title},
        text=text,
        basis={**basis, "at": note_id} if note_id else basis,
        owner=JOINT if value.get("by") == BOTH else str(value.get("by") or ""),
        due_on=due if _DAY.fullmatch(due) else "",
        fields=tuple(value.get("themes") or ()),
    )
