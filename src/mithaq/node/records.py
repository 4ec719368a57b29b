"""Rows that pass between the use cases and the store. Plain values; no row knows how it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from mithaq.core.acts.dsse import ActSignature
from mithaq.core.acts.envelope import Envelope, reread_envelope
from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.instruments.state import OtherVersion
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize


class SectionContent(Struct, frozen=True):
    """One section of an act: its own 32-byte salt and its exact bytes (spec 5.6)."""

    name: str
    salt: bytes
    data: bytes


class StoredAct(Struct, frozen=True):
    """An act with a place, as bytes: what the log commits to and what travels with it.

    Attributes:
        commitment: C, 32 bytes; what the entry in the log holds.
        salt, envelope: the committed bytes; never change once stored.
    """

    log: Origin
    leaf_index: LeafIndex
    commitment: bytes
    salt: bytes
    envelope: bytes
    signatures: Sequence[ActSignature] = ()
    sections: Sequence[SectionContent] = ()

    def read(self) -> "SealedAct":
        """The same act with its envelope read; stored bytes were checked when they came in."""
        return SealedAct(
            self.log,
            self.leaf_index,
            self.commitment,
            self.salt,
            self.envelope,
            self.signatures,
            self.sections,
            parsed=reread_envelope(self.envelope),
        )


class SealedAct(StoredAct, frozen=True, kw_only=True):
    """A stored act with its envelope read, so that nothing on the way of a write parses twice."""

    parsed: Envelope

    @property
    def object_id(self) -> str:
        """The instrument or note it belongs to; its own id on the first act of an object."""
        return self.parsed.object or self.parsed.id


@dataclass(frozen=True, slots=True)
class OwnHead:
    """Head of the own log.

    Attributes:
        tree_size, root_hash: the last published checkpoint.
        next_index: first free leaf index; above ``tree_size`` after a crash between the two transactions.
        compact_range: encoded compact range of ``tree_size`` leaves.
        note: the SignedNote of the checkpoint; empty before the first one.
    """

    origin: Origin
    tree_size: TreeSize
    root_hash: RootHash
    next_index: LeafIndex
    compact_range: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class FollowedHead:
    """What this node holds of a partner's log: resuming needs nothing else.

    Attributes:
        verified_size, root_hash, compact_range, note: the last verified checkpoint and its leaves.
        next_index: first leaf whose act is not yet applied or parked.
        last_seq: last ``to.seq`` to this node seen in that log.
        applied_size: the largest verified size up to which everything released to us is applied or
            parked; what ``seen`` of our next act says. ``applied_root`` is the root at that size.
        frozen: whether an equivocation alarm stopped application (spec 8.8).
    """

    origin: Origin
    administration: AdministrationCode
    verified_size: TreeSize
    root_hash: RootHash
    compact_range: bytes
    note: bytes
    next_index: LeafIndex
    last_seq: int
    applied_size: TreeSize
    applied_root: RootHash
    frozen: bool = False


class Outcome(Struct, frozen=True):
    """What became of acts ``first..last`` of a partner here.

    Attributes:
        reason: code, only for one ``unusable`` act.
        also_to: the other recipients of these acts, sorted codes joined by spaces: they need our receipt as
            the author does, or three signatories could not agree on when a text was signed.
    """

    first: LeafIndex
    last: LeafIndex
    result: ReceiptResult
    reason: str = ""
    also_to: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptRange:
    """Acts ``first..last`` (inclusive) of ``subject_log`` have this result at ``recipient`` since ``at``."""

    subject_log: Origin
    recipient: AdministrationCode
    first: LeafIndex
    last: LeafIndex
    result: ReceiptResult
    at: datetime
    tree_size: TreeSize
    receipt_log: Origin
    receipt_index: LeafIndex


@dataclass(frozen=True, slots=True)
class ParkedAct:
    """An act of a partner that cannot be used, kept with its reason; the sync goes on (spec 8.5.8)."""

    log: Origin
    leaf_index: LeafIndex
    reason: str
    line: bytes


@dataclass(frozen=True, slots=True)
class WaitingAct:
    """An act held until ``waiting_for`` is applied here to ``waiting_size`` (causal hold)."""

    log: Origin
    leaf_index: LeafIndex
    waiting_for: Origin
    waiting_size: TreeSize
    line: bytes


class WantedBlob(Struct, frozen=True):
    """An attachment that an act of a partner names and that is not whole here."""

    leaf_index: LeafIndex
    sha256: str


class Release(Struct, frozen=True):
    """One act of the own log released to one administration, with its number in that sequence."""

    administration: AdministrationCode
    leaf_index: LeafIndex
    seq: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something people must see; never cleared by the program itself."""

    code: str
    subject: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Partner:
    """An administration on the roster, with the keys its root file gives at this moment.

    Attributes:
        root: root file of the highest verified version (DSSE bytes).
        pinned_sha256: hex SHA-256 of version 1, compared out of band.
        base_url: where its node answers, without a trailing slash.
    """

    code: AdministrationCode
    origin: Origin
    name: str
    base_url: str
    root: bytes
    pinned_sha256: str
    tls_ca: Sequence[str] = ()
    client_spki_sha256: Sequence[str] = ()
    last_contact_at: datetime | None = None
    health: str = "new"
    extra: Mapping[str, str] = field(default_factory=dict)


class NoteRow(Struct, frozen=True):
    """Read model of a note at one recipient (spec 10). Times in aware UTC.

    Attributes:
        position_log, position_index: place of the first act.
        act_count: acts folded into this row; 1 means untouched since it was sent.
        limit_s: the limit in force for its clock, seconds; None without one.
        remaining_s: seconds left while the clock is stopped.
        marks: computed marks that need no present time, sorted.
        met_at: when what it expects was met; None while it is not.
        fields: codes of the fields of cooperation it belongs to, sorted.
    """

    object_id: str
    recipient: AdministrationCode
    object_kind: str
    sender: AdministrationCode
    log: Origin
    leaf_index: LeafIndex
    subject: Mapping[str, str]
    state: str
    expects: str
    priority: str
    handling: str
    dossier: str | None
    created_at: datetime
    act_count: int = 1
    marks: Sequence[str] = ()
    delivered_at: datetime | None = None
    limit_s: int | None = None
    due_at: datetime | None = None
    remaining_s: int | None = None
    met_at: datetime | None = None
    fields: Sequence[str] = ()


class InstrumentRow(Struct, frozen=True):
    """Read model of an instrument (spec 9): its versions and what binds.

    Attributes:
        versions: JSON-ready list, oldest first: {version, content_hash, state, signatories[], signed_by[],
            signed_on?, entry_into_force_on?, marks[]}.
        state, version, content_hash: of the version that stands now (in force, else the newest).
        is_public: whether the decision to publish is in the newest or a signed version.
        fields: codes of the fields of cooperation that the version shown names, sorted.
        unsigned_by: those whose signature the newest version waits for; empty once it is decided.
    """

    object_id: str
    object_kind: str
    log: Origin
    leaf_index: LeafIndex
    proposer: AdministrationCode
    subject: Mapping[str, str]
    version: int
    content_hash: str
    state: str
    dossier: str | None
    created_at: datetime
    versions: Sequence[Mapping[str, object]] = ()
    marks: Sequence[str] = ()
    signed_on: str | None = None
    entry_into_force_on: str | None = None
    is_public: bool = False
    fields: Sequence[str] = ()
    unsigned_by: Sequence[str] = ()


class InstrumentDate(Struct, frozen=True):
    """A day of an instrument.

    Attributes:
        step: of ``core.instruments.next_step.Step``.
        who: administrations it waits for, sorted.
    """

    object_id: str
    step: str
    on: date
    who: Sequence[AdministrationCode] = ()


@dataclass(frozen=True, slots=True)
class InstrumentLink:
    """A version that hangs on a version of another instrument.

    Attributes:
        own_hash, other_hash: content hashes, hex.
        relation: ``depends_on`` (a date here is asked of it) or ``replaces`` (``supersedes``).
    """

    own_hash: str
    other_hash: str
    relation: str


@dataclass(frozen=True, slots=True)
class NearVersions:
    """Versions of other instruments that the versions of some instruments hang on.

    Attributes:
        successors: content hash of a version of those -> versions that replace it; none where none does.
        named: content hash -> the version, of those that dates are asked of.
    """

    successors: Mapping[str, Sequence[OtherVersion]] = field(default_factory=dict)
    named: Mapping[str, OtherVersion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A row of the local journal: something that stays on this node, and that no partner may ever see.

    Attributes:
        number: place in the journal, from 1, growing.
        register: name of the register it belongs to.
        kind: what happened, in the words of that register (``source.added``, ``alias.confirmed``).
        subject: id of what it is about, as that register counts.
        body: JSON-ready; its shape is the register's.
        post, holder: who did it.
    """

    number: int
    register: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    post: str
    holder: str
    at: datetime
