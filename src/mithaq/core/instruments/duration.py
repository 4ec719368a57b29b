"""How a version stops: term and tacit renewal, denunciation, suspension.

Pure reckoning over dates and instants of delivery; which acts count is decided in
``negotiation.py``.

Spec: docs/spec 9.4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mithaq.core.instruments.effect import Term
from mithaq.core.instruments.entry_into_force import add_months
from mithaq.core.types import AdministrationCode


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which a version, or some of its parts, does not apply.

    Attributes:
        by: the party whose notice it is; all parties where suspension is joint. Sorted.
        from_at, until_at: aware instants, the end excluded; ``until_at`` None while it stands.
        scope: names of parts and, behind ``#``, of lines, sorted; empty for the whole.
    """

    by: tuple[AdministrationCode, ...]
    from_at: datetime
    until_at: datetime | None
    scope: tuple[str, ...] = ()

    def holds_at(self, at: datetime) -> bool:
        """Whether it stands at the aware instant ``at``."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


def find_expiry(term: Term | None, entered_on: date | None, objections: Iterable[date]) -> date | None:
    """Answer the day a fixed term ends; None while it does not, or is renewed without objection.

    Args:
        term: None for an indefinite duration.
        entered_on: the day of entry into force.
        objections: the days objections to renewal were delivered. One that comes later than
            ``objection_months`` before an end counts for the end after.
    """
    if term is None or entered_on is None:
        return None
    if term.renewal_months is None:
        return add_months(entered_on, term.months)
    return min((_find_end_after(term, entered_on, day) for day in objections), default=None)


def _find_end_after(term: Term, entered_on: date, objection_on: date) -> date:
    renewal_months = term.renewal_months or 1
    between = (objection_on.year - entered_on.year) * 12 + objection_on.month - entered_on.month
    # One round too few at most: the days within the months decide the rest.
    rounds = max(0, (between + term.objection_months - term.months) // renewal_months - 1)
    while True:
        # Counted from the entry each time: 31 January stays the 31st wherever there is one.
        end_on = add_months(entered_on, term.months + rounds * renewal_months)
        if end_on == date.max or objection_on <= add_months(end_on, -term.objection_months):
            return end_on
        rounds += 1


def find_dissolution(leaving_on: Mapping[AdministrationCode, date], signatories: int) -> date | None:
    """Answer the day on which fewer than two of ``signatories`` parties are left; None if never."""
    last_but_one = signatories - 2
    days = sorted(leaving_on.values())
    return days[last_but_one] if len(days) > last_but_one else None


def join_suspensions(
    spells: Mapping[AdministrationCode, Sequence[Suspension]], parties: Sequence[AdministrationCode]
) -> list[Suspension]:
    """Answer the joint suspensions that the spells of single parties make.

    A joint suspension of a scope begins when the notices of all ``parties`` stand, and ends when
    all of them have resumed.
    """
    joined: list[Suspension] = []
    for scope in sorted({spell.scope for each in spells.values() for spell in each}):
        joined += _join_scope(spells, tuple(sorted(parties)), scope)
    return joined


def _join_scope(
    spells: Mapping[AdministrationCode, Sequence[Suspension]],
    parties: tuple[AdministrationCode, ...],
    scope: tuple[str, ...],
) -> list[Suspension]:
    # (instant, 0 ends | 1 begins, party): at one instant ends come first.
    turns: list[tuple[datetime, int, AdministrationCode]] = []
    for party in parties:
        for spell in spells.get(party, ()):
            if spell.scope == scope:
                turns.append((spell.from_at, 1, party))
                turns += [(spell.until_at, 0, party)] if spell.until_at else []
    joined: list[Suspension] = []
    standing: list[AdministrationCode] = []
    began_at: datetime | None = None
    for at, begins, party in sorted(turns):
        standing.append(party) if begins else standing.remove(party)
        if began_at is None and set(standing) == set(parties):
            began_at = at
        elif began_at is not None and not standing:
            joined.append(Suspension(parties, began_at, at, scope))
            began_at = None
    if began_at is not None:
        joined.append(Suspension(parties, began_at, None, scope))
    return joined
