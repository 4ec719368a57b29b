"""What waits for a person: drafts that were handed over, emergencies without their second signature."""

from datetime import datetime
from typing import Any, Final, cast

from django.db.models import F, FilteredRelation, Q, QuerySet

from mithaq.web.outgoing.models import OutgoingDraft

MOST_DRAFTS: Final = 200
HANDED_OVER: Final = ("to_release", "releasing")
_UNSIGNED: Final = Q(live__emergency=True, live__second=None)


def waiting_drafts() -> list[OutgoingDraft]:
    """What was handed over and has not left, the newest first."""
    return list(_with_release().filter(state__in=HANDED_OVER)[:MOST_DRAFTS])


def waiting_emergencies() -> list[OutgoingDraft]:
    """Emergencies without their second signature, the oldest first."""
    return sorted(_with_release().filter(_UNSIGNED), key=released_at)


def waiting_work() -> tuple[list[OutgoingDraft], list[OutgoingDraft]]:
    """``waiting_emergencies`` and ``waiting_drafts``, with one statement."""
    rows = _with_release().filter(_UNSIGNED | Q(state__in=HANDED_OVER))
    found = list(rows.order_by(F("live__emergency").desc(nulls_last=True), "-changed_at")[: MOST_DRAFTS * 2])
    emergencies = [each for each in found if is_unsigned_emergency(each)]
    handed_over = sorted(
        (each for each in found if each.state in HANDED_OVER), key=lambda each: each.changed_at, reverse=True
    )
    return sorted(emergencies, key=released_at), handed_over[:MOST_DRAFTS]


def _with_release() -> QuerySet[OutgoingDraft]:
    """Drafts with their author, their editors, and what counts of their release."""
    live = FilteredRelation("releases", condition=Q(releases__voided_at__isnull=True))
    rows = OutgoingDraft.objects.annotate(live=live).annotate(
        live_releaser=F("live__releaser"),
        live_emergency=F("live__emergency"),
        live_second=F("live__second"),
        live_at=F("live__released_at"),
    )
    return rows.select_related("author").prefetch_related("editors")


def is_unsigned_emergency(draft: OutgoingDraft) -> bool:
    """Whether it left by one person alone, and no second has signed."""
    return bool(_live(draft, "emergency")) and _live(draft, "second") is None


def released_at(draft: OutgoingDraft) -> datetime:
    """When it was released; of one that was."""
    return cast(datetime, _live(draft, "at"))


def is_with_release(draft: OutgoingDraft) -> bool:
    """Whether it was read here."""
    return hasattr(draft, "live_releaser")


def releaser_id(draft: OutgoingDraft) -> Any:
    """The account that is letting it go; None where none is."""
    return getattr(draft, "live_releaser", None)


def _live(draft: OutgoingDraft, name: str) -> Any:
    return getattr(draft, f"live_{name}")
