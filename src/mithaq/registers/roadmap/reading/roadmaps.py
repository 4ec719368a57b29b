"""Roadmaps with their versions: which one binds, which one is under negotiation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from mithaq.core.encoding import from_ms
from mithaq.core.instruments.lines import LineAddress
from mithaq.core.instruments.state import State
from mithaq.errors import MissingError
from mithaq.node.node import Node
from mithaq.node.ports import RowQuery
from mithaq.node.records import InstrumentRow
from mithaq.registers.roadmap.models import RoadmapNote, RoadmapVersion
from mithaq.registers.roadmap.reading.rows import load, load_texts
from mithaq.registers.roadmap.rules.kinds import FINAL_REPORT, NAME
from mithaq.registers.roadmap.rules.notes import ACCEPTED
from mithaq.registers.roadmap.rules.plan import Plan, read_plan

OPEN: Final = frozenset({State.PROPOSED, State.COUNTERED, State.PART_SIGNED})
MOST: Final = 100
"""Roadmaps that are looked at together: both sides have one, or one for each field."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a roadmap.

    Attributes:
        state: at the present hour, in the words of the record; ``in_force`` once it binds.
        in_force_on: the day it began to bind; None for one that never did.
        signed_by, waiting: codes of the signatories that have signed, and of those that have not.
    """

    object_id: str
    content_hash: str
    number: int
    proposer: str
    title: Mapping[str, str]
    state: str
    in_force_on: date | None
    created_at: datetime
    signatories: Mapping[str, str]
    signed_by: tuple[str, ...]

    @property
    def waiting(self) -> tuple[str, ...]:
        """Signatories that have yet to sign."""
        return tuple(code for code in self.signatories if code not in self.signed_by)

    @property
    def is_open(self) -> bool:
        """Whether it can still be signed or countered."""
        return self.state in OPEN

    @property
    def address(self) -> LineAddress:
        """Of the version as a whole."""
        return LineAddress(self.object_id, self.number)


@dataclass(frozen=True, slots=True)
class RoadmapView:
    """A roadmap as it stands.

    Attributes:
        versions: the oldest first; those whose fields this node can read.
        binding: the version in force; None before the first is co-signed.
        pending: a version under negotiation beside it; None without one.
        shown: what a page shows: the binding one, else the pending one, else the last.
        data, plan: of ``shown``.
        is_closed: whether the other side has accepted the final report.
        written: content hash -> data as JSON, of the versions that were read with it.
    """

    object_id: str
    versions: tuple[VersionView, ...]
    binding: VersionView | None
    pending: VersionView | None
    shown: VersionView
    data: Mapping[str, Any]
    plan: Plan
    is_closed: bool
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Mapping[str, str]:
        """Of the version shown."""
        return self.shown.title

    @property
    def word(self) -> str:
        """``proposed``, ``co_signed``, ``amended``, ``closed``, or what the record says of it."""
        if self.binding is None:
            return str(self.shown.state)
        if self.is_closed:
            return "closed"
        return "amended" if self.binding.number > 1 else "co_signed"

    def data_of(self, versions: Iterable[VersionView]) -> dict[str, dict[str, Any]]:
        """Content hash -> data of these versions; the database is asked for those not read yet."""
        hashes = {each.content_hash for each in versions}
        found = {each: load(self.written[each]) for each in hashes if each in self.written}
        if self.shown.content_hash in hashes:
            found[self.shown.content_hash] = dict(self.data)
        return found | (load_data(hashes - set(found)) if hashes - set(found) else {})

    def version(self, number: int) -> VersionView | None:
        """The version of that number that counts; None when there is none."""
        found = [each for each in self.versions if each.number == number]
        return next((each for each in found if each.state == "in_force"), found[-1] if found else None)


def read_roadmap(node: Node, object_id: str) -> RoadmapView:
    """One roadmap, with the data of its versions.

    Raises:
        MissingError: ``roadmap``.
    """
    rows = node.store.rows.instruments(RowQuery(object_ids=[object_id], register=NAME), 1)
    found = _view_all(node, rows, is_whole=True)
    if not found:
        raise MissingError("roadmap", "there is no roadmap of that id here")
    return found[0]


def list_roadmaps(node: Node) -> list[RoadmapView]:
    """All roadmaps, the newest first, at most ``MOST``."""
    found = node.store.rows.instruments(RowQuery(register=NAME), MOST)
    return _view_all(node, found)


def _view_all(node: Node, rows: Sequence[InstrumentRow], *, is_whole: bool = False) -> list[RoadmapView]:
    """With ``is_whole`` the data of all versions come with them: one question less for one roadmap."""
    ids = [row.object_id for row in rows]
    names = ("object_id", "content_hash", "version", "proposer", "title", "created_ms")
    fields: tuple[str, ...] = (*names, "data") if is_whole else names
    known: dict[str, list[tuple[Any, ...]]] = {}
    for one in RoadmapVersion.objects.filter(object_id__in=ids).order_by("version").values_list(*fields):
        known.setdefault(one[0], []).append(one)
    now = node.clock.now()
    versions = {row.object_id: _view_versions(row, known.get(row.object_id, []), now) for row in rows}
    chosen = {object_id: _choose(found) for object_id, found in versions.items() if found}
    written = {one[1]: one[6] for found in known.values() for one in found} if is_whole else {}
    shown = [one[2].content_hash for one in chosen.values()]
    data = {each: load(written[each]) for each in shown} if is_whole else load_data(shown)
    closed = _closed(chosen)
    return [
        RoadmapView(
            object_id,
            versions[object_id],
            *parts,
            data=data[parts[2].content_hash],
            plan=read_plan(data[parts[2].content_hash]),
            is_closed=object_id in closed,
            written=written,
        )
        for object_id, parts in chosen.items()
    ]


def load_data(content_hashes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Content hash -> data of the version."""
    rows = RoadmapVersion.objects.filter(content_hash__in=list(content_hashes))
    return {content_hash: load(data) for content_hash, data in rows.values_list("content_hash", "data")}


def _view_versions(
    row: InstrumentRow, known: Sequence[tuple[Any, ...]], now: datetime
) -> tuple[VersionView, ...]:
    read = {one[1]: one for one in known}
    found: list[VersionView] = []
    for described in row.versions:
        one = read.get(str(described["content_hash"]))
        if one is not None:
            found.append(_view_version(described, one, now))
    return tuple(found)


def _view_version(described: Mapping[str, Any], known: tuple[Any, ...], now: datetime) -> VersionView:
    entry = described.get("entry_into_force_on")
    return VersionView(
        object_id=known[0],
        content_hash=known[1],
        number=known[2],
        proposer=known[3],
        title=load_texts(known[4]),
        state=_state_now(described, now.date()),
        in_force_on=date.fromisoformat(entry) if entry else None,
        created_at=from_ms(known[5]),
        signatories={each["administration"]: each["post"] for each in described["signatories"]},
        signed_by=tuple(sorted(map(str, described["signed_by"]))),
    )


def _state_now(described: Mapping[str, Any], today: date) -> str:
    """A row has no clock: what depends on the day is told here."""
    state = str(described["state"])
    if state != State.SIGNED:
        return state
    for name, word in (("superseded_on", State.SUPERSEDED), ("terminated_on", State.TERMINATED)):
        if name in described and date.fromisoformat(described[name]) <= today:
            return str(word)
    entry = described.get("entry_into_force_on")
    # On signature it binds at once, in whatever zone the day of the signature is written.
    is_bound = entry and (described["rule"] == "ON_SIGNATURE" or date.fromisoformat(entry) <= today)
    return str(State.IN_FORCE) if is_bound else state


def _choose(versions: Sequence[VersionView]) -> tuple[VersionView | None, VersionView | None, VersionView]:
    """(binding, pending, shown)."""
    bound = [each for each in versions if each.state == State.IN_FORCE]
    binding = max(bound, key=lambda each: (each.number, each.content_hash), default=None)
    waiting = [
        each for each in versions if each.is_open and (binding is None or each.number > binding.number)
    ]
    pending = max(waiting, key=lambda each: (each.number, each.content_hash), default=None)
    return binding, pending, binding or pending or versions[-1]


def _closed(chosen: Mapping[str, tuple[VersionView | None, VersionView | None, VersionView]]) -> set[str]:
    """Roadmaps whose final report every recipient has accepted."""
    rows = RoadmapNote.objects.filter(object_kind=FINAL_REPORT, roadmap_id__in=list(chosen))
    found = set()
    for roadmap_id, recipients, answers in rows.values_list("roadmap_id", "recipients", "answers"):
        given = load(answers)
        named = recipients.split()
        if named and all(given.get(code, {}).get("result") == ACCEPTED for code in named):
            found.add(roadmap_id)
    return found
