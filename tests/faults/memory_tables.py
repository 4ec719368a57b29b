"""Tables in memory whose changes roll back with their transaction."""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mithaq.core.log.signed_note import SignatureLine, parse_signed_note
from mithaq.core.types import Origin
from mithaq.errors import MissingError, UnavailableError
from mithaq.node.records import SealedAct


class Journal:
    """How to undo what the running transaction has done."""

    def __init__(self) -> None:
        self.depth = 0
        self.undo: list[Callable[[], object]] = []

    @contextmanager
    def transaction(self, check_commit: Callable[[], None]) -> Iterator[None]:
        """All or nothing; joins one that runs already. ``check_commit`` may refuse the commit."""
        if self.depth:
            yield
            return
        self.depth = 1
        try:
            yield
            check_commit()
        except BaseException:
            for step in reversed(self.undo):
                step()
            raise
        finally:
            self.undo = []
            self.depth = 0


class Table(dict[Any, Any]):
    """A dict whose changes roll back. Values are never changed in place."""

    def __init__(self, journal: Journal, rows: Mapping[Any, Any] = {}) -> None:
        super().__init__(rows)
        self._journal = journal

    def put(self, key: Any, value: Any) -> None:
        if self._journal.depth:
            if key in self:
                self._journal.undo.append(lambda old=self[key]: self.__setitem__(key, old))
            else:
                self._journal.undo.append(lambda: self.pop(key))
        self[key] = value

    def drop(self, key: Any) -> None:
        if key in self:
            old = self.pop(key)
            if self._journal.depth:
                self._journal.undo.append(lambda: self.__setitem__(key, old))


class Lists(dict[Any, list[Any]]):
    """Sorted lists by key, whose insertions and removals roll back."""

    def __init__(self, journal: Journal, rows: Mapping[Any, list[Any]] = {}) -> None:
        super().__init__({key: list(found) for key, found in rows.items()})
        self._journal = journal

    def of(self, key: Any) -> list[Any]:
        return self.get(key, [])

    def insert(self, key: Any, value: Any) -> None:
        found = self.setdefault(key, [])
        insort(found, value)
        if self._journal.depth:
            self._journal.undo.append(lambda: found.remove(value))

    def remove(self, key: Any, value: Any) -> None:
        found = self[key]
        found.remove(value)
        if self._journal.depth:
            self._journal.undo.append(lambda: insort(found, value))


TABLES = (
    "acts", "checkpoints", "cosignatures", "release_heads", "heads", "bundles", "parked", "waiting", "gaps",
    "witnessed", "wanted", "notes", "instruments", "versions", "links", "partners", "roots", "revocations",
    "alarms", "evidence", "settings", "own_head", "entries", "bases",
    "dates",
)  # fmt: skip
LISTS = (
    "order", "ids", "objects", "releases", "cosigned", "receipts", "floors", "receipt_keys", "owed", "places",
    "blobs",
)  # fmt: skip


class Tables:
    """Everything that is durable."""

    def __init__(self, source: "Tables | None" = None) -> None:
        self.journal = Journal()
        self.serial = source.serial if source else 0
        for name in TABLES:
            setattr(self, name, Table(self.journal, getattr(source, name) if source else {}))
        for name in LISTS:
            setattr(self, name, Lists(self.journal, getattr(source, name) if source else {}))

    def __getattr__(self, name: str) -> Any:  # for readers: the tables are made above
        raise AttributeError(name)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial


def clash(what: str) -> UnavailableError:
    """What the database makes of a broken unique key."""
    return UnavailableError("disk", f"the database did not commit: UNIQUE constraint failed: {what}")


def insert_acts(tables: Tables, acts: Iterable[SealedAct]) -> None:
    for act in acts:
        place = (act.log, act.leaf_index)
        if place in tables.acts:
            raise clash("store_act.position")
        tables.acts.put(place, act)
        tables.order.insert(act.log, act.leaf_index)
        tables.ids.insert(act.parsed.id, place)
        tables.objects.insert(act.object_id, place)
        for blob in act.parsed.blobs:
            tables.blobs.insert(blob.sha256, place)


def remove_act(tables: Tables, origin: Origin, leaf_index: int) -> None:
    place = (origin, leaf_index)
    act = tables.acts.get(place)
    if act is None:
        return
    tables.acts.drop(place)
    tables.order.remove(origin, leaf_index)
    tables.ids.remove(act.parsed.id, place)
    tables.objects.remove(act.object_id, place)
    for blob in act.parsed.blobs:
        tables.blobs.remove(blob.sha256, place)
    wanted = tables.wanted.get(origin, ())
    tables.wanted.put(origin, tuple(one for one in wanted if one.leaf_index != leaf_index))
    for log, found in list(tables.receipts.items()):
        for row in [row for row in found if (row[2].receipt_log, row[2].receipt_index) == place]:
            tables.receipts.remove(log, row)


def add_cosignature(
    tables: Tables, origin: Origin, tree_size: int, line: SignatureLine, at_s: int, by: str
) -> None:
    known = tables.cosignatures.get((origin, tree_size), ())
    if any((one.key_id, at) == (line.key_id, at_s) for one, at, _ in known):
        return
    tables.cosignatures.put((origin, tree_size), (*known, (line, at_s, by)))
    for key in ((origin, by), (origin, None)):
        if tree_size not in tables.cosigned.of(key)[-1:]:
            tables.cosigned.insert(key, tree_size)


def cosigned_note(tables: Tables, origin: Origin, tree_size: int) -> bytes:
    found = tables.checkpoints.get((origin, tree_size))
    if found is None:
        raise MissingError("checkpoint_missing", "no checkpoint was published at that size")
    lines = sorted(tables.cosignatures.get((origin, tree_size), ()), key=lambda one: one[1])
    newest = {(line.name, line.key_id): line for line, _, _ in lines}
    note: bytes = found[1]
    return parse_signed_note(note).with_lines(*newest.values()).encode() if newest else note
