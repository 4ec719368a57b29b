"""Rows of instruments, and the way a date in one instrument reaches others (SAME_AS, supersedes)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.encoding import format_time
from mithaq.core.instruments.fold import fold_instrument
from mithaq.core.instruments.next_step import (
    DatedStep,
    Series,
    list_fixed,
    list_series,
    read_review_months,
)
from mithaq.core.instruments.state import InstrumentState, OtherVersion, State, Version, describe_version
from mithaq.node.handling import HandlingCode, read_code
from mithaq.node.ports import Projections, Store
from mithaq.node.read.fields import read_fields
from mithaq.node.read.placing import place_acts
from mithaq.node.read.revoked_acts import without_revoked
from mithaq.node.records import InstrumentLink, InstrumentRow, NearVersions, SealedAct
from mithaq.node.registry import Registry

MOST_ROUNDS = 64
"""Length of the longest chain of SAME_AS followed at once; a chain is finite, so this is never met."""


class KnownInstruments:
    """Implements ``core.instruments.OtherInstruments`` over the read models.

    Args:
        projections: to read from.
        object_ids: of instruments that will be folded: what they hang on is then read in one look-up.
    """

    def __init__(self, projections: Projections, object_ids: Sequence[str] = ()) -> None:
        self._projections = projections
        self._object_ids = object_ids
        self._near: NearVersions | None = None if object_ids else NearVersions()

    def find_version(self, content_hash: str) -> OtherVersion | None:
        """The version with this hash; None when it is not here."""
        return self._look_near().named.get(content_hash) or self._projections.find_version(content_hash)

    def find_successors(self, content_hash: str) -> Sequence[OtherVersion]:
        """Versions of other instruments that enter and supersede this hash."""
        found = self._look_near().successors.get(content_hash)
        if found is None:
            found = self._projections.find_successors(content_hash)
        return [version for version in found if version.entry_into_force_on is not None]

    def _look_near(self) -> NearVersions:
        if self._near is None:
            self._near = self._projections.near_versions(self._object_ids)
        return self._near


class InstrumentProjector:
    """Folds one instrument and, while dates move, those that hang on it."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self._store = store
        self._registry = registry
        self._others = KnownInstruments(store.projections)

    def project(self, first: SealedAct, acts: Sequence[PlacedAct]) -> None:
        """Replace the rows of this instrument and refold its dependents until nothing moves."""
        waiting = self._project_one(first, acts)
        for _ in range(MOST_ROUNDS):
            if not waiting:
                return
            grouped = self._store.acts.of_objects(waiting)
            waiting = []
            for object_id, sealed in grouped.items():
                opener = next((act for act in sealed if act.parsed.id == object_id), None)
                if opener is not None:
                    counted = without_revoked(self._store, sealed)
                    waiting += self._project_one(opener, place_acts(counted, self._store.receipts))

    def _project_one(self, first: SealedAct, acts: Sequence[PlacedAct]) -> list[str]:
        """Fold and save one; answers the objects whose dates may have moved."""
        state = fold_instrument(acts, self._others)
        if state.latest is None:
            return []
        projections = self._store.projections
        before = {each.content_hash: each for each in projections.versions_of(first.object_id)}
        described = [describe_version(version) for version in state.versions]
        changed = [each.content_hash for each in described if before.get(each.content_hash) != each]
        projections.save_instruments([make_row(first, state)])
        projections.save_versions(first.object_id, described, _links(state))
        projections.save_dates(first.object_id, *self._list_days(state))
        return projections.dependents(first.object_id, changed) if changed else []

    def _list_days(self, state: InstrumentState) -> tuple[list[DatedStep], list[Series]]:
        """Days of every signed version, each up to the day on which it ends."""
        fixed: list[DatedStep] = []
        series: list[Series] = []
        for version in state.versions:
            manifest = version.manifest
            kind = self._registry.find(manifest.object_kind, manifest.object_v)
            months = read_review_months(manifest.data, kind.review_months if kind else None)
            fixed += list_fixed(version)
            series += list_series(version, months)
        return fixed, series


def _links(state: InstrumentState) -> list[InstrumentLink]:
    replaced = [
        InstrumentLink(version.content_hash, other, "replaces")
        for version in state.versions
        if version.state is State.SIGNED
        for other in version.manifest.supersedes
    ]
    latest = state.latest
    own = latest.content_hash if latest else ""
    return replaced + [InstrumentLink(own, other, "depends_on") for other in sorted(state.depends_on)]


def make_row(first: SealedAct, state: InstrumentState) -> InstrumentRow:
    """The row of an instrument: without any clock, so equal on every node and at every rebuild."""
    parsed, latest = first.parsed, state.latest
    assert latest is not None  # the caller asked
    return InstrumentRow(
        object_id=first.object_id,
        object_kind=latest.manifest.object_kind,
        log=first.log,
        leaf_index=first.leaf_index,
        proposer=parsed.author,
        subject=parsed.subject or {},
        version=latest.number,
        content_hash=latest.content_hash,
        state=latest.state,
        dossier=parsed.dossier,
        created_at=acts_created(state),
        versions=[describe(version) for version in state.versions],
        marks=["withdrawal_pending"] if latest.withdrawal_pending else [],
        signed_on=latest.signed_on.isoformat() if latest.signed_on else None,
        entry_into_force_on=latest.entry_into_force_on.isoformat() if latest.entry_into_force_on else None,
        is_public=read_code(parsed.handling) is HandlingCode.CLEAR and has_public_version(state),
        fields=read_fields(latest.manifest.data or {}),
        unsigned_by=list_unsigned(latest),
    )


def list_unsigned(version: Version) -> list[str]:
    """Those whose signature an undecided version waits for, sorted."""
    if version.state not in (State.PROPOSED, State.COUNTERED, State.PART_SIGNED):
        return []
    named = {str(each.administration) for each in version.manifest.signatories}
    return sorted(named - set(map(str, version.signings)))


def has_public_version(state: InstrumentState) -> bool:
    """Whether the newest version says ``visibility: public``, or a signed one does.

    A published text stays published while another version of it is under negotiation.
    """
    versions = [
        version for version in state.versions if version.state is State.SIGNED or version is state.latest
    ]
    return any((version.manifest.data or {}).get("visibility") == "public" for version in versions)


def acts_created(state: InstrumentState) -> datetime:
    """When the instrument was opened, by its author's clock."""
    return state.versions[0].openers[0].created_at


def describe(version: Version) -> Mapping[str, object]:
    """JSON-ready view of one version."""
    optional = {
        "signed_at": format_time(version.signed_at) if version.signed_at else None,
        "signed_on": version.signed_on.isoformat() if version.signed_on else None,
        "entry_into_force_on": version.entry_into_force_on.isoformat()
        if version.entry_into_force_on
        else None,
        "superseded_on": version.superseded_on.isoformat() if version.superseded_on else None,
        "terminated_on": version.terminated_on.isoformat() if version.terminated_on else None,
    }
    return {
        "version": version.number,
        "content_hash": version.content_hash,
        "state": str(version.state),
        "rule": str(version.manifest.effect.rule),
        "signatories": [
            {"administration": each.administration, "post": each.post}
            for each in version.manifest.signatories
        ],
        "signed_by": list(version.signings),
        **{name: value for name, value in optional.items() if value is not None},
    }
