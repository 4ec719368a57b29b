"""Who held a post on a day, and how a signing stands to holdings and proxies.

The key of a signing is judged by the roster, never here.

Spec: docs/spec 17.5; registers 3.11.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mithaq.node.who import Standing
from mithaq.registers.directory.rules.cards import Term


@dataclass(frozen=True, slots=True)
class HoldingTerm:
    """A holding as a rule needs it."""

    object_id: str
    person: str
    term: Term
    acting: bool = False


@dataclass(frozen=True, slots=True)
class ProxyTerm:
    """A proxy as a rule needs it; ``person`` is empty when the card leaves it to the side."""

    object_id: str
    person: str
    for_kinds: tuple[str, ...]
    term: Term


def day_at(at: datetime, tzid: str) -> date:
    """The calendar day of an instant at a seat; UTC where the zone is unknown here."""
    try:
        return at.astimezone(ZoneInfo(tzid or "UTC")).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return at.date()


def find_holder(holdings: Iterable[HoldingTerm], day: date) -> HoldingTerm | None:
    """The holding that counts on a day: of those that cover it the one begun last.

    On the day of a change both cover it, and the new holder counts; somebody acting who began later
    counts before the holder whose card is still open.
    """
    covering = [one for one in holdings if one.term.covers(day)]
    return max(covering, key=_rank, default=None)


def _rank(one: HoldingTerm) -> tuple[date, bool, str]:
    return one.term.from_on or date.min, not one.acting, one.object_id


def find_proxy(proxies: Iterable[ProxyTerm], person: str, act_kind: str, day: date) -> ProxyTerm | None:
    """A proxy that lets this person do this kind of act on that day."""
    for one in sorted(proxies, key=lambda each: each.object_id):
        is_for = one.person in ("", person) and act_kind in one.for_kinds
        if is_for and one.term.covers(day):
            return one
    return None


def judge(
    holder: HoldingTerm | None, proxy: ProxyTerm | None, person: str, *, is_known_post: bool
) -> Standing:
    """The word for a signing by ``person``, given the holder of the day and a proxy that covers it."""
    if holder is not None and holder.person == person:
        return Standing.HOLDER
    if proxy is not None:
        return Standing.PROXY
    if holder is not None:
        return Standing.OTHER_PERSON
    return Standing.NO_HOLDER if is_known_post else Standing.UNKNOWN_POST
