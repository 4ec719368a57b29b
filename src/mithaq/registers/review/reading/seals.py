"""Opinions and deposits of campaigns, as this node can vouch for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import BigIntegerField, BooleanField, TextField, Value

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.encoding import from_ms
from mithaq.core.types import LeafIndex, Origin
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.partner.leaves import LeafLookup
from mithaq.node.ports import RowQuery
from mithaq.registers.review.models import DepositLine, OpinionRow
from mithaq.registers.review.reading.rows import AT_ONCE, load
from mithaq.registers.review.rules.sealing import Deposit, Given, Side, judge_side, with_silence

_SHARED: Final = (
    "object_id", "plan_id", "agreement_id", "sender", "log", "leaf_index", "commitment", "created_ms",
)  # fmt: skip

Key = tuple[str, str, str]
"""Plan, agreement, side."""


@dataclass(frozen=True, slots=True)
class Seals:
    """What is known of some campaigns."""

    own: str
    deposits: dict[Key, list[Deposit]]
    opinions: dict[Key, list[Given]]

    def sides(self, plan: str, agreement: str, codes: Sequence[str]) -> list[Side]:
        """Every side of one agreement, in the order of ``codes``."""
        judged = {
            code: judge_side(
                code,
                self.deposits.get((plan, agreement, code), ()),
                self.opinions.get((plan, agreement, code), ()),
            )
            for code in codes
        }
        own = judged.get(self.own)
        return [
            each if own is None or each.by == self.own else with_silence(own, each)
            for each in judged.values()
        ]


def read_seals(node: Node, plan_ids: Iterable[str]) -> Seals:
    """Deposits and opinions of these campaigns, with as many questions as for one."""
    rows, lines = _read_rows(list(plan_ids))
    opinions: dict[Key, list[Given]] = defaultdict(list)
    for one, row in zip(_read_opinions(node, rows), rows, strict=True):
        if one is not None:
            opinions[row.plan_id, one.agreement, one.by].append(one)
    return Seals(str(node.identity.code), _read_deposits(node, lines, rows), dict(opinions))


def _read_rows(plan_ids: Sequence[str]) -> tuple[list[OpinionRow], list[DepositLine]]:
    """Opinions and deposits in one statement; the columns that one of them lacks are empty there."""
    opinions = OpinionRow.objects.filter(plan_id__in=plan_ids).annotate(at=Value(-1, BigIntegerField()))
    deposits = DepositLine.objects.filter(plan_id__in=plan_ids).annotate(
        sealed=Value(False, BooleanField()),
        released=Value(None, BigIntegerField(null=True)),
        opened=Value(None, BigIntegerField(null=True)),
        text=Value("", TextField()),
    )
    found = opinions.values_list(*_SHARED, "is_sealed", "release_index", "opened_ms", "data", "at").union(
        deposits.values_list(*_SHARED, "sealed", "released", "opened", "text", "at_index"), all=True
    )
    rows: list[OpinionRow] = []
    lines: list[DepositLine] = []
    for *shared, is_sealed, release_index, opened_ms, data, at_index in found:
        known = dict(zip(_SHARED, shared, strict=True))
        if at_index < 0:
            more = {"release_index": release_index, "opened_ms": opened_ms, "data": data}
            rows.append(OpinionRow(**known, is_sealed=bool(is_sealed), **more))
        else:
            lines.append(DepositLine(**known, at_index=at_index))
    return sorted(rows, key=lambda row: row.leaf_index), sorted(lines, key=lambda line: line.at_index)


# Opinions


def _read_opinions(node: Node, rows: Sequence[OpinionRow]) -> list[Given | None]:
    own = str(node.identity.code)
    delivered = _delivered_releases(node, [row for row in rows if row.sender == own])
    sent = _sent_states(node, [row.object_id for row in rows if not row.is_sealed])
    found: list[Given | None] = []
    for row in rows:
        one = Given(
            row.object_id,
            row.sender,
            row.agreement_id,
            load(row.data),
            row.leaf_index,
            row.commitment,
            row.is_sealed,
        )
        if not row.is_sealed:
            found.append(_with_sending(one, sent.get(row.object_id), from_ms(row.created_ms), own))
        elif row.release_index is None or row.opened_ms is None:
            found.append(replace(one, is_opened=False))
        elif row.sender == own:
            found.append(replace(one, delivered_at=delivered.get(row.release_index)))
        else:
            found.append(replace(one, delivered_at=from_ms(row.opened_ms)))
    return found


def _delivered_releases(node: Node, rows: Sequence[OpinionRow]) -> dict[int, datetime]:
    """Place of a release of ours -> when a recipient first had it."""
    places = [LeafIndex(row.release_index) for row in rows if row.release_index is not None]
    if not places:
        return {}
    found: dict[int, datetime] = {}
    for one in node.store.receipts.covering(node.identity.origin, places):
        if one.result is ReceiptResult.APPLIED:
            for place in places:
                if one.first <= place <= one.last:
                    found[place] = min(one.at, found.get(place, one.at))
    return found


def _sent_states(node: Node, ids: Sequence[str]) -> dict[str, tuple[str, datetime | None]]:
    """Note -> (state, delivery) with its first recipient."""
    found: dict[str, tuple[str, datetime | None]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = RowQuery(object_ids=ids[start : start + AT_ONCE])
        for row in node.store.rows.notes(query, limit=AT_ONCE * 32):
            found.setdefault(row.object_id, (row.state, row.delivered_at))
    return found


def _with_sending(
    one: Given, sent: tuple[str, datetime | None] | None, made_at: datetime, own: str
) -> Given | None:
    """A plain opinion counts unless it was withdrawn; what another sent is here, so it is delivered."""
    state, delivered_at = sent or ("sent", None)
    if state == "withdrawn":
        return None
    return replace(one, delivered_at=delivered_at if one.by == own else delivered_at or made_at)


# Deposits


def _read_deposits(
    node: Node, lines: Sequence[DepositLine], opinions: Sequence[OpinionRow]
) -> dict[Key, list[Deposit]]:
    leaves = _Leaves(node)
    about = {(row.log, row.leaf_index): row for row in opinions}
    strange = _strange_places(node, lines, opinions)
    found: dict[Key, list[Deposit]] = defaultdict(list)
    for each in lines:
        place = (each.log, each.leaf_index)
        row = about.get(place)
        is_of_it = row is not None and (row.plan_id, row.agreement_id) == (each.plan_id, each.agreement_id)
        is_proved = row is not None and row.commitment == each.commitment and row.leaf_index < each.at_index
        found[each.plan_id, each.agreement_id, each.sender].append(
            Deposit(
                each.sender,
                each.agreement_id,
                each.leaf_index,
                each.commitment,
                each.at_index,
                is_true=True if is_proved else leaves.holds(each),
                is_other=place in strange or (row is not None and not is_of_it),
            )
        )
    return dict(found)


def _strange_places(
    node: Node, lines: Sequence[DepositLine], opinions: Sequence[OpinionRow]
) -> set[tuple[str, int]]:
    """Places that others have named and whose act can be read here, but is no opinion.

    Asked only where we have opened ours: before that nobody opens anything.
    """
    own = str(node.identity.code)
    known = {(row.log, row.leaf_index) for row in opinions}
    opened = {
        (row.plan_id, row.agreement_id)
        for row in opinions
        if row.sender == own and row.release_index is not None
    }
    asked = {
        (Origin(each.log), LeafIndex(each.leaf_index))
        for each in lines
        if each.sender != own
        and (each.plan_id, each.agreement_id) in opened
        and (each.log, each.leaf_index) not in known
    }
    return {(str(act.log), int(act.leaf_index)) for act in node.store.rows.acts_at(sorted(asked))}


class _Leaves:
    """Whether the logs hold what deposits name; a bundle of each log is read once."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lookups: dict[str, LeafLookup] = {}

    def holds(self, line: DepositLine) -> bool | None:
        """None while the leaf is not here; what was named before it was appended is false."""
        if line.leaf_index >= line.at_index:
            return False
        if line.log == self._node.identity.origin:
            return True
        lookup = self._lookups.setdefault(line.log, LeafLookup(self._node.store.followed, Origin(line.log)))
        try:
            return lookup.commitment(LeafIndex(line.leaf_index)).hex() == line.commitment
        except MissingError:
            return None
