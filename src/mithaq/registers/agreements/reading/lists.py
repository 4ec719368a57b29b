"""Texts in the order of their next date, thousands of them without folding any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from mithaq.core.instruments.entry_into_force import add_months
from mithaq.core.instruments.next_step import NOTIFICATION_MONTHS
from mithaq.core.instruments.state import State
from mithaq.node.node import Node
from mithaq.node.ports.row_reader import InstrumentDays, RowQuery
from mithaq.registers.agreements.models import AgreementVersion
from mithaq.registers.agreements.reading.rows import load
from mithaq.registers.agreements.rules.kinds import NAME, TEXT_KINDS

FAR: Final = "9999"
"""Sorts behind every day."""

_OPEN: Final = frozenset({State.PROPOSED, State.COUNTERED, State.PART_SIGNED})
_OVER: Final = frozenset({State.DECLINED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; empty asks for all.

    Attributes:
        state: in the words of the record, as it is today.
        codes: handling codes that the reader may see.
        order: ``newest`` or ``signed`` (the last signed first) instead of the next date.
    """

    kind: str = ""
    state: str = ""
    party: str = ""
    field: str = ""
    codes: Sequence[str] = ()
    order: str = ""


def ordered_ids(node: Node, wanted: Wanted) -> list[str]:
    """Ids of texts, the next date first; then what is under negotiation, then what is over, newest first."""
    today = node.clock.now().date().isoformat()
    query = RowQuery(
        register=NAME, object_kind=wanted.kind if wanted.kind in TEXT_KINDS else "", field=wanted.field
    )
    rows = AgreementVersion.objects.filter(code__in=wanted.codes)
    if wanted.party:
        rows = rows.filter(parties__contains=f" {wanted.party} ")
    terms = {
        (object_id, content_hash): (months, term)
        for object_id, content_hash, months, term in rows.values_list(
            "object_id", "content_hash", "review_months", "term"
        )
    }
    found: list[tuple[tuple[str, int], InstrumentDays]] = []
    for each in node.store.rows.instrument_days(query):
        known = terms.get((each.object_id, each.content_hash))
        if known is None:
            continue
        state = state_today(each, today)
        if not wanted.state or state == wanted.state:
            found.append(((_next_day(each, state, known, today), _rank(state)), each))
    # Ids grow with time: among equals the newest stands first.
    found.sort(key=lambda one: one[1].object_id, reverse=True)
    if wanted.order == "signed":
        found.sort(key=lambda one: one[1].signed_on or "", reverse=True)
    elif wanted.order != "newest":
        found.sort(key=lambda one: one[0])
    return [each.object_id for _place, each in found]


def state_today(days: InstrumentDays, today: str) -> str:
    """The state on a day: what has entered and not ended is in force."""
    if days.state != State.SIGNED:
        return days.state
    if days.ends_on is not None and days.ends_on <= today:
        return str(State.TERMINATED)
    entered = days.entry_into_force_on
    return str(State.IN_FORCE) if entered is not None and entered <= today else days.state


def _rank(state: str) -> int:
    if state in _OPEN:
        return 0
    return 2 if state in _OVER or state == State.TERMINATED else 1


def _next_day(days: InstrumentDays, state: str, known: tuple[int | None, str], today: str) -> str:
    if state == State.SIGNED:
        return days.entry_into_force_on or _until_notified(days)
    if state != State.IN_FORCE or days.entry_into_force_on is None:
        return FAR
    ends_on = days.ends_on or FAR
    return min(ends_on, _day_again(days.entry_into_force_on, *known, today))


def _until_notified(days: InstrumentDays) -> str:
    """The default day by which a missing notification is looked for."""
    if days.signed_on is None:
        return FAR
    return add_months(date.fromisoformat(days.signed_on), NOTIFICATION_MONTHS).isoformat()


@lru_cache(maxsize=50_000)
def _day_again(entered_on: str, review_months: int | None, term: str, today: str) -> str:
    """The first day after today of reviews and of a term; thousands of texts share few days of entry."""
    entered = date.fromisoformat(entered_on)
    ahead = [FAR]
    if review_months:
        ahead.append(_round_after(entered, review_months, review_months, today))
    if term:
        ahead += _term_days(entered, load(term), today)
    return min(ahead)


def _term_days(entered: date, term: Mapping[str, Any], today: str) -> list[str]:
    if not term.get("renewal"):
        return [add_months(entered, term["months"]).isoformat()]
    objection = term["months"] - (term.get("objection") or 0)
    return [
        _round_after(entered, term["months"], term["renewal"], today),
        _round_after(entered, objection, term["renewal"], today),
    ]


def _round_after(entered: date, first_months: int, every_months: int, today: str) -> str:
    """The first day after today of those that come again."""
    between = (int(today[:4]) - entered.year) * 12 + int(today[5:7]) - entered.month
    number = max(0, (between - first_months) // every_months)
    while True:
        on = add_months(entered, first_months + number * every_months)
        if on == date.max or on.isoformat() > today:
            return on.isoformat()
        number += 1
