"""How much of what is sealed one person opens in an hour: many raise an alarm, too many are stopped.

Counted from the rows of the log itself, so a new start or another process forgets nothing.

Spec: trust 8, "Rates".
"""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from mithaq.errors import UnavailableError
from mithaq.node.node import Node
from mithaq.node.records import Alarm
from mithaq.web.access.noted import ALLOWED, Noted, Noting
from mithaq.web.access.table import CODES, NAMED_READERS, Field, Verb
from mithaq.web.access_log.models import AccessRow
from mithaq.web.runtime import get_node

ALARM_FROM: Final = 200
STOP_AFTER: Final = 1_000
WITHIN: Final = timedelta(hours=1)
ALARM: Final = "sealed_reads"
ALARM_STANDS: Final = timedelta(days=7)
"""Long enough to be seen by whoever looks once a week."""


def check_sealed_reads(noting: Noting, made: Noted) -> None:
    """Count one more sealed read of a person; tell the alarm when there are many.

    Raises:
        UnavailableError: ``sealed_reads``, with the seconds until the first of them is an hour old.
    """
    node = get_node()
    if noting.sealed_before < 0:
        noting.sealed_before = count_sealed_reads(node, made.user_id)
    noting.sealed_here.add(made.object_id)
    total = noting.sealed_before + len(noting.sealed_here)
    if total > STOP_AFTER:
        wait_s = _seconds_to_wait(node, made.user_id)
        raise UnavailableError("sealed_reads", f"At most {STOP_AFTER:,} sealed records an hour.", wait_s)
    if noting.sealed_before < ALARM_FROM <= total:
        detail = f"{total} within an hour"
        node.store.alarms.raise_alarm(Alarm(ALARM, made.user_id, node.clock.now(), detail))


def count_sealed_reads(node: Node, user_id: str) -> int:
    """Sealed records that a person has opened within the last hour, by the rows of the log."""
    return sum(len(named.split()) for named in _recent(node, user_id).values_list("objects_named", flat=True))


def clear_old_alarms(node: Node) -> None:
    """Take back alarms that have stood long enough to be seen."""
    now = node.clock.now()
    for alarm in node.store.alarms.alarms():
        if alarm.code == ALARM and now - alarm.at > ALARM_STANDS:
            node.store.alarms.clear(ALARM, alarm.subject)


def _recent(node: Node, user_id: str) -> QuerySet[AccessRow]:
    is_sealed = Q(code__in=CODES[NAMED_READERS:]) | Q(fields_named__contains=str(Field.PERSONS))
    return AccessRow.objects.filter(
        is_sealed,
        user=user_id,
        at__gt=node.clock.now() - WITHIN,
        verb__in=(Verb.READ, Verb.EXPORT, Verb.PRINT),
        decision=ALLOWED,
    )


def _seconds_to_wait(node: Node, user_id: str) -> int:
    first = _recent(node, user_id).order_by("seq").values_list("at", flat=True).first()
    left = timedelta(0) if first is None else first + WITHIN - node.clock.now()
    return max(1, int(left.total_seconds()) + 1)
