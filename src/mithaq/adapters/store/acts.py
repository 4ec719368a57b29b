"""Reading acts of any log from the database."""

from collections.abc import Iterable, Iterator

from django.db import connection

from mithaq.adapters.store import rows
from mithaq.adapters.store.models import POSITION_BITS
from mithaq.adapters.store.rows import LogNumbers, query
from mithaq.core.types import FIRST_LEAF, LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.node.records import SealedAct, StoredAct

SCAN_ROWS = 512
"""Rows read at a time by ``scan``: bounds memory, about half a megabyte of typical acts."""

IDS_AT_ONCE = 400
"""Object ids in one IN list."""


class DatabaseActs:
    """Implements ``node.ports.ActStore``."""

    def __init__(self, numbers: LogNumbers) -> None:
        self._numbers = numbers

    def by_id(self, act_id: str) -> SealedAct:
        """One act."""
        return self._one("act_id = %s", act_id)

    def at(self, log: Origin, leaf_index: LeafIndex) -> SealedAct:
        """One act by place."""
        return self._one("position = %s", self._numbers.position(log, leaf_index))

    def of_objects(self, object_ids: Iterable[str]) -> dict[str, list[SealedAct]]:
        """Every act held of these objects, grouped by object."""
        wanted = sorted(set(object_ids))
        grouped: dict[str, list[SealedAct]] = {object_id: [] for object_id in wanted}
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            places = rows.marks(len(part))
            found = query(
                f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE act_id IN ({places}) OR object_id IN"
                f" ({places})"
                " ORDER BY position",
                [*part, *part],
            )
            for stored in rows.stored_acts(found, self._numbers):
                act = stored.read()
                if act.object_id in grouped:
                    grouped[act.object_id].append(act)
        return grouped

    def places_of(self, act_ids: Iterable[str]) -> dict[str, tuple[Origin, LeafIndex]]:
        """Where acts of these ids are held."""
        wanted = sorted(set(act_ids))
        places: dict[str, tuple[Origin, LeafIndex]] = {}
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            sql = f"SELECT act_id, position FROM store_act WHERE act_id IN ({rows.marks(len(part))})"
            places.update((act_id, self._numbers.place(position)) for act_id, position in query(sql, part))
        return places

    def count_of_objects(self, object_ids: Iterable[str], log: Origin) -> dict[str, int]:
        """How many later acts of these objects are held of that log."""
        wanted, counts = sorted(set(object_ids)), dict.fromkeys(object_ids, 0)
        base = self._numbers.position(log, 0)
        for start in range(0, len(wanted), IDS_AT_ONCE):
            part = wanted[start : start + IDS_AT_ONCE]
            sql = (
                f"SELECT object_id, COUNT(*) FROM store_act WHERE object_id IN ({rows.marks(len(part))})"
                " AND position >= %s AND position < %s GROUP BY object_id"
            )
            found = query(sql, [*part, base, base + (1 << POSITION_BITS)])
            counts.update((object_id, int(count)) for object_id, count in found)
        return counts

    def objects_signed_by(self, log: Origin, keyid: str, first: LeafIndex) -> list[str]:
        """Objects with an act from there on that bears a signature of that key."""
        found = query(
            f"SELECT DISTINCT COALESCE(object_id, act_id) FROM store_act WHERE position BETWEEN %s AND %s"
            f" AND signatures IS NOT NULL AND {_contains('signatures')}",
            (*self._numbers.span(log, first, rows.LEAF_MASK), keyid.encode()),
        )
        return sorted(row[0] for row in found)

    def naming_blob(self, sha256: str, limit: int = 200) -> list[SealedAct]:
        """Acts that name a blob, the newest of each log first."""
        found = query(
            f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE position IN"
            f" (SELECT position FROM store_blobname WHERE sha256 = %s) AND {rows.HAS_CONTENT}"
            " ORDER BY position DESC LIMIT %s",
            (sha256, limit),
        )
        return [stored.read() for stored in rows.stored_acts(found, self._numbers)]

    def scan(self, log: Origin, first: LeafIndex = FIRST_LEAF) -> Iterator[StoredAct]:
        """Acts of one log in index order, a few hundred at a time."""
        base = self._numbers.position(log, 0)
        after = base + first - 1
        while True:
            found = query(
                f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE position > %s AND position < %s"
                f" AND {rows.HAS_CONTENT} ORDER BY position LIMIT %s",
                (after, base + (1 << POSITION_BITS), SCAN_ROWS),
            )
            if not found:
                return
            yield from rows.stored_acts(found, self._numbers)
            after = found[-1][0]

    def objects_in(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[str]:
        """Objects that have, beside an act in that range, any other act."""
        between = self._numbers.span(log, first, last)
        found = query(
            "SELECT DISTINCT object_id FROM store_act WHERE position BETWEEN %s AND %s AND object_id"
            " IS NOT NULL"
            " UNION SELECT later.object_id FROM store_act AS later WHERE later.object_id IN"
            " (SELECT act_id FROM store_act WHERE position BETWEEN %s AND %s AND object_id IS NULL)",
            (*between, *between),
        )
        return [row[0] for row in found]

    def _one(self, where: str, value: object) -> SealedAct:
        found = query(
            f"SELECT {rows.ACT_COLUMNS} FROM store_act WHERE {where} AND {rows.HAS_CONTENT} LIMIT 1", (value,)
        )
        if not found:
            raise MissingError("act", "no such act is held here")
        return rows.stored_acts(found, self._numbers)[0].read()


def _contains(column: str) -> str:
    """Condition: a column of bytes holds these bytes."""
    if connection.vendor == "postgresql":
        return f"position(%s::bytea in {column}) > 0"
    return f"instr({column}, %s) > 0"
