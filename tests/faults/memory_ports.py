"""The other ports of a node in memory: clock, chance, signer, tiles, blobs; and where they fail."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from mithaq.adapters.blob_manifest import BlobManifest, parse_blob_manifest
from mithaq.adapters.keystore.file_signer import FileSigner, KeyRing
from mithaq.adapters.keystore.key_files import KeyRole, RoleKey
from mithaq.adapters.keystore.signer_head import SignerHead
from mithaq.core.keys import SigningKey
from mithaq.core.log.merkle import CompactRange
from mithaq.core.log.tiles import parse_tile_path
from mithaq.core.types import Origin
from mithaq.errors import ConflictError, MalformedError, MissingError, RefusedError, UnavailableError

from .memory_store import MemoryStore

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Killed(BaseException):
    """The process is gone, at this very call. No handler of the program may see it."""


# Time and chance


class VirtualTime:
    """Seconds since the beginning of a run; moves only when told."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0

    def advance(self, seconds: float) -> None:
        self.elapsed_s += seconds


class VirtualClock:
    """A node's clock: the time of the run, wrong by ``offset_s``, ``rate`` times as fast, or frozen."""

    def __init__(self, time: VirtualTime, offset_s: float = 0.0, rate: float = 1.0) -> None:
        self._time = time
        self.offset_s = offset_s
        self.rate = rate
        self.frozen_at: datetime | None = None

    def now(self) -> datetime:
        if self.frozen_at is not None:
            return self.frozen_at
        return BEGIN + timedelta(seconds=round(self._time.elapsed_s * self.rate + self.offset_s, 3))

    def freeze(self) -> None:
        self.frozen_at = self.now()

    def monotonic_s(self) -> float:
        return self._time.elapsed_s


class SeededEntropy:
    """Bytes from a seed; the same seed gives the same run."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def random_bytes(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def random_fraction(self) -> float:
        return self._random.random()


# Points of failure


class FailPoints:
    """Counts the calls that a node makes to its ports, and fails at the one that was chosen.

    Every call is two points: before it has done anything, and after it has done everything.
    """

    def __init__(self) -> None:
        self.count = 0
        self.fired: str | None = None
        self._at: int | None = None
        self._make: Callable[[], BaseException] = Killed

    def arm(self, at: int | None, make: Callable[[], BaseException] = Killed) -> None:
        """Fail at point ``at`` from now, 0 the next; None for never."""
        self.count, self.fired, self._at, self._make = 0, None, at, make

    def hit(self, name: str) -> None:
        if self._at is not None and self.count == self._at:
            self._at, self.fired = None, name
            raise self._make()
        self.count += 1


def fail_disk() -> UnavailableError:
    """What an adapter makes of EIO and ENOSPC."""
    return UnavailableError("disk", "The disk failed: injected.")


class Watched:
    """Passes calls on to a port, through the points of failure."""

    def __init__(self, target: object, points: FailPoints, name: str) -> None:
        self._target = target
        for method in dir(target):
            if not method.startswith("_") and callable(getattr(target, method)):
                setattr(self, method, _watch(getattr(target, method), points, f"{name}.{method}"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


def _watch(call: Callable[..., Any], points: FailPoints, name: str) -> Callable[..., Any]:
    def watched(*args: Any, **named: Any) -> Any:
        points.hit(f"before {name}")
        answer = call(*args, **named)
        points.hit(f"after {name}")
        return answer

    return watched


class WatchedStore:
    """A store whose every call, begin and commit is a point of failure."""

    PORTS = (
        "own",
        "followed",
        "witnessed",
        "acts",
        "receipts",
        "projections",
        "roster",
        "alarms",
        "settings",
    )

    def __init__(self, store: MemoryStore, points: FailPoints) -> None:
        self._store = store
        self._points = points
        for name in self.PORTS:
            setattr(self, name, Watched(getattr(store, name), points, f"store.{name}"))
        store.check_commit = lambda: points.hit("before commit")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        is_outer = not self._store.tables.journal.depth
        if is_outer:
            self._points.hit("before begin")
        with self._store.transaction():
            yield
        if is_outer:
            self._points.hit("after commit")


# Tiles


class MemoryTiles:
    """The files of the own log. A name is sure only after ``sync``; a power cut may take the others."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self._unsynced: set[str] = set()

    def write_full(self, path: str, data: bytes) -> None:
        assert parse_tile_path(path).is_full
        if self.files.setdefault(path, data) != data:
            raise ConflictError(
                "tile_differs", "A full tile exists with other content; it is never replaced."
            )
        self._unsynced.add(path)

    def sync(self) -> None:
        self._unsynced.clear()

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise MissingError("tile_missing", "There is no such file yet.")
        return self.files[path]

    def copy(self) -> "MemoryTiles":
        return MemoryTiles(self.files)

    def cut_power(self, chance: random.Random) -> None:
        """Each name that is not synced is lost or kept."""
        for path in sorted(self._unsynced):
            if chance.random() < 0.5:
                del self.files[path]
        self._unsynced.clear()


# Signer


class MemoryHeadFile:
    """The head of the signer. ``save`` is durable when it returns."""

    def __init__(self, head: SignerHead, points: FailPoints) -> None:
        self.head = head
        self._points = points

    def load(self) -> SignerHead:
        return self.head

    def save(self, head: SignerHead) -> None:
        self._points.hit("before signer.save")
        self.head = head
        self._points.hit("after signer.save")


class MemorySigner(FileSigner):
    """The signer with its own rules; only its files are in memory."""

    def __init__(self, keys: Sequence[RoleKey], head_file: MemoryHeadFile) -> None:
        self._keys = KeyRing(key for key in keys if key.role not in (KeyRole.ROOT, KeyRole.TRANSPORT))
        self._head_file = head_file  # type: ignore[assignment]
        self._is_disk_in_doubt = False

    def sign_checkpoint(self, old_size: int, leaf_hashes: Sequence[bytes]) -> bytes:
        self._demand_disk()
        head = self._load_head().extend(old_size, leaf_hashes)
        self._save_head(head)
        return self._sign_head(head)


def empty_signer_head(origin: str) -> SignerHead:
    return SignerHead(Origin(origin), CompactRange(), CompactRange())


def make_key(role: KeyRole, name: str, post: str = "", label: str = "") -> RoleKey:
    """A key that is always the same for the same arguments."""
    seed = sha256(f"{role}|{name}|{post}|{label}".encode()).digest()
    return RoleKey(role, name, SigningKey.from_seed(seed), post)


# Blobs and nonces


class MemoryBlobs:
    """Attachments, without a disk."""

    def __init__(self) -> None:
        self._whole: dict[str, list[bytes]] = {}
        self._coming: dict[str, tuple[list[str], dict[int, bytes]]] = {}

    def manifest(self, sha256_hex: str) -> bytes:
        chunks = self._find(sha256_hex)
        hashes = tuple(sha256(chunk).hexdigest() for chunk in chunks)
        return BlobManifest(sha256_hex, sum(map(len, chunks)), hashes).encode()

    def read_chunk(self, sha256_hex: str, number: int) -> bytes:
        return self._find(sha256_hex)[number]

    def is_whole(self, sha256_hex: str) -> bool:
        return sha256_hex in self._whole

    def add(self, chunks: Iterator[bytes]) -> tuple[str, int]:
        found = list(chunks)
        digest = sha256(b"".join(found)).hexdigest()
        self._whole[digest] = found
        return digest, sum(map(len, found))

    def begin(self, manifest: bytes, owner: str = "") -> list[int]:
        wanted = parse_blob_manifest(manifest)
        if wanted.sha256 in self._whole:
            return []
        hashes = list(wanted.chunks)
        _, parts = self._coming.get(wanted.sha256, ([], {}))
        parts = {number: data for number, data in parts.items() if hashes[number] == sha256(data).hexdigest()}
        self._coming[wanted.sha256] = (hashes, parts)
        return [number for number in range(len(hashes)) if number not in parts]

    def write_chunk(self, sha256_hex: str, number: int, data: bytes) -> None:
        if sha256_hex in self._whole:
            return
        hashes, parts = self._coming[sha256_hex]
        if number >= len(hashes) or sha256(data).hexdigest() != hashes[number]:
            raise MalformedError("blob_chunk", "The chunk is not the one of the manifest.")
        parts[number] = data
        if len(parts) == len(hashes):
            whole = [parts[place] for place in range(len(hashes))]
            del self._coming[sha256_hex]
            if sha256(b"".join(whole)).hexdigest() != sha256_hex:
                raise RefusedError("blob_hash", "The whole is another file.")
            self._whole[sha256_hex] = whole

    def _find(self, sha256_hex: str) -> list[bytes]:
        if sha256_hex not in self._whole:
            raise MissingError("blob", "There is no such blob.")
        return self._whole[sha256_hex]


class MemoryNonces:
    def is_fresh(self, keyid: str, nonce: str, expires_at: datetime) -> bool:
        return True
