"""What the acts of an instrument amount to, and what holds at an instant.

``Version.state`` and everything else in here is the same on every node that has the same acts, and
needs no clock. What depends on the date (in force, suspended, superseded, terminated) is answered
for an instant that the caller gives: ``state_at``, ``in_force_at``.

Spec: docs/spec 9.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from mithaq.core.acts.placed import PlacedAct
from mithaq.core.instruments.duration import Suspension
from mithaq.core.instruments.entry_into_force import start_of_day
from mithaq.core.instruments.lines import is_in_scope
from mithaq.core.instruments.manifest import Manifest
from mithaq.core.types import AdministrationCode


class State(StrEnum):
    """State of one version. Registers have words of their own for these and add none."""

    PROPOSED = "proposed"
    """Put forward as version 1; nobody has signed."""
    COUNTERED = "countered"
    """Put forward as a counter-proposal, version 2 or later; nobody has signed."""
    PART_SIGNED = "part_signed"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    """Entered into force, and as a whole suspended."""
    SUPERSEDED = "superseded"
    TERMINATED = "terminated"
    DECLINED = "declined"
    """Declined, or replaced by a counter-proposal, before it was signed."""
    WITHDRAWN = "withdrawn"


class Mark(StrEnum):
    """What stands beside a state."""

    WITHDRAWAL_PENDING = "withdrawal_pending"
    PROVISIONAL = "provisional"
    EXPIRED = "expired"


class NoEffect(StrEnum):
    """Why an act has no effect. It is kept and shown with this reason."""

    UNKNOWN_KIND = "unknown_kind"
    MALFORMED_BODY = "malformed_body"
    UNKNOWN_VERSION = "unknown_version"
    """It names no version that its author had before it."""
    VERSION_MISMATCH = "version_mismatch"
    """Number and content hash, or number and previous version, do not fit."""
    OTHER_OBJECT = "other_object"
    """The manifest is of another instrument or kind."""
    OTHER_SIGNATORIES = "other_signatories"
    """A version cannot replace one that other administrations sign."""
    NOT_SIGNATORY = "not_signatory"
    NOT_TO_ALL = "not_to_all"
    """It was not addressed to every other signatory."""
    WRONG_POST = "wrong_post"
    OWN_PROPOSAL = "own_proposal"
    """An author does not counter its own open proposal; it withdraws it."""
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    ANNULLED = "annulled"
    """A signing of a version that its author knew to be withdrawn, declined or countered."""
    TOO_LATE = "too_late"
    """A withdrawal, decline or counter that the last signer had not seen; denunciation is the way out."""
    OUT_OF_STATE = "out_of_state"
    REPEATED = "repeated"
    NOT_ASKED = "not_asked"
    """The manifest asks for no such notice from its author."""
    UNKNOWN_PART = "unknown_part"


@dataclass(frozen=True, slots=True)
class Ineffective:
    """An act that changes nothing, and why."""

    act: PlacedAct
    reason: NoEffect


@dataclass(frozen=True, slots=True)
class Succession:
    """A text that takes the place of a version.

    Attributes:
        by: content hash of the new text.
        on, at: the day it enters, in its own offset, and the instant that day begins.
        settled_at: when the acts that fix this day were all delivered; None for a text of before
            the record.
    """

    on: date
    at: datetime
    by: str
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version and all that was done about it.

    Attributes:
        root: content hash of the version 1 that it descends from. Versions replace each other only
            within one root, so a foreign proposal under a copied id reaches nothing.
        openers: the acts that put this manifest forward; nearly always one.
        state: without any clock: proposed, countered, part_signed, signed, declined or withdrawn.
        signings: the signing that counts, by administration.
        annulments: withdrawals, declines and counters of it, in causal order.
        decided_by: the annulment that made it declined or withdrawn.
        withdrawal_pending: an annulment is on its way to someone who has yet to sign.
        signed_at: the latest delivery of the signings; None unless signed.
        signed_on: its date in the offset of the manifest, or that of ``past``.
        received_on: the day each notification reached the last other party.
        entry_into_force_on: None while unknown.
        settled_at: when the acts that fix that day were all delivered; None for ``past`` or unknown.
        notified_by, denounced_by, objected_by: who has given such notice, delivered or not.
        suspended_by: who has a suspension of its own that it has not resumed from, delivered or not.
        leaving_on: the day on which a denunciation ends it for a party.
        terminated_on: by denunciation or expiry; from this day on it is no more.
        is_expired: whether it is the term that ends it.
        successions: what takes its place, by instant.
        suspensions: by begin.
    """

    manifest: Manifest
    root: str
    openers: tuple[PlacedAct, ...]
    state: State
    signings: Mapping[AdministrationCode, PlacedAct]
    annulments: tuple[PlacedAct, ...] = ()
    decided_by: PlacedAct | None = None
    withdrawal_pending: bool = False
    signed_at: datetime | None = None
    signed_on: date | None = None
    received_on: Mapping[AdministrationCode, date] | None = None
    entry_into_force_on: date | None = None
    settled_at: datetime | None = None
    notified_by: tuple[AdministrationCode, ...] = ()
    denounced_by: tuple[AdministrationCode, ...] = ()
    objected_by: tuple[AdministrationCode, ...] = ()
    suspended_by: tuple[AdministrationCode, ...] = ()
    leaving_on: Mapping[AdministrationCode, date] | None = None
    terminated_on: date | None = None
    is_expired: bool = False
    successions: tuple[Succession, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    @property
    def content_hash(self) -> str:
        """Hex of the hash that signatories sign."""
        return self.manifest.content_hash

    @property
    def number(self) -> int:
        """Number of the version, from 1."""
        return self.manifest.version

    @property
    def rank(self) -> tuple[int, str]:
        """Order among versions of one instrument: of two that would be in force, the greater is."""
        return (self.manifest.version, self.manifest.content_hash)

    @property
    def is_complete(self) -> bool:
        """Whether every signatory has signed it, delivered or not: no annulment can reach it any more."""
        return len(self.signings) == len(self.manifest.signatories)

    @property
    def is_open(self) -> bool:
        """Whether it can still be signed by someone who knows all these acts."""
        return not self.annulments and not self.is_complete

    @property
    def superseded_on(self) -> date | None:
        """The first day on which another text takes its place; None if none does."""
        return self.successions[0].on if self.successions else None

    def parties_on(self, day: date) -> tuple[AdministrationCode, ...]:
        """Answer the parties still bound on ``day``; all signatories once it is signed."""
        leaving = self.leaving_on or {}
        return tuple(code for code in self.manifest.administrations if leaving.get(code, date.max) > day)


@dataclass(frozen=True, slots=True)
class InstrumentState:
    """Answer of the fold.

    Attributes:
        object_id: None when no valid proposal is among the acts.
        versions: by (version, content hash).
        without_effect: acts that change nothing, by place.
        sent: ids of acts that no other node has yet acknowledged, by place; shown as sent.
        depends_on: content hashes of other instruments that dates here were asked of. When one of
            these enters into force, fold again.
        replaces: content hashes in ``supersedes`` of signed versions. When a date here changes,
            fold the instruments of these again.
    """

    object_id: str | None
    versions: tuple[Version, ...] = ()
    without_effect: tuple[Ineffective, ...] = ()
    sent: tuple[str, ...] = ()
    depends_on: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset()

    def find(self, content_hash: str) -> Version | None:
        """Answer the version with this hash; None when there is none."""
        for version in self.versions:
            if version.content_hash == content_hash:
                return version
        return None

    @property
    def latest(self) -> Version | None:
        """The greatest version that is not declined or withdrawn; the greatest of all when each is."""
        closed = (State.DECLINED, State.WITHDRAWN)
        alive = [version for version in self.versions if version.state not in closed]
        return max(alive or self.versions, key=lambda version: version.rank, default=None)


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A version of another instrument, as far as dates here need it.

    Attributes:
        entry_into_force_on: None while unknown.
        settled_at: as in ``Version``.
        start_at: the instant at which the day of entry begins, in its own offset.
        signatories: sorted codes.
    """

    content_hash: str
    entry_into_force_on: date | None
    start_at: datetime | None
    settled_at: datetime | None
    signatories: tuple[AdministrationCode, ...]


class OtherInstruments(Protocol):
    """Look-up of versions of other instruments, over what this node has folded so far.

    A version that is not in yet, or not in force on any date yet, has no date; so a circle of
    SAME_AS never enters.
    """

    def find_version(self, content_hash: str) -> OtherVersion | None:
        """Answer the version with this hash; None when unknown."""
        ...

    def find_successors(self, content_hash: str) -> Sequence[OtherVersion]:
        """Answer the versions of other instruments that enter and name this hash in ``supersedes``."""
        ...


class NoOthers:
    """A world without other instruments."""

    def find_version(self, content_hash: str) -> OtherVersion | None:
        """Answer None."""
        return None

    def find_successors(self, content_hash: str) -> Sequence[OtherVersion]:
        """Answer nothing."""
        return ()


def describe_version(version: Version) -> OtherVersion:
    """Answer what other instruments need to know of ``version``."""
    on = version.entry_into_force_on
    return OtherVersion(
        content_hash=version.content_hash,
        entry_into_force_on=on,
        start_at=start_of_day(on, version.manifest.effect.zone) if on else None,
        settled_at=version.settled_at,
        signatories=version.manifest.administrations,
    )


def state_at(version: Version, at: datetime, known_at: datetime | None = None) -> State:
    """Answer the state of ``version`` at the aware instant ``at``.

    Args:
        version: from a fold.
        at: the instant asked about.
        known_at: leave out entries into force and successions that acts delivered after this
            instant made. A running clock asks so: ON_SIGNATURE reaches back to the start of its
            day, and a later version moves no running clock.
    """
    if version.state is not State.SIGNED:
        return version.state
    ended = _find_end(version, at, known_at)
    if ended is not None:
        return ended
    begins_at = _start(version, version.entry_into_force_on)
    if begins_at is None or at < begins_at or not _is_settled(version.settled_at, known_at):
        return State.SIGNED
    if any(each.holds_at(at) and not each.scope for each in version.suspensions):
        return State.SUSPENDED
    return State.IN_FORCE


def _find_end(version: Version, at: datetime, known_at: datetime | None) -> State | None:
    terminated_at = _start(version, version.terminated_on)
    is_over = terminated_at is not None and terminated_at <= at
    for succession in version.successions:
        if succession.at <= at and _is_settled(succession.settled_at, known_at):
            came_first = terminated_at is None or succession.at <= terminated_at
            return State.SUPERSEDED if came_first else State.TERMINATED
    return State.TERMINATED if is_over else None


def _start(version: Version, on: date | None) -> datetime | None:
    return start_of_day(on, version.manifest.effect.zone) if on else None


def _is_settled(settled_at: datetime | None, known_at: datetime | None) -> bool:
    return known_at is None or settled_at is None or settled_at <= known_at


def marks_at(version: Version, at: datetime) -> frozenset[Mark]:
    """Answer the marks of ``version`` at the aware instant ``at``."""
    marks: set[Mark] = set()
    if version.withdrawal_pending:
        marks.add(Mark.WITHDRAWAL_PENDING)
    state = state_at(version, at)
    provisional_at = _start(version, version.manifest.effect.provisional_from)
    if state is State.SIGNED and provisional_at is not None and provisional_at <= at:
        marks.add(Mark.PROVISIONAL)
    if state is State.TERMINATED and version.is_expired:
        marks.add(Mark.EXPIRED)
    return frozenset(marks)


def suspended_parts_at(version: Version, at: datetime) -> frozenset[str]:
    """Answer the names of parts and lines that are suspended at ``at``; all parts when the whole is."""
    names = {part.name for part in version.manifest.parts}
    standing = [each for each in version.suspensions if each.holds_at(at)]
    if any(not each.scope for each in standing):
        return frozenset(names)
    return frozenset(name for each in standing for name in each.scope)


def is_line_suspended_at(version: Version, line: str, at: datetime) -> bool:
    """Whether a line is suspended at ``at``: with the whole, by itself, or with what it stands in."""
    return any(each.holds_at(at) and is_in_scope(line, each.scope) for each in version.suspensions)


def in_force_at(
    state: InstrumentState, at: datetime, *, root: str | None = None, known_at: datetime | None = None
) -> Version | None:
    """Answer the version in force at the aware instant ``at``; None when there is none.

    Args:
        state: from a fold.
        at: the instant asked about.
        root: content hash of any version; only versions of its line are looked at. Whoever refers
            to an instrument by content hash gives it.
        known_at: as in ``state_at``.

    A version suspended in part is in force: ``suspended_parts_at`` names the parts.
    """
    named = state.find(root) if root is not None else None
    if root is not None and named is None:
        return None
    line = [version for version in state.versions if named is None or version.root == named.root]
    standing = [version for version in line if state_at(version, at, known_at) is State.IN_FORCE]
    return max(standing, key=lambda version: version.rank, default=None)
