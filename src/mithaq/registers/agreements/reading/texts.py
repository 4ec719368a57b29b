"""A text as it stands: its versions, who has signed, what is missing, what happens next and on which day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.next_step import (
    DEFAULT_REVIEW_MONTHS,
    DatedStep,
    list_dates,
    missing_notifications,
    next_step,
    read_review_months,
    standing_version,
)
from mithaq.core.instruments.state import InstrumentState, State, Version, marks_at, state_at
from mithaq.errors import MissingError, MithaqError
from mithaq.node.node import Node
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.whole_data import read_data
from mithaq.node.records import SealedAct
from mithaq.registers.agreements.reading.rows import InitialView, read_initiallings
from mithaq.registers.agreements.rules.articles import Gap, find_gaps
from mithaq.registers.agreements.rules.kinds import REVIEWED, TEXT_KINDS
from mithaq.registers.agreements.rules.signing import (
    asks_for_concordance,
    sides_without_concordance,
    sides_without_initials,
)
from mithaq.registers.agreements.rules.standing import OPEN, binding_version, word_of
from mithaq.web.suspensions import tell_marks


@dataclass(frozen=True, slots=True)
class AgreementView:
    """A text.

    Attributes:
        fold: all versions.
        shown: the version that pages speak of: under negotiation, else in force, else the newest.
        binding: the version that notices are given about; None before one is signed.
        data: of ``shown``, long members in place.
        is_here: whether all of ``data`` is here; a part may still be on its way.
        state, word: of ``shown``, in the words of the record and of this register.
        next: what happens next to ``binding``, or to ``shown`` while it is open.
        without_initials, without_concordance: signatories of ``shown`` that have yet to.
    """

    object_id: str
    object_kind: str
    first: SealedAct
    fold: InstrumentState
    shown: Version
    binding: Version | None
    data: Mapping[str, Any]
    is_here: bool
    state: State
    word: str
    marks: tuple[str, ...]
    next: DatedStep | None
    initiallings: tuple[InitialView, ...]
    gaps: tuple[Gap, ...]
    without_initials: tuple[str, ...]
    without_concordance: tuple[str, ...]

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        title = self.data.get("title")
        found = title if isinstance(title, Mapping) and title else self.first.parsed.subject or {}
        return {str(lang): str(text) for lang, text in found.items()}

    @property
    def signatories(self) -> Mapping[str, str]:
        """Administration -> the post that signs."""
        return {str(each.administration): each.post for each in self.shown.manifest.signatories}

    @property
    def proposer(self) -> str:
        """Who put ``shown`` forward."""
        return str(self.shown.openers[0].author)

    @property
    def is_open(self) -> bool:
        """Whether ``shown`` is still to be signed by somebody."""
        return self.state in OPEN

    @property
    def waiting(self) -> tuple[str, ...]:
        """Signatories of ``shown`` that have not signed."""
        return tuple(each for each in self.signatories if each not in self.shown.signings)

    @property
    def review_months(self) -> int | None:
        """Months between reviews, as the version that binds says, else the one shown."""
        return _review_months((self.binding or self.shown).manifest)

    def dates(self) -> list[DatedStep]:
        """Every day that is known of the version that binds."""
        return list_dates(self.binding, self.review_months) if self.binding is not None else []

    def missing_notifications(self) -> tuple[str, ...]:
        """Who has yet to notify; nobody where nothing is asked."""
        return tuple(map(str, missing_notifications(self.binding))) if self.binding is not None else ()


def read_agreement(node: Node, object_id: str) -> AgreementView:
    """One text.

    Raises:
        MissingError: ``agreement``.
    """
    return view_acts(node, object_id, node.store.acts.of_objects([object_id])[object_id])


def view_acts(node: Node, object_id: str, acts: Sequence[SealedAct]) -> AgreementView:
    """One text from acts of it that were read already.

    Raises:
        MissingError: ``agreement``; none of its versions counts.
    """
    first = next((act for act in acts if act.parsed.id == object_id), None)
    if first is None or first.parsed.object_kind not in TEXT_KINDS:
        raise MissingError("agreement", "there is no text of that id here")
    return view_agreement(node, first, _fold(node, {object_id: acts})[object_id])


def view_agreement(node: Node, first: SealedAct, fold: InstrumentState) -> AgreementView:
    """A text that was folded already.

    Raises:
        MissingError: ``agreement``; none of its versions counts.
    """
    now = node.clock.now()
    shown = standing_version(fold, now)
    if shown is None:
        raise MissingError("agreement", "there is no text of that id here")
    return _describe(node, first, fold, shown, read_initiallings([first.object_id]), now, is_whole=True)


def read_agreements(node: Node, ids: Iterable[str], *, is_whole: bool = True) -> list[AgreementView]:
    """These texts, in their order, with as many questions as for one; those not here are left out.

    Args:
        node: to read from.
        ids: of instruments.
        is_whole: read long members too; lists need none.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    grouped = node.store.acts.of_objects(wanted)
    folds, now = _fold(node, grouped), node.clock.now()
    initiallings: dict[str, list[InitialView]] = {}
    for each in read_initiallings(wanted if is_whole else _under_negotiation(folds, now)):
        initiallings.setdefault(each.instrument_id, []).append(each)
    found = []
    for object_id in wanted:
        first = next((act for act in grouped.get(object_id, ()) if act.parsed.id == object_id), None)
        state = folds.get(object_id)
        if first is None or state is None or first.parsed.object_kind not in TEXT_KINDS:
            continue
        shown = standing_version(state, now)
        if shown is not None:
            notes = initiallings.get(object_id, [])
            found.append(_describe(node, first, state, shown, notes, now, is_whole=is_whole))
    return found


def _under_negotiation(folds: Mapping[str, InstrumentState], now: datetime) -> list[str]:
    """Texts whose word depends on who has initialled them."""
    shown = {object_id: standing_version(fold, now) for object_id, fold in folds.items()}
    return [each for each, version in shown.items() if version and state_at(version, now) in OPEN]


def _fold(node: Node, grouped: Mapping[str, Sequence[SealedAct]]) -> dict[str, InstrumentState]:
    """What the acts amount to, our own unacknowledged ones included."""
    placed = place_acts([act for acts in grouped.values() for act in acts], node.store.receipts)
    object_of = {act.parsed.id: object_id for object_id, acts in grouped.items() for act in acts}
    acts: dict[str, list[PlacedAct]] = {}
    for act in placed:
        acts.setdefault(object_of[act.act_id], []).append(act)
    others = KnownInstruments(node.store.projections, list(acts))
    return {object_id: fold_instrument(found, others) for object_id, found in acts.items()}


def _describe(
    node: Node,
    first: SealedAct,
    fold: InstrumentState,
    shown: Version,
    notes: Sequence[InitialView],
    now: datetime,
    *,
    is_whole: bool,
) -> AgreementView:
    data, is_here = whole_or_less(node, shown) if is_whole else (dict(shown.manifest.data or {}), False)
    codes = tuple(map(str, shown.manifest.administrations))
    told = [(each.sender, each.data) for each in notes]
    uninitialled = tuple(sides_without_initials(shown.content_hash, codes, told))
    needs = asks_for_concordance(shown.manifest) and is_here
    lacking = sides_without_concordance(data, shown.content_hash, codes, told) if needs else ()
    binding = binding_version(fold, now)
    state = state_at(shown, now)
    subject = shown if state in OPEN or binding is None else binding
    return AgreementView(
        object_id=first.object_id,
        object_kind=first.parsed.object_kind or "",
        first=first,
        fold=fold,
        shown=shown,
        binding=binding,
        data=data,
        is_here=is_here,
        state=state,
        word=word_of(shown, now, is_initialled=not uninitialled, siblings=fold.versions),
        marks=tuple(sorted(_marks(shown, now))),
        next=next_step(subject, now, _review_months(subject.manifest)),
        initiallings=tuple(notes),
        gaps=tuple(find_gaps(data)) if is_here and state in OPEN else (),
        without_initials=uninitialled,
        without_concordance=tuple(lacking),
    )


def _marks(version: Version, now: datetime) -> list[str]:
    """Those of the record, and that single articles or parts stand still while the text applies."""
    return [*map(str, marks_at(version, now)), *tell_marks(version, now)]


def whole_or_less(node: Node, version: Version) -> tuple[dict[str, Any], bool]:
    """Data with its long members, and whether they are all here."""
    try:
        return read_data(version.manifest, node.blobs), True
    except MithaqError:
        return dict(version.manifest.data or {}), False


def articles_of(node: Node, manifest: Manifest) -> list[dict[str, Any]]:
    """The articles of a version.

    Raises:
        MissingError: ``blob``; they are not here yet.
    """
    found = read_data(manifest, node.blobs).get("articles")
    return [dict(each) for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def day_text(on: date | None) -> str | None:
    """A day as programs read it."""
    return on.isoformat() if on is not None else None


def _review_months(manifest: Manifest) -> int | None:
    """Months between reviews: those that the text names, else the default of its kind."""
    default = DEFAULT_REVIEW_MONTHS if manifest.object_kind in REVIEWED else None
    return read_review_months(manifest.data, default)
