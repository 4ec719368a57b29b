"""What a receipt tells that its author has not told before: only that is kept.

The first ``applied`` for an act counts and a repetition changes nothing, so a partner that repeats itself a
million times leaves no million rows over every act.

Spec: docs/spec 8.6.4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mithaq.core.types import LeafIndex
from mithaq.node.ports import ReceiptStore
from mithaq.node.records import ReceiptRange

NOWHERE = LeafIndex(-1_000_000)
"""``first`` of a range over no act: it is kept because its time is a floor, and no look-up touches it."""


def find_fresh(receipts: ReceiptStore, ranges: Sequence[ReceiptRange]) -> list[ReceiptRange]:
    """The parts of the ranges of one receipt that no earlier receipt of that recipient told alike.

    Where nothing is left, one range over no act.
    """
    fresh = [part for one in ranges for part in cut_told(one, receipts.told(one))]
    if ranges and not fresh:
        return [replace(ranges[0], first=NOWHERE, last=LeafIndex(NOWHERE - 1))]
    return fresh


def cut_told(one: ReceiptRange, told: Iterable[tuple[LeafIndex, LeafIndex]]) -> list[ReceiptRange]:
    """What is left of a range without the spans (first, last) that were told before."""
    left, first = [], one.first
    for told_first, told_last in sorted(told):
        if told_last < first or told_first > one.last:
            continue
        if told_first > first:
            left.append(replace(one, first=first, last=LeafIndex(told_first - 1)))
        first = LeafIndex(told_last + 1)
    if first <= one.last:
        left.append(replace(one, first=first))
    return left
