"""Notes about a meeting, a body or a text: papers, comments, initiallings, statements, issues, reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mithaq.core.encoding import from_ms
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import NoteRow
from mithaq.registers.meetings.models import Item
from mithaq.registers.meetings.reading.rows import AT_ONCE, load, load_texts


@dataclass(frozen=True, slots=True)
class ItemView:
    """A note for a page.

    Attributes:
        states: recipient -> state there.
        answers: recipient -> body of its answer.
    """

    object_id: str
    object_kind: str
    sender: str
    about_id: str
    no: int | None
    title: Mapping[str, str]
    data: Mapping[str, Any]
    blobs: Sequence[Mapping[str, Any]]
    answers: Mapping[str, Mapping[str, Any]]
    created_at: datetime
    states: Mapping[str, str]
    delivered_at: datetime | None

    @property
    def text(self) -> object:
        """A text, or a text by language; empty when it has none."""
        return self.data.get("text", "")

    @property
    def due_day(self) -> date | None:
        """The day at whose end it is due."""
        value = self.data.get("due_on")
        return date.fromisoformat(value) if isinstance(value, str) else None

    @property
    def is_open(self) -> bool:
        """Whether an answer is still awaited."""
        # An answer counts for readers as soon as it is here; its receipt may still be on the way.
        if any(answer.get("final") is True for answer in self.answers.values()):
            return False
        return bool({"sent", "delivered", "read", "accepted", "clarification"} & set(self.states.values()))


def items_about(node: Node, ids: Iterable[str], kinds: Sequence[str] = ()) -> list[ItemView]:
    """Notes about these things, the oldest first."""
    rows = Item.objects.filter(about_id__in=list(ids))
    if kinds:
        rows = rows.filter(object_kind__in=kinds)
    return describe_items(node, rows.order_by("created_ms", "object_id"))


def describe_items(node: Node, rows: Iterable[Item]) -> list[ItemView]:
    """These notes with where they stand."""
    rows = list(rows)
    notes: dict[str, list[NoteRow]] = {}
    for start in range(0, len(rows), AT_ONCE):
        query = RowQuery(object_ids=[row.object_id for row in rows[start : start + AT_ONCE]])
        for note in node.store.rows.notes(query, limit=AT_ONCE * 32):
            notes.setdefault(note.object_id, []).append(note)
    return [describe_item(row, notes.get(row.object_id, ())) for row in rows]


def describe_item(row: Item, notes: Sequence[NoteRow]) -> ItemView:
    """One note; ``notes`` are its rows, one a recipient."""
    delivered = [note.delivered_at for note in notes if note.delivered_at is not None]
    return ItemView(
        object_id=row.object_id,
        object_kind=row.object_kind,
        sender=row.sender,
        about_id=row.about_id,
        no=row.no,
        title=load_texts(row.title),
        data=load(row.data),
        blobs=load(row.blobs),
        answers=load(row.answers),
        created_at=from_ms(row.created_ms),
        states={str(note.recipient): note.state for note in notes},
        delivered_at=max(delivered, default=None),
    )
