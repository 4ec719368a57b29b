"""What people take away: each export has a number, and a person takes so many acts a day.

Spec: trust 7.10, 8.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import F, Sum

from mithaq.errors import UnavailableError
from mithaq.web.access.policy import Subject, rank_of
from mithaq.web.access_log.models import AccessExport
from mithaq.web.runtime import get_node

MOST_A_DAY: Final = 500


def take_away(subject: Subject, acts: int, code: str, number: int = 0) -> int:
    """Count acts that leave with a person; the number of the export.

    Args:
        subject: who takes them.
        acts: how many.
        code: the highest handling code among them.
        number: of an export that this belongs to; 0 for a new one.

    Raises:
        UnavailableError: ``exports``, with the seconds until the day ends (UTC). ``access_log``.
    """
    now = get_node().clock.now()
    try:
        with transaction.atomic():
            _check_day(subject.user_id, acts, now)
            if number:
                AccessExport.objects.filter(pk=number).update(acts=F("acts") + acts)
                return number
            post = min(subject.posts, default="")
            made = AccessExport.objects.create(user=subject.user_id, post=post, at=now, acts=acts, code=code)
    except DatabaseError as error:
        raise UnavailableError("access_log", "The export cannot be written down.", retry_after_s=5) from error
    return int(made.pk)


def name_export(subject: Subject, number: int, code: str, stem: str, suffix: str) -> str:
    """The name of the file: it carries code, day, post and number wherever the file goes."""
    day = get_node().clock.now().date().isoformat()
    post = min(subject.posts, default="node")
    return f"{stem}_{code.replace('+', '-')}_{day}_{post}_{number}.{suffix}"


def highest(codes: Iterable[str], least: str = "green") -> str:
    """The most closed of some codes, and of ``least``."""
    return max([least, *codes], key=rank_of)


def _check_day(user_id: str, acts: int, now: datetime) -> None:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    taken = AccessExport.objects.filter(user=user_id, at__gte=day).aggregate(sum=Sum("acts"))["sum"] or 0
    if taken + acts > MOST_A_DAY:
        left_s = int((day + timedelta(days=1) - now).total_seconds()) + 1
        raise UnavailableError("exports", f"At most {MOST_A_DAY} acts leave with a person a day.", left_s)
