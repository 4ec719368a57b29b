"""The local journal in the database."""

from collections.abc import Iterator

import orjson

from mithaq.adapters.store.lost_connection import with_engine_errors
from mithaq.adapters.store.models import JournalRow
from mithaq.core.encoding import from_ms, to_ms
from mithaq.node.records import JournalEntry


@with_engine_errors()
class DatabaseJournal:
    """Implements ``node.ports.Journal``."""

    def append(self, entry: JournalEntry) -> JournalEntry:
        """Keep it."""
        row = JournalRow.objects.create(
            register=entry.register,
            kind=entry.kind,
            subject=entry.subject,
            body=orjson.dumps(entry.body).decode(),
            post=entry.post,
            holder=entry.holder,
            at_ms=to_ms(entry.at),
        )
        return _read(row)  # as a replay will read it: times of the database are milliseconds

    def entries(self, register: str) -> Iterator[JournalEntry]:
        """All of one register, oldest first."""
        return map(_read, JournalRow.objects.filter(register=register).order_by("number").iterator())

    def since(self, number: int, limit: int) -> list[JournalEntry]:
        """Entries above that number."""
        return [_read(row) for row in JournalRow.objects.filter(number__gt=number).order_by("number")[:limit]]

    def last_number(self) -> int:
        """Number of the newest entry."""
        last = JournalRow.objects.order_by("-number").values_list("number", flat=True).first()
        return int(last or 0)

    def of_subject(self, register: str, subject: str) -> list[JournalEntry]:
        """All about one thing, oldest first."""
        found = JournalRow.objects.filter(register=register, subject=subject).order_by("number")
        return [_read(row) for row in found]


def _read(row: JournalRow) -> JournalEntry:
    return JournalEntry(
        row.number,
        row.register,
        row.kind,
        row.subject,
        orjson.loads(row.body),
        row.post,
        row.holder,
        from_ms(row.at_ms),
    )
