"""What a receipt tells that its author has not told before: only that is kept.

The first ``applied`` for an act counts and a repetition changes nothing, so a partner that repeats itself a
million times leaves no million rows over every act.

Spec: docs/spec 8.6.4.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from mithaq.core.types import LeafIndex
from mithaq.node.ports import ReceiptStore
from mithaq.node.records import ReceiptRange

NOWHERE = LeafIndex(-1_000_000)
"""``first`` of a range over no act: it is kept because its time is a floor, and no look-up touches it."""


def find_fresh(receipts: ReceiptStore, ranges: Sequence[ReceiptRange]) -> list[ReceiptRange]:
    """The parts of the ranges of one receipt that no earlier receipt of that recipient told alike.

    Where nothing is left, one range over no act.
    """
    fresh: list[ReceiptRange] = []
    for result in dict.fromkeys(one.result for one in ranges):
        alike = [one for one in ranges if one.result is result]
        # One look-up for all of them: a receipt may have a thousand, far apart.
        told = merge(receipts.told(replace(alike[0], last=alike[-1].last)))
        ends = [last for _, last in told]
        for one in alike:
            fresh += cut_told(one, islice(told, bisect_left(ends, one.first), None))
    if ranges and not fresh:
        return [replace(ranges[0], first=NOWHERE, last=LeafIndex(NOWHERE - 1))]
    return fresh


def merge(spans: Iterable[tuple[LeafIndex, LeafIndex]]) -> list[tuple[LeafIndex, LeafIndex]]:
    """The same leaves as spans that ascend and do not meet."""
    merged: list[tuple[LeafIndex, LeafIndex]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def cut_told(one: ReceiptRange, told: Iterable[tuple[LeafIndex, LeafIndex]]) -> list[ReceiptRange]:
    """What is left of a range without the spans (first, last) that were told before; they ascend."""
    left, first = [], one.first
    for told_first, told_last in told:
        if told_first > one.last:
            break
        if told_last < first:
            continue
        if told_first > first:
            left.append(replace(one, first=first, last=LeafIndex(told_first - 1)))
        first = LeafIndex(told_last + 1)
    if first <= one.last:
        left.append(replace(one, first=first))
    return left
