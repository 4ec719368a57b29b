"""Words for what is ahead of an instrument, and for how near it is."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.core.instruments.next_step import Reminder, Step

STEPS: Final[Mapping[str, tuple[Promise, str]]] = {
    Step.SIGNING: (_("Signature"), "pen"),
    Step.NOTIFICATION: (_("Notification looked for"), "send-check"),
    Step.OTHER_TEXT: (_("Entry into force of another text"), "link-45deg"),
    Step.PROVISIONAL: (_("Provisional application"), "hourglass-split"),
    Step.ENTRY_INTO_FORCE: (_("Entry into force"), "check-circle"),
    Step.SUSPENSION: (_("Suspension"), "pause-circle"),
    Step.RESUMPTION: (_("Resumption"), "play-circle"),
    Step.OBJECTION: (_("Last day to object to the renewal"), "calendar-x"),
    Step.RENEWAL: (_("Tacit renewal"), "arrow-repeat"),
    Step.LEAVING: (_("A party leaves"), "box-arrow-right"),
    Step.REPLACEMENT: (_("Replacement by a newer text"), "arrow-repeat"),
    Step.END: (_("End"), "slash-circle"),
    Step.REVIEW: (_("Review"), "clipboard-check"),
}
LEVELS: Final[Mapping[int, str]] = {90: "reminder_90", 30: "reminder_30", 7: "reminder_7", 0: "overdue"}
"""Level of a reminder -> code of its mark."""
STATE_WORDS: Final[Mapping[str, tuple[Promise, str, str]]] = {
    **{f"step_{step}": (word, icon, "info") for step, (word, icon) in STEPS.items()},
    "reminder_90": (_("Within 90 days"), "calendar-event", "info"),
    "reminder_30": (_("Within 30 days"), "calendar-event", "warn"),
    "reminder_7": (_("Within 7 days"), "exclamation-triangle", "late"),
}
"""Marks of rows: what is due, and how near it is."""


def step_word(step: str) -> Promise | str:
    """The word for a step; an unknown one by its code."""
    found = STEPS.get(step)
    return found[0] if found is not None else step


def step_icon(step: str) -> str:
    """The icon of a step."""
    found = STEPS.get(step)
    return found[1] if found is not None else "calendar-event"


def mark_of(reminder: Reminder | None) -> tuple[str, ...]:
    """The mark of a reminder, for a list; none for a day that is far."""
    return () if reminder is None else (LEVELS[reminder.level],)
