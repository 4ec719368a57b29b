"""Months that are old enough leave the access log, whole; the last hash of each stays.

A month is due when the clock of this node and the newest cosignature of a partner are both past its term: a
clock that runs ahead makes nothing leave.

Spec: trust 5.2, 5.4.
"""

from datetime import UTC, datetime
from typing import Final

from django.db import transaction

from mithaq.core.log.cosignature import parse_cosignature
from mithaq.core.log.signed_note import parse_signed_note
from mithaq.errors import MalformedError
from mithaq.node.node import Node
from mithaq.web.access_log.models import AccessLane, AccessRow, AccessSegment

YEARS, LEAST_YEARS, MOST_YEARS = 3, 1, 5
MOST_APART_S: Final = 300.0
"""How far a cosignature may be ahead of the own clock before nothing leaves."""


def read_years(chosen: object) -> int:
    """How long rows are kept: ``years`` of ``[access_log]`` in ``node.toml``, 1 to 5; 3 for anything else."""
    is_number = isinstance(chosen, int) and not isinstance(chosen, bool)
    return chosen if is_number and LEAST_YEARS <= chosen <= MOST_YEARS else YEARS  # type: ignore[operator,return-value]


def let_old_months_leave(node: Node, years: int) -> int:
    """Take out what is older than so many years; how many rows left."""
    now = witnessed_now(node)
    if now is None:
        return 0
    bound = _month_before(now, years)
    return sum(_let_leave(name, bound, now) for name in AccessLane.objects.values_list("name", flat=True))


def witnessed_now(node: Node) -> datetime | None:
    """The earlier of the own clock and the newest cosignature; None where the two contradict.

    A node without a partner has its own clock alone.
    """
    now = node.clock.now()
    if not node.store.roster.codes():
        return now
    _, note = node.store.own.latest_checkpoint()
    newest = max(_cosigned_at_s(note), default=None)
    if newest is None or newest - now.timestamp() > MOST_APART_S:
        return None
    return min(now, datetime.fromtimestamp(newest, UTC))


def _cosigned_at_s(note: bytes) -> list[int]:
    found = []
    for line in parse_signed_note(note).lines if note else ():
        try:
            found.append(parse_cosignature(line).at_s)
        except MalformedError:
            continue  # the signature of the log itself
    return found


def _month_before(now: datetime, years: int) -> datetime:
    """First instant of the month that was so many years ago: what is before it has had its term."""
    return datetime(now.year - years, now.month, 1, tzinfo=UTC)


def _let_leave(name: str, bound: datetime, now: datetime) -> int:
    with transaction.atomic():
        lane = AccessLane.objects.select_for_update().get(pk=name)
        rows = AccessRow.objects.filter(lane=lane.name)
        last = rows.filter(at__lt=bound).order_by("-seq").first()
        newest = rows.filter(seq=lane.size - 1).first()
        if last is None or newest is None or last.seq == newest.seq:
            return 0  # the newest row always stays: the next one follows it
        if not rows.filter(seq=last.seq + 1, at__gte=bound).exists() or not _is_older(last, newest):
            return 0
        start = (
            AccessSegment.objects.filter(lane=name).order_by("-stop").values_list("stop", flat=True).first()
        )
        # The rows go with it, by a trigger: on PostgreSQL the node may have no right to delete one.
        AccessSegment.objects.create(
            lane=name,
            start=start or 0,
            stop=last.seq + 1,
            last_hash=last.row_hash,
            until=last.at.strftime("%Y-%m"),
            left_at=now,
        )
    return int(last.seq) + 1 - (start or 0)


def _is_older(last: AccessRow, newest: AccessRow) -> bool:
    """By a year at least, as the database asks too."""
    return last.at.replace(year=last.at.year + 1, day=min(last.at.day, 28)) <= newest.at
