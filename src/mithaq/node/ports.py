"""Ports: what a node needs from the outside. ``adapters`` implement them, ``main`` plugs them in.

Every store method runs inside the transaction of the calling thread if there is one; ``transaction``
takes the write lock at once (SQLite IMMEDIATE, PostgreSQL row lock on the log head).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from mithaq.core.acts.receipts import ReceiptResult
from mithaq.core.acts.revocations import Revocation
from mithaq.core.instruments.state import OtherVersion
from mithaq.core.log.signed_note import SignatureLine
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.node.records import (
    Alarm,
    FollowedHead,
    InstrumentLink,
    InstrumentRow,
    NoteRow,
    Outcome,
    OwnHead,
    ParkedAct,
    Partner,
    ReceiptRange,
    Release,
    SealedAct,
    StoredAct,
    WaitingAct,
)


class Clock(Protocol):
    """Time. Injected, so that tests own it."""

    def now(self) -> datetime:
        """Aware UTC time."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never go back, for waits and back-off."""
        ...


class Entropy(Protocol):
    """Randomness. Injected, so that a seeded run repeats."""

    def random_bytes(self, count: int) -> bytes:
        """``count`` bytes fit for keys and salts."""
        ...

    def random_fraction(self) -> float:
        """A float in [0, 1) for jitter only."""
        ...


class Signer(Protocol):
    """Holds the ``log``, ``mirror``, ``witness``, ``node`` and ``post`` keys (record §4.1).

    It keeps its own head and signs a checkpoint only if it extends that head: the caller hands over
    the leaf hashes, the signer computes the root itself.
    """

    def head(self) -> tuple[TreeSize, RootHash]:
        """Size and root of the tree signed last."""
        ...

    def sign_checkpoint(self, old_size: TreeSize, leaf_hashes: Sequence[bytes]) -> bytes:
        """Sign the checkpoint of ``old_size + len(leaf_hashes)``; answers the encoded SignedNote.

        Repeating the last call gives the same answer (a crash may fall between it and the store).

        Raises:
            ConflictError: ``signer_head``; the signer's own head is not ``old_size``.
        """
        ...

    def cosign_mirror(self, note_text: bytes, at_s: int) -> SignatureLine:
        """Cosignature/v1 of a checkpoint text with the ``mirror`` key."""
        ...

    def cosign_witness(self, note_text: bytes, at_s: int) -> SignatureLine:
        """Cosignature/v1 of a checkpoint text with the ``witness`` key."""
        ...

    def sign_release_head(self, payload: bytes) -> bytes:
        """DSSE envelope (JSON bytes) of a release head, by the ``node`` key."""
        ...

    def sign_act(self, post: str, envelope: bytes) -> tuple[str, bytes]:
        """(keyid hex, signature) over an act envelope by the key of ``post``.

        Raises:
            MissingError: ``post_key``; no key of that post is held here.
        """
        ...


class TileFiles(Protocol):
    """The immutable files of the own log: full tiles and full entry bundles (record §5 step 4)."""

    def write_full(self, path: str, data: bytes) -> None:
        """Create a file durably without ever replacing one.

        Raises:
            ConflictError: ``tile_differs``; the name exists with other content.
            UnavailableError: ``disk``; the bytes are not on stable storage.
        """
        ...

    def sync(self) -> None:
        """Make the names written since the last call durable (directory fsync)."""
        ...

    def read(self, path: str) -> bytes:
        """Whole file.

        Raises:
            MissingError: ``tile_missing``.
        """
        ...


class OwnLogStore(Protocol):
    """The own log: acts, releases, checkpoints. One sequencer writes it."""

    def head(self, *, lock: bool = False) -> OwnHead:
        """The head; with ``lock`` under the row lock of the running transaction."""
        ...

    def next_seqs(self, codes: Iterable[AdministrationCode]) -> dict[AdministrationCode, int]:
        """Next free ``to.seq`` for each recipient, from 1."""
        ...

    def add_acts(self, acts: Sequence[SealedAct], releases: Sequence[Release]) -> None:
        """Insert acts above the head with their releases (transaction A)."""
        ...

    def restore_acts(
        self,
        acts: Sequence[SealedAct],
        releases: Sequence[Release],
        lost: Mapping[LeafIndex, bytes],
        next_index: LeafIndex,
    ) -> None:
        """Take back acts that a partner kept; ``lost`` gives the commitments of those nobody kept."""
        ...

    def read_committed(self, first: LeafIndex, count: int) -> list[tuple[bytes, bytes, bytes]]:
        """(commitment, salt, envelope) of acts ``first ..``, read back from the database."""
        ...

    def acts_from(self, first: LeafIndex, count: int) -> list[SealedAct]:
        """Acts ``first ..``, read; above the head too (recovery)."""
        ...

    def publish(self, old: OwnHead, new: OwnHead, release_heads: Mapping[AdministrationCode, bytes]) -> None:
        """Store a checkpoint and its release heads with compare-and-swap on (size, root) (transaction B).

        Raises:
            ConflictError: ``head_moved``; another sequencer wrote.
        """
        ...

    def checkpoint_covering(self, leaf_index: LeafIndex) -> tuple[TreeSize, bytes]:
        """First cosigned checkpoint over that index: (size, SignedNote with cosignatures).

        Raises:
            MissingError: ``not_cosigned``.
        """
        ...

    def latest_checkpoint(self) -> tuple[TreeSize, bytes]:
        """Last published checkpoint with every cosignature known; (0, b"") before the first."""
        ...

    def note_at(self, tree_size: TreeSize) -> bytes:
        """The checkpoint published at exactly that size, with its cosignatures.

        Raises:
            MissingError: ``checkpoint``; none was published at that size.
        """
        ...

    def release_head(self, administration: AdministrationCode, tree_size: TreeSize) -> bytes:
        """Release head published with that checkpoint for that partner.

        Raises:
            MissingError: ``release_head``.
        """
        ...

    def last_seq(self, administration: AdministrationCode, below: TreeSize) -> int:
        """Number of the last act released to that partner under that size; 0 when none."""
        ...

    def released(
        self, administration: AdministrationCode, first: LeafIndex, below: TreeSize, limit: int
    ) -> list[StoredAct]:
        """Acts released to that partner from ``first`` up to ``below``, in index order."""
        ...

    def is_blob_released(self, administration: AdministrationCode, sha256: str) -> bool:
        """Whether a published act released to that partner names the blob (hex SHA-256)."""
        ...

    def add_cosignature(self, tree_size: TreeSize, line: SignatureLine, at_s: int, by: AdministrationCode) -> None:
        """Keep a verified cosignature of an own checkpoint; repeating it changes nothing."""
        ...

    def cosigned_size(self, administration: AdministrationCode | None = None) -> TreeSize:
        """Largest own size cosigned by that partner, or by any."""
        ...


class FollowedStore(Protocol):
    """Partner logs as this node holds them."""

    def heads(self) -> list[FollowedHead]:
        """Every followed log, sorted by origin."""
        ...

    def head(self, origin: Origin, *, lock: bool = False) -> FollowedHead:
        """One followed log.

        Raises:
            MissingError: ``origin``; this node does not follow it.
        """
        ...

    def add(self, head: FollowedHead) -> None:
        """Start to follow a log."""
        ...

    def save(self, head: FollowedHead) -> None:
        """Replace the head and cursor."""
        ...

    def bundle(self, origin: Origin, number: int) -> bytes:
        """Stored bundle (up to 256 encoded entries); b"" when none is stored yet."""
        ...

    def save_bundles(self, origin: Origin, bundles: Mapping[int, bytes]) -> None:
        """Store whole or partial bundles by number; a longer one replaces a shorter."""
        ...

    def add_head(self, origin: Origin, tree_size: TreeSize, root_hash: RootHash, note: bytes) -> None:
        """Keep a verified checkpoint verbatim."""
        ...

    def add_cosignature(self, origin: Origin, tree_size: TreeSize, line: SignatureLine, at_s: int) -> None:
        """Keep our own cosignature of a partner's checkpoint, stored before it is given out."""
        ...

    def cosigned(self, origin: Origin) -> tuple[TreeSize, bytes]:
        """Last checkpoint of that log that we cosigned, with our lines; (0, b"") before the first."""
        ...

    def add_acts(self, acts: Sequence[SealedAct]) -> None:
        """Insert verified acts of a partner."""
        ...

    def acts_from(self, origin: Origin, first: LeafIndex, limit: int) -> list[StoredAct]:
        """Acts of that log held here, in index order (the mirror endpoint)."""
        ...

    def park(self, parked: Sequence[ParkedAct]) -> None:
        """Keep unusable acts with their reasons."""
        ...

    def parked(self, origin: Origin | None = None) -> list[ParkedAct]:
        """Parked acts, in index order."""
        ...

    def hold(self, waiting: Sequence[WaitingAct]) -> None:
        """Keep acts that wait for another log."""
        ...

    def waiting(self, origin: Origin | None = None) -> list[WaitingAct]:
        """Acts that wait, in index order."""
        ...

    def unhold(self, waiting: WaitingAct) -> None:
        """Forget a wait that is over."""
        ...

    def set_gaps(self, origin: Origin, missing: Iterable[int]) -> None:
        """Replace the numbers known to be missing from that log; keeps the polls of the ones that stay."""
        ...

    def gaps(self, origin: Origin) -> dict[int, int]:
        """Missing number -> polls since it was first missed."""
        ...


class WitnessStore(Protocol):
    """What this node last cosigned as a witness, by origin; apart from what it mirrors (record §2.6)."""

    def last(self, origin: Origin) -> bytes:
        """The note as ``replace`` stored it; b"" before the first."""
        ...

    def replace(self, origin: Origin, old: bytes, new: bytes) -> bool:
        """Store ``new`` durably in the place of ``old``; False, and no change, when another is stored by now.

        Args:
            old: what ``last`` gave; b"" for none.
        """
        ...


class ActStore(Protocol):
    """Reading acts of any log."""

    def by_id(self, act_id: str) -> SealedAct:
        """One act.

        Raises:
            MissingError: ``act``.
        """
        ...

    def at(self, log: Origin, leaf_index: LeafIndex) -> SealedAct:
        """One act by place.

        Raises:
            MissingError: ``act``.
        """
        ...

    def of_objects(self, object_ids: Iterable[str]) -> dict[str, list[SealedAct]]:
        """Every act held of these objects, published or applied, grouped."""
        ...

    def scan(self, log: Origin, first: LeafIndex = LeafIndex(0)) -> Iterator[StoredAct]:
        """Acts of one log in index order, streamed in constant memory."""
        ...

    def objects_in(self, log: Origin, first: LeafIndex, last: LeafIndex) -> list[str]:
        """Ids of objects with an act in that range that is not the only act of its object."""
        ...


class ReceiptStore(Protocol):
    """Receipts of both sides, as ranges."""

    def add(self, ranges: Sequence[ReceiptRange]) -> None:
        """Keep ranges; the same range of the same receipt twice changes nothing."""
        ...

    def covering(self, log: Origin, indexes: Iterable[LeafIndex]) -> list[ReceiptRange]:
        """Every range of that log that covers one of these indexes."""
        ...

    def about(self, log: Origin) -> list[ReceiptRange]:
        """Every range about acts of that log, oldest receipt first."""
        ...

    def floor_at(self, log: Origin, by: AdministrationCode, leaf_index: LeafIndex) -> datetime | None:
        """Largest T among receipts by ``by`` about ``log`` with a cosigned size <= leaf_index."""
        ...

    def owe(self, log: Origin, outcomes: Sequence[Outcome]) -> None:
        """Remember results that a receipt must still tell the partner; written with the cursor."""
        ...

    def owed(self, log: Origin, limit: int) -> list[Outcome]:
        """Results not yet told, in index order."""
        ...

    def settle(self, log: Origin, first: LeafIndex, last: LeafIndex, result: ReceiptResult) -> None:
        """Forget the debt that a published receipt has told."""
        ...


class Projections(Protocol):
    """Read models of the two primitives; filled by ``node.projection`` alone."""

    def clear(self) -> None:
        """Drop every row (``rebuild``)."""
        ...

    def save_notes(self, rows: Sequence[NoteRow]) -> None:
        """Insert or replace rows, by (object, recipient)."""
        ...

    def save_instruments(self, rows: Sequence[InstrumentRow]) -> None:
        """Insert or replace rows, by object."""
        ...

    def save_versions(
        self, object_id: str, versions: Sequence[OtherVersion], links: Sequence[InstrumentLink]
    ) -> None:
        """Replace what other instruments may ask of this one, and on what it hangs."""
        ...

    def versions_of(self, object_id: str) -> list[OtherVersion]:
        """Versions last saved of that instrument."""
        ...

    def find_version(self, content_hash: str) -> OtherVersion | None:
        """The version of any instrument with that content hash."""
        ...

    def find_successors(self, content_hash: str) -> list[OtherVersion]:
        """Versions linked to that hash by ``replaces``."""
        ...

    def dependents(self, object_id: str, content_hashes: Sequence[str]) -> list[str]:
        """Other objects to fold again when these versions of ``object_id`` have changed: those that
        depend on one, and those that one replaces."""
        ...

    def object_of(self, content_hash: str) -> str | None:
        """The instrument that has a version with that content hash."""
        ...

    def deliver_notes(
        self, log: Origin, recipient: AdministrationCode, first: LeafIndex, last: LeafIndex, at: datetime
    ) -> None:
        """Mark untouched notes (one act, state ``sent``) opened in that range as delivered at ``at``."""
        ...

    def notes(self, **filters: str) -> list[NoteRow]:
        """Rows, newest first."""
        ...

    def instruments(self, **filters: str) -> list[InstrumentRow]:
        """Rows, newest first."""
        ...

    def digest(self) -> dict[str, tuple[int, str]]:
        """Model name -> (row count, hex SHA-256 over all rows in key order); equal models, equal digests."""
        ...


class Roster(Protocol):
    """Partners and root versions."""

    def codes(self) -> list[AdministrationCode]:
        """Codes of all partners, sorted; cheap."""
        ...

    def partners(self) -> list[Partner]:
        """All, sorted by code."""
        ...

    def partner(self, code: AdministrationCode) -> Partner:
        """One partner.

        Raises:
            MissingError: ``partner``.
        """
        ...

    def save(self, partner: Partner) -> None:
        """Insert or replace."""
        ...

    def set_contact(self, code: AdministrationCode, at: datetime, health: str) -> None:
        """Note when we last heard from a partner, and how it stands."""
        ...

    def root_versions(self, code: AdministrationCode) -> list[bytes]:
        """Root files of that administration (own ones too), version 1 first."""
        ...

    def last_root(self, code: AdministrationCode) -> bytes:
        """Root file of the highest verified version; b"" when none is known."""
        ...

    def revocations(self, code: AdministrationCode) -> dict[str, Revocation]:
        """Keys of that administration that were revoked, by keyid."""
        ...

    def add_revocation(self, code: AdministrationCode, revocation: Revocation) -> None:
        """Keep a verified revocation; of two of one key the smaller size counts."""
        ...

    def add_root(self, code: AdministrationCode, version: int, document: bytes) -> None:
        """Keep a verified root file."""
        ...


class AlarmStore(Protocol):
    """Alarms and the evidence behind them."""

    def raise_alarm(self, alarm: Alarm) -> bool:
        """Keep it once per (code, subject); answers whether it is new."""
        ...

    def alarms(self) -> list[Alarm]:
        """All that stand."""
        ...

    def clear(self, code: str, subject: str) -> None:
        """End an alarm whose cause is gone (a gap filled, a clock right again)."""
        ...

    def keep_evidence(self, origin: Origin, kind: str, notes: Sequence[bytes]) -> None:
        """Keep SignedNotes verbatim."""
        ...

    def evidence(self, origin: Origin) -> list[tuple[str, list[bytes]]]:
        """(kind, notes) kept about that log."""
        ...


class Settings(Protocol):
    """Small durable facts of the node: mode, backup generation, last self-check."""

    def get(self, name: str) -> str | None:
        """Value, or None."""
        ...

    def set(self, name: str, value: str | None) -> None:
        """Set, or remove with None."""
        ...


class Store(Protocol):
    """All of a node's durable state."""

    own: OwnLogStore
    followed: FollowedStore
    witnessed: WitnessStore
    acts: ActStore
    receipts: ReceiptStore
    projections: Projections
    roster: Roster
    alarms: AlarmStore
    settings: Settings

    def transaction(self) -> AbstractContextManager[None]:
        """Write transaction of this thread: all or nothing, durable on exit.

        Raises:
            UnavailableError: ``disk``; nothing was stored, and the caller must not go on writing.
        """
        ...


class NonceStore(Protocol):
    """Nonces of signed requests, shared by all processes of a node."""

    def is_fresh(self, keyid: str, nonce: str, expires_at: datetime) -> bool:
        """Take a nonce; False when it was taken before and has not expired."""
        ...


class PeerClient(Protocol):
    """The exchange interface of one partner, as this node calls it (record §6.2)."""

    def checkpoint(self, after: TreeSize, wait_s: int) -> bytes | None:
        """SignedNote once larger than ``after``; None when the wait ran out."""
        ...

    def entries(self, number: int, width: int) -> bytes:
        """An entry bundle of the partner's own log."""
        ...

    def tile(self, level: int, number: int, width: int) -> bytes:
        """A hash tile of the partner's own log."""
        ...

    def release_head(self, tree_size: TreeSize) -> bytes:
        """The release head for us."""
        ...

    def acts(self, first: LeafIndex, limit: int) -> Iterator[bytes]:
        """Lines of a page of released acts, without their newline."""
        ...

    def heads(self, origin: Origin) -> bytes | None:
        """The partner's last cosigned SignedNote of that log; None when it has none."""
        ...

    def mirror_entries(self, origin: Origin, number: int, width: int) -> bytes:
        """An entry bundle of *our* log as the partner stored it."""
        ...

    def mirror_acts(self, origin: Origin, first: LeafIndex) -> Iterator[bytes]:
        """Lines of our acts that the partner holds."""
        ...

    def root(self, version: int) -> bytes | None:
        """Root file; None when there is no such version."""
        ...

    def blob_manifest(self, sha256: str) -> bytes:
        """Manifest of a blob."""
        ...

    def blob_chunk(self, sha256: str, number: int) -> bytes:
        """One chunk."""
        ...

    def hint(self, origin: Origin, tree_size: TreeSize, priority: str) -> None:
        """Wake the partner's puller; may be lost."""
        ...

    def status(self) -> bytes:
        """Versions, kinds known, limits (JSON)."""
        ...
