"""When a version enters into force, how it stops, and what a signatory accepts of both: ``effect``.

Member ``effect`` of a manifest::

    {rule, n?, date?, other?, offset?, notifications[]?, suspension?, denunciation_months?,
     provisional_from?, term{months, renewal_months?, objection_months?}?,
     past{signed_on, received_on{administration: date}?}?}

``rule`` is always there. ``n``, ``date`` and ``other`` stand exactly where the rule uses them.
Left out, ``offset`` is ``+00:00``, ``suspension`` ``unilateral``, ``denunciation_months`` 12, and
``notifications`` all signatories where the rule counts from one, else nobody.

Spec: docs/spec 9.4.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from enum import StrEnum
from typing import Final

from mithaq.core.instruments import members as read
from mithaq.core.types import AdministrationCode
from mithaq.errors import MalformedError

DEFAULT_OFFSET: Final = "+00:00"
DEFAULT_DENUNCIATION_MONTHS: Final = 12
MAX_SIGNATORIES: Final = 33  # the author and the 32 recipients of an envelope
MAX_DAYS: Final = 36_500
MAX_MONTHS: Final = 1_200

_OFFSET = re.compile(r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]", re.ASCII)


class Rule(StrEnum):
    """When a signed version enters into force; one of these is always named."""

    ON_SIGNATURE = "ON_SIGNATURE"
    ON_DATE = "ON_DATE"
    ON_EXCHANGE_OF_INSTRUMENTS = "ON_EXCHANGE_OF_INSTRUMENTS"
    N_DAYS_AFTER_LAST_NOTIFICATION = "N_DAYS_AFTER_LAST_NOTIFICATION"
    FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION = "FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION"
    SAME_AS = "SAME_AS"


NOTIFICATION_RULES: Final = frozenset(
    {
        Rule.ON_EXCHANGE_OF_INSTRUMENTS,
        Rule.N_DAYS_AFTER_LAST_NOTIFICATION,
        Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION,
    }
)
"""Rules that count from the receipt of the last notification."""


class SuspensionMode(StrEnum):
    """Whether one party's notice suspends, or only that of all."""

    UNILATERAL = "unilateral"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Term:
    """A fixed duration in months from entry into force, perhaps renewed tacitly."""

    months: int
    renewal_months: int | None = None
    objection_months: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """For a text concluded before the record: the dates that deliveries would have given."""

    signed_on: date
    received_on: Mapping[AdministrationCode, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """When a version binds, and how it stops.

    Attributes:
        n: days or months, 1..36500 or 1..1200, for the two rules that count.
        on_date: for ON_DATE.
        other: content hash, hex, for SAME_AS.
        offset: fixed UTC offset ``±hh:mm`` in which instants are cut to dates.
        notifications: who must notify; all signatories unless the manifest says otherwise, and
            nobody where the rule counts from no notification.
        denunciation_months: 0..1200.
    """

    rule: Rule
    n: int | None = None
    on_date: date | None = None
    other: str | None = None
    offset: str = DEFAULT_OFFSET
    notifications: tuple[AdministrationCode, ...] = ()
    suspension: SuspensionMode = SuspensionMode.UNILATERAL
    denunciation_months: int = DEFAULT_DENUNCIATION_MONTHS
    provisional_from: date | None = None
    term: Term | None = None
    past: Past | None = None

    @property
    def zone(self) -> timezone:
        """``offset`` as a fixed zone."""
        hours, minutes = int(self.offset[1:3]), int(self.offset[4:6])
        distance = timedelta(hours=hours, minutes=minutes)
        return timezone(-distance if self.offset[0] == "-" else distance)


def read_effect(members: Mapping[str, object], signatories: Sequence[AdministrationCode]) -> Effect:
    """Read member ``effect`` of a manifest.

    Raises:
        MalformedError: ``no_entry_into_force_rule``, or ``bad_member`` for a member that is wrong,
            missing for the rule, or of no use to it.
    """
    effect = read.read_object(members, "effect")
    rule = _read_rule(effect)
    notifications = _read_notifications(effect, rule, signatories)
    return Effect(
        rule=rule,
        n=_read_n(effect, rule),
        on_date=read.read_date(effect, "date") if _is_named(effect, "date", rule is Rule.ON_DATE) else None,
        other=read.read_hash(effect, "other") if _is_named(effect, "other", rule is Rule.SAME_AS) else None,
        offset=_read_offset(effect),
        notifications=notifications,
        suspension=_read_suspension(effect),
        denunciation_months=_read_denunciation_months(effect),
        provisional_from=read.read_optional_date(effect, "provisional_from"),
        term=_read_term(effect),
        past=_read_past(effect, notifications),
    )


def fill_effect(effect: Mapping[str, object], signatories: Sequence[str]) -> dict[str, object]:
    """Answer ``effect`` with the defaults written out and ``notifications`` sorted."""
    asks = effect.get("rule") in NOTIFICATION_RULES
    named = effect.get("notifications", list(signatories) if asks else [])
    return {
        "offset": DEFAULT_OFFSET,
        "suspension": SuspensionMode.UNILATERAL.value,
        "denunciation_months": DEFAULT_DENUNCIATION_MONTHS,
        **effect,
        "notifications": sorted(named) if isinstance(named, (list, tuple)) else named,
    }


def _read_rule(effect: Mapping[str, object]) -> Rule:
    if "rule" not in effect:
        raise MalformedError("no_entry_into_force_rule", "the manifest names no entry-into-force rule")
    try:
        return Rule(read.read_text(effect, "rule", 64))
    except ValueError as error:
        raise read.bad_member("rule", "one of the six rules") from error


def _is_named(effect: Mapping[str, object], name: str, wanted: bool) -> bool:
    # A member that the rule does not use would be a promise without effect, so it is refused.
    if name in effect and not wanted:
        raise read.bad_member(name, "of any use to the rule")
    return wanted


def _read_n(effect: Mapping[str, object], rule: Rule) -> int | None:
    counts_days = rule is Rule.N_DAYS_AFTER_LAST_NOTIFICATION
    counts_months = rule is Rule.FIRST_DAY_OF_NTH_MONTH_AFTER_LAST_NOTIFICATION
    if not _is_named(effect, "n", counts_days or counts_months):
        return None
    return read.read_int(effect, "n", 1, MAX_DAYS if counts_days else MAX_MONTHS)


def _read_offset(effect: Mapping[str, object]) -> str:
    if "offset" not in effect:
        return DEFAULT_OFFSET
    offset = read.read_pattern(effect, "offset", _OFFSET)
    if offset == "-00:00" or offset[1:] > "14:00":
        raise read.bad_member("offset", "an offset from -14:00 to +14:00, zero being +00:00")
    return offset


def _read_notifications(
    effect: Mapping[str, object], rule: Rule, signatories: Sequence[AdministrationCode]
) -> tuple[AdministrationCode, ...]:
    asks = rule in NOTIFICATION_RULES
    if "notifications" not in effect:
        return tuple(signatories) if asks else ()
    named = read.read_texts(effect, "notifications", int(asks), MAX_SIGNATORIES if asks else 0)
    if not set(named) <= set(signatories):
        raise read.bad_member("notifications", "a list of signatories")
    return tuple(AdministrationCode(code) for code in named)


def _read_suspension(effect: Mapping[str, object]) -> SuspensionMode:
    if "suspension" not in effect:
        return SuspensionMode.UNILATERAL
    try:
        return SuspensionMode(read.read_text(effect, "suspension", 16))
    except ValueError as error:
        raise read.bad_member("suspension", "'unilateral' or 'joint'") from error


def _read_denunciation_months(effect: Mapping[str, object]) -> int:
    months = read.read_optional_int(effect, "denunciation_months", 0, MAX_MONTHS)
    return DEFAULT_DENUNCIATION_MONTHS if months is None else months


def _read_term(effect: Mapping[str, object]) -> Term | None:
    if "term" not in effect:
        return None
    term = read.read_object(effect, "term")
    renewal_months = read.read_optional_int(term, "renewal_months", 1, MAX_MONTHS)
    if renewal_months is None and "objection_months" in term:
        raise read.bad_member("objection_months", "of any use without renewal_months")
    return Term(
        months=read.read_int(term, "months", 1, MAX_MONTHS),
        renewal_months=renewal_months,
        objection_months=read.read_optional_int(term, "objection_months", 0, MAX_MONTHS) or 0,
    )


def _read_past(effect: Mapping[str, object], notifications: Sequence[AdministrationCode]) -> Past | None:
    if "past" not in effect:
        return None
    past = read.read_object(effect, "past")
    received = read.read_object(past, "received_on") if "received_on" in past else {}
    if not set(received) <= set(notifications):
        raise read.bad_member("received_on", "a map over the administrations in notifications")
    return Past(
        signed_on=read.read_date(past, "signed_on"),
        received_on={
            AdministrationCode(code): read.parse_date(value, "received_on")
            for code, value in received.items()
        },
    )
