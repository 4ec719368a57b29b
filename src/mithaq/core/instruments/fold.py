"""Acts in, state out: the fold of one instrument.

``admission.py`` and ``negotiation.py`` judge the acts; here their deliveries become states and dates.

Spec: docs/spec 8.5.4, 9.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.admission import admit, find_missing_recipients
from mithaq.core.instruments.bodies import InstrumentKind
from mithaq.core.instruments.duration import Suspension, find_dissolution, find_expiry, join_suspensions
from mithaq.core.instruments.effect import Rule, SuspensionMode
from mithaq.core.instruments.entry_into_force import (
    add_months,
    compute_entry_into_force,
    cut_to_date,
    start_of_day,
)
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.negotiation import Draft, Negotiation, find_suspending
from mithaq.core.instruments.state import (
    Ineffective,
    InstrumentState,
    NoEffect,
    NoOthers,
    OtherInstruments,
    OtherVersion,
    State,
    Succession,
    Version,
    describe_version,
)
from mithaq.core.types import AdministrationCode


def fold_instrument(acts: Iterable[PlacedAct], others: OtherInstruments | None = None) -> InstrumentState:
    """Answer what the acts of one instrument amount to.

    Equal acts (with equal ``deliveries``) give equal states, in whatever order they come. Nothing
    in an act makes this raise; what has no effect is listed with its reason.

    Args:
        acts: all acts this node has of the object, its own unacknowledged ones included.
        others: look-up of versions of other instruments, for SAME_AS, ``supersedes`` and
            ``supersede``; None for none.
    """
    known = list(acts)
    admitted, rejected = admit(known)
    negotiation = Negotiation()
    for each in admitted:
        negotiation.apply(each)
    drafts = negotiation.drafts
    dated = _date_all(drafts, negotiation.acts, others or NoOthers())
    versions = sorted(dated.values(), key=lambda version: version.rank)
    return InstrumentState(
        object_id=versions[0].manifest.object_id if versions else None,
        versions=tuple(versions),
        without_effect=_list_ineffective(negotiation, rejected),
        sent=_list_sent(known),
        depends_on=_list_dependencies(drafts) - set(drafts),
        replaces=frozenset(
            each
            for version in versions
            if version.state is State.SIGNED
            for each in version.manifest.supersedes
        ),
    )


def find_delivery(act: PlacedAct, signatories: Sequence[AdministrationCode]) -> datetime | None:
    """Answer when the first other signatory's node had applied ``act``; None if none has."""
    return min(
        (act.deliveries[code] for code in _others(act, signatories) if code in act.deliveries), default=None
    )


def find_last_delivery(act: PlacedAct, signatories: Sequence[AdministrationCode]) -> datetime | None:
    """Answer when the last other signatory's node had applied ``act``; None while one has not."""
    instants = [act.deliveries.get(code) for code in _others(act, signatories)]
    known = [instant for instant in instants if instant is not None]
    return max(known) if known and len(known) == len(instants) else None


def _others(act: PlacedAct, signatories: Sequence[AdministrationCode]) -> list[AdministrationCode]:
    return [code for code in signatories if code != act.author]


# --- without any clock ------------------------------------------------------------------------


def _open_version(draft: Draft, acts: Sequence[PlacedAct]) -> Version:
    """Make the version with everything that needs neither dates nor other versions."""
    signatories = draft.manifest.administrations
    is_complete = len(draft.signings) == len(signatories)
    deliveries = {code: find_delivery(act, signatories) for code, act in draft.signings.items()}
    known = [instant for instant in deliveries.values() if instant is not None]
    signed_at = max(known) if is_complete and len(known) == len(signatories) else None
    decided_by = None if is_complete or not draft.annulments else _find_decisive(draft, acts)
    if signed_at is not None:
        state = State.SIGNED
    elif decided_by is not None:
        state = State.WITHDRAWN if decided_by.kind == InstrumentKind.WITHDRAW else State.DECLINED
    elif known:
        state = State.PART_SIGNED
    else:
        state = State.PROPOSED if draft.manifest.version == 1 else State.COUNTERED
    return Version(
        manifest=draft.manifest,
        root=draft.root,
        openers=tuple(draft.openers),
        state=state,
        signings=dict(sorted(draft.signings.items())),
        annulments=tuple(draft.annulments),
        decided_by=decided_by,
        withdrawal_pending=bool(draft.annulments) and not is_complete and decided_by is None,
        signed_at=signed_at,
        notified_by=tuple(sorted(draft.notifications)),
        denounced_by=tuple(sorted(act.author for act, body in draft.denunciations if not body.objection)),
        objected_by=tuple(sorted(act.author for act, body in draft.denunciations if body.objection)),
        suspended_by=tuple(sorted(find_suspending(draft))),
    )


def _find_decisive(draft: Draft, acts: Sequence[PlacedAct]) -> PlacedAct | None:
    """Answer the first annulment that is final: whoever has yet to sign has an act that saw it.

    An applied receipt is such an act. Someone else must have seen it in any case: before that it
    shows as sent.
    """
    # An act that not all have cannot prove anything to all.
    shared = [act for act in acts if not find_missing_recipients(act, draft.manifest)]
    for annulment in draft.annulments:
        others = _others(annulment, draft.manifest.administrations)
        witnesses = {code for code in others if _has_seen(code, annulment, shared)}
        if witnesses and witnesses.issuperset(code for code in others if code not in draft.signings):
            return annulment
    return None


def _has_seen(code: AdministrationCode, annulment: PlacedAct, acts: Sequence[PlacedAct]) -> bool:
    return code in annulment.deliveries or any(act.author == code and act.saw(annulment) for act in acts)


def _list_ineffective(negotiation: Negotiation, rejected: Sequence[Ineffective]) -> tuple[Ineffective, ...]:
    found = {each.act.place: each for each in (*rejected, *negotiation.ineffective)}
    for draft in negotiation.drafts.values():
        if len(draft.signings) == len(draft.manifest.signatories):
            for act in draft.annulments:
                # A counter that came too late to decline still puts its own version forward.
                if act.kind != InstrumentKind.COUNTER:
                    found[act.place] = Ineffective(act, NoEffect.TOO_LATE)
    return tuple(found[place] for place in sorted(found))


def _list_sent(acts: Iterable[PlacedAct]) -> tuple[str, ...]:
    waiting = {act.place: act.act_id for act in acts if not act.deliveries.keys() - {act.author}}
    return tuple(waiting[place] for place in sorted(waiting))


# --- dates --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Dating:
    """Versions with their dates of entry, filled as SAME_AS asks for them."""

    drafts: Mapping[str, Draft]
    versions: dict[str, Version]
    others: OtherInstruments
    asked: set[str]

    def find(self, content_hash: str) -> OtherVersion | None:
        if content_hash not in self.versions:
            return self.others.find_version(content_hash)
        self.enter(content_hash)
        return describe_version(self.versions[content_hash])

    def enter(self, content_hash: str) -> None:
        # Asked again while it is being answered is a circle: it finds no date and never enters.
        if content_hash not in self.asked:
            self.asked.add(content_hash)
            self.versions[content_hash] = self._date(self.drafts[content_hash], self.versions[content_hash])

    def _date(self, draft: Draft, version: Version) -> Version:
        if version.signed_at is None:
            return version
        effect = version.manifest.effect
        signatories = version.manifest.administrations
        past = effect.past
        instants = [] if past else [version.signed_at]
        received_on = dict(past.received_on) if past else {}
        for code, act in draft.notifications.items():
            last_at = find_last_delivery(act, signatories)
            if last_at is not None and code not in received_on:
                received_on[code] = cut_to_date(last_at, effect.zone)
                instants.append(last_at)
        other = self.find(effect.other) if effect.rule is Rule.SAME_AS and effect.other else None
        if other is not None and other.settled_at is not None:
            instants.append(other.settled_at)
        signed_on = past.signed_on if past else cut_to_date(version.signed_at, effect.zone)
        entered_on = compute_entry_into_force(
            effect,
            signed_on=signed_on,
            received_on=received_on,
            other_on=other.entry_into_force_on if other else None,
        )
        return replace(
            version,
            signed_on=signed_on,
            received_on=dict(sorted(received_on.items())),
            entry_into_force_on=entered_on,
            settled_at=max(instants, default=None) if entered_on else None,
        )


def _date_all(
    drafts: Mapping[str, Draft], acts: Sequence[PlacedAct], others: OtherInstruments
) -> dict[str, Version]:
    opened = {content_hash: _open_version(draft, acts) for content_hash, draft in drafts.items()}
    dating = _Dating(drafts, opened, others, set())
    for content_hash in drafts:
        dating.enter(content_hash)
    for content_hash, draft in drafts.items():
        if opened[content_hash].state is State.SIGNED:
            opened[content_hash] = _end_version(draft, opened[content_hash])
    return {
        content_hash: _succeed_version(drafts[content_hash], version, dating)
        if version.state is State.SIGNED
        else version
        for content_hash, version in opened.items()
    }


def _end_version(draft: Draft, version: Version) -> Version:
    effect = version.manifest.effect
    leaving_on: dict[AdministrationCode, date] = {}
    objections: list[date] = []
    for act, body in draft.denunciations:
        last_at = find_last_delivery(act, version.manifest.administrations)
        if last_at is None:
            continue
        delivered_on = cut_to_date(last_at, effect.zone)
        if body.objection:
            objections.append(delivered_on)
        else:
            leaving_on[act.author] = add_months(delivered_on, effect.denunciation_months)
    dissolved_on = find_dissolution(leaving_on, len(version.manifest.signatories))
    expired_on = find_expiry(effect.term, version.entry_into_force_on, objections)
    ends = [day for day in (dissolved_on, expired_on) if day is not None]
    return replace(
        version,
        leaving_on=dict(sorted(leaving_on.items())),
        terminated_on=min(ends, default=None),
        is_expired=expired_on is not None and (dissolved_on is None or expired_on < dissolved_on),
        suspensions=tuple(_list_suspensions(draft, version.manifest, leaving_on)),
    )


def _list_suspensions(
    draft: Draft, manifest: Manifest, leaving_on: Mapping[AdministrationCode, date]
) -> list[Suspension]:
    zone = manifest.effect.zone
    spells: dict[AdministrationCode, list[Suspension]] = {}
    for act, body in draft.suspensions:
        from_at = find_last_delivery(act, manifest.administrations)
        if from_at is None:
            continue
        if body.start_on is not None:
            from_at = max(from_at, start_of_day(body.start_on, zone))
        ends = [
            resumed_at
            for resumption in draft.resumptions
            if resumption.author == act.author and resumption.saw(act)
            if (resumed_at := find_last_delivery(resumption, manifest.administrations)) is not None
        ]
        # Who is no party any more can no longer suspend, nor resume.
        ends += [start_of_day(leaving_on[act.author], zone)] if act.author in leaving_on else []
        until_at = min(ends, default=None)
        if until_at is None or from_at < until_at:
            spells.setdefault(act.author, []).append(Suspension((act.author,), from_at, until_at, body.scope))
    if manifest.effect.suspension is SuspensionMode.JOINT:
        return join_suspensions(spells, manifest.administrations)
    single = [spell for each in spells.values() for spell in each]
    return sorted(single, key=lambda spell: (spell.from_at, spell.by, spell.scope))


# --- what takes the place of a version -------------------------------------------------------------


def _succeed_version(draft: Draft, version: Version, dating: _Dating) -> Version:
    successors = [
        describe_version(newer)
        for newer in dating.versions.values()
        if newer.root == version.root and newer.rank > version.rank
    ]
    # A text that does not bind all who are bound by this one cannot take its place.
    successors += [
        other
        for other in dating.others.find_successors(version.content_hash)
        if other.entry_into_force_on is not None
        and set(version.parties_on(other.entry_into_force_on)) <= set(other.signatories)
    ]
    found = [
        Succession(other.entry_into_force_on, other.start_at, other.content_hash, other.settled_at)
        for other in successors
        if other.entry_into_force_on is not None and other.start_at is not None
    ]
    for by in sorted({body.by for _, body in draft.supersessions}):
        agreed = _find_agreed_succession(draft, version, dating.find(by))
        found += [agreed] if agreed else []
    unique = {(each.by, each.at): each for each in found}
    return replace(
        version, successions=tuple(sorted(unique.values(), key=lambda each: (each.at, each.on, each.by)))
    )


def _find_agreed_succession(draft: Draft, version: Version, other: OtherVersion | None) -> Succession | None:
    """Answer the succession that every party's ``supersede`` makes; None while one is missing."""
    if other is None or other.entry_into_force_on is None or other.start_at is None:
        return None
    zone = version.manifest.effect.zone
    delivered: dict[AdministrationCode, datetime] = {}
    for act, body in draft.supersessions:
        last_at = find_last_delivery(act, version.manifest.administrations)
        if body.by == other.content_hash and last_at is not None:
            delivered.setdefault(act.author, last_at)
    if not delivered:
        return None
    last_at = max(delivered.values())
    agreed_on = cut_to_date(last_at, zone)
    on = max(other.entry_into_force_on, agreed_on)
    if not set(version.parties_on(on)) <= set(delivered):
        return None
    settled_at = max(last_at, other.settled_at) if other.settled_at else last_at
    return Succession(on, max(other.start_at, start_of_day(agreed_on, zone)), other.content_hash, settled_at)


def _list_dependencies(drafts: Mapping[str, Draft]) -> frozenset[str]:
    same_as = {draft.manifest.effect.other for draft in drafts.values()}
    by = {body.by for draft in drafts.values() for _, body in draft.supersessions}
    return frozenset(each for each in same_as | by if each is not None)
