"""Receipts of both sides in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mithaq.adapters.store.models import POSITION_BITS
from mithaq.adapters.store.rows import LogNumbers, Row, execute, execute_many, maybe_from_ms, query
from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.encoding import from_ms, to_ms
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, TreeSize
from mithaq.node.records import Outcome, ReceiptRange

COLUMNS = "log_id, recipient, first, last, result, at_ms, tree_size, receipt_position"


MOST_WIDTH = 4_096
"""Acts in a usual range: the ones that cover an index are looked for among the few that begin nearby. Wider
ones have an index of their own, and hardly ever exist."""

FLOORS_AT_ONCE = 200
"""Look-ups in one statement."""

NARROW_COVERING = (
    f"SELECT {COLUMNS} FROM store_receipt WHERE log_id = %s AND first > %s AND first <= %s AND last >= %s"
    " AND NOT is_wide"
)
WIDE_COVERING = (
    f"SELECT {COLUMNS} FROM store_receipt WHERE log_id = %s AND is_wide AND first <= %s AND last >= %s"
)

FLOOR = "SELECT MAX(at_ms) FROM store_receipt WHERE log_id = %s AND recipient = %s AND tree_size <= %s"

ALIKE = " AND recipient = %s AND result = %s AND receipt_position >= %s AND receipt_position < %s"


class DatabaseReceipts:
    """Implements ``node.ports.ReceiptStore``."""

    def __init__(self, numbers: LogNumbers) -> None:
        self._numbers = numbers

    def add(self, ranges: Sequence[ReceiptRange]) -> None:
        """Keep ranges; a repeated one changes nothing."""
        execute_many(
            f"INSERT INTO store_receipt ({COLUMNS}, is_wide) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [
                (
                    self._numbers.id_of(one.subject_log),
                    one.recipient,
                    one.first,
                    one.last,
                    one.result.value,
                    to_ms(one.at),
                    one.tree_size,
                    self._numbers.position(one.receipt_log, one.receipt_index),
                    one.last - one.first >= MOST_WIDTH,
                )
                for one in ranges
            ],
        )

    def covering(self, log: Origin, indexes: Iterable[LeafIndex]) -> list[ReceiptRange]:
        """Ranges of that log that cover one of these indexes, oldest receipt first."""
        return self.covering_each({log: indexes})[log]

    def covering_each(
        self, indexes: Mapping[Origin, Iterable[LeafIndex]]
    ) -> dict[Origin, list[ReceiptRange]]:
        """As ``covering``, for several logs in one statement."""
        wanted = {log: sorted(set(each)) for log, each in indexes.items()}
        found: dict[Origin, list[ReceiptRange]] = {log: [] for log in wanted}
        parts: list[str] = []
        values: list[object] = []
        for log, each in wanted.items():
            if each:
                log_id, low, high = self._numbers.id_of(log), each[0], each[-1]
                parts += [NARROW_COVERING, WIDE_COVERING]
                values += [log_id, low - MOST_WIDTH, high, low, log_id, high, low]
        rows = query(" UNION ALL ".join(parts), values) if parts else []
        for row in sorted(rows, key=lambda row: (row[7], row[2])):
            one = self._range(row)
            if any(one.first <= index <= one.last for index in wanted[one.subject_log]):
                found[one.subject_log].append(one)
        return found

    def told(self, one: ReceiptRange) -> list[tuple[LeafIndex, LeafIndex]]:
        """Spans that meet this one, of the same result, in earlier receipts of that log."""
        log_id = self._numbers.id_of(one.subject_log)
        alike = (
            one.recipient,
            one.result.value,
            self._numbers.position(one.receipt_log, 0),
            self._numbers.position(one.receipt_log, one.receipt_index),
        )
        found = query(NARROW_COVERING + ALIKE, (log_id, one.first - MOST_WIDTH, one.last, one.first, *alike))
        found += query(WIDE_COVERING + ALIKE, (log_id, one.last, one.first, *alike))
        return [(LeafIndex(row[2]), LeafIndex(row[3])) for row in found]

    def about(self, log: Origin) -> list[ReceiptRange]:
        """Every range about acts of that log, oldest first."""
        found = query(
            f"SELECT {COLUMNS} FROM store_receipt WHERE log_id = %s ORDER BY receipt_position",
            (self._numbers.id_of(log),),
        )
        return [self._range(row) for row in found]

    def floor_at(self, log: Origin, by: AdministrationCode, leaf_index: LeafIndex) -> datetime | None:
        """Largest T among receipts by ``by`` about ``log`` of a size <= leaf_index."""
        return self.floors_at([(log, by, leaf_index)])[0]

    def floors_at(
        self, asked: Sequence[tuple[Origin, AdministrationCode, LeafIndex]]
    ) -> list[datetime | None]:
        """As ``floor_at``, for several acts in one statement."""
        found: list[datetime | None] = []
        for start in range(0, len(asked), FLOORS_AT_ONCE):
            part = asked[start : start + FLOORS_AT_ONCE]
            values = [
                value for log, by, leaf_index in part for value in (self._numbers.id_of(log), by, leaf_index)
            ]
            [row] = query(f"SELECT {', '.join([f'({FLOOR})'] * len(part))}", values)
            found += map(maybe_from_ms, row)
        return found

    def owe(self, log: Origin, outcomes: Sequence[Outcome]) -> None:
        """Remember results to be told."""
        base = self._numbers.position(log, 0)
        execute_many(
            "INSERT INTO store_owedreceipt (first, last, result, reason, also_to) VALUES (%s, %s,"
            " %s, %s, %s)",
            [
                (base + one.first, base + one.last, one.result.value, one.reason, one.also_to)
                for one in outcomes
            ],
        )

    def owed(self, log: Origin, limit: int) -> list[Outcome]:
        """Results not yet told, in index order."""
        base = self._numbers.position(log, 0)
        found = query(
            "SELECT first, last, result, reason, also_to FROM store_owedreceipt WHERE first >= %s"
            " AND first < %s"
            " ORDER BY first, id LIMIT %s",
            (base, base + (1 << POSITION_BITS), limit),
        )
        return [
            Outcome(LeafIndex(first - base), LeafIndex(last - base), ReceiptResult(result), reason, also_to)
            for first, last, result, reason, also_to in found
        ]

    def settle(self, log: Origin, first: LeafIndex, last: LeafIndex, result: ReceiptResult) -> None:
        """Forget what a published receipt has told."""
        base = self._numbers.position(log, 0)
        execute(
            "DELETE FROM store_owedreceipt WHERE first >= %s AND last <= %s AND result = %s",
            (base + first, base + last, result.value),
        )

    def _range(self, row: Row) -> ReceiptRange:
        receipt_log, receipt_index = self._numbers.place(row[7])
        return ReceiptRange(
            self._numbers.origin_of(row[0]),
            AdministrationCode(row[1]),
            LeafIndex(row[2]),
            LeafIndex(row[3]),
            ReceiptResult(row[4]),
            from_ms(row[5]),
            TreeSize(row[6]),
            receipt_log,
            receipt_index,
        )
