"""Visits: what is new is what came since the visit before this one."""

from datetime import datetime, timedelta
from typing import Final

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
    visit = Visit.objects.filter(pk=user_id).first()
    if visit is None:
        Visit.objects.create(user_id=user_id, seen_at=now, previous_at=now - FIRST_LOOK)
        return now - FIRST_LOOK
    if now - visit.seen_at > PAUSE:
        visit.previous_at = visit.seen_at
    visit.seen_at = now
    visit.save()
    return visit.previous_at


def last_visit(request: HttpRequest) -> datetime:
    """Since when things are new to the user; changes nothing."""
    visit = Visit.objects.filter(pk=subject_of(request).user_id).first()
    return visit.previous_at if visit else get_node().clock.now() - FIRST_LOOK
