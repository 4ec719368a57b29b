"""The local journal: what people did here that no partner may ever see (drafts, intake, aliases)."""

from collections.abc import Iterator
from typing import Protocol

from mithaq.node.records import JournalEntry


class Journal(Protocol):
    """Append-only; the read models of registers are replayed from it as from the acts."""

    def append(self, entry: JournalEntry) -> JournalEntry:
        """Keep it; answers the entry with its number, exactly as ``entries`` will give it back."""
        ...

    def entries(self, register: str) -> Iterator[JournalEntry]:
        """All of one register, oldest first."""
        ...

    def since(self, number: int, limit: int) -> list[JournalEntry]:
        """Entries of every register above that number, oldest first."""
        ...

    def last_number(self) -> int:
        """Number of the newest entry; 0 without one."""
        ...

    def of_subject(self, register: str, subject: str) -> list[JournalEntry]:
        """All about one thing, oldest first."""
        ...
