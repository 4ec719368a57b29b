"""What a note rests on: while its basis is suspended, its clock stands still (spec 10.5.1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.lines import find_basis, is_in_scope
from mithaq.core.notes.times import Interval
from mithaq.node.ports import Store
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.records import SealedAct

STOPPING_KINDS = frozenset({InstrumentKind.SUSPEND, InstrumentKind.RESUME})


def basis_objects(first: SealedAct) -> list[str]:
    """Ids of the instruments that a note names as its basis, each once."""
    return list(dict.fromkeys(address.object_id for address in find_basis(first.parsed.body)))


def may_stop_clocks(acts: Iterable[SealedAct]) -> bool:
    """Whether an instrument with these acts was ever suspended."""
    return any(act.parsed.kind in STOPPING_KINDS for act in acts)


def find_suspensions(store: Store, first: SealedAct, acts: Sequence[PlacedAct]) -> list[Interval]:
    """When what a note rests on was suspended, as far as its acts and those of the basis tell.

    A note that rests on an article stops with the article; one that rests on the whole text stops only with
    the whole.

    A suspension with a later ``start_on`` counts once anything here was delivered after it began: so every
    node with the same acts has the same row, and no clock of a node enters.
    """
    addresses = find_basis(first.parsed.body)
    if not addresses:
        return []
    intervals: list[Interval] = []
    for object_id, sealed in store.acts.of_objects(basis_objects(first)).items():
        if may_stop_clocks(sealed) and any(act.parsed.id == object_id for act in sealed):
            lines = [each.line for each in addresses if each.object_id == object_id]
            intervals += _suspensions_of(store, sealed, acts, lines)
    return intervals


def _suspensions_of(
    store: Store, basis: Sequence[SealedAct], acts: Sequence[PlacedAct], lines: Sequence[str | None]
) -> list[Interval]:
    placed = place_acts(without_revoked(store, basis), store.receipts)
    known_until = _last_delivery([*placed, *acts])
    state = fold_instrument(placed, KnownInstruments(store.projections))
    return [
        Interval(one.from_at, one.until_at)
        for version in state.versions
        for one in version.suspensions
        if any(is_in_scope(line, one.scope) for line in lines)
        if known_until is not None and one.from_at <= known_until
    ]


def _last_delivery(acts: Iterable[PlacedAct]) -> datetime | None:
    return max((at for act in acts for at in act.deliveries.values()), default=None)
