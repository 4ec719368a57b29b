"""``ReceiptStore``: receipts of both sides, as ranges, and what is still owed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.types import LeafIndex, TreeSize
from mithaq.node.records import Outcome, ReceiptRange

from .engines import OnPostgresql, OnSqlite
from .samples import LATER, NOW, OWN, OWN_LOG, PARTNER, PARTNER_LOG, THIRD


def make_range(first: int, last: int, **changed: Any) -> ReceiptRange:
    """A range about our log by the partner."""
    values: dict[str, Any] = {
        "subject_log": OWN_LOG,
        "recipient": PARTNER,
        "first": LeafIndex(first),
        "last": LeafIndex(last),
        "result": ReceiptResult.APPLIED,
        "at": NOW,
        "tree_size": TreeSize(last + 1),
        "receipt_log": PARTNER_LOG,
        "receipt_index": LeafIndex(first),
    }
    return ReceiptRange(**{**values, **changed})


class ReceiptsContract:
    def test_ranges_come_back(self, store: Any) -> None:
        ranges = [make_range(0, 4), make_range(7, 9, result=ReceiptResult.UNUSABLE, at=LATER)]
        store.receipts.add(ranges)
        store.receipts.add(ranges)
        assert store.receipts.about(OWN_LOG) == ranges
        assert store.receipts.about(PARTNER_LOG) == []

    def test_covering(self, store: Any) -> None:
        ranges = [make_range(0, 4), make_range(5, 5), make_range(7, 9)]
        store.receipts.add(ranges)
        assert store.receipts.covering(OWN_LOG, []) == []
        assert store.receipts.covering(OWN_LOG, [LeafIndex(6)]) == []
        assert store.receipts.covering(OWN_LOG, [LeafIndex(4), LeafIndex(8)]) == [ranges[0], ranges[2]]

    def test_what_was_told_before(self, store: Any) -> None:
        """Of the same recipient, log and result, in a receipt that stands before; wide or not."""
        store.receipts.add(
            [
                make_range(0, 4, receipt_index=LeafIndex(1)),
                make_range(6, 9_000, receipt_index=LeafIndex(2)),
                make_range(3, 5, receipt_index=LeafIndex(3), result=ReceiptResult.PENDING),
                make_range(3, 5, receipt_index=LeafIndex(4), recipient=THIRD),
                make_range(3, 5, receipt_index=LeafIndex(8)),
            ]
        )
        one = make_range(4, 6, receipt_index=LeafIndex(8))
        assert sorted(store.receipts.told(one)) == [(0, 4), (6, 9_000)]
        assert store.receipts.told(replace(one, first=LeafIndex(5), last=LeafIndex(5))) == []
        assert store.receipts.told(replace(one, receipt_index=LeafIndex(1))) == []

    def test_oldest_receipt_first(self, store: Any) -> None:
        late, early = (
            make_range(0, 1, receipt_index=LeafIndex(20)),
            make_range(2, 3, receipt_index=LeafIndex(10)),
        )
        store.receipts.add([late, early])
        assert store.receipts.about(OWN_LOG) == [early, late]

    def test_the_floor_of_time_by_one_partner(self, store: Any) -> None:
        store.receipts.add(
            [
                make_range(0, 3, tree_size=TreeSize(4), at=LATER),
                make_range(4, 7, tree_size=TreeSize(8), at=NOW),
                make_range(8, 8, tree_size=TreeSize(9), at=LATER + timedelta(days=1), recipient=THIRD),
            ]
        )
        assert store.receipts.floor_at(OWN_LOG, PARTNER, LeafIndex(3)) is None
        assert store.receipts.floor_at(OWN_LOG, PARTNER, LeafIndex(50)) == LATER
        assert store.receipts.floor_at(PARTNER_LOG, PARTNER, LeafIndex(50)) is None

    def test_times_keep_their_milliseconds(self, store: Any) -> None:
        old = NOW.replace(year=1980, microsecond=1_000)
        store.receipts.add([make_range(0, 0, at=old)])
        assert store.receipts.about(OWN_LOG)[0].at == old

    def test_what_is_owed_until_it_is_told(self, store: Any) -> None:
        told = Outcome(LeafIndex(0), LeafIndex(4), ReceiptResult.APPLIED)
        bad = Outcome(LeafIndex(5), LeafIndex(5), ReceiptResult.UNUSABLE, "bad_field")
        later = Outcome(LeafIndex(6), LeafIndex(9), ReceiptResult.APPLIED)
        store.receipts.owe(PARTNER_LOG, [later, told, bad])
        assert store.receipts.owed(PARTNER_LOG, 10) == [told, bad, later]
        assert store.receipts.owed(PARTNER_LOG, 2) == [told, bad]
        assert store.receipts.owed(OWN_LOG, 10) == []
        store.receipts.settle(PARTNER_LOG, LeafIndex(0), LeafIndex(4), ReceiptResult.APPLIED)
        store.receipts.settle(PARTNER_LOG, LeafIndex(5), LeafIndex(5), ReceiptResult.APPLIED)
        assert store.receipts.owed(PARTNER_LOG, 10) == [bad, later]

    def test_the_largest_numbers_hold(self, store: Any) -> None:
        one = make_range(0, 2**53 - 1, tree_size=TreeSize(2**53))
        store.receipts.add([one])
        assert store.receipts.covering(OWN_LOG, [LeafIndex(2**52)]) == [one]

    def test_ranges_of_both_sides_are_apart(self, store: Any) -> None:
        ours = make_range(0, 4, subject_log=PARTNER_LOG, recipient=OWN, receipt_log=OWN_LOG)
        theirs = make_range(0, 4)
        store.receipts.add([ours, theirs])
        assert store.receipts.about(PARTNER_LOG) == [ours]
        assert store.receipts.about(OWN_LOG) == [theirs]
        assert store.receipts.covering(OWN_LOG, [LeafIndex(0)]) == [replace(theirs)]


class TestReceiptsOnSqlite(OnSqlite, ReceiptsContract):
    pass


class TestReceiptsOnPostgresql(OnPostgresql, ReceiptsContract):
    pass
