"""What happens next to a version and on which date, what days lie ahead, and when to be reminded of them.

One place for pages, home, calendar, feeds and the command line, so that all say the same. ``list_dates``
knows no clock: its answer follows from the acts alone, is the same on every node and may be stored.
``next_step`` and ``find_reminder`` are asked for an instant or a day that the caller gives.

Marks are not states: a reminder changes nothing, and nothing happens by silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from mithaq.core.instruments.duration import Suspension
from mithaq.core.instruments.effect import Rule, Term
from mithaq.core.instruments.entry_into_force import add_months, cut_to_date
from mithaq.core.instruments.state import InstrumentState, State, Version, in_force_at, state_at
from mithaq.core.types import AdministrationCode


class Step(StrEnum):
    """What may happen next."""

    SIGNING = "signing"
    NOTIFICATION = "notification"
    """A notification that the rule asks for is missing; the day is a default, not agreed."""
    OTHER_TEXT = "other_text"
    """The text on whose day this one enters has no day yet."""
    PROVISIONAL = "provisional"
    ENTRY_INTO_FORCE = "entry_into_force"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    OBJECTION = "objection"
    """The last day on which an objection to the tacit renewal may be delivered."""
    RENEWAL = "renewal"
    LEAVING = "leaving"
    """A party leaves, and the text goes on between the others."""
    REPLACEMENT = "replacement"
    END = "end"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step, with its day and with those on whom it waits.

    Attributes:
        on: in the offset of the manifest; None where no day can be told.
        who: administrations, sorted; empty where it waits for nobody, or concerns all.
    """

    step: Step
    on: date | None
    who: tuple[AdministrationCode, ...] = ()


NOTIFICATION_MONTHS: Final = 12
"""After signature, a notification is looked for by then: "default, not agreed"."""

MOST_ROUNDS: Final = 120
"""Renewals and reviews told ahead of one text, from its proposal on."""

REMIND_DAYS: Final = (7, 30, 90)
"""Days before a date at which people are reminded of it."""

REMINDED: Final = frozenset({Step.NOTIFICATION, Step.OBJECTION, Step.END, Step.REVIEW})
"""Steps that reminders speak of."""

_ENDING: Final = frozenset({Step.END, Step.REPLACEMENT})
_OPEN: Final = frozenset({State.PROPOSED, State.COUNTERED, State.PART_SIGNED})


# --- dates, without a clock ---------------------------------------------------------------------------


def list_dates(version: Version, review_months: int | None = None) -> list[DatedStep]:
    """Answer every day that the acts give for ``version``, past and to come, in order; none before signature.

    Args:
        version: from a fold.
        review_months: months between two reviews, counted from entry into force; None for none.
    """
    if version.state is not State.SIGNED:
        return []
    found = [*_before_entry(version), *_while_in_force(version, review_months), *_endings(version)]
    end_on = _find_end(version)
    kept = [
        one
        for one in found
        if end_on is None or one.on is None or one.on < end_on or (one.step in _ENDING and one.on == end_on)
    ]
    return sorted(kept, key=lambda one: (one.on or date.max, one.step, one.who))


def _before_entry(version: Version) -> Iterator[DatedStep]:
    effect, entered_on = version.manifest.effect, version.entry_into_force_on
    missing = missing_notifications(version)
    if missing and version.signed_on is not None:
        yield DatedStep(Step.NOTIFICATION, add_months(version.signed_on, NOTIFICATION_MONTHS), missing)
    starts_on = effect.provisional_from
    if starts_on is not None and (entered_on is None or starts_on < entered_on):
        yield DatedStep(Step.PROVISIONAL, starts_on)
    if entered_on is not None:
        yield DatedStep(Step.ENTRY_INTO_FORCE, entered_on)


def _while_in_force(version: Version, review_months: int | None) -> Iterator[DatedStep]:
    for each in version.suspensions:
        yield from _turns_of(version, each)
    entered_on = version.entry_into_force_on
    if entered_on is None:
        return
    term = version.manifest.effect.term
    if term is not None and term.renewal_months is not None:
        for end_on in _rounds(version, entered_on, term.months, term.renewal_months):
            yield DatedStep(Step.OBJECTION, _last_objection(term, end_on))
            yield DatedStep(Step.RENEWAL, end_on)
    if review_months:
        for on in _rounds(version, entered_on, review_months, review_months):
            yield DatedStep(Step.REVIEW, on)


def _turns_of(version: Version, one: Suspension) -> Iterator[DatedStep]:
    zone = version.manifest.effect.zone
    yield DatedStep(Step.SUSPENSION, cut_to_date(one.from_at, zone), one.by)
    if one.until_at is not None:
        yield DatedStep(Step.RESUMPTION, cut_to_date(one.until_at, zone), one.by)


def _rounds(version: Version, entered_on: date, first_months: int, every_months: int) -> Iterator[date]:
    """Days that come again, those of before the proposal left out: a text of long ago has many."""
    since_on = cut_to_date(version.openers[0].created_at, version.manifest.effect.zone)
    between = (since_on.year - entered_on.year) * 12 + since_on.month - entered_on.month
    skipped = max(0, (between - first_months) // every_months)
    for number in range(skipped, skipped + MOST_ROUNDS):
        on = add_months(entered_on, first_months + number * every_months)
        if on == date.max:
            return
        yield on


def _last_objection(term: Term, end_on: date) -> date:
    return add_months(end_on, -term.objection_months)


def _endings(version: Version) -> Iterator[DatedStep]:
    if version.superseded_on is not None:
        yield DatedStep(Step.REPLACEMENT, version.superseded_on)
    if version.terminated_on is not None:
        yield DatedStep(Step.END, version.terminated_on)
    for code, on in (version.leaving_on or {}).items():
        if on != version.terminated_on:
            yield DatedStep(Step.LEAVING, on, (code,))


def _find_end(version: Version) -> date | None:
    ends = [on for on in (version.superseded_on, version.terminated_on) if on is not None]
    return min(ends, default=None)


def missing_notifications(version: Version) -> tuple[AdministrationCode, ...]:
    """Answer who has yet to notify, as far as the others have received it; nobody where no rule asks."""
    received = version.received_on or {}
    return tuple(sorted(code for code in version.manifest.effect.notifications if code not in received))


# --- the step at an instant ---------------------------------------------------------------------------


def next_step(version: Version, at: datetime, review_months: int | None = None) -> DatedStep | None:
    """Answer what happens next to ``version`` after the aware instant ``at``; None when nothing is foreseen.

    Args:
        version: from a fold.
        at: the instant asked about.
        review_months: as in ``list_dates``.
    """
    state = state_at(version, at)
    if state in _OPEN:
        return DatedStep(Step.SIGNING, None, _missing_signings(version))
    today = cut_to_date(at, version.manifest.effect.zone)
    if state is State.SIGNED:
        return _until_entry(version, today)
    if state not in (State.IN_FORCE, State.SUSPENDED):
        return None
    ahead = [one for one in list_dates(version, review_months) if one.on is not None and one.on > today]
    if state is State.SUSPENDED and not any(one.step is Step.RESUMPTION for one in ahead):
        return DatedStep(Step.RESUMPTION, None, _suspended_by(version, at))
    return ahead[0] if ahead else None


def _missing_signings(version: Version) -> tuple[AdministrationCode, ...]:
    return tuple(sorted(code for code in version.manifest.administrations if code not in version.signings))


def _until_entry(version: Version, today: date) -> DatedStep | None:
    ahead = [one for one in list_dates(version) if one.on is not None and one.on > today]
    if version.entry_into_force_on is not None:
        return ahead[0] if ahead else DatedStep(Step.ENTRY_INTO_FORCE, version.entry_into_force_on)
    if any(one.step is Step.PROVISIONAL for one in ahead):
        return next(one for one in ahead if one.step is Step.PROVISIONAL)
    if version.manifest.effect.rule is Rule.SAME_AS:
        return DatedStep(Step.OTHER_TEXT, None)
    return next((one for one in list_dates(version) if one.step is Step.NOTIFICATION), None)


def _suspended_by(version: Version, at: datetime) -> tuple[AdministrationCode, ...]:
    return tuple(
        sorted({code for one in version.suspensions if one.holds_at(at) and not one.scope for code in one.by})
    )


def standing_version(state: InstrumentState, at: datetime) -> Version | None:
    """Answer the version that pages speak of: one under negotiation, else that in force, else the newest."""
    latest = state.latest
    if latest is not None and state_at(latest, at) in _OPEN:
        return latest
    return in_force_at(state, at) or latest


# --- reminders ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reminder:
    """That a day is near.

    Attributes:
        days_left: negative once it is over.
        level: of ``REMIND_DAYS``, the nearest that was reached; 0 once the day is over.
    """

    days_left: int
    level: int


def find_reminder(on: date, today: date) -> Reminder | None:
    """Answer the reminder of ``on`` that stands on the day ``today``; None while it is too early."""
    days_left = (on - today).days
    if days_left < 0:
        return Reminder(days_left, 0)
    level = next((each for each in REMIND_DAYS if days_left <= each), None)
    return None if level is None else Reminder(days_left, level)


def read_review_months(data: Mapping[str, object] | None, default: int | None = None) -> int | None:
    """Answer ``review_every_months`` of manifest data; ``default`` where it is absent or no such number."""
    months = (data or {}).get("review_every_months")
    return months if type(months) is int and 1 <= months <= 1_200 else default
