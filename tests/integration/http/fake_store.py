"""A node in memory: as much of the ports as the HTTP faces use, with a real log behind it."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from mithaq.core.acts.commitment import commit_act, entry_of, leaf_of
from mithaq.core.acts.dsse import ActSignature
from mithaq.core.keys import KeyType, SigningKey, VerifierKey
from mithaq.core.log.checkpoint import Checkpoint
from mithaq.core.log.cosignature import cosign
from mithaq.core.log.merkle import EMPTY_ROOT, CompactRange
from mithaq.core.log.signed_note import SignatureLine, SignedNote, sign_note
from mithaq.core.log.tiles import TILE_WIDTH, encode_bundle, encode_tile, grow_tiles
from mithaq.core.types import AdministrationCode, LeafIndex, Origin, RootHash, TreeSize
from mithaq.errors import MissingError
from mithaq.node.node import Identity, Node
from mithaq.node.records import Alarm, FollowedHead, OwnHead, Partner, SectionContent, StoredAct
from mithaq.node.registry import Registry

CODE, ORIGIN = AdministrationCode("ma-mi"), Origin("ma-mi.example/log/1")


class FakeClock:
    """System time plus an offset that tests move."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_s)

    def monotonic_s(self) -> float:
        return self.now().timestamp()


class FakeEntropy:
    """Bytes that never repeat, whoever asks."""

    _counts = itertools.count()

    def random_bytes(self, count: int) -> bytes:
        return sha256(b"%d" % next(self._counts)).digest()[:count]

    def random_fraction(self) -> float:
        return 0.5


def make_key(name: str) -> SigningKey:
    return SigningKey.from_seed(sha256(name.encode()).digest())


LOG_KEY = VerifierKey(ORIGIN, KeyType.ED25519, make_key("log").public)


def make_checkpoint(origin: Origin, tree_size: int, root: bytes, key: SigningKey) -> SignedNote:
    text = Checkpoint(origin, TreeSize(tree_size), RootHash(root)).encode()
    return SignedNote(text, (sign_note(text, origin, key),))


class FakeOwnLog:
    """The own log. ``append`` does what a sequencer would, at once."""

    def __init__(self) -> None:
        self.acts: list[StoredAct] = []
        self.readers: dict[AdministrationCode, set[int]] = {}
        self.blobs: set[tuple[str, str]] = set()
        self.heads: dict[tuple[AdministrationCode, int], bytes] = {}
        self.files: dict[str, bytes] = {}
        self._tiles: dict[tuple[int | None, int], list[bytes]] = {}
        self._tree = CompactRange()
        self._note = b""

    def append(
        self,
        envelope: bytes,
        *readers: str,
        signatures: tuple[ActSignature, ...] = (),
        sections: tuple[SectionContent, ...] = (),
    ) -> LeafIndex:
        index = LeafIndex(len(self.acts))
        salt = sha256(b"salt %d" % index).digest()
        commitment = commit_act(salt, envelope)
        self.acts.append(StoredAct(ORIGIN, index, commitment, salt, envelope, signatures, sections))
        for reader in readers:
            self.readers.setdefault(AdministrationCode(reader), set()).add(index)
        self._grow(index, leaf_of(commitment))
        self._note = make_checkpoint(ORIGIN, self._tree.size, self._tree.root(), make_key("log")).encode()
        return index

    def _grow(self, size: int, leaf: bytes) -> None:
        for tile, hashes in grow_tiles(size, [leaf], lambda level, number, _: self._tiles[level, number]):
            self._tiles[tile.level, tile.number] = hashes
            if tile.is_full:
                self.files[tile.encode()] = encode_tile(hashes)
        self._tree.append(leaf)
        if self._tree.size % TILE_WIDTH == 0:
            number = self._tree.size // TILE_WIDTH - 1
            entries = [entry_of(act.commitment) for act in self.acts[number * TILE_WIDTH :]]
            self.files[f"tile/entries/{number:03}"] = encode_bundle(entries)

    def head(self, *, lock: bool = False) -> OwnHead:
        size = self._tree.size
        root = RootHash(self._tree.root() if size else EMPTY_ROOT)
        return OwnHead(ORIGIN, TreeSize(size), root, LeafIndex(size), self._tree.encode(), self._note)

    def latest_checkpoint(self) -> tuple[TreeSize, bytes]:
        return TreeSize(self._tree.size), self._note

    def read_committed(self, first: LeafIndex, count: int) -> list[tuple[bytes, bytes, bytes]]:
        return [(act.commitment, act.salt, act.envelope) for act in self.acts[first : first + count]]

    def released(
        self, administration: AdministrationCode, first: LeafIndex, below: TreeSize, limit: int
    ) -> list[StoredAct]:
        mine = self.readers.get(administration, set())
        return [act for act in self.acts[first:below] if act.leaf_index in mine][:limit]

    def release_head(self, administration: AdministrationCode, tree_size: TreeSize) -> bytes:
        try:
            return self.heads[administration, tree_size]
        except KeyError:
            raise MissingError("no_release_head", "there is none") from None

    def is_blob_released(self, administration: AdministrationCode, sha256: str) -> bool:
        return (administration, sha256) in self.blobs


class FakeFollowed:
    """Partner logs: bundles and notes that tests put here."""

    def __init__(self) -> None:
        self.by_origin: dict[Origin, FollowedHead] = {}
        self.bundles: dict[tuple[Origin, int], bytes] = {}
        self.acts: dict[Origin, list[StoredAct]] = {}
        self.notes: dict[Origin, bytes] = {}

    def heads(self) -> list[FollowedHead]:
        return [self.by_origin[origin] for origin in sorted(self.by_origin)]

    def head(self, origin: Origin, *, lock: bool = False) -> FollowedHead:
        return self.by_origin[origin]

    def bundle(self, origin: Origin, number: int) -> bytes:
        return self.bundles.get((origin, number), b"")

    def acts_from(self, origin: Origin, first: LeafIndex, limit: int) -> list[StoredAct]:
        return [act for act in self.acts.get(origin, []) if act.leaf_index >= first][:limit]

    def save(self, head: FollowedHead) -> None:
        self.by_origin[head.origin] = head

    def cosigned(self, origin: Origin) -> tuple[TreeSize, bytes]:
        return TreeSize(0), self.notes.get(origin, b"")


class FakeWitnessed:
    """Compare-and-swap in memory. ``interfere`` is called before each swap, once."""

    def __init__(self) -> None:
        self.notes: dict[Origin, bytes] = {}
        self.interfere: Any = None

    def last(self, origin: Origin) -> bytes:
        return self.notes.get(origin, b"")

    def replace(self, origin: Origin, old: bytes, new: bytes) -> bool:
        if self.interfere is not None:
            interfere, self.interfere = self.interfere, None
            interfere()
        if self.last(origin) != old:
            return False
        self.notes[origin] = new
        return True


@dataclass
class FakeRoster:
    """Partners and root files."""

    by_code: dict[AdministrationCode, Partner] = field(default_factory=dict)
    roots: dict[AdministrationCode, list[bytes]] = field(default_factory=dict)

    def partners(self) -> list[Partner]:
        return [self.by_code[code] for code in sorted(self.by_code)]

    def partner(self, code: AdministrationCode) -> Partner:
        return self.by_code[code]

    def codes(self) -> list[AdministrationCode]:
        return sorted(self.by_code)

    def root_versions(self, code: AdministrationCode) -> list[bytes]:
        return self.roots.get(code, [])

    def last_root(self, code: AdministrationCode) -> bytes:
        return self.by_code[code].root

    def revocations(self, code: AdministrationCode) -> dict[str, Any]:
        return {}


@dataclass
class FakeAlarms:
    """Alarms and evidence."""

    standing: dict[tuple[str, str], Alarm] = field(default_factory=dict)
    kept: list[tuple[str, str, list[bytes]]] = field(default_factory=list)

    def raise_alarm(self, alarm: Alarm) -> bool:
        is_new = (alarm.code, alarm.subject) not in self.standing
        self.standing.setdefault((alarm.code, alarm.subject), alarm)
        return is_new

    def alarms(self) -> list[Alarm]:
        return list(self.standing.values())

    def clear(self, code: str, subject: str) -> None:
        self.standing.pop((code, subject), None)

    def keep_evidence(self, origin: Origin, kind: str, notes: list[bytes]) -> None:
        self.kept.append((origin, kind, notes))

    def evidence(self, origin: Origin) -> list[tuple[str, list[bytes]]]:
        return [(kind, notes) for log, kind, notes in self.kept if log == origin]


class FakeNonces:
    """Nonces, each taken once."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def is_fresh(self, keyid: str, nonce: str, expires_at: datetime) -> bool:
        with self._lock:
            is_new = (keyid, nonce) not in self._seen
            self._seen.add((keyid, nonce))
        return is_new


class FakeBlobs:
    """Whole blobs in one chunk each."""

    def __init__(self) -> None:
        self.chunks: dict[str, bytes] = {}

    def manifest(self, sha256: str) -> bytes:
        return b'{"sha256":"%s"}' % sha256.encode()

    def read_chunk(self, sha256: str, number: int) -> bytes:
        if number or sha256 not in self.chunks:
            raise MissingError("blob", "there is no such chunk")
        return self.chunks[sha256]


class FakeSigner:
    """Cosigns; the witness key alone."""

    def cosign_witness(self, note_text: bytes, at_s: int) -> SignatureLine:
        return cosign(note_text, f"{CODE}.example/witness/1", make_key("witness"), at_s)


class FakeAppender:
    """Drafts that would have been appended."""

    def __init__(self) -> None:
        self.drafts: list[Any] = []

    def submit(self, drafts: Any) -> "Future[list[Any]]":
        self.drafts += drafts
        done: Future[list[Any]] = Future()
        done.set_result([])
        return done


class FakeSettings:
    """Small facts."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def set(self, name: str, value: str | None) -> None:
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value


class FakeActs:
    """Acts of the own log by place; none is found by its id."""

    def __init__(self, own: FakeOwnLog) -> None:
        self._own = own

    def at(self, log: Origin, index: int) -> Any:
        return self._own.acts[index]

    def by_id(self, act_id: str) -> Any:
        raise MissingError("act", "there is no such act")


class FakeStore:
    """What the ports call ``Store``."""

    def __init__(self) -> None:
        self.own = FakeOwnLog()
        self.followed = FakeFollowed()
        self.witnessed = FakeWitnessed()
        self.roster = FakeRoster()
        self.alarms = FakeAlarms()
        self.modes: dict[str, str] = {}
        self.settings = FakeSettings(self.modes)
        self.acts = FakeActs(self.own)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield


def make_tiles(store: FakeStore) -> Any:
    def read(path: str) -> bytes:
        if path not in store.own.files:
            raise MissingError("tile_missing", "there is no such tile")
        return store.own.files[path]

    return SimpleNamespace(read=read)


def make_node(base_url: str) -> Node:
    """A node of ``ma-mi`` with an empty log and an empty roster."""
    store: Any = FakeStore()
    others: dict[str, Any] = {
        "signer": FakeSigner(),
        "tiles": make_tiles(store),
        "blobs": FakeBlobs(),
        "nonces": FakeNonces(),
        "clock": FakeClock(),
        "entropy": FakeEntropy(),
        "appender": FakeAppender(),
    }
    return Node(Identity(CODE, ORIGIN, "Interior", base_url), Registry(()), store, **others)
