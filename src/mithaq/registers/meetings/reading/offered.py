"""Decisions and actions of co-signed minutes, offered to other registers to take over by reference."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import OuterRef, Subquery

from mithaq.core.instruments.lines import LineAddress
from mithaq.core.instruments.state import State
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentRow
from mithaq.node.registry import OfferedLine
from mithaq.registers.meetings.models import Line, TextVersion
from mithaq.registers.meetings.reading.rows import load_texts
from mithaq.registers.meetings.rules.kinds import MINUTES, NAME

MOST_MINUTES: Final = 200
KINDS: Final = {"decisions": "decision", "actions": "action"}


class Offered:
    """Implements ``node.registry.LineSource``."""

    def offered_lines(self, node: Node) -> Sequence[OfferedLine]:
        """Of the minutes in force, the newest first; within them in the order of reading."""
        rows = node.store.rows.instruments(RowQuery(object_kind=MINUTES), MOST_MINUTES)
        today = node.clock.now().date()
        binding = [found for row in rows if (found := _binding_hash(row, today))]
        title = TextVersion.objects.filter(content_hash=OuterRef("content_hash")).values("title")[:1]
        known = Line.objects.filter(content_hash__in=binding, block__in=KINDS).annotate(
            origin=Subquery(title)
        )
        lines: dict[str, list[OfferedLine]] = {}
        for line in known.order_by("block", "no"):
            lines.setdefault(line.content_hash, []).append(_offer(line, load_texts(line.origin or "{}")))
        return [one for each in binding for one in reversed_blocks(lines.get(each, []))]


def reversed_blocks(lines: Sequence[OfferedLine]) -> list[OfferedLine]:
    """Decisions before actions."""
    return sorted(lines, key=lambda each: each.kind != "decision")


def _offer(line: Line, title: dict[str, str]) -> OfferedLine:
    address = LineAddress(line.object_id, line.version, line.name).encode()
    return OfferedLine(
        key=address,
        register=NAME,
        kind=KINDS[line.block],
        object_id=line.object_id,
        origin=title,
        text=load_texts(line.text),
        basis={"at": address},
        owner=line.owner,
        due_on=line.due_on,
    )


def _binding_hash(row: InstrumentRow, today: date) -> str:
    """Content hash of the version in force; empty for none."""
    for version in reversed(row.versions):
        entry, over = version.get("entry_into_force_on"), version.get("superseded_on")
        is_over = isinstance(over, str) and date.fromisoformat(over) <= today
        if version["state"] == State.SIGNED and entry and not is_over:
            return str(version["content_hash"])
    return ""
