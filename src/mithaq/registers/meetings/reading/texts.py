"""Mandates, agendas, minutes and communiqués with their versions, in the words of this register."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.encoding import from_ms, parse_time
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.state import InstrumentState, State, Version, in_force_at, state_at
from mithaq.errors import MalformedError, MissingError
from mithaq.node.node import Node
from mithaq.node.read.instrument_rows import KnownInstruments
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.read.versions import without_stricter
from mithaq.node.records import SealedAct
from mithaq.registers.meetings.models import TextVersion
from mithaq.registers.meetings.reading.items import ItemView, items_about
from mithaq.registers.meetings.reading.rows import load_texts
from mithaq.registers.meetings.rules.addresses import Line, iterate_lines
from mithaq.registers.meetings.rules.alignment import Gap, find_gaps
from mithaq.registers.meetings.rules.kinds import (
    ACTION_REPORT,
    AGENDA,
    COMMENT,
    COMMUNIQUE,
    INITIALLING,
    MANDATE,
    MINUTES,
)
from mithaq.registers.meetings.rules.signing import sides_without_concordance

NOTES: Final = (COMMENT, INITIALLING, ACTION_REPORT)
"""Notes that say something of a text."""

ALIGNED: Final = frozenset({MINUTES, COMMUNIQUE})
"""Texts that nobody signs before a translator of each side has compared both languages."""

BOUND: Final = frozenset({State.SIGNED, State.IN_FORCE})
OPEN: Final = frozenset({State.PROPOSED, State.COUNTERED, State.PART_SIGNED})


@dataclass(frozen=True, slots=True)
class TextView:
    """A text as it stands: its greatest version that is not declined or withdrawn, or the one in force.

    Attributes:
        state: of that version now, in the words of the record.
        word: the same in the words of this register.
        signed_by: codes.
        waiting: signatories that have not signed.
        reports: on its actions, the oldest first.
        without_concordance: sides of which no translator has compared the languages.
        is_under_embargo: whether it may not be told outside yet.
    """

    object_id: str
    object_kind: str
    version: int
    content_hash: str
    versions: tuple[int, ...]
    state: State
    word: str
    title: Mapping[str, str]
    data: Mapping[str, Any]
    proposer: str
    meeting_id: str
    signatories: Mapping[str, str]
    signed_by: tuple[str, ...]
    waiting: tuple[str, ...]
    created_at: datetime
    signed_at: datetime | None
    comments: tuple[ItemView, ...]
    initiallings: tuple[ItemView, ...]
    reports: tuple[ItemView, ...]
    gaps: tuple[Gap, ...]
    without_concordance: tuple[str, ...]
    is_under_embargo: bool

    @property
    def lines(self) -> list[Line]:
        """Its lines."""
        return list(iterate_lines(self.data))

    @property
    def is_open(self) -> bool:
        """Whether it can still be signed, commented or countered."""
        return self.state in OPEN

    @property
    def is_bound(self) -> bool:
        """Whether every side has signed it."""
        return self.state in BOUND


def read_text(node: Node, object_id: str) -> TextView:
    """One text.

    Raises:
        MissingError: ``text``.
    """
    found = read_texts(node, [object_id])
    if not found:
        raise MissingError("text", "there is no text of that id here")
    return found[0]


def read_texts(node: Node, ids: Iterable[str], *, is_binding: bool = False) -> list[TextView]:
    """These texts, in their order, with as many questions as for one; those not here are left out.

    Args:
        node: to read from.
        ids: of instruments.
        is_binding: only versions in force, whatever is negotiated beside them.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    first: dict[str, TextVersion] = {}
    for row in TextVersion.objects.filter(object_id__in=wanted).order_by("created_ms"):
        first.setdefault(row.object_id, row)
    notes: dict[str, list[ItemView]] = {}
    for item in items_about(node, first, NOTES):
        notes.setdefault(item.about_id, []).append(item)
    states = fold_texts(node, node.store.acts.of_objects(first))
    now = node.clock.now()
    found = [
        describe_text(first[each], states[each], notes.get(each, []), now, is_binding=is_binding)
        for each in wanted
        if each in states
    ]
    return [each for each in found if each is not None]


def fold_texts(node: Node, grouped: Mapping[str, Sequence[SealedAct]]) -> dict[str, InstrumentState]:
    """What the acts of these instruments amount to, our own unacknowledged ones included.

    A version that is handled more strictly than its record is left out, as on every page of it.
    """
    readable = [act for acts in grouped.values() for act in _readable(acts)]
    counted = without_revoked(node.store, readable)
    object_of = {(act.log, act.leaf_index): act.object_id for act in counted}
    acts: dict[str, list[PlacedAct]] = {}
    for act in place_acts(counted, node.store.receipts):
        acts.setdefault(object_of[act.log, act.leaf_index], []).append(act)
    others = KnownInstruments(node.store.projections, list(acts))
    return {object_id: fold_instrument(found, others) for object_id, found in acts.items()}


def _readable(acts: Sequence[SealedAct]) -> Sequence[SealedAct]:
    first = next((act for act in acts if act.parsed.id == act.object_id), None)
    return acts if first is None else without_stricter(first, acts)


def describe_text(
    row: TextVersion,
    state: InstrumentState,
    notes: Sequence[ItemView],
    now: datetime,
    *,
    is_binding: bool = False,
) -> TextView | None:
    """One text; None when there is no version of it, or none in force where that is asked for.

    Args:
        row: of its first version.
        state: from ``fold_texts``.
        notes: about it.
        now: aware.
        is_binding: as in ``read_texts``.
    """
    version = in_force_at(state, now) if is_binding else _choose(state, now)
    if version is None:
        return None
    numbers = tuple(sorted({each.number for each in state.versions}))
    return _describe(row, version, numbers, notes, now)


def _choose(state: InstrumentState, now: datetime) -> Version | None:
    """A newer version under negotiation is what there is to do; else the one in force is what counts."""
    latest = state.latest
    if latest is not None and state_at(latest, now) in OPEN:
        return latest
    return in_force_at(state, now) or latest


def body_names() -> dict[str, dict[str, str]]:
    """Id of each body -> its names, of the newest version known; one question for all."""
    rows = (
        TextVersion.objects.filter(object_kind=MANDATE).order_by("version").values_list("object_id", "title")
    )
    return {object_id: load_texts(title) for object_id, title in rows}


def _describe(
    row: TextVersion, version: Version, numbers: Sequence[int], notes: Sequence[ItemView], now: datetime
) -> TextView:
    manifest = version.manifest
    data = dict(manifest.data or {})
    comments = tuple(each for each in notes if each.object_kind == COMMENT)
    initiallings = tuple(each for each in notes if each.object_kind == INITIALLING)
    state = state_at(version, now)
    is_under_embargo = embargo_runs(data, now)
    is_aligned = manifest.object_kind in ALIGNED
    told = [(each.sender, each.data) for each in initiallings]
    lacking = sides_without_concordance(data, version.content_hash, manifest.administrations, told)
    return TextView(
        object_id=row.object_id,
        object_kind=row.object_kind,
        version=version.number,
        content_hash=version.content_hash,
        versions=tuple(numbers),
        state=state,
        word=_word(row.object_kind, state, _marks(version, comments, initiallings), is_under_embargo),
        title=load_texts(row.title) if not data else _title(data),
        data=data,
        proposer=str(version.openers[0].author),
        meeting_id=str(data.get("invitation", "")),
        signatories={str(each.administration): each.post for each in manifest.signatories},
        signed_by=tuple(sorted(map(str, version.signings))),
        waiting=tuple(code for code in manifest.administrations if code not in version.signings),
        created_at=from_ms(row.created_ms),
        signed_at=version.signed_at,
        comments=comments,
        initiallings=initiallings,
        reports=tuple(each for each in notes if each.object_kind == ACTION_REPORT),
        gaps=tuple(find_gaps(data)) if is_aligned else (),
        without_concordance=tuple(lacking) if is_aligned else (),
        is_under_embargo=is_under_embargo,
    )


def _title(data: Mapping[str, Any]) -> dict[str, str]:
    title = data.get("title", data.get("name"))
    return {str(lang): str(text) for lang, text in title.items()} if isinstance(title, Mapping) else {}


def _marks(version: Version, comments: Iterable[ItemView], initiallings: Iterable[ItemView]) -> set[str]:
    marks = set()
    if any(each.data.get("version") == version.number for each in comments):
        marks.add("commented")
    by = {each.sender for each in initiallings if each.data.get("content_hash") == version.content_hash}
    if by >= set(map(str, version.manifest.administrations)):
        marks.add("initialled")
    return marks


def _word(kind: str, state: State, marks: set[str], is_under_embargo: bool) -> str:
    """Spec: docs/spec/14-meetings.md, "Words"."""
    if state in (State.PROPOSED, State.COUNTERED) and kind == MINUTES:
        return "initialled" if "initialled" in marks else "commented" if "commented" in marks else "shared"
    if state in (State.SIGNED, State.IN_FORCE):
        if kind == AGENDA:
            return "agreed"
        if kind == COMMUNIQUE:
            return "agreed" if is_under_embargo else "released"
        return "signed" if kind == MINUTES else str(state)
    return "amended" if state is State.SUPERSEDED and kind == MINUTES else str(state)


def embargo_runs(data: Mapping[str, Any], now: datetime) -> bool:
    """Whether a text may not be told outside yet; an embargo that cannot be read always runs."""
    if "embargo_until_at" not in data:
        return False
    try:
        return parse_time(str(data["embargo_until_at"])) > now
    except MalformedError:
        return True
