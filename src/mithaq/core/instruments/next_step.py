"""What happens next to a version and on which date, what days lie ahead, and when to be reminded of them.

One place for pages, home, calendar, feeds and the command line, so that all say the same. ``list_fixed`` and
``list_series`` know no clock: their answers follow from the acts alone, are the same on every node and may be
stored. ``next_step`` and ``find_reminder`` are asked for an instant or a day that the caller gives.

Marks are not states: a reminder changes nothing, and nothing happens by silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from mithaq.core.instruments.duration import Suspension
from mithaq.core.instruments.effect import Rule
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


@dataclass(frozen=True, slots=True)
class Series:
    """A step that comes again: a renewal with the last day to object to it, a review.

    Attributes:
        anchor_on: the day of entry into force, from which months are counted each time: 31 January stays
            the 31st wherever there is one.
        first_months, every_months: from the anchor to the first one, and from one to the next.
        back_months: so long before that day, as an objection before a renewal.
        until_on: only days before it; None for no end.
    """

    step: Step
    anchor_on: date
    first_months: int
    every_months: int
    back_months: int = 0
    until_on: date | None = None

    @property
    def first_month(self) -> int:
        """Months since year 0 of the first one; each later one is a multiple of ``every_months`` after."""
        return self.anchor_on.year * 12 + self.anchor_on.month - 1 + self.first_months - self.back_months

    def next_after(self, day: date) -> date | None:
        """Answer the first one later than ``day``; None when there is none any more."""
        return next(self.between(day + timedelta(days=1), date.max), None) if day < date.max else None

    def between(self, first: date, end: date) -> Iterator[date]:
        """Answer those in ``[first, end)``, in order."""
        end = end if self.until_on is None else min(end, self.until_on)
        number = max(0, (first.year * 12 + first.month - 1 - self.first_month) // self.every_months)
        while (on := self._at(number)) < end:
            if on >= first:
                yield on
            number += 1

    def _at(self, number: int) -> date:
        on = add_months(self.anchor_on, self.first_months + number * self.every_months)
        return on if on == date.max or not self.back_months else add_months(on, -self.back_months)


NOTIFICATION_MONTHS: Final = 12
"""After signature, a notification is looked for by then: "default, not agreed"."""

MOST_ROUNDS: Final = 12
"""Days of one series that ``list_dates`` tells."""

DEFAULT_REVIEW_MONTHS: Final = 60
"""Between two reviews where a text names no other number: "default, not agreed"."""

REMIND_DAYS: Final = (7, 30, 90)
"""Days before a date at which people are reminded of it."""

REMINDED: Final = frozenset({Step.NOTIFICATION, Step.OBJECTION, Step.END, Step.REVIEW})
"""Steps that reminders speak of."""

_ENDING: Final = frozenset({Step.END, Step.REPLACEMENT})
_OPEN: Final = frozenset({State.PROPOSED, State.COUNTERED, State.PART_SIGNED})


# --- dates, without a clock ---------------------------------------------------------------------------


def list_fixed(version: Version) -> list[DatedStep]:
    """Answer the days that the acts give for ``version``, past and to come, in order; none before signature.

    Those that come again are in ``list_series``.
    """
    if version.state is not State.SIGNED:
        return []
    found = [*_before_entry(version), *_turns(version), *_endings(version)]
    end_on = _find_end(version)
    kept = [
        one
        for one in found
        if end_on is None or one.on is None or one.on < end_on or (one.step in _ENDING and one.on == end_on)
    ]
    return sorted(kept, key=lambda one: (one.on or date.max, one.step, one.who))


def list_series(version: Version, review_months: int | None = None) -> list[Series]:
    """Answer the days of ``version`` that come again: objections and renewals of a term, reviews.

    Args:
        version: from a fold.
        review_months: months between two reviews, counted from entry into force; None for none.
    """
    anchor_on, term = version.entry_into_force_on, version.manifest.effect.term
    if anchor_on is None or version.state is not State.SIGNED:
        return []
    end_on = _find_end(version)
    found = []
    if term is not None and term.renewal_months is not None:
        rounds = (anchor_on, term.months, term.renewal_months)
        found.append(Series(Step.OBJECTION, *rounds, term.objection_months, end_on))
        found.append(Series(Step.RENEWAL, *rounds, until_on=end_on))
    if review_months:
        found.append(Series(Step.REVIEW, anchor_on, review_months, review_months, until_on=end_on))
    return found


def list_dates(version: Version, review_months: int | None = None) -> list[DatedStep]:
    """Answer all of them in order, for a page: of each series the first ones since the proposal."""
    found = list_fixed(version)
    for series in list_series(version, review_months):
        since_on = cut_to_date(version.openers[0].created_at, version.manifest.effect.zone)
        ahead = series.between(since_on, date.max)
        found += [DatedStep(series.step, on) for on in islice(ahead, MOST_ROUNDS)]
    return sorted(found, key=lambda one: (one.on or date.max, one.step, one.who))


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


def _turns(version: Version) -> Iterator[DatedStep]:
    for each in version.suspensions:
        yield from _turns_of(version, each)


def _turns_of(version: Version, one: Suspension) -> Iterator[DatedStep]:
    zone = version.manifest.effect.zone
    yield DatedStep(Step.SUSPENSION, cut_to_date(one.from_at, zone), one.by)
    if one.until_at is not None:
        yield DatedStep(Step.RESUMPTION, cut_to_date(one.until_at, zone), one.by)


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
        review_months: as in ``list_series``.
    """
    state = state_at(version, at)
    if state in _OPEN:
        return DatedStep(Step.SIGNING, None, _missing_signings(version))
    today = cut_to_date(at, version.manifest.effect.zone)
    if state is State.SIGNED:
        return _until_entry(version, today)
    if state not in (State.IN_FORCE, State.SUSPENDED):
        return None
    ahead = _list_ahead(version, today, review_months)
    if state is State.SUSPENDED and not any(one.step is Step.RESUMPTION for one in ahead):
        return DatedStep(Step.RESUMPTION, None, _suspended_by(version, at))
    return ahead[0] if ahead else None


def _list_ahead(version: Version, today: date, review_months: int | None = None) -> list[DatedStep]:
    """Steps after ``today``, of each series the next one; the earliest first."""
    ahead = [one for one in list_fixed(version) if one.on is not None and one.on > today]
    for series in list_series(version, review_months):
        on = series.next_after(today)
        ahead += [DatedStep(series.step, on)] if on is not None else []
    return sorted(ahead, key=lambda one: (one.on or date.max, one.step, one.who))


def _missing_signings(version: Version) -> tuple[AdministrationCode, ...]:
    return tuple(sorted(code for code in version.manifest.administrations if code not in version.signings))


def _until_entry(version: Version, today: date) -> DatedStep | None:
    ahead = _list_ahead(version, today)
    if version.entry_into_force_on is not None:
        return ahead[0] if ahead else DatedStep(Step.ENTRY_INTO_FORCE, version.entry_into_force_on)
    if any(one.step is Step.PROVISIONAL for one in ahead):
        return next(one for one in ahead if one.step is Step.PROVISIONAL)
    if version.manifest.effect.rule is Rule.SAME_AS:
        return DatedStep(Step.OTHER_TEXT, None)
    return next((one for one in list_fixed(version) if one.step is Step.NOTIFICATION), None)


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
