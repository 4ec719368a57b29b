"""Visits: what is new is what came since the visit before this one."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.http import HttpRequest

from mithaq.web.access.subject import subject_of
from mithaq.web.models import Visit
from mithaq.web.runtime import get_node

PAUSE: Final = timedelta(minutes=30)
"""Who comes back after so long begins another visit."""

WRITTEN_EVERY: Final = timedelta(minutes=5)
_KEPT: Final = "mq_visit"
FIRST_LOOK: Final = timedelta(days=14)
"""What a user sees as new who was never here."""

_BEGIN: Final = """INSERT INTO web_visit (user_id, seen_at, previous_at) VALUES (%s, %s, %s)
    ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at,
        previous_at = CASE WHEN web_visit.seen_at < %s THEN web_visit.seen_at ELSE web_visit.previous_at END
    RETURNING user_id, seen_at, previous_at"""


def begin_visit(request: HttpRequest) -> datetime:
    """Note that the user is here; since when things are new to him."""
    user_id, now = subject_of(request).user_id, get_node().clock.now()
    kept = request.session.get(_KEPT, {})
    if kept and now - datetime.fromisoformat(kept["written"]) < WRITTEN_EVERY:
        return datetime.fromisoformat(kept["since"])
    since = _begin(user_id, now)
    request.session[_KEPT] = {"written": now.isoformat(), "since": since.isoformat()}
    return since


def _begin(user_id: str, now: datetime) -> datetime:
    """The end of the visit before this one; noted and read in one statement."""
    times = [connection.ops.adapt_datetimefield_value(each) for each in (now, now - FIRST_LOOK, now - PAUSE)]
    [visit] = Visit.objects.raw(_BEGIN, [user_id, *times])
    return visit.previous_at


def last_visit(request: HttpRequest) -> datetime:
    """Since when things are new to the user; changes nothing."""
    visit = Visit.objects.filter(pk=subject_of(request).user_id).first()
    return visit.previous_at if visit else get_node().clock.now() - FIRST_LOOK
