"""Which acts have effect: proposals, signings, and what takes them back.

Acts come in causal order, and each is judged only by acts that **its author had seen**. So the
judgement of an act never changes: not by an act that arrives later, not by the order of arrival,
and not by a clock. A signing that saw a withdrawal of its version has no effect, whoever withdrew;
so a version is signed exactly when each signatory has a signing that saw none.

Spec: docs/spec 9.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.admission import Admitted
from mithaq.core.instruments.bodies import (
    Body,
    Decline,
    Denunciation,
    Notification,
    Proposal,
    Resumption,
    Signing,
    Supersession,
    SuspensionNotice,
    Withdrawal,
    Withdrawn,
)
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.instruments.state import Ineffective, NoEffect
from mithaq.core.types import AdministrationCode


@dataclass(slots=True)
class Draft:
    """A version while the acts are being folded."""

    manifest: Manifest
    root: str
    openers: list[PlacedAct]
    signings: dict[AdministrationCode, PlacedAct] = field(default_factory=dict)
    annulments: list[PlacedAct] = field(default_factory=list)
    notifications: dict[AdministrationCode, PlacedAct] = field(default_factory=dict)
    denunciations: list[tuple[PlacedAct, Denunciation]] = field(default_factory=list)
    suspensions: list[tuple[PlacedAct, SuspensionNotice]] = field(default_factory=list)
    resumptions: list[PlacedAct] = field(default_factory=list)
    supersessions: list[tuple[PlacedAct, Supersession]] = field(default_factory=list)

    def is_known_to(self, act: PlacedAct) -> bool:
        """Whether the author of ``act`` had this version before it."""
        return any(act.saw(opener) for opener in self.openers)

    def is_annulled_for(self, act: PlacedAct) -> bool:
        """Whether the author of ``act`` had seen a withdrawal, decline or counter of this version."""
        return any(act.saw(annulment) for annulment in self.annulments)

    def is_complete_for(self, act: PlacedAct) -> bool:
        """Whether the author of ``act`` had seen a signing of every signatory."""
        signings = self.signings
        return all(code in signings and act.saw(signings[code]) for code in self.manifest.administrations)


class Negotiation:
    """Folds admitted acts, given in causal order.

    Attributes:
        drafts: versions by content hash.
        acts: every admitted act, in order.
        ineffective: those without effect, in order.
    """

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self.acts: list[PlacedAct] = []
        self.ineffective: list[Ineffective] = []

    def apply(self, admitted: Admitted) -> None:
        """Judge one act and keep what it does."""
        act, body = admitted.act, admitted.body
        self.acts.append(act)
        reason = self._propose(admitted, body) if isinstance(body, Proposal) else self._judge(act, body)
        if reason is not None:
            self.ineffective.append(Ineffective(act, reason))

    def _judge(self, act: PlacedAct, body: Body) -> NoEffect | None:
        draft = self.drafts.get(body.content_hash)
        if draft is None or not draft.is_known_to(act):
            return NoEffect.UNKNOWN_VERSION
        match body:
            case Signing():
                return _sign(draft, act)
            case Decline():
                return _annul(draft, act)
            case Withdrawal():
                return _withdraw(draft, act, body)
            case _:
                return _notice(draft, act, body) if draft.is_complete_for(act) else NoEffect.OUT_OF_STATE

    def _propose(self, admitted: Admitted, body: Proposal) -> NoEffect | None:
        act, manifest = admitted.act, body.manifest
        fault = self._counter(act, manifest.previous) if manifest.previous else None
        if fault is not None:
            return fault
        known = self.drafts.get(manifest.content_hash)
        if known is None:
            self.drafts[manifest.content_hash] = Draft(manifest, admitted.root, [act])
        else:
            known.openers.append(act)
        return None

    def _counter(self, act: PlacedAct, previous: str) -> NoEffect | None:
        older = self.drafts.get(previous)
        if older is None or not older.is_known_to(act):
            return NoEffect.UNKNOWN_VERSION
        is_settled = older.is_complete_for(act)
        is_closed = is_settled or older.is_annulled_for(act)
        if not is_closed and any(act.saw(o) and o.author == act.author for o in older.openers):
            return NoEffect.OWN_PROPOSAL
        # To amend what all have signed is not to decline it.
        if not is_settled:
            older.annulments.append(act)
        return None


def _sign(draft: Draft, act: PlacedAct) -> NoEffect | None:
    if act.author in draft.signings:
        return NoEffect.REPEATED
    if draft.is_annulled_for(act):
        return NoEffect.ANNULLED
    draft.signings[act.author] = act
    return None


def _annul(draft: Draft, act: PlacedAct) -> NoEffect | None:
    if draft.is_complete_for(act):
        return NoEffect.OUT_OF_STATE
    if any(earlier.author == act.author for earlier in draft.annulments):
        return NoEffect.REPEATED
    draft.annulments.append(act)
    return None


def _withdraw(draft: Draft, act: PlacedAct, body: Withdrawal) -> NoEffect | None:
    has_proposed = any(act.saw(opener) and opener.author == act.author for opener in draft.openers)
    has_signed = act.author in draft.signings
    held = {Withdrawn.PROPOSAL: has_proposed, Withdrawn.SIGNING: has_signed}
    if not (held[body.of] if body.of else has_proposed or has_signed):
        return NoEffect.NOTHING_TO_WITHDRAW
    return _annul(draft, act)


def _notice(draft: Draft, act: PlacedAct, body: Body) -> NoEffect | None:
    match body:
        case Notification():
            return _notify(draft, act)
        case Denunciation():
            return _denounce(draft, act, body)
        case SuspensionNotice():
            if not draft.manifest.knows_scope(body.scope):
                return NoEffect.UNKNOWN_PART
            draft.suspensions.append((act, body))
        case Resumption():
            if act.author not in find_suspending(draft):
                return NoEffect.OUT_OF_STATE
            draft.resumptions.append(act)
        case Supersession():
            if body.by == body.content_hash:
                return NoEffect.OTHER_OBJECT
            draft.supersessions.append((act, body))
    return None


def _notify(draft: Draft, act: PlacedAct) -> NoEffect | None:
    if act.author not in draft.manifest.effect.notifications:
        return NoEffect.NOT_ASKED
    if act.author in draft.notifications:
        return NoEffect.REPEATED
    draft.notifications[act.author] = act
    return None


def _denounce(draft: Draft, act: PlacedAct, body: Denunciation) -> NoEffect | None:
    term = draft.manifest.effect.term
    if body.objection and (term is None or term.renewal_months is None):
        return NoEffect.NOT_ASKED
    if any(
        earlier.author == act.author and old.objection == body.objection
        for earlier, old in draft.denunciations
    ):
        return NoEffect.REPEATED
    draft.denunciations.append((act, body))
    return None


def find_suspending(draft: Draft) -> Mapping[AdministrationCode, PlacedAct]:
    """Answer who has suspended and not resumed, each with its last suspension."""
    standing = {act.author: act for act, _ in draft.suspensions}
    for act in draft.resumptions:
        if act.author in standing and act.saw(standing[act.author]):
            del standing[act.author]
    return standing
